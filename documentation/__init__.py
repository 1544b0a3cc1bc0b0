"""How the site of `docs/` is made: what MkDocs calls (`hooks`), and what it puts into pages from the code."""

"""The examples of README, of the client's README and of docs/: which there are, and what their marks promise.

Before a fenced block of `sh` or `python` stands a comment. `<!-- run by tests/http/test_snippets.py -->` says that it
is run, and after a colon what must come of it: `prints "TEXT"`, `writes FILE`, `writes FILE longer than N s`, with
commas between. `<!-- not run: WHY -->` says why it is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from examples.serving import ROOT

PAGES = ("README.md", "client/README.md", *sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/**/*.md")))
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
RUN = re.compile(r"<!-- run by tests/http/test_snippets\.py(?:: (.*?))? -->\n\Z")
NOT_RUN = re.compile(r"<!-- not run: (.+?) -->\n\Z")
PROMISE = re.compile(r'prints "(?P<printed>[^"]+)"|writes (?P<file>\S+?)(?: longer than (?P<seconds>[\d.]+) s)?')
LANGUAGES = ("sh", "bash", "shell", "console", "python", "py")
"""Of what could be run; all others are outputs and files."""


class Unmarked(Exception):
    """The sentence says which block has no mark, or one that cannot be read."""


@dataclass(frozen=True)
class Written:
    """`seconds`: how long its music must be at least, 0 where it need not be music."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Snippet:
    language: str
    text: str
    prints: tuple[str, ...]
    writes: tuple[Written, ...]


def snippets(markdown: str, page: str) -> tuple[list[Snippet], list[str]]:
    """What is to be run, in order, and the reasons of what is not. Raises Unmarked."""
    found: list[Snippet] = []
    reasons: list[str] = []
    for fence in FENCE.finditer(markdown):
        language, text = fence[1], fence[2]
        above = markdown[: fence.start()]
        if run := RUN.search(above):
            found.append(snippet_of(language, text, run[1] or "", page))
        elif excuse := NOT_RUN.search(above):
            reasons.append(excuse[1])
        elif language in LANGUAGES:
            raise Unmarked(f"{page}: no mark says whether this is run:\n{text}")
    return found, reasons


def of_page(page: str) -> tuple[list[Snippet], list[str]]:
    return snippets((ROOT / page).read_text(), page)


def snippet_of(language: str, text: str, promised: str, page: str) -> Snippet:
    """`promised`: what a mark says behind its colon. Raises Unmarked."""
    prints: list[str] = []
    writes: list[Written] = []
    for promise in filter(None, promised.split(", ")):
        told = PROMISE.fullmatch(promise)
        if told is None:
            raise Unmarked(f"{page}: {promise!r} is no promise that tests can hold.")
        if told["printed"]:
            prints.append(told["printed"])
        else:
            writes.append(Written(told["file"], float(told["seconds"] or 0)))
    return Snippet(language, text, tuple(prints), tuple(writes))

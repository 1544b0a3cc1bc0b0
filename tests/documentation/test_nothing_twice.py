"""What is told is told in one place: README leads to the pages, and does not repeat them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from examples.serving import ROOT
from tests.snippets import FENCE, PAGES

READ = (*PAGES, "CONTRIBUTING.md", "SECURITY.md")
LONG_CHARS = 50
MOST_LINES = 150


def sentences(markdown: str) -> list[str]:
    """Of the prose and of tables' cells, without fenced blocks, comments and the addresses of links."""
    prose = re.sub(r"<!--.*?-->", "", FENCE.sub("", markdown), flags=re.DOTALL)
    prose = re.sub(r"\]\([^)]*\)", "]", prose)
    pieces = re.split(r"(?<=[.:!?])\s+|\n\s*\n|\n(?:- |\d\. |#)|\|", prose)
    told = (re.sub(r"\s+", " ", piece).strip(" *-.") for piece in pieces)
    return [piece for piece in told if len(piece) >= LONG_CHARS]


def test_no_sentence_stands_in_two_places() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for page in READ:
        for sentence in sentences((ROOT / page).read_text()):
            places[sentence].append(page)
    assert {sentence: where for sentence, where in places.items() if len(where) > 1} == {}
    assert len(places) > 400


def test_readme_is_one_page() -> None:
    assert (ROOT / "README.md").read_text().count("\n") <= MOST_LINES


def test_every_page_is_reached_from_the_readme() -> None:
    """Directly, or through the page that lists them all."""
    linked = set(re.findall(r"\]\(docs/([^)#]+)", (ROOT / "README.md").read_text()))
    linked |= set(re.findall(r"\]\(([a-z][^)#]+\.md)", (ROOT / "docs" / "index.md").read_text()))
    pages = {str(Path(page).relative_to("docs")) for page in PAGES if page.startswith("docs/")}
    assert pages - {"index.md"} <= linked

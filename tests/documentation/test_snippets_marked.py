"""Every example says whether it is run, and why not."""

from __future__ import annotations

import pytest

from tests.snippets import PAGES, Unmarked, Written, of_page, snippets

MARK = "<!-- run by tests/http/test_snippets.py"


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_is_run_or_says_why_not(page: str) -> None:
    _, reasons = of_page(page)
    assert all(len(reason.split()) > 2 for reason in reasons)


def test_a_mark_tells_what_must_come_of_an_example() -> None:
    mark = f'{MARK}: prints "E minor", writes a.wav longer than 7.5 s, writes b.zip -->'
    (one,), reasons = snippets(
        f"{mark}\n```sh\ncurl x\n```\n\n<!-- not run: it never ends -->\n```sh\ny\n```\n", "page"
    )
    assert (one.language, one.text, one.prints) == ("sh", "curl x\n", ("E minor",))
    assert one.writes == (Written("a.wav", 7.5), Written("b.zip", 0.0))
    assert reasons == ["it never ends"]


@pytest.mark.parametrize(
    "markdown",
    [
        "```sh\ncurl x\n```\n",
        "```python\nprint()\n```\n",
        f"{MARK} -->\n\n```sh\nsomething between\n```\n",
        f"{MARK}: sings -->\n```sh\nx\n```\n",
        "<!-- not run: -->\n```sh\nx\n```\n",
    ],
)
def test_an_example_without_a_mark_that_can_be_read_is_an_error(markdown: str) -> None:
    with pytest.raises(Unmarked, match="page: "):
        snippets(markdown, "page")


def test_an_output_needs_no_mark() -> None:
    assert snippets("```text\nevent: done\n```\n", "page") == ([], [])

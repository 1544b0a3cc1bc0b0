"""The site is built strictly (a dead link or anchor ends it), and nothing of it comes from another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from documentation.hooks import MARK
from documentation.repository import targets, with_site_links
from examples.chromium import MISSING, find_chromium

ROOT = Path(__file__).parents[2]
FETCHED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder), *options]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": "client/src"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation") / "site"
    built = build(folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


class Fetching(HTMLParser):
    """Collects what a browser fetches for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "link" and told.get("rel") in ("canonical", "next", "prev"):
            return
        if address := told.get(FETCHED.get(tag, "")):
            self.fetched.append(address)


def fetched_by(page: Path) -> list[str]:
    parser = Fetching()
    parser.feed(page.read_text())
    return parser.fetched


def pages(site: Path) -> Iterator[Path]:
    yield from sorted(site.rglob("*.html"))


def test_all_that_a_page_fetches_is_in_the_site(site: Path) -> None:
    seen = 0
    for page in pages(site):
        if page.name == "404.html":  # its addresses are those of the place where the site lies
            continue
        for address in fetched_by(page):
            assert not re.match(r"(?:[a-z]+:)?//|[a-z]+:(?!\.)", address), f"{page.name}: {address}"
            assert (page.parent / address.partition("?")[0].partition("#")[0]).is_file(), f"{page.name}: {address}"
            seen += 1
    assert seen > 100


def test_style_sheets_fetch_nothing_from_elsewhere(site: Path) -> None:
    sheets = list(site.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        assert not re.search(r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//", sheet.read_text()), sheet.name


def test_every_part_that_is_generated_is_there(site: Path) -> None:
    for page in pages(site):
        assert not MARK.search(page.read_text()), page.name
        assert "run by tests/" not in page.read_text(), page.name
    assert "AURAL_CACHE_MB" in (site / "reference" / "configuration.html").read_text()
    assert "--negative-prompt" in (site / "reference" / "command.html").read_text()
    client = (site / "reference" / "client.html").read_text()
    assert "negative_prompt" in client
    assert "the last one&#39;s failure" not in client
    assert "what the music should not be, like" in client


def test_what_pages_link_to_in_the_repository_is_in_the_site(site: Path) -> None:
    for name in (
        "CONTRIBUTING.html",
        "client/index.html",
        "training/adapter/MODEL_CARD.html",
        "bench/results/loops.json",
    ):
        assert (site / "repository" / name).is_file(), name


def test_a_link_to_what_is_not_there_ends_the_build(tmp_path: Path) -> None:
    """The rule that all of the above leans on."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n\n[gone](gone.md) and [an anchor](#nowhere)\n")
    text = (ROOT / "mkdocs.yml").read_text().split("nav:\n  - Home")[0]
    text = text.replace("hooks: [documentation/hooks.py]\n", "").replace("  - mkdocstrings:", "  - unused:")
    text = re.sub(r"  - unused:\n(?:      .*\n)+", "", text)
    (tmp_path / "mkdocs.yml").write_text(text)
    built = build(tmp_path / "site", "--config-file", str(tmp_path / "mkdocs.yml"))
    assert built.returncode != 0
    assert "gone.md" in built.stdout + built.stderr
    assert "#nowhere" in built.stdout + built.stderr


def test_links_lead_to_where_files_are_in_the_site() -> None:
    page = (
        "[a](../../CONTRIBUTING.md#rules) [b](../explanation/loops.md) [c](https://x.org/) [d](#here) [e](../../bench)"
    )
    assert with_site_links(page, "reference/api.md") == (
        "[a](../repository/CONTRIBUTING.md#rules) [b](../explanation/loops.md) [c](https://x.org/) [d](#here) e"
    )
    assert with_site_links("[p](../docs/page.png)", "repository/client/README.md") == "[p](../../page.png)"
    assert list(targets("```\n[x](y.md)\n```\n[a](b.md#c)", "index.md")) == ["docs/b.md"]


def test_the_search_works_from_a_folder_without_a_server(site: Path) -> None:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / "index.html").as_uri())
        found = page.locator(".md-search-result__link[href*='configuration.html']").first
        # Keys, since it listens to those: a value that is set comes too late where it is ready already.
        page.locator("input[name=query]").press_sequentially("AURAL_CACHE_MB")
        found.wait_for(state="attached", timeout=60_000)
        assert found.count() == 1
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []

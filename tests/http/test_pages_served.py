"""The pages over HTTP: all from here, under their headers, and the only ones that need no key."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from pathlib import Path

import httpx

from aural.gateway.pages import PAGE_HEADERS
from tests.serving import Served

BUILT = (Path(__file__).parents[2] / "page" / "dist" / "index.html").is_file()


def test_the_pages_are_from_here_and_let_nothing_else_in(builtin: Served) -> None:
    page = httpx.get(f"{builtin.url}/docs")
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert "docs/swagger-ui-bundle.js" in linked
    for path in ("docs", *(name for name in linked if name.startswith("docs"))):
        answer = httpx.get(f"{builtin.url}/{path}")
        assert answer.status_code == 200, path
        if path != "docs.json":
            assert {name: answer.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS
    plain = httpx.post(f"{builtin.url}/generate", json={"prompt": "dub", "duration": 1, "seed": 1}, timeout=60)
    assert not set(plain.headers) & set(PAGE_HEADERS)


def test_the_root_is_the_page_or_leads_to_the_documentation(builtin: Served) -> None:
    """`make` builds the page; a checkout where nobody did has the documentation."""
    root = httpx.get(builtin.url)
    if not BUILT:
        assert (root.status_code, root.headers["location"]) == (307, "docs")
        return
    linked = re.findall(r'(?:src|href)="([^"]+)"', root.text)
    assert any(name.endswith(".js") for name in linked)
    for path in ("", *linked):
        answer = httpx.get(f"{builtin.url}/{path.removeprefix('./').removeprefix('/')}")
        assert answer.status_code == 200, path
        assert {name: answer.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS


def test_pages_are_open_to_read_and_beside_them_nothing_is(humming: Served) -> None:
    opened = {
        "/": 200 if BUILT else 307,
        "/docs": 200,
        "/docs.json": 200,
        "/docs/docs.js": 200,
        "/docs/swagger-ui.css": 200,
    }
    others = {"/assets/none.js": 404, "/docs/none.js": 404, "/docs/../generate": 404, "/assets/%2e%2e/generate": 404}
    shut = {"/static_content/swagger-ui.css": 401, "/generate": 401, "/docs%0A": 401, "/assets": 401}
    for path, status in (opened | others | shut).items():
        connection = HTTPConnection(humming.url.removeprefix("http://"), timeout=10)
        connection.request("GET", path)
        assert connection.getresponse().status == status, path
        connection.close()
    for path in others:
        assert httpx.post(f"{humming.url}{path}", json={"prompt": "x"}).status_code in (401, 404, 405), path

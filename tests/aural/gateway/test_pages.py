"""The pages: all from here, under headers that let nothing else in, open to who has no key."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from aural.gateway.pages import OURS, PAGE_HEADERS, SWAGGER, MissingPage, Pages
from aural.settings import Settings
from tests.aural.gateway.test_middleware import answers, ask

CALL = answers(200)


@pytest.fixture
def swagger(tmp_path: Path) -> Path:
    folder = tmp_path / "swagger"
    folder.mkdir()
    for name in SWAGGER:
        (folder / name).write_text(f"/* {name} */")
    return folder


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "page" / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<script src="/assets/index-1a2b.js"></script>')
    (folder / "assets" / "index-1a2b.js").write_text("let music")
    (folder / "secret.txt").write_text("none of the page's")
    return folder


def get(pages: Pages, path: str, key: str | None = "sesame") -> httpx.Response:
    return ask(pages.app(), "GET", path, Settings(api_key=key))


def test_before_there_is_a_page_the_root_leads_to_the_documentation(swagger: Path, tmp_path: Path) -> None:
    answer = get(Pages(swagger, tmp_path / "none"), "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "docs")


def test_a_page_that_is_built_is_served_with_its_assets_and_no_more(swagger: Path, built: Path) -> None:
    pages = Pages(swagger, built)
    index = get(pages, "/")
    assert (index.status_code, index.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert get(pages, "/assets/index-1a2b.js").text == "let music"
    assert get(pages, "/assets/index-1a2b.js").headers["content-type"].startswith("text/javascript")
    assert get(pages, "/assets/../secret.txt").status_code in (401, 404)
    assert get(pages, "/assets/..%2Fsecret.txt").status_code == 404
    assert get(pages, "/assets/none.js").json()["code"] == "not_found"


def test_the_documentation_is_all_from_here(swagger: Path, tmp_path: Path) -> None:
    pages = Pages(swagger, tmp_path / "none")
    html = get(pages, "/docs")
    assert html.headers["content-type"] == "text/html; charset=utf-8"
    linked = re.findall(r'(?:src|href)="([^"]+)"', html.text)
    assert len(linked) == 5
    for name in linked:
        if name not in ("docs.json", "data:,"):
            assert get(pages, f"/{name}").status_code == 200, name
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|style=", html.text), "nothing inline"
    assert "//" not in html.text + (OURS / "docs.js").read_text().split("\n", 1)[1]


@pytest.mark.parametrize("path", ["/", "/docs", "/docs/docs.js", "/docs/swagger-ui-bundle.js", "/assets/index-1a2b.js"])
@pytest.mark.parametrize("page", [True, False])
def test_every_page_lets_nothing_else_in(swagger: Path, built: Path, tmp_path: Path, path: str, page: bool) -> None:
    if path.startswith("/assets") and not page:
        return
    answer = get(Pages(swagger, built if page else tmp_path / "none"), path)
    assert answer.status_code in (200, 307), "without the key"
    assert {name: answer.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_folder_that_is_no_page_is_said_at_the_start(swagger: Path, built: Path, tmp_path: Path) -> None:
    (built / "index.html").unlink()
    with pytest.raises(MissingPage, match=r"index\.html is missing"):
        Pages(swagger, built).app()
    with pytest.raises(MissingPage, match=r"swagger-ui\.css is missing"):
        Pages(tmp_path, tmp_path / "none").app()


def test_calls_beside_the_pages_have_no_new_headers() -> None:
    answer = ask(CALL, "POST", "/generate")
    assert not set(answer.headers) & set(PAGE_HEADERS)


def test_the_bento_takes_the_built_page_along() -> None:
    assert '  - "/page/dist/"' in (Path(__file__).parents[3] / "bentofile.yaml").read_text().splitlines()


def test_what_is_large_goes_out_compressed_where_that_is_taken(swagger: Path, built: Path) -> None:
    script = "let music = 1;\n" * 5000
    (built / "assets" / "index-1a2b.js").write_text(script)
    app = Pages(swagger, built).app()
    packed = ask(app, "GET", "/assets/index-1a2b.js", Settings(), headers={"accept-encoding": "gzip"})
    plain = ask(app, "GET", "/assets/index-1a2b.js", Settings(), headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers.get("content-length", 0)) < len(script) / 10
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text == script
    assert {name: packed.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS

"""For everyone: in light and dark, narrow and wide, by keyboard and by screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from examples.serving import ROOT
from tests.page.conftest import Open
from tests.page.watched import Watched
from tests.serving import Served, band, wav_of

AXE = ROOT / "page" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1400)


def violations(page: Watched) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA: rule, and the elements."""
    if not page.page.evaluate("'axe' in window"):
        page.page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.page.evaluate(
        "rules => axe.run(document, { runOnly: { type: 'tag', values: rules } })", RULES
    )
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found["violations"]]


def fill(page: Watched, tmp_path: Path) -> None:
    """A clip that was heard, and two pieces of music: every panel shows what it can."""
    clip = tmp_path / "band.wav"
    clip.write_bytes(wav_of(band(8.0)))
    page.page.locator("#choose-clip").set_input_files(clip)
    page.page.get_by_label("Tempo, bpm").wait_for()
    page.page.get_by_label("Length", exact=True).first.fill("4")
    page.page.get_by_text("More", exact=True).click()
    page.button("Compose").click()
    page.wait_for_take(1)
    page.button("Once more, another seed").click()
    page.wait_for_take(2)
    page.button("Get the stems").click()
    page.page.locator(".stems li").first.wait_for()
    page.page.locator(".recipe summary").click()


def sticks_out(page: Watched) -> int:
    """By how many px the page is wider than its window."""
    return int(page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def in_each_scheme(page: Watched) -> Iterator[str]:
    """The page goes over to light, then to dark, as it does when its system does."""
    for scheme in SCHEMES:
        page.page.emulate_media(color_scheme=scheme)
        yield scheme


@pytest.mark.parametrize(("wide", "loaded_in"), list(zip(WIDTHS, SCHEMES, strict=True)))
def test_nothing_is_against_wcag_and_nothing_sticks_out(
    page_of: Open, builtin: Served, tmp_path: Path, wide: int, loaded_in: str
) -> None:
    """Empty and filled, in each scheme; the narrow page is loaded in the light one, the wide one in the dark."""
    page = page_of(builtin, viewport={"width": wide, "height": 900}, color_scheme=loaded_in, bypass_csp=True)
    for scheme in in_each_scheme(page):
        assert violations(page) == [], scheme
    fill(page, tmp_path)
    for scheme in in_each_scheme(page):
        assert violations(page) == [], scheme
        assert sticks_out(page) == 0
        background = page.page.evaluate("getComputedStyle(document.body).backgroundColor")
        shade = sum(int(part) for part in background.removeprefix("rgb(").rstrip(")").split(",")[:3]) / 3
        assert shade > 200 if scheme == "light" else shade < 60


def test_the_keyboard_alone_does_it(page: Watched) -> None:
    keys = page.page.keyboard
    keys.press("Tab")
    assert page.page.evaluate("document.activeElement.textContent") == "Skip to composing"
    keys.press("Enter")
    for _ in range(12):
        keys.press("Tab")
        if page.page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    outline = page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "focus is seen"
    keys.type("slow ambient pads")
    keys.press("Control+Enter")
    page.wait_for_take(1)
    page.until(page.sounds, "it plays")
    page.page.locator(".waveform-music").focus()
    keys.press("Space")
    page.until(lambda: not page.sounds(), "it pauses")
    keys.press("Home")
    keys.press("ArrowRight")
    assert page.page.locator(".waveform-music").get_attribute("aria-valuetext") == "0:01.0 of 0:20.3"
    keys.press("?")
    page.page.get_by_role("dialog", name="Keyboard").wait_for()
    keys.press("Escape")
    assert page.page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize(("locale", "compose"), [("de", "Komponieren"), ("es", None), ("fr", None), ("ja", None)])
def test_it_speaks_the_browsers_language(browser: Any, builtin: Served, locale: str, compose: str | None) -> None:
    context = browser.new_context(locale=locale)
    page = Watched(context.new_page(), builtin.url)
    page.page.goto(builtin.url)
    button = page.page.locator("button.compose")
    button.wait_for()
    assert page.page.locator("html").get_attribute("lang") == locale
    assert button.inner_text() != "Compose"
    assert compose is None or button.inner_text() == compose
    assert page.faults == []
    context.close()


def test_the_documentation_asks_nobody_else(page_of: Open, builtin: Served) -> None:
    page = page_of(builtin, "/docs")
    page.page.locator(".opblock-tag-section, .opblock").first.wait_for()
    assert page.page.get_by_text("/compose").count() > 0

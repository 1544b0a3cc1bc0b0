"""A waveform is zoomed and scrolled: what lies over it and under it goes along, and clicks stay exact."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.page.conftest import Open
from tests.page.test_page_looks import WIDTHS, in_each_scheme, sticks_out, violations
from tests.page.timeline import (
    BURSTS_S,
    MUSIC,
    box_of,
    bursting,
    line_x,
    loud_x,
    made,
    roll_of,
    scroll_to,
    wider,
    width_of,
    zoomed,
)
from tests.page.watched import Watched
from tests.serving import Served


@pytest.fixture(scope="module")
def with_bursts(shared_page_of: Open, builtin: Served, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    page = shared_page_of(builtin)
    bursting(page, tmp_path_factory.mktemp("bursts"))
    return page


@pytest.fixture
def bursts(with_bursts: Watched) -> Iterator[Watched]:
    """The page with the clip of three loud moments, as wide as its panel and at its start."""
    wave = with_bursts.page.locator(".waveform-clip")
    wave.press("0")
    wave.press("Home")
    assert width_of(with_bursts, "clip") == pytest.approx(1, abs=0.01)
    yield with_bursts
    assert with_bursts.faults == []


@pytest.mark.parametrize("times", [1, 2, 4])
def test_bars_stand_where_the_waveform_is_however_it_is_scrolled(bursts: Watched, times: int) -> None:
    page = bursts
    zoomed(page, "clip", times)
    page.page.wait_for_timeout(500)  # until then it is drawn as it was, and stretched
    for part in (0.0, 0.3, 0.77, 1.0):
        scroll_to(page, "clip", part)
        whole = box_of(page, ".waveform-clip")
        loud = np.array(loud_x(page, "clip"))
        for at_s in BURSTS_S:
            x = whole["x"] + whole["width"] * at_s / 8
            assert np.abs(loud - x).min() < 4, "a line of the waveform is three px wide"
        page.page.get_by_text("Bars: as a table").first.evaluate("one => { one.parentElement.open = true }")
        told = page.page.get_by_role("table", name="Bars").first.locator("tbody td:nth-child(2)").all_inner_texts()
        bars = [whole["x"] + whole["width"] * float(text.removesuffix(" s")) / 8 for text in told]
        drawn = page.page.locator(".waveform-clip .overlay-bar").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().x)"
        )
        assert len(bars) >= 3
        assert drawn == pytest.approx(bars, abs=0.006 * whole["width"] / 8), "the table has hundredths"


def test_a_click_is_exact_however_it_is_zoomed_and_scrolled(bursts: Watched) -> None:
    page = bursts
    zoomed(page, "clip", 4)
    panel = box_of(page, ".clip-panel .timeline")
    for part, across in ((0.2, 0.3), (0.9, 0.7), (0.5, 0.05)):
        scroll_to(page, "clip", part)
        whole = box_of(page, ".waveform-clip")
        x = panel["x"] + across * panel["width"]
        page.page.mouse.click(x, panel["y"] + 40)
        told = page.page.locator(".waveform-clip").get_attribute("aria-valuetext") or ""
        seconds = float(told.split(" of ")[0].split(":")[1])
        assert seconds == pytest.approx(8 * (x - whole["x"]) / whole["width"], abs=0.101)
        assert line_x(page, "clip") == pytest.approx(x, abs=1.1)
        assert box_of(page, ".waveform-clip")["x"] == whole["x"], "what is in sight stays where it is"


def test_keys_and_buttons_zoom(bursts: Watched) -> None:
    page = bursts
    wave, keys = page.page.locator(".waveform-clip"), page.page.keyboard
    assert page.button("Zoom out: Clip").is_disabled()
    wave.focus()
    for key, times in (("+", 2), ("+", 4), ("-", 2), ("0", 1), ("-", 1), ("+", 2)):
        keys.press(key)
        assert width_of(page, "clip") == pytest.approx(times, abs=0.01)
    outline = page.page.locator(".clip-panel .timeline").evaluate("one => getComputedStyle(one).outlineStyle")
    assert outline != "none", "focus is seen"
    page.button("Zoom in: Clip").click()
    assert width_of(page, "clip") == pytest.approx(4, abs=0.01)
    page.button("Zoom out: Clip").click()
    assert width_of(page, "clip") == pytest.approx(2, abs=0.01)
    wave.press("End")
    page.until(lambda: line_x(page, "clip") < box_of(page, ".clip-panel .timeline")["x"] + 1000, "the end in sight")
    page.button("Fit: Clip").click()
    assert width_of(page, "clip") == pytest.approx(1, abs=0.01)
    assert sticks_out(page) == 0


def test_the_wheel_zooms_where_it_points_and_not_the_page(bursts: Watched) -> None:
    page = bursts
    page.page.evaluate("addEventListener('wheel', event => { window.prevented = event.defaultPrevented })")
    panel = box_of(page, ".clip-panel .timeline")
    x = panel["x"] + 0.6 * panel["width"]
    page.page.mouse.move(x, panel["y"] + 30)
    page.page.keyboard.down("Control")
    for times in (1.3, 2.0, 3.0):
        before = box_of(page, ".waveform-clip")
        page.page.mouse.wheel(0, -120)
        page.until(partial(wider, page, times), "it grows")
        after = box_of(page, ".waveform-clip")
        assert (x - after["x"]) / after["width"] == pytest.approx((x - before["x"]) / before["width"], abs=0.002)
    assert page.page.evaluate("window.prevented") is True
    page.page.keyboard.up("Control")
    before = box_of(page, ".waveform-clip")
    page.page.mouse.wheel(60, 0)
    page.until(lambda: box_of(page, ".waveform-clip")["x"] < before["x"] - 50, "it scrolls")
    assert box_of(page, ".waveform-clip")["width"] == before["width"]


def test_playing_it_scrolls_by_itself_with_the_roll_and_draws_nothing_again(page: Watched) -> None:
    made(page, 8)
    roll_of(page)
    zoomed(page, "music", 2)
    page.page.wait_for_timeout(500)  # until then it is drawn as it was, and stretched
    page.page.evaluate(
        """() => {
          window.drawn = 0;
          for (const name of ["fill", "fillRect", "stroke", "drawImage"]) {
            const own = CanvasRenderingContext2D.prototype[name];
            CanvasRenderingContext2D.prototype[name] = function (...all) { window.drawn += 1; own.apply(this, all); };
          }
          const count = () => { window.drawn += 1; };
          for (const one of document.querySelectorAll(".music-panel .waveform-overlay, .piano-roll"))
            new MutationObserver(count).observe(one, { subtree: true, childList: true, attributes: true });
        }"""
    )
    panel = box_of(page, ".music-panel .timeline")
    middle = panel["x"] + panel["width"] / 2
    page.button(f"Play: {MUSIC}").click()
    page.until(lambda: box_of(page, ".waveform-music")["x"] < panel["x"] - 50, "it scrolls")
    for _ in range(5):
        assert line_x(page, "music") == pytest.approx(middle, abs=25)
        wave, roll = box_of(page, ".waveform-music"), box_of(page, ".piano-roll")
        assert wave["width"] == roll["width"]
        page.page.wait_for_timeout(100)
    assert page.page.evaluate("window.drawn") == 0
    at = "all => all.map(one => one.getBoundingClientRect().x)"
    page.button(f"Pause: {MUSIC}").click()
    bars = page.page.locator(".waveform-music .overlay-bar").evaluate_all(at)
    assert page.page.locator(".piano-roll .roll-bar").evaluate_all(at) == pytest.approx(bars, abs=0.5)


def test_who_scrolls_while_it_plays_is_left_alone(page: Watched) -> None:
    made(page, 20)
    zoomed(page, "music", 4)
    page.page.locator(".waveform-music").press("ArrowRight")
    page.button(f"Play: {MUSIC}").click()
    scroll_to(page, "music", 1.0)
    left = box_of(page, ".waveform-music")["x"]
    page.page.wait_for_timeout(400)
    assert box_of(page, ".waveform-music")["x"] == left
    page.page.locator(".waveform-music").press("Home")
    assert box_of(page, ".waveform-music")["x"] > left, "the place is in sight again"


def test_a_finger_scrolls_what_is_zoomed_and_a_tap_moves_the_place(
    page_of: Open, builtin: Served, tmp_path: Path
) -> None:
    page = page_of(builtin, viewport={"width": 360, "height": 800}, has_touch=True)
    bursting(page, tmp_path)
    assert sticks_out(page) == 0
    zoomed(page, "clip", 4)
    page.page.locator(".waveform-clip").scroll_into_view_if_needed()
    panel, before = box_of(page, ".clip-panel .timeline"), box_of(page, ".waveform-clip")
    finger = page.page.context.new_cdp_session(page.page)
    for step in range(16):
        point = {"x": panel["x"] + 220 - 10 * step, "y": panel["y"] + 40}
        kind = "touchMove" if step else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        page.page.wait_for_timeout(20 if step else 150)  # it rests before it moves, too
    page.until(lambda: box_of(page, ".waveform-clip")["x"] < before["x"] - 80, "it scrolls")
    page.page.wait_for_timeout(300)  # the finger rests: what it lets go of does not run on
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    slider = page.page.locator(".waveform-clip")
    assert (slider.get_attribute("aria-valuetext") or "").startswith("0:00.0"), "the place stays"
    page.page.touchscreen.tap(panel["x"] + 100, panel["y"] + 40)
    page.until(lambda: not (slider.get_attribute("aria-valuetext") or "").startswith("0:00.0"), "it moves")
    assert line_x(page, "clip") == pytest.approx(panel["x"] + 100, abs=1.1)


@pytest.mark.parametrize("wide", WIDTHS)
def test_zoomed_nothing_is_against_wcag_and_nothing_sticks_out(page_of: Open, builtin: Served, wide: int) -> None:
    page = page_of(builtin, viewport={"width": wide, "height": 900}, bypass_csp=True)
    made(page, 8)
    roll_of(page)
    page.page.get_by_text("Notes: as a table").click()
    page.page.locator(".stems li").first.get_by_role("button", name="Mute").click()
    zoomed(page, "music", 4)
    scroll_to(page, "music", 0.4)
    for scheme in in_each_scheme(page):
        assert violations(page) == [], scheme
        assert sticks_out(page) == 0
    for button in page.page.locator(".music-panel .zoom button").all():
        size = button.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 24

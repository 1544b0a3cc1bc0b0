"""The notes under the music, and a waveform that is looked at closely."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path

import mido
import numpy as np
import pytest
from playwright.sync_api import FloatRect

from tests.page.conftest import Open
from tests.page.test_page_looks import LOOKS, violations
from tests.page.watched import Watched
from tests.serving import Served, band, wav_of

MUSIC = "Music 1"
BURSTS_S = (1.0, 3.25, 6.5)


def made(page: Watched, seconds: int, prompt: str = "rock band") -> None:
    """Music that stands still at its start."""
    page.page.get_by_label("Length", exact=True).first.fill(str(seconds))
    page.compose(prompt)
    page.wait_for_take(1)
    page.button(f"Pause: {MUSIC}").or_(page.button(f"Play: {MUSIC}")).first.wait_for()
    if page.button(f"Pause: {MUSIC}").count():
        page.button(f"Pause: {MUSIC}").click()
    page.page.locator(".waveform-music").press("Home")


def roll_of(page: Watched) -> dict[str, int]:
    """Of each player the number of the notes that the roll has, once the stems are there."""
    page.button("Get the stems").click()
    page.page.locator(".piano-roll").wait_for()
    names = page.page.locator(".roll-legend span").all_inner_texts()
    drawn = page.page.locator(".piano-roll path").evaluate_all("all => all.map(one => one.getAttribute('d'))")
    return {name.strip(): path.count("M") for name, path in zip(names, drawn, strict=True)}


def place_s(page: Watched) -> float:
    """Where the deck is, as the slider tells it."""
    told = page.page.locator(".waveform-music").get_attribute("aria-valuetext") or ""
    minutes, seconds = told.split(" of ")[0].split(":")
    return 60 * int(minutes) + float(seconds)


def length_s(page: Watched) -> float:
    return float(page.page.locator(".waveform-music").get_attribute("aria-valuemax") or 0)


def box_of(page: Watched, selector: str) -> FloatRect:
    found = page.page.locator(selector).first.bounding_box()
    assert found is not None
    return found


def zoomed(page: Watched, tone: str, times: float) -> None:
    """By the keys of the waveform, which doubles with each."""
    page.page.locator(f".waveform-{tone}").focus()
    for _ in range(round(np.log2(times))):
        page.page.keyboard.press("+")
    assert width_of(page, tone) == pytest.approx(times, abs=0.01)


def width_of(page: Watched, tone: str) -> float:
    """How many times wider than its panel a waveform is."""
    whole, panel = box_of(page, f".waveform-{tone}"), box_of(page, f".{tone}-panel .timeline")
    return whole["width"] / panel["width"]


def wider(page: Watched, times: float) -> bool:
    return width_of(page, "clip") > times


def scroll_to(page: Watched, tone: str, part: float) -> None:
    """0: to the beginning, 1: to the end."""
    page.page.locator(f".{tone}-panel .timeline").evaluate(
        "async (one, part) => { one.scrollLeft = part * (one.scrollWidth - one.clientWidth);"
        " await new Promise(requestAnimationFrame); }",
        part,
    )


def line_x(page: Watched, tone: str) -> float:
    line = box_of(page, f".{tone}-panel .timeline-place")
    return line["x"] + line["width"] / 2


def loud_x(page: Watched, tone: str) -> list[float]:
    """Where on the page the columns are in which the drawn waveform is nearly as high as it can be."""
    found: list[float] = page.page.locator(f".waveform-{tone} .waveform-canvas > div").evaluate(
        """host => [...host.shadowRoot.querySelectorAll(".canvases canvas")].flatMap((canvas) => {
          const copy = new OffscreenCanvas(canvas.width, 1).getContext("2d", { willReadFrequently: true });
          copy.drawImage(canvas, 0, -Math.round(canvas.height / 8));
          const row = copy.getImageData(0, 0, canvas.width, 1).data;
          const box = canvas.getBoundingClientRect();
          return [...Array(canvas.width).keys()]
            .filter((column) => row[4 * column + 3] > 128)
            .map((column) => box.x + (column * box.width) / canvas.width);
        })"""
    )
    return found


def bursting(page: Watched, tmp_path: Path) -> None:
    """A clip of eight seconds with three loud moments, paused at its start."""
    samples = 0.1 * band(8.0)
    for at_s in BURSTS_S:
        samples[round(16_000 * at_s) : round(16_000 * (at_s + 0.02))] = 0.9
    (tmp_path / "bursts.wav").write_bytes(wav_of(samples))
    page.page.locator("#choose-clip").set_input_files(tmp_path / "bursts.wav")
    page.page.get_by_label("Tempo, bpm").wait_for()
    page.button("Pause: Clip").click()
    page.page.locator(".waveform-clip").press("Home")


def test_the_roll_has_the_players_and_the_notes_of_the_midi_file(page: Watched, tmp_path: Path) -> None:
    made(page, 8)
    roll = roll_of(page)
    with page.page.expect_download() as download:
        page.button("ZIP").click()
    download.value.save_as(tmp_path / "music.zip")
    midi = mido.MidiFile(file=io.BytesIO(zipfile.ZipFile(tmp_path / "music.zip").read("music.mid")))
    written = {
        track.name.replace("_", " "): sum(event.type == "note_on" and event.velocity > 0 for event in track)
        for track in midi.tracks
    }
    assert roll == {name: count for name, count in written.items() if count}
    image = page.page.get_by_role("img", name="Piano roll of Music 1")
    assert f"{sum(roll.values())} notes of {len(roll)} players" in (image.get_attribute("aria-label") or "")
    page.page.get_by_text("Notes: as a table").click()
    rows = page.page.get_by_role("table", name="Notes").locator("tbody tr")
    told = [row.locator("td").all_inner_texts() for row in rows.all()]
    assert {name: int(count) for name, count, *_ in told} == roll
    bass = next(track for track in midi.tracks if track.name.startswith("bass"))
    lowest = min(event.note for event in bass if event.type == "note_on")
    letters = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
    assert told[list(roll).index(bass.name.replace("_", " "))][2] == f"{letters[lowest % 12]}{lowest // 12 - 1}"


def test_the_roll_stands_under_the_waveform_with_its_edges(page: Watched) -> None:
    made(page, 4)
    roll_of(page)
    wave, roll = box_of(page, ".waveform-music"), box_of(page, ".piano-roll")
    assert roll["y"] >= wave["y"] + wave["height"]
    assert (roll["x"], roll["width"]) == pytest.approx((wave["x"], wave["width"]), abs=0.5)
    overlay = page.page.locator(".waveform-music .overlay-bar")
    lines = page.page.locator(".piano-roll .roll-bar")
    assert overlay.count() == lines.count() > 1
    at = "all => all.map(one => one.getBoundingClientRect().x)"
    assert lines.evaluate_all(at) == pytest.approx(overlay.evaluate_all(at), abs=0.5)


def test_who_is_not_heard_is_dimmed(page: Watched) -> None:
    made(page, 8)
    roll_of(page)
    stems = page.page.locator(".stems li")
    assert "roll-muted" not in page.page.locator(".piano-roll").inner_html()
    stems.first.get_by_role("button", name="Mute").click()
    paths = page.page.locator(".piano-roll path")
    muted = "all => all.map(one => getComputedStyle(one).opacity < 0.5)"
    assert paths.evaluate_all(muted) == [True] + [False] * (paths.count() - 1)
    name = stems.first.locator("span").inner_text()
    assert (page.page.locator(".roll-silent").inner_text().strip()).startswith(name)
    stems.last.get_by_role("button", name="Solo").click()
    assert paths.evaluate_all(muted) == [True] * (paths.count() - 1) + [False]


def test_a_click_into_the_roll_moves_the_place_and_the_line(page: Watched) -> None:
    made(page, 8)
    roll_of(page)
    roll = box_of(page, ".piano-roll")
    page.page.locator(".piano-roll").click(position={"x": 0.25 * roll["width"], "y": 20})
    page.until(lambda: place_s(page) > 0, "it moves")
    assert place_s(page) == pytest.approx(0.25 * length_s(page), abs=0.11)
    line = box_of(page, ".music-panel .timeline-place")
    assert line["x"] + line["width"] / 2 == pytest.approx(roll["x"] + 0.25 * roll["width"], abs=1.1)
    assert line["height"] >= roll["y"] + roll["height"] - box_of(page, ".waveform-music")["y"] - 1


@pytest.mark.parametrize("times", [1, 2, 4])
def test_bars_stand_where_the_waveform_is_however_it_is_scrolled(page: Watched, tmp_path: Path, times: int) -> None:
    bursting(page, tmp_path)
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


def test_a_click_is_exact_however_it_is_zoomed_and_scrolled(page: Watched, tmp_path: Path) -> None:
    bursting(page, tmp_path)
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


def test_keys_and_buttons_zoom(page: Watched, tmp_path: Path) -> None:
    bursting(page, tmp_path)
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
    assert page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_the_wheel_zooms_where_it_points_and_not_the_page(page: Watched, tmp_path: Path) -> None:
    bursting(page, tmp_path)
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


@pytest.mark.parametrize(("scheme", "wide"), LOOKS)
def test_zoomed_nothing_is_against_wcag_and_nothing_sticks_out(
    page_of: Open, builtin: Served, scheme: str, wide: int
) -> None:
    page = page_of(builtin, viewport={"width": wide, "height": 900}, color_scheme=scheme, bypass_csp=True)
    made(page, 8)
    roll_of(page)
    page.page.get_by_text("Notes: as a table").click()
    page.page.locator(".stems li").first.get_by_role("button", name="Mute").click()
    zoomed(page, "music", 4)
    scroll_to(page, "music", 0.4)
    assert violations(page) == []
    assert page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    for button in page.page.locator(".music-panel .zoom button").all():
        size = button.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 24

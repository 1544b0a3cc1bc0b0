"""A waveform with its overlay and roll, as a test sees and moves it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FloatRect

from tests.page.watched import Watched
from tests.serving import band, wav_of

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

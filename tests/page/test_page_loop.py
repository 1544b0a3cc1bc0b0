"""A loop on the page is the file round and round, to the sample."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.page.conftest import Open
from tests.page.watched import Watched
from tests.serving import Served

RATE_HZ = 32_000
LSB = 2.0**-15
BAR_S = 1.2
"""Four beats at 200 bpm."""


def downloaded(page: Watched, tmp_path: Path) -> NDArray[np.float32]:
    """(2, time) the take as its WAV has it."""
    with page.page.expect_download() as download:
        page.button("WAV").click()
    download.value.save_as(tmp_path / "music.wav")
    samples, rate_hz = soundfile.read(
        io.BytesIO((tmp_path / "music.wav").read_bytes()), dtype="float32", always_2d=True
    )
    assert rate_hz == RATE_HZ
    return np.ascontiguousarray(samples.T)


def played_from_its_start(page: Watched, seconds: float) -> NDArray[np.float32]:
    """(2, time) what comes out, from the first sample that is not silence."""
    page.button("Pause: Music 1").or_(page.button("Play: Music 1")).first.wait_for()
    if page.button("Pause: Music 1").count():
        page.button("Pause: Music 1").click()
    page.page.evaluate("soundTap.capture()")
    page.page.locator(".waveform-music").focus()
    page.page.keyboard.press("Home")
    from_s = page.audio_time_s()
    page.button("Play: Music 1").click()
    page.until(lambda: page.audio_time_s() > from_s + seconds, "it has played as long")
    heard = page.captured()
    return heard[:, int(np.argmax(np.abs(heard).max(axis=0) > 0)) :]


@pytest.fixture
def open_to_the_tap(page_of: Open, builtin: Served) -> Watched:
    """The page without its policy, which would keep the recorder's script out as it should."""
    return page_of(builtin, bypass_csp=True)


def test_the_joint_of_a_loop_is_exact_to_the_sample(open_to_the_tap: Watched, tmp_path: Path) -> None:
    page = open_to_the_tap
    page.page.get_by_label("Loop", exact=False).first.check(force=True)
    page.page.get_by_role("radio", name="Bars").check(force=True)
    page.page.get_by_label("Length", exact=True).first.fill("1")
    page.page.get_by_label("Tempo (bpm)").fill("200")
    page.compose("house, four on the floor")
    page.wait_for_take(1)
    body = downloaded(page, tmp_path)[:, : round(BAR_S * RATE_HZ)]
    heard = played_from_its_start(page, 3 * BAR_S + 0.5)
    begins = int(np.argmax(np.abs(body).max(axis=0) > 0))
    rounds = np.tile(body, 4)[:, begins:]
    size = min(heard.shape[1], rounds.shape[1])
    assert size > 3 * body.shape[1] - begins, "three rounds and two joints at least"
    np.testing.assert_allclose(heard[:, :size], rounds[:, :size], atol=1.5 * LSB)


def test_what_is_no_loop_rings_on_under_its_next_round(open_to_the_tap: Watched, tmp_path: Path) -> None:
    page = open_to_the_tap
    page.page.get_by_label("Length", exact=True).first.fill("2")
    page.compose("solo piano")
    page.wait_for_take(1)
    file = downloaded(page, tmp_path)
    body, tail = file[:, : 2 * RATE_HZ], file[:, 2 * RATE_HZ :]
    page.page.locator(".music-panel").get_by_role("button", name="Play as a loop").click()
    heard = played_from_its_start(page, 6.5)
    second = body.copy()
    fade = np.cos(np.pi / 2 * np.arange(tail.shape[1]) / tail.shape[1]) ** 2
    second[:, : tail.shape[1]] += tail * fade
    begins = int(np.argmax(np.abs(body).max(axis=0) > 0))
    rounds = np.concatenate([body, second, second, second], axis=1)[:, begins:]
    size = min(heard.shape[1], rounds.shape[1])
    assert size > 3 * 2 * RATE_HZ - begins
    np.testing.assert_allclose(heard[:, :size], rounds[:, :size], atol=1.5 * LSB)

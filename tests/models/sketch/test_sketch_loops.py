"""Loops of the sketch composer: whole bars to the sample, and an end that is the start's own past."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.errors import BadField
from aural.finishing.fade_out import END_FADE_S
from aural.listening import listen
from aural.listening.energy import energy_curve
from aural.types import BY_RULE, TAIL_S, TAKE_RATE_HZ, Floats, MusicRequest, Take
from models.sketch.composer import SketchComposer
from models.sketch.render_window import RenderWindow
from models.sketch.styles import STYLES

TAIL = round(TAIL_S * TAKE_RATE_HZ)
FADE = round(END_FADE_S * TAKE_RATE_HZ)
TEMPI = (60.0, 71.3, 97.3, 120.0, 133.7, 155.5, 180.0)
CURVES = {"swell": (0.3, 0.45, 0.7, 0.7, 0.45, 0.3), "rise": (0.35, 0.45, 0.55, 0.65, 0.75, 0.85)}


def loop(composer: SketchComposer, **fields: Any) -> Take:
    asked = {"prompt": "music", "duration_s": 8.0, "seed": 3, "loop": True, **fields}
    return composer.compose(MusicRequest(**asked), lambda _: None)


def rms(sound: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


def unlike_db(take: Take) -> float:
    """What the tail, before it fades, differs from the start, in dB of the whole."""
    tail, start = take.samples[:, take.loop_end : -FADE], take.samples[:, : TAIL - FADE]
    return float(20 * np.log10(rms(tail - start) / rms(take.samples) + 1e-9))


def tiled(take: Take, times: int) -> Clip:
    body = np.tile(take.samples[:, : take.loop_end].mean(axis=0), times)
    return Clip(body, TAKE_RATE_HZ, TAKE_RATE_HZ, 2, "x").resampled_to(ANALYSIS_RATE_HZ)


@pytest.mark.parametrize("bars", [1, 2, 3, 4, 8])
def test_a_loop_is_its_bars_to_the_sample(composer: SketchComposer, bars: int) -> None:
    for place, style_id in enumerate(("house", "ambient", "jazz")):
        bpm = TEMPI[(3 * bars + place) % len(TEMPI)]
        take = loop(composer, bpm=bpm, bars=bars, style_id=style_id)
        assert take.loop_end == round(bars * 4 * 60 / bpm * TAKE_RATE_HZ)
        assert take.samples.shape == (2, take.loop_end + TAIL)
        assert (take.bars, take.metre, take.exact, take.origin) == (bars, "4/4", True, BY_RULE)


def test_without_bars_it_is_as_many_as_come_nearest(composer: SketchComposer) -> None:
    assert loop(composer, bpm=120.0, duration_s=9.2).bars == 5
    assert loop(composer, bpm=60.0, duration_s=1.0).bars == 1
    assert composer.compose(MusicRequest("x", duration_s=2.0, seed=0), lambda _: None).bars == 0


@pytest.mark.parametrize("style_id", STYLES)
def test_after_the_end_comes_what_is_at_the_start(composer: SketchComposer, style_id: str) -> None:
    """The tail is bar one again, with the last bar ringing beneath it; and so begins the body. A bar of 1.3 s is
    shorter than any room."""
    longer = sorted(STYLES).index(style_id) % 2
    for bpm, bars in ((180.0, 1), *([(100.0, 2)] if longer else [])):
        take = loop(composer, style_id=style_id, bpm=bpm, bars=bars)
        assert np.abs(take.samples).max() <= 10 ** (-1 / 20)
        assert unlike_db(take) < -75


@pytest.mark.parametrize("name", CURVES)
def test_the_energy_that_is_asked_comes_round_too(composer: SketchComposer, name: str) -> None:
    """Even one that falls back to its start at once: there the gain moves no faster than the rider does."""
    asked = CURVES[name]
    take = loop(composer, bpm=120.0, bars=8, style_id="pop", energy_curve=asked)
    heard = np.array(energy_curve(tiled(take, 1)))
    wanted = np.interp(np.linspace(0, 5, len(heard)), range(6), asked)
    assert np.corrcoef(heard, wanted)[0, 1] > 0.85
    assert unlike_db(take) < -75
    seam = np.concatenate([take.samples[:, take.loop_end - 320 : take.loop_end], take.samples[:, :320]], axis=1)
    assert np.abs(np.diff(seam, axis=1)).max() < np.abs(np.diff(take.samples[:, : take.loop_end], axis=1)).max()


@pytest.mark.parametrize(
    ("style_id", "bpm", "key"),
    [("house", 124.0, "F minor"), ("folk", 92.0, "G major"), ("synthwave", 104.0, "A minor"), ("reggae", 83.7, None)],
)
def test_it_is_heard_in_its_tempo_and_key(composer: SketchComposer, style_id: str, bpm: float, key: str | None) -> None:
    take = loop(composer, style_id=style_id, bpm=bpm, bars=8, key=key)
    heard = listen(tiled(take, 2))
    assert heard.tempo.bpm == pytest.approx(bpm, rel=1e-3)
    assert heard.key.key == take.key


def test_same_request_same_samples(composer: SketchComposer) -> None:
    first, second, other = (loop(composer, bpm=110.0, bars=2, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.samples, second.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_two_minutes_are_a_loop_too_and_more_are_refused(composer: SketchComposer) -> None:
    take = loop(composer, bars=32, bpm=60.0, style_id="chiptune")
    assert take.loop_end == 128 * TAKE_RATE_HZ
    assert unlike_db(take) < -75
    with pytest.raises(BadField, match="at most 128 s"):
        loop(composer, bars=64, style_id="ambient")


def test_a_circle_goes_round_and_a_piece_ends() -> None:
    circle, piece = RenderWindow.of(10, loops=True), RenderWindow.of(10, loops=False)
    stem = np.zeros((1, 10), np.float32)
    circle.add(stem, 7, np.arange(1, 16, dtype=np.float32)[None])
    np.testing.assert_array_equal(stem[0], [4 + 14, 5 + 15, 6, 7, 8, 9, 10, 1 + 11, 2 + 12, 3 + 13])
    unrolled = circle.unrolled(stem)
    assert unrolled.shape[1] == circle.samples
    np.testing.assert_array_equal(circle.cut(unrolled)[0], np.resize(stem[0], circle.output_samples))
    np.testing.assert_array_equal(unrolled[:, circle.metering_slice], stem)
    flat = np.zeros((1, piece.stem_samples), np.float32)
    piece.add(flat, piece.stem_samples - 2, np.ones((1, 5), np.float32))
    assert flat.sum() == 2
    assert (
        circle.start_in_stem(-1),
        circle.start_in_stem(12),
        piece.start_in_stem(-1),
        piece.start_in_stem(piece.stem_samples),
    ) == (
        9,
        2,
        0,
        None,
    )


@pytest.mark.parametrize("size", [700, 50_000, 300_000])
def test_kicks_come_again_wherever_the_desk_hears_them(size: int) -> None:
    span = RenderWindow.of(size, loops=True)
    heard = span.starts_in_window([100, size - 1, size + 5])
    kicked = np.zeros((1, size), np.float32)
    kicked[0, [100, size - 1, 5]] = 1
    np.testing.assert_array_equal(sorted(heard), np.flatnonzero(span.unrolled(kicked)[0]))

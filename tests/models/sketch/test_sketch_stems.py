"""Stems add up to the mix, which is the same without them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from aural.finishing.fade_out import END_FADE_S
from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from models.sketch.composer import SketchComposer
from models.sketch.mix.edges import START_FADE_S, STEP, EdgeFades
from models.sketch.mix.stem_split import SaturationSplit, Share
from models.sketch.styles import STYLES
from tests.models.sketch.takes import request_with_stems, with_stems


def take_of(composer: SketchComposer, *, stems: bool = True, **fields: Any) -> Take:
    asked = {"prompt": "music", "duration_s": 4.0, "seed": 3, "stems": stems, **fields}
    return composer.compose(MusicRequest(**asked), lambda _: None)


def unlike_db(take: Take) -> float:
    left = sum(stem.astype(np.float64) for stem in take.stems.values()) - take.samples
    return float(20 * np.log10(np.sqrt(np.mean(left**2)) / np.sqrt(np.mean(take.samples**2)) + 1e-12))


@pytest.mark.parametrize("place", range(len(STYLES)))
def test_stems_add_up_to_the_mix_which_is_the_same_without_them(composer: SketchComposer, place: int) -> None:
    take = with_stems(list(STYLES)[place])
    if place % 3 == 0:
        alone = composer.compose(request_with_stems(list(STYLES)[place], stems=False), lambda _: None)
        np.testing.assert_array_equal(take.samples, alone.samples)
    assert unlike_db(take) < -110
    assert len(take.stems) > 3
    assert all(stem.shape == take.samples.shape and stem.dtype == np.float32 for stem in take.stems.values())
    assert all(np.abs(stem).max() > 0 for stem in take.stems.values())


def test_an_asked_curve_rides_them_too(composer: SketchComposer) -> None:
    assert unlike_db(take_of(composer, style_id="metal", energy_curve=(0.2, 0.9, 0.4))) < -110


def test_two_who_play_the_same_have_two_names(composer: SketchComposer) -> None:
    take = take_of(composer, style_id="reggae", emotion="joyful", energy_curve=(0.8, 0.8), duration_s=4.0)
    assert {"chords", "chords-2", "drums", "bass"} <= set(take.stems)


def test_a_player_who_does_not_come_in_has_no_stem_and_no_track(composer: SketchComposer) -> None:
    take = take_of(composer, style_id="rnb_soul", energy_curve=(0.3, 0.3))
    assert "counter" not in take.stems
    assert b"counter" not in take.midi
    assert unlike_db(take) < -110


def test_a_stem_is_its_player_alone(composer: SketchComposer) -> None:
    """The drums' part has the drums: without a drummer it is missing, and the low end is the bass's."""
    take = take_of(composer, style_id="house", bpm=120.0, duration_s=8.0)
    assert "drums" not in take_of(composer, prompt="house without drums", style_id="house").stems
    hz = np.fft.rfftfreq(take.samples.shape[1], 1 / TAKE_RATE_HZ)
    power = {name: np.abs(np.fft.rfft(stem.mean(axis=0))) ** 2 for name, stem in take.stems.items()}
    low = {name: one[hz < 120].sum() / one.sum() for name, one in power.items()}
    assert low["bass"] > 5 * max(share for name, share in low.items() if name not in ("bass", "drums"))


def test_without_being_asked_there_are_none(composer: SketchComposer) -> None:
    take = take_of(composer, stems=False)
    assert (take.stems, take.midi) == ({}, b"")


def test_saturation_is_dealt_out_to_who_sounds() -> None:
    """One sounds in the first half, one in the second: what is added stays with them, and all of it is split."""
    n = TAKE_RATE_HZ
    tone = np.sin(2 * np.pi * 220 * np.arange(n) / TAKE_RATE_HZ).astype(np.float32)
    first, second = np.zeros((2, n), np.float32), np.zeros((2, n), np.float32)
    first[:, : n // 2], second[:, n // 2 :] = tone[: n // 2], 0.5 * tone[n // 2 :]
    before = first + second
    after = np.tanh(3 * before)
    shares = [Share("one", first), Share("two", second), Share("drums", first, saturates=False)]
    split = SaturationSplit.of(shares, before, after, lambda: None)
    one, two, drums = (split.saturated_part(share) for share in shares)
    np.testing.assert_allclose(one + two, after, atol=1e-6)
    assert drums is first
    away = TAKE_RATE_HZ // 50
    assert np.abs(two[:, : n // 2 - away]).max() < 1e-3
    assert np.abs(one[:, n // 2 + away :]).max() < 1e-3


def test_progress_goes_on_while_stems_are_made(composer: SketchComposer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever the clock would let it: many times, and never after a long silence."""
    monkeypatch.setattr("models.sketch.composer.REPORT_EVERY_S", 0.0)
    told = [0.0]
    request = MusicRequest(
        "music", duration_s=30.0, seed=3, style_id="metal", emotion="aggressive", stems=True, loop=True
    )
    composer.compose(request, told.append)
    assert len(told) > 200
    assert told == sorted(told)
    assert max(np.diff(told[:-1])) < 0.05
    assert told[-2] > 0.7, "what is left to the end is little"


def test_a_file_neither_begins_with_a_step_nor_ends_with_one(composer: SketchComposer) -> None:
    for style_id in ("reggae", "country", "ambient"):
        take = take_of(composer, style_id=style_id, duration_s=2.0)
        assert np.abs(take.samples[:, 0]).max() <= STEP
        assert np.abs(take.samples[:, -1]).max() <= STEP
    loud = np.ones((2, 4_000), np.float32)
    start, end = round(START_FADE_S * TAKE_RATE_HZ), round(END_FADE_S * TAKE_RATE_HZ)
    piece, circle = (EdgeFades.of(loud, loops=loops).applied(loud) for loops in (False, True))
    assert (piece[0, 0], circle[0, 0]) == (0, 1)
    for faded in (piece, circle):
        np.testing.assert_array_equal(faded[:, start:-end], loud[:, start:-end])
        assert np.abs(faded[:, -1]).max() < 1e-6
    assert EdgeFades.of(0.9 * STEP * loud, loops=False).applied(loud)[0, 0] == 1, "what begins at rest is left as it is"

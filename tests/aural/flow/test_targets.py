"""How much music is asked for, and what cannot be asked."""

from __future__ import annotations

import pytest

from aural.errors import BadField, NotOffered
from aural.flow.ports import Capabilities
from aural.flow.targets import MUSICGEN_LUFS, render_duration_s, target_of, validate_request
from aural.types import BY_RULE, Controls, MusicRequest, PostprocessOptions, Target

SKETCH = Capabilities("sketch-1", "CC0-1.0", exact=True, origin=BY_RULE, stems=True)
MUSICGEN = Capabilities("musicgen-small", "CC-BY-NC-4.0", continues=True)
PLAIN = MusicRequest("rain", duration_s=12.0, seed=0, bpm=120.0, key="A minor")
LOOP = MusicRequest("rain", duration_s=30.0, seed=0, bpm=120.0, loop=True, bars=4)


def asked_s(request: MusicRequest, capabilities: Capabilities) -> float:
    return render_duration_s(request, target_of(request, PostprocessOptions(), capabilities), capabilities)


def test_a_composer_that_counts_makes_no_more_than_the_body() -> None:
    assert asked_s(PLAIN, SKETCH) == 12
    assert asked_s(LOOP, SKETCH) == pytest.approx(8)


def test_one_that_cannot_count_makes_enough_to_stretch_and_to_choose_from() -> None:
    assert asked_s(PLAIN, MUSICGEN) == pytest.approx(12 * 1.08)
    assert asked_s(LOOP, MUSICGEN) >= (8 + 2 * 2) * 1.08
    free = MusicRequest("rain", duration_s=12.0, seed=0)
    assert asked_s(free, MUSICGEN) == 12, "nothing to be brought to: a plain request costs no more than before"


def test_levels_are_left_to_who_writes_them() -> None:
    assert target_of(PLAIN, PostprocessOptions(), SKETCH).loudness_lufs is None
    assert target_of(PLAIN, PostprocessOptions(), MUSICGEN).loudness_lufs == MUSICGEN_LUFS
    assert target_of(PLAIN, PostprocessOptions(loudness_lufs=-20), MUSICGEN).loudness_lufs == -20
    assert target_of(PLAIN, PostprocessOptions(loudness_lufs=-20), SKETCH).loudness_lufs == -20


def test_what_goes_on_from_a_clip_is_not_bent() -> None:
    request = MusicRequest("rain", duration_s=12.0, seed=0, bpm=120.0, key="A minor", continues=True)
    assert target_of(request, PostprocessOptions(), MUSICGEN) == Target(12.0)
    assert asked_s(request, MUSICGEN) == 12


def test_bars_that_take_too_long_are_refused_with_their_length() -> None:
    with pytest.raises(BadField, match=r"64 bars at 60 bpm are 256 s; at most 120 s"):
        validate_request(MusicRequest("x", duration_s=30, seed=0, bpm=60.0, loop=True, bars=64), SKETCH)
    validate_request(LOOP, SKETCH)


def test_going_on_from_a_clip_is_for_who_can() -> None:
    validate_request(Controls(duration_s=30, seed=0, continues=True), MUSICGEN)
    with pytest.raises(NotOffered, match="composes with sketch-1"):
        validate_request(Controls(duration_s=30, seed=0, continues=True), SKETCH)


def test_stems_are_for_who_has_them() -> None:
    request = MusicRequest("x", duration_s=30, seed=0, stems=True)
    validate_request(request, SKETCH)
    with pytest.raises(NotOffered, match="musicgen-small has no stems"):
        validate_request(request, MUSICGEN)

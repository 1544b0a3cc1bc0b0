"""How much music is asked for, and what cannot be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aural.errors import BadField, NotOffered
from aural.flow.ports import Capabilities
from aural.flow.targets import MUSICGEN_LUFS, render_duration_s, target_of, validate_request
from aural.theory.metre import METRE_NAMES, MetreName
from aural.types import BY_RULE, ENDINGS, Controls, MusicRequest, PostprocessOptions, Target

SKETCH = Capabilities(
    "sketch-1",
    "CC0-1.0",
    exact=True,
    origin=BY_RULE,
    stems=True,
    metres=METRE_NAMES,
    endings=("ring", "cut", "fade"),
    chords=True,
)
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


@pytest.mark.parametrize("capabilities", [SKETCH, MUSICGEN])
def test_bars_of_no_known_tempo_ask_for_no_more_music_than_may_be_asked(capabilities: Capabilities) -> None:
    """Else they would be refused for their time, and 64 bars at a slow clip's tempo are too long on any machine."""
    free = MusicRequest("rain", duration_s=30.0, seed=0, loop=True, bars=64)
    spare_s = 0 if capabilities.exact else 24
    assert 120 <= asked_s(free, capabilities) <= 120 + spare_s
    assert asked_s(replace(free, bars=10), capabilities) < 60


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


@pytest.mark.parametrize(("metre", "bar_s"), [(None, 2.0), ("3/4", 1.5), ("6/8", 1.0), ("12/8", 2.0), ("5/4", 2.5)])
def test_bars_are_as_long_as_their_metre_has_beats(metre: MetreName | None, bar_s: float) -> None:
    loop = replace(LOOP, metre=metre)
    assert asked_s(loop, SKETCH) == pytest.approx(4 * bar_s)
    assert asked_s(loop, MUSICGEN) >= (4 + 2) * bar_s * 1.08
    assert target_of(loop, PostprocessOptions(), MUSICGEN).metre == metre


def test_bars_that_take_too_long_in_their_metre_are_refused() -> None:
    slow = MusicRequest("x", duration_s=30, seed=0, bpm=60.0, loop=True, bars=50, metre="6/8")
    validate_request(slow, SKETCH)
    with pytest.raises(BadField, match=r"50 bars at 60 bpm are 150 s"):
        validate_request(replace(slow, metre="3/4"), SKETCH)


def test_endings_are_for_who_can() -> None:
    for ending in ENDINGS:
        validate_request(replace(PLAIN, ending=ending), SKETCH)
    for ending in MUSICGEN.endings:
        validate_request(replace(PLAIN, ending=ending), MUSICGEN)
    with pytest.raises(NotOffered, match=r"musicgen-small cannot end with 'ring'.*Ask for 'cut' or 'fade'"):
        validate_request(replace(PLAIN, ending="ring"), MUSICGEN)


@pytest.mark.parametrize(
    ("capabilities", "changes", "fades", "softly"),
    [
        (MUSICGEN, {}, False, False),
        (MUSICGEN, {"ending": "fade"}, True, True),
        (MUSICGEN, {"ending": "fade", "continues": True}, True, True),
        (SKETCH, {}, False, True),
        (SKETCH, {"ending": "fade"}, False, True),
        (SKETCH, {"ending": "cut"}, False, False),
        (SKETCH, {"loop": True}, False, False),
    ],
)
def test_a_fade_is_written_into_what_cannot_write_its_own(
    capabilities: Capabilities, changes: dict[str, Any], fades: bool, softly: bool
) -> None:
    target = target_of(replace(PLAIN, **changes), PostprocessOptions(), capabilities)
    assert (target.fades, target.ends_softly) == (fades, softly)


def test_chords_are_for_who_plays_them() -> None:
    request = replace(PLAIN, chords="Am F C G")
    validate_request(request, SKETCH)
    with pytest.raises(NotOffered, match="sketch composer plays them, and this service composes with musicgen-small"):
        validate_request(request, MUSICGEN)

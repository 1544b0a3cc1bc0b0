"""How clearly chords name their key, and what a loop makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from aural.theory.keys import Key
from aural.theory.metre import COMMON_TIME
from models.sketch.clarity import key_lead
from models.sketch.form import Plan
from models.sketch.harmony import Chord, chord
from models.sketch.loop_form import CLEAR_LEAD, plan_loop
from models.sketch.players.drums import play_drums
from models.sketch.rhythm import Pace
from models.sketch.styles import STYLES

C_MAJOR, A_MINOR = Key(0, "major"), Key(9, "minor")


def spelled(numerals: str, key: Key) -> list[tuple[Chord, ...]]:
    return [tuple(chord(one, key) for one in bar.split()) for bar in numerals.split("|")]


def test_a_cadence_names_its_key_and_a_vamp_away_from_home_another() -> None:
    assert key_lead(spelled("I | IV | V | I", C_MAJOR), C_MAJOR) > 0.1
    assert key_lead(spelled("i | iv | V | i", A_MINOR), A_MINOR) > 0.1
    assert key_lead(spelled("V | ii | V | vi", C_MAJOR), C_MAJOR) < 0
    assert key_lead(spelled("VI | III | VII | III", A_MINOR), A_MINOR) < 0


def test_the_lead_is_over_every_other_key() -> None:
    """What leads in one key is behind in all others, by as much in the next best."""
    bars = spelled("I | vi | IV | V", C_MAJOR)
    lead = key_lead(bars, C_MAJOR)
    others = [key_lead(bars, Key(tonic, mode)) for tonic in range(12) for mode in ("major", "minor")]
    assert sorted(others)[-1] == lead > 0
    assert sorted(others)[-2] == pytest.approx(-lead)


def test_a_chord_of_half_a_bar_counts_half() -> None:
    apart = key_lead(spelled("I | V", C_MAJOR), C_MAJOR)
    assert key_lead(spelled("I V | I V", C_MAJOR), C_MAJOR) == pytest.approx(apart)
    assert key_lead(spelled("I | I V", C_MAJOR), C_MAJOR) != pytest.approx(apart)


def test_what_is_in_the_bass_counts_most() -> None:
    assert key_lead(spelled("I | I", C_MAJOR), C_MAJOR) > key_lead(spelled("I/3 | I/3", C_MAJOR), C_MAJOR)


@pytest.mark.parametrize("style_id", STYLES)
def test_loops_name_their_key(style_id: str) -> None:
    leads = []
    for key in (C_MAJOR, A_MINOR):
        for seed in range(4):
            asked = Plan(STYLES[style_id], key, COMMON_TIME, 8, 2.0, ends=False, acts=False)
            bars = plan_loop(asked, np.random.default_rng(seed))
            leads.append(key_lead((bar.chords for bar in bars), key))
    assert np.mean(np.array(leads) >= CLEAR_LEAD) >= 0.75, leads


def test_asked_chords_are_taken_whatever_they_name() -> None:
    """Twelve major chords in a row name no key at all."""
    chords = tuple((chord(f"{flat}{degree}", C_MAJOR),) for degree in ("I", "II", "IV") for flat in ("", "b"))
    asked = Plan(STYLES["pop"], C_MAJOR, COMMON_TIME, 8, 2.0, ends=False, acts=False, chords=chords)
    bars = plan_loop(asked, np.random.default_rng(0))
    assert [bar.chords for bar in bars] == [*chords, *chords[:2]]


@pytest.mark.parametrize(("n_bars", "rings"), [(2, False), (4, True), (8, True)])
def test_a_cymbal_rings_across_the_seam_of_a_loop(n_bars: int, rings: bool) -> None:
    style = STYLES["rock"]
    asked = Plan(style, C_MAJOR, COMMON_TIME, n_bars, 2.0, ends=False, acts=False)
    bars = plan_loop(asked, np.random.default_rng(0))
    pieces = {"kick", "snare", "hat", "ride", "crash"}
    hits = play_drums(style, list(bars), pieces=pieces, pace=Pace.of(100.0, 120.0, 1), rng=np.random.default_rng(1))
    assert any(hit.piece == "ride" and hit.beat == 4 * n_bars - 0.5 for hit in hits) == rings

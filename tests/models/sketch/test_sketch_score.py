"""The written music: grid, harmony, form, voicings and lines, before anything sounds."""

from __future__ import annotations

import numpy as np
import pytest

from aural.theory.keys import ALL_KEYS, Key
from aural.theory.metre import COMMON_TIME, METRES, Metre
from models.sketch.arrange import Arrangement, arrange
from models.sketch.form import Bar, Plan, plan, with_intensity
from models.sketch.harmony import chord, tonic
from models.sketch.intent import Intent, RequestedInstrument
from models.sketch.prompt.families import FAMILIES
from models.sketch.rhythm import events, fitted, varied
from models.sketch.score import Fermata, Grid, steps_per_beat
from models.sketch.styles import STYLES
from models.sketch.synth.kits import KITS
from models.sketch.voicing import voice

C_MAJOR, A_MINOR = Key.parse("C major"), Key.parse("A minor")


def bars_of(
    style_id: str,
    key: Key,
    n_bars: float = 16,
    intensity: float | None = None,
    *,
    metre: Metre = COMMON_TIME,
    ends: bool = False,
    acts: bool = False,
) -> tuple[Bar, ...]:
    bars = plan(Plan(STYLES[style_id], key, metre, n_bars, 2.0, ends, acts), np.random.default_rng(3))
    return bars if intensity is None else with_intensity(bars, np.full(len(bars), intensity))


def arranged(style_id: str, key: Key, seed: int = 1, **changes: object) -> Arrangement:
    style = STYLES[style_id]
    intent = Intent(style_id, "neutral", sum(style.bpm) / 2, key, **changes)  # type: ignore[arg-type]
    return arrange(style, intent, bars_of(style_id, key, intensity=0.9), seed, lambda: None)


def test_grid_is_exact_and_swings_only_between_beats() -> None:
    grid = Grid(97.3, 32_000, swing=2 / 3)
    assert [grid.sample(beat) for beat in (0, 100, 1000)] == [round(b * 60 / 97.3 * 32_000) for b in (0, 100, 1000)]
    assert grid.seconds(7.5) == pytest.approx((7 + 2 / 3) * 60 / 97.3)
    straight = Grid(120.0, 32_000)
    assert straight.seconds(3.25) == pytest.approx(3.25 / 2)


def test_a_fermata_stretches_what_comes_after_it() -> None:
    grid = Grid(120.0, 32_000, swing=0.6, fermata=Fermata(8, 0.9))
    assert grid.seconds(8) == pytest.approx(4.0)
    assert grid.seconds(12) == pytest.approx(4.0 + 4 * 0.9)
    assert Grid(120.0, 32_000, swing=0.6, metre=METRES["6/8"]).seconds(0.5) == pytest.approx(0.25), (
        "no swing in triplets"
    )


def test_numerals_spell_the_right_notes() -> None:
    assert chord("V7", C_MAJOR).pitch_classes == (7, 11, 2, 5)
    assert chord("iv", A_MINOR).pitch_classes == (2, 5, 9)
    assert chord("VI", A_MINOR).pitch_classes == (5, 9, 0)
    assert chord("bVII", C_MAJOR).pitch_classes == (10, 2, 5)
    assert chord("#iv", C_MAJOR).pitch_classes == (6, 9, 1)
    assert chord("V", A_MINOR).is_dominant
    assert 8 in chord("V", A_MINOR).scale()  # G sharp leads to A
    assert 7 in chord("v", A_MINOR).scale()


@pytest.mark.parametrize("style_id", STYLES)
def test_every_pattern_can_be_read(style_id: str) -> None:
    style = STYLES[style_id]
    drumming = style.drumming
    for groove in (*drumming.kick, *drumming.back, *drumming.time, *drumming.colour):
        assert set(groove) <= set(KITS[style.kit])
        assert all(len(pattern) % 16 == 0 for pattern in groove.values())
    assert {layer.role for layer in style.layers} >= {"melody"}


@pytest.mark.parametrize("metre", METRES.values(), ids=lambda metre: metre.name)
@pytest.mark.parametrize("style_id", STYLES)
def test_every_style_is_played_in_every_metre(style_id: str, metre: Metre) -> None:
    """What is written falls into the bars, and each bar of a piece in full swing has something in it."""
    style, key = STYLES[style_id], C_MAJOR
    bars = bars_of(style_id, key, 12, 0.9, metre=metre, ends=True)
    intent = Intent(style_id, "neutral", sum(style.bpm) / 2, key, metre=metre)
    written = arrange(style, intent, bars, 1, lambda: None)
    onsets = [note.beat for part in written.parts for note in part.notes] + [hit.beat for hit in written.hits]
    assert {int(beat // metre.beats) for beat in onsets} == set(range(12))
    grain = 1 / steps_per_beat(metre)
    assert all(abs(beat / grain - round(beat / grain)) < 1e-6 for beat in onsets if beat < 11 * metre.beats)


def test_patterns_are_fitted_to_a_metre() -> None:
    assert fitted("X---x---X---x-x-", METRES["3/4"]) == ("X---x---X---",)
    assert fitted("X---x---X---x-x-", METRES["5/4"]) == ("X---x---X---x-x-X---",)
    assert fitted("X-x-....X---x-x-", METRES["12/8"]) == ("X---x-......X-----x---x-",)
    assert fitted("X-x-....X---x-x-", METRES["6/8"]) == ("X---x-......", "X-----x---x-")


def test_a_variation_keeps_the_downbeat_and_changes_something() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        changed = varied("X---x---X---x-x-", COMMON_TIME, rng, soft="x")
        assert (len(changed), changed[0]) == (16, "X")
        assert changed != "X---x---X---x-x-"


def test_events_hold_and_thin_out() -> None:
    found = events("X--.x-x-........")
    assert [(e.step, e.steps, e.symbol) for e in found] == [(0, 3, "X"), (4, 2, "x"), (6, 2, "x")]
    assert [e.step for e in events("xxxxxxxxxxxxxxxx", thinning=2)] == list(range(0, 16, 2))


def test_voices_move_little() -> None:
    before = None
    for numeral in ("I", "vi", "IV", "V", "I", "iii", "ii", "V7", "I"):
        now = voice(chord(numeral, C_MAJOR), before, low=52, kind="close")
        assert {n % 12 for n in now} <= set(chord(numeral, C_MAJOR).pitch_classes)
        assert all(48 <= n <= 76 for n in now)
        if before is not None:
            assert max(min(abs(n - b) for b in before) for n in now) <= 4
        before = now


@pytest.mark.parametrize("n_bars", [1, 3, 7.4, 16, 33.2])
def test_form_fills_a_body_that_goes_on_and_closes_in_its_key(n_bars: float) -> None:
    for style_id in ("pop", "blues", "jazz"):
        bars = bars_of(style_id, A_MINOR, n_bars)
        body = int(np.ceil(n_bars))
        assert len(bars) > body
        assert [bar.index for bar in bars] == list(range(len(bars)))
        if body >= 4:
            assert bars[body - 1].chords == (tonic(A_MINOR),)
            first = next(bar for bar in bars if bar.part != "intro")
            assert bars[body].chords == first.chords, "what follows the end is the beginning"


@pytest.mark.parametrize("n_bars", [1, 2, 3, 5, 8, 13, 16, 33, 64])
def test_a_piece_that_ends_comes_home(n_bars: int) -> None:
    for style_id in STYLES:
        bars = bars_of(style_id, A_MINOR, n_bars, ends=True, acts=True)
        assert [bar.index for bar in bars] == list(range(n_bars))
        assert [bar.ends for bar in bars] == [False] * (n_bars - 1) + [True]
        assert bars[-1].chords == (tonic(A_MINOR),)
        if n_bars > 1:
            assert bars[-2].chords[-1].is_dominant


def test_form_has_contrast() -> None:
    """An intro, verses and choruses that differ; a third theme and a bridge or break in a long piece."""
    bars = bars_of("pop", C_MAJOR, 48, ends=True, acts=True)
    assert [bars[0].part, bars[-1].part] == ["intro", "end"]
    assert {bar.section for bar in bars} >= {"A", "C"}
    assert {bar.part for bar in bars} & {"bridge", "break"}
    levels = {
        part: np.mean([bar.intensity for bar in bars if bar.part == part]) for part in ("intro", "verse", "chorus")
    }
    assert levels["intro"] < levels["verse"] < levels["chorus"]


def test_players_leave_as_well_as_enter() -> None:
    style = STYLES["pop"]
    for seed in range(6):
        bars = plan(Plan(style, C_MAJOR, COMMON_TIME, 48, 2.0, True, True), np.random.default_rng(seed))
        intent = Intent("pop", "neutral", 110.0, C_MAJOR)
        written = arrange(style, intent, bars, seed, lambda: None)
        playing = np.zeros(48)
        for part in written.parts:
            playing[sorted({int(note.beat // 4) for note in part.notes})] += 1
        assert (np.diff(playing[:-1]) < 0).any()
        assert (np.diff(playing) > 0).any()
        assert playing.min() > 0


@pytest.mark.parametrize("key", ALL_KEYS[::5], ids=str)
def test_lines_stay_in_the_scale_of_their_chords_and_in_reach(key: Key) -> None:
    for style_id in ("pop", "lofi", "classical", "chiptune", "folk"):
        bars = bars_of(style_id, key, intensity=0.9)
        for part in arranged(style_id, key).parts:
            if part.layer.role in ("melody", "counter"):
                pitches = np.array([note.midi for note in part.notes])
                inside = []
                for note in part.notes:
                    bar = bars[int(note.beat // 4)]
                    over = bar.chord_at(round(note.beat % 4 * 4))
                    inside.append(note.midi % 12 in (*over.scale(), *over.pitch_classes))
                assert np.mean(inside) > 0.95
                assert pitches.max() - pitches.min() <= 24
                assert np.abs(np.diff(pitches)).max() <= 14


def test_melody_is_a_theme_that_returns_and_no_bar_is_all() -> None:
    melody = next(part for part in arranged("pop", C_MAJOR).parts if part.layer.role == "melody")
    shapes = []
    for bar in range(16):
        notes = [note for note in melody.notes if 4 * bar <= note.beat < 4 * bar + 4]
        shapes.append(tuple((note.beat - 4 * bar, note.midi) for note in notes))
    assert 5 <= len(set(shapes)) < 16


def test_density_follows_intensity() -> None:
    style, key = STYLES["latin"], C_MAJOR
    intent = Intent("latin", "neutral", 110.0, key)
    counts = []
    for intensity in (0.1, 0.5, 0.95):
        written = arrange(style, intent, bars_of("latin", key, intensity=intensity), 1, lambda: None)
        counts.append((len(written.parts), len(written.hits)))
    assert counts[0] < counts[1] < counts[2]
    assert counts[0][1] < counts[1][1] < counts[2][1]


def test_wishes_are_granted() -> None:
    flute = arranged("metal", A_MINOR, instruments=(RequestedInstrument("flute", ("melody",)),))
    assert {part.voice for part in flute.parts if part.layer.role == "melody"} == {"flute"}
    bare = arranged("rock", A_MINOR, without=frozenset({"drums", "bass", *FAMILIES["guitar"]}))
    assert not bare.hits
    assert not any("guitar" in part.voice or part.layer.role == "bass" for part in bare.parts)
    alone = arranged("jazz", C_MAJOR, instruments=(RequestedInstrument("piano", ("chords", "melody")),), exclusive=True)
    assert {part.voice for part in alone.parts} == {"piano"}
    assert {part.layer.role for part in alone.parts} >= {"chords", "melody"}
    assert not alone.hits


@pytest.mark.parametrize("style_id", STYLES)
def test_a_minute_has_a_third_theme(style_id: str) -> None:
    for seed in range(8):
        bars = plan(
            Plan(STYLES[style_id], C_MAJOR, COMMON_TIME, 30, 2.0, ends=True, acts=True), np.random.default_rng(seed)
        )
        assert "C" in {bar.section for bar in bars}

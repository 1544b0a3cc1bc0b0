"""The written music: grid, harmony, form, voicings and lines, before anything sounds."""

from __future__ import annotations

import numpy as np
import pytest

from aural.theory.keys import ALL_KEYS, Key
from models.sketch.arrange import Arrangement, arrange
from models.sketch.form import Bar, plan, with_intensity
from models.sketch.harmony import SCALES, chord, progression, tonic
from models.sketch.intent import Intent, RequestedInstrument
from models.sketch.players.pattern import events
from models.sketch.prompt.families import FAMILIES
from models.sketch.score import Grid
from models.sketch.styles import STYLES
from models.sketch.synth.kits import KITS
from models.sketch.voicing import voice

C_MAJOR, A_MINOR = Key.parse("C major"), Key.parse("A minor")


def bars_of(style_id: str, key: Key, n_bars: float = 16, intensity: float | None = None) -> tuple[Bar, ...]:
    bars = plan(STYLES[style_id], key, n_bars, np.random.default_rng(3))
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
def test_every_pattern_and_progression_can_be_read(style_id: str) -> None:
    style = STYLES[style_id]
    for key in (C_MAJOR, A_MINOR):
        for pair in style.progressions[key.mode]:
            for text in pair:
                assert all(len(bar) in (1, 2, 4) for bar in progression(text, key))
    for groove in style.drums:
        assert set(groove) <= set(KITS[style.kit])
        assert all(len(pattern) % 16 == 0 for pattern in groove.values())
    assert {layer.role for layer in style.layers} >= {"melody"}


def test_events_hold_and_thin_out() -> None:
    found = events("X--.x-x-........", 0)
    assert [(e.step, e.steps, e.symbol) for e in found] == [(0, 3, "X"), (4, 2, "x"), (6, 2, "x")]
    assert [e.step for e in events("xxxxxxxxxxxxxxxx", 0, thinning=2)] == list(range(0, 16, 2))


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
def test_form_fills_the_body_and_closes_in_its_key(n_bars: float) -> None:
    for style_id in ("pop", "blues", "jazz"):
        bars = bars_of(style_id, A_MINOR, n_bars)
        body = int(np.ceil(n_bars))
        assert len(bars) > body
        assert [bar.index for bar in bars] == list(range(len(bars)))
        assert bars[0].chords[0].root == A_MINOR.tonic
        if body >= 4:
            assert bars[body - 1].chords == (tonic(A_MINOR),)
            assert bars[body].chords == bars[0].chords, "what follows the end is the beginning"


def test_form_has_contrast() -> None:
    bars = bars_of("pop", C_MAJOR, 32)
    assert {bar.section for bar in bars} == {"A", "B"}
    intensities = [bar.intensity for bar in bars[:32]]
    assert max(intensities) - min(intensities) > 0.3
    assert 10 < int(np.argmax(intensities)) < 28


@pytest.mark.parametrize("key", ALL_KEYS[::5], ids=str)
def test_lines_stay_in_key_and_in_reach(key: Key) -> None:
    allowed = {(key.tonic + step) % 12 for step in SCALES[key.mode]} | {(key.tonic + 11) % 12}
    for style_id in ("pop", "lofi", "classical", "chiptune", "folk"):
        for part in arranged(style_id, key).parts:
            if part.layer.role in ("melody", "counter"):
                pitches = np.array([note.midi for note in part.notes])
                # A borrowed chord, as chiptune's flat seventh, brings its own notes.
                assert np.mean([p % 12 in allowed for p in pitches]) > (0.85 if style_id == "chiptune" else 0.95)
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

"""What an emotion changes in a style, heard with the level taken out: how much, how bright, how rough."""

from __future__ import annotations

import numpy as np
import pytest

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening import listen
from aural.listening.energy import energy
from aural.listening.tonality import tonal
from aural.theory.keys import Key
from aural.theory.metre import COMMON_TIME
from aural.types import TAKE_RATE_HZ, Take
from aural.wording.emotion import EMOTIONS
from models.sketch.arrange import UNIT_BARS, arrange
from models.sketch.band import players
from models.sketch.form import Bar, Plan, plan
from models.sketch.intent import Intent
from models.sketch.mood import apply_emotion
from models.sketch.styles import STYLES, Style
from tests.models.sketch.conftest import Compose

LEVEL = (0.55, 0.55)


def clip_of(take: Take) -> Clip:
    mono = take.samples[:, : take.loop_end].mean(axis=0)
    return Clip(mono, TAKE_RATE_HZ, TAKE_RATE_HZ, 2, "pcm_f32le").resampled_to(ANALYSIS_RATE_HZ)


def bars_of(style: Style, key: Key, n_bars: int) -> tuple[Bar, ...]:
    return plan(Plan(style, key, COMMON_TIME, n_bars, 2.0, False, False), np.random.default_rng(0))


@pytest.fixture(scope="module", params=["folk", "rnb_soul", "disco_funk"])
def felt(request: pytest.FixtureRequest, compose: Compose) -> dict[str, Clip]:
    """One style in five moods, at one tempo, in one key and at one level."""
    style_id = str(request.param)
    asked = {"style_id": style_id, "bpm": 100.0, "key": "A minor", "energy_curve": LEVEL}
    moods = ("energetic", "calm", "aggressive", "sad", "neutral")
    return {mood: clip_of(compose("music", 10.0, 3, emotion=mood, **asked)) for mood in moods}


def test_arousal_is_brighter(felt: dict[str, Clip]) -> None:
    driven, resting = energy(felt["energetic"]), energy(felt["calm"])
    assert np.nanmedian(driven.brightness_hz) > 1.25 * np.nanmedian(resting.brightness_hz)


@pytest.mark.parametrize("style_id", STYLES)
def test_arousal_is_busier(style_id: str) -> None:
    """More strokes and notes are written for the same bars, in three takes together."""
    counts = {}
    for emotion in ("energetic", "neutral", "calm"):
        style, intent = apply_emotion(STYLES[style_id], emotion), Intent(style_id, emotion, 110.0, Key.parse("C major"))
        arranged = [arrange(style, intent, bars_of(style, intent.key, 8), seed, lambda: None) for seed in range(3)]
        counts[emotion] = sum(len(one.hits) + sum(len(part.notes) for part in one.parts) for one in arranged)
    assert counts["energetic"] > 0.97 * counts["neutral"]
    assert counts["neutral"] >= counts["calm"]
    assert counts["energetic"] > 1.05 * counts["calm"]


def test_what_hurts_is_rough_or_veiled(felt: dict[str, Clip]) -> None:
    def rough(mood: str) -> float:
        return tonal(felt[mood].samples)["tonal.roughness"]

    def top_share(mood: str) -> float:
        power = np.abs(np.fft.rfft(felt[mood].samples)) ** 2
        return float(power[len(power) // 2 :].sum() / power.sum())

    assert rough("aggressive") > 1.08 * rough("energetic")
    assert top_share("sad") < 0.3 * top_share("neutral")


def test_tempo_and_key_are_heard_in_every_mood(felt: dict[str, Clip]) -> None:
    for mood, clip in felt.items():
        heard = listen(clip)
        assert heard.tempo.bpm == pytest.approx(100.0, rel=0.005), mood
        assert heard.key.key == "A minor", mood


def test_a_neutral_mood_changes_nothing() -> None:
    assert all(apply_emotion(style, "neutral") == style for style in STYLES.values())


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_style_can_be_played_in_every_mood(emotion: str) -> None:
    """In a low passage and in a full one somebody plays, and nobody leaves the range of hearing."""
    key = Key.parse("F# minor")
    for style_id, plain in STYLES.items():
        style, intent = apply_emotion(plain, emotion), Intent(style_id, emotion, 110.0, key)
        bars = bars_of(style, key, 2 * UNIT_BARS)
        arranged = arrange(style, intent, bars, 0, lambda: None)
        assert arranged.parts, style_id
        assert all(20 <= note.midi <= 108 for part in arranged.parts for note in part.notes), style_id


def test_a_mood_needs_no_other_band() -> None:
    """Anger is played by the players that the style has, and its tune is still there."""
    plain = STYLES["jazz"]
    for emotion in ("aggressive", "tense", "dark"):
        style = apply_emotion(plain, emotion)
        intent = Intent("jazz", emotion, 120.0, Key.parse("C minor"))
        assert [layer.voices for layer in players(style, intent)] == [layer.voices for layer in plain.layers]
        parts = arrange(style, intent, bars_of(style, intent.key, 16), 0, lambda: None).parts
        melody = next(part for part in parts if part.layer.role == "melody")
        assert len({int(note.beat // 4) for note in melody.notes}) >= 10


def test_harmony_darkens_where_it_hurts_and_clears_where_it_is_happy() -> None:
    plain, tense, happy = (apply_emotion(STYLES["lofi"], emotion) for emotion in ("neutral", "tense", "joyful"))
    assert tense.harmony.pedal > plain.harmony.pedal > happy.harmony.pedal
    assert tense.harmony.diminished > 0.9
    assert plain.harmony.diminished == happy.harmony.diminished == 0
    assert (plain.harmony.colour, happy.harmony.colour) == ("ninth", "added")
    assert happy.length < 1 == tense.length, "joy is played short, tension is held"

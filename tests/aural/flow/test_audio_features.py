"""An analysis in the terms of Spotify's audio features: their names, their ranges, and what they call unknown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from aural.audio.clip import Clip
from aural.flow.analysis import Analysis, AnalysisInputs, assemble_analysis
from aural.flow.audio_features import AudioFeatures, audio_features
from aural.types import NO_KEY, Affect, ClipFeatures, Heard, KeyGuess, PitchTrack, Tempo

# https://developer.spotify.com/documentation/web-api: the audio-features object, and the audio-analysis track object.
FEATURES = {
    *("acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "key", "liveness", "loudness"),
    *("mode", "speechiness", "tempo", "time_signature", "valence"),
}
CONFIDENCES = {"tempo_confidence", "key_confidence", "mode_confidence", "time_signature_confidence"}
NOT_MEASURED = {"acousticness", "danceability", "instrumentalness", "liveness", "speechiness"}
KEYS = (("A minor", 0.4), ("C major", 0.35), ("A major", 0.15), ("E minor", 0.1))


def analysis(
    tempo: Tempo | None = None, key: KeyGuess | None = None, valence: float = 0.5, lufs: float | None = -14.2
) -> Analysis:
    heard = Heard(
        tempo or Tempo(96.0, 0.9, beats_per_bar=3, bars_confidence=0.8),
        key or KeyGuess("A minor", 0.4, "C major", 0.35, KEYS, ((0.0, "A minor"),)),
        tuning_cents=0.0,
        energy_curve=(0.2, 0.4, 0.9),
        integrated_lufs=lufs,
    )
    pitch = PitchTrack(np.full(5, np.nan, np.float32), np.zeros(5, np.float32), 0.04)
    affect = Affect(valence, 0.1, "calm", 0.5, (("lofi", 1.0),))
    features = ClipFeatures("tagger", np.zeros(2, np.float32), np.zeros(100, np.float32))
    clip = Clip(np.zeros(24_008, np.float32), 16_000, 44_100, 2, "mp3")
    return assemble_analysis(clip, AnalysisInputs(heard, pitch, features, affect), {})


def test_the_names_are_those_that_programs_read_and_nothing_is_told_that_is_not_measured() -> None:
    told = audio_features(analysis()).model_dump()
    assert set(told) == (FEATURES - NOT_MEASURED) | CONFIDENCES
    assert None not in told.values()


def test_the_numbers_are_the_analysis_own() -> None:
    told = audio_features(analysis())
    assert (told.tempo, told.tempo_confidence) == (96.0, 0.9)
    assert (told.time_signature, told.time_signature_confidence) == (3, 0.8)
    assert (told.loudness, told.energy, told.valence) == (-14.2, 0.5, 0.75)
    assert told.duration_ms == 1500


@pytest.mark.parametrize(
    ("name", "key", "mode"),
    [("C major", 0, 1), ("A minor", 9, 0), ("F# minor", 6, 0), ("Bb major", 10, 1), ("B minor", 11, 0)],
)
def test_a_key_is_its_pitch_class_and_its_mode(name: str, key: int, mode: int) -> None:
    told = audio_features(analysis(key=KeyGuess(name, 1.0, probabilities=((name, 1.0),))))
    assert (told.key, told.mode, told.key_confidence, told.mode_confidence) == (key, mode, 1.0, 1.0)


def test_the_confidences_of_key_and_mode_are_probabilities_of_each_by_itself() -> None:
    """A is the tonic of A minor and A major; minor are A minor and E minor."""
    told = audio_features(analysis())
    assert (told.key, told.key_confidence) == (9, 0.55)
    assert (told.mode, told.mode_confidence) == (0, 0.5)


def test_parts_that_were_rounded_up_are_no_more_than_certain() -> None:
    thirds = (("A minor", 0.3334), ("C minor", 0.3334), ("E minor", 0.3334))
    assert audio_features(analysis(key=KeyGuess("A minor", 0.333, probabilities=thirds))).mode_confidence == 1.0


def test_what_is_unknown_is_what_that_form_has_for_it() -> None:
    told = audio_features(analysis(Tempo(None, 0.0), NO_KEY, lufs=None)).model_dump()
    unknown: dict[str, Any] = {"tempo": 0.0, "key": -1, "mode": -1, "time_signature": 0, "loudness": -60.0}
    assert {name: told[name] for name in unknown} == unknown
    assert {told[name] for name in CONFIDENCES} == {0.0}


@pytest.mark.parametrize(("lufs", "loudness"), [(-59.9, -59.9), (-66.0, -60.0), (2.5, 2.5)])
def test_silence_is_the_least_loudness(lufs: float, loudness: float) -> None:
    assert audio_features(analysis(lufs=lufs)).loudness == loudness


@pytest.mark.parametrize(("ours", "theirs"), [(-1.0, 0.0), (0.0, 0.5), (1.0, 1.0)])
def test_valence_goes_from_nothing_to_one(ours: float, theirs: float) -> None:
    assert audio_features(analysis(valence=ours)).valence == theirs


def test_every_field_is_described() -> None:
    assert all(field.description for field in AudioFeatures.model_fields.values())

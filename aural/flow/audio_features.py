"""An analysis under the names of Spotify's audio features, for programs that were written for that API.

The fields are those of its audio-features object that are measured here, and the confidences of its audio-analysis
track object. What is not measured is not there: danceability, acousticness, speechiness, instrumentalness, liveness.
What is not known is said as that API said it: key and mode -1, tempo and time signature 0, loudness -60.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from aural.flow.analysis import Analysis
from aural.theory.keys import Key

UNKNOWN_KEY = UNKNOWN_MODE = -1
UNKNOWN_TEMPO, UNKNOWN_TIME_SIGNATURE = 0.0, 0
SILENCE_DB = -60.0


class AudioFeatures(BaseModel):
    """Answer of POST /analyze with `shape=audio-features`."""

    tempo: float = Field(description="Tempo in beats a minute; 0 where nothing pulses.")
    tempo_confidence: float = Field(ge=0, le=1, description="How sure the tempo is.")
    key: int = Field(ge=-1, le=11, description="Pitch class of the tonic, C is 0; -1 where nothing is tonal.")
    key_confidence: float = Field(ge=0, le=1, description="Probability of that tonic, in major or minor.")
    mode: int = Field(ge=-1, le=1, description="1 is major, 0 minor; -1 where nothing is tonal.")
    mode_confidence: float = Field(ge=0, le=1, description="Probability of that mode, on any tonic.")
    time_signature: int = Field(description="Beats of a bar: 2, 3 or 4; 0 where nothing tells.")
    time_signature_confidence: float = Field(ge=0, le=1, description="How sure the beats of a bar are.")
    loudness: float = Field(
        ge=SILENCE_DB,
        description="Integrated loudness of the mono mix in LUFS (ITU-R BS.1770-4), which has dB steps; -60 for silence"
        " and for what is quieter.",
    )
    energy: float = Field(ge=0, le=1, description="Mean of the analysis' energy_curve.")
    valence: float = Field(ge=0, le=1, description="The analysis' valence, from -1..1 to 0..1.")
    duration_ms: int = Field(description="Length of the clip in ms.")


def audio_features(analysis: Analysis) -> AudioFeatures:
    """What an analysis says in these terms."""
    details = analysis.details
    key, key_confidence, mode, mode_confidence = _tonality(analysis)
    curve, lufs = analysis.energy_curve, details.loudness.integrated_lufs
    return AudioFeatures(
        tempo=UNKNOWN_TEMPO if analysis.bpm is None else analysis.bpm,
        tempo_confidence=details.tempo.confidence,
        key=key,
        key_confidence=key_confidence,
        mode=mode,
        mode_confidence=mode_confidence,
        time_signature=details.tempo.beats_per_bar or UNKNOWN_TIME_SIGNATURE,
        time_signature_confidence=details.tempo.bars_confidence,
        loudness=SILENCE_DB if lufs is None else max(SILENCE_DB, lufs),
        energy=round(sum(curve) / len(curve), 3) if curve else 0.0,
        valence=round((details.emotion.valence + 1) / 2, 3),
        duration_ms=round(details.duration_s * 1000),
    )


def _tonality(analysis: Analysis) -> tuple[int, float, int, float]:
    """Tonic, mode, and the probability of each whatever the other is: of the 24 keys that have it, all together."""
    if analysis.key is None:
        return UNKNOWN_KEY, 0.0, UNKNOWN_MODE, 0.0
    named = Key.parse(analysis.key)
    keys = [(Key.parse(name), probability) for name, probability in analysis.details.key.probabilities.items()]
    of_tonic = sum(probability for key, probability in keys if key.tonic == named.tonic)
    of_mode = sum(probability for key, probability in keys if key.mode == named.mode)
    return named.tonic, _share(of_tonic), int(named.mode == "major"), _share(of_mode)


def _share(probability: float) -> float:
    """Sums of rounded parts may come out a little over 1."""
    return min(1.0, round(probability, 3))

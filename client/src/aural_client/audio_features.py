"""The answer of /analyze in the terms of Spotify's audio features."""

from __future__ import annotations

from pydantic import Field

from aural_client.answered import Answered


class AudioFeatures(Answered):
    """What is heard in a clip, under the names that Spotify's API had. What it does not measure is not there."""

    tempo: float = Field(description="Tempo in beats a minute; 0 where nothing pulses.")
    tempo_confidence: float = Field(description="How sure the tempo is.")
    key: int = Field(description="Pitch class of the tonic, C is 0; -1 where nothing is tonal.")
    key_confidence: float = Field(description="Probability of that tonic, in major or minor.")
    mode: int = Field(description="1 is major, 0 minor; -1 where nothing is tonal.")
    mode_confidence: float = Field(description="Probability of that mode, on any tonic.")
    time_signature: int = Field(description="Beats of a bar: 2, 3 or 4; 0 where nothing tells.")
    time_signature_confidence: float = Field(description="How sure the beats of a bar are.")
    loudness: float = Field(description="Integrated loudness of the mono mix in LUFS; -60 for silence.")
    energy: float = Field(description="Mean of the analysis' energy_curve.")
    valence: float = Field(description="The analysis' valence, from -1..1 to 0..1.")
    duration_ms: int = Field(description="Length of the clip in ms.")

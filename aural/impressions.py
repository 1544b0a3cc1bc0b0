"""What all listeners made of a clip, and the analysis that is told of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.audio.clip import Clip
from aural.wire import ENERGY_STEP_S, Analysis, Evidence, Feeling, Heard, PitchTrack
from aural.wording.prompt import describe_prompts


@dataclass(frozen=True)
class Impressions:
    """What all listeners made of a clip."""

    heard: Heard
    pitch: PitchTrack
    evidence: Evidence
    feeling: Feeling


def analysis_of(clip: Clip, impressions: Impressions, model_ids: dict[str, str]) -> Analysis:
    """Everything that was heard, as /analyze answers it."""
    heard, feeling = impressions.heard, impressions.feeling
    prompts = describe_prompts(
        bpm=heard.tempo.bpm,
        key=heard.key.key,
        feeling=feeling,
        evidence=impressions.evidence,
        energy_curve=heard.energy_curve,
    )
    return Analysis(
        bpm=heard.tempo.bpm,
        key=heard.key.key,
        emotion=feeling.emotion,
        energy_curve=heard.energy_curve,
        style_id=feeling.style_id,
        prompt=prompts[0],
        details={
            "duration_s": round(clip.duration_s, 3),
            "source": {"rate_hz": clip.source_rate_hz, "channels": clip.source_channels, "codec": clip.codec},
            "tempo": {
                "confidence": heard.tempo.confidence,
                "alternatives": [{"bpm": bpm, "weight": weight} for bpm, weight in heard.tempo.alternatives],
                "beats_s": list(heard.tempo.beats_s),
                "downbeats_s": list(heard.tempo.downbeats_s),
                "beats_per_bar": heard.tempo.beats_per_bar,
                "bars_confidence": heard.tempo.bars_confidence,
                "drift": heard.tempo.drift,
                "steady": heard.tempo.steady,
            },
            "key": {
                "confidence": heard.key.confidence,
                "second": heard.key.second,
                "second_confidence": heard.key.second_confidence,
                "probabilities": dict(heard.key.probabilities),
                "modulates": heard.key.modulates,
                "parts": [{"from_s": at_s, "key": key} for at_s, key in heard.key.parts],
                "tuning_cents": heard.tuning_cents,
            },
            "energy": {
                "lufs": list(heard.lufs),
                "onsets_per_s": list(heard.onsets_per_s),
                "brightness_hz": list(heard.brightness_hz),
            },
            "loudness": {"integrated_lufs": heard.integrated_lufs, "range_lu": heard.loudness_range_lu},
            "emotion": {
                "valence": round(feeling.valence, 3),
                "arousal": round(feeling.arousal, 3),
                "confidence": round(feeling.emotion_confidence, 3),
            },
            "styles": [{"style_id": style, "probability": round(p, 4)} for style, p in feeling.styles[:5]],
            "prompts": list(prompts),
            "energy_step_s": ENERGY_STEP_S,
            "pitch": pitch_range(impressions.pitch),
            "models": dict(model_ids),
        },
    )


def pitch_range(pitch: PitchTrack) -> dict[str, float | None]:
    """The 5th and 95th percentile and the median of voiced F0 in Hz (None where nothing is), and the voiced share."""
    voiced = pitch.hz[np.isfinite(pitch.hz)]
    if not len(voiced):
        return {"low_hz": None, "median_hz": None, "high_hz": None, "voiced_share": 0.0}
    low, median, high = (round(float(p), 2) for p in np.percentile(voiced, (5, 50, 95)))
    share = round(len(voiced) / len(pitch.hz), 3)
    return {"low_hz": low, "median_hz": median, "high_hz": high, "voiced_share": share}

"""The answer of /analyze: what is serialised is what is documented, and how it is put together from all inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, Field

from aural.audio.clip import Clip
from aural.theory.keys import Key
from aural.types import ENERGY_STEP_S, Affect, ClipFeatures, Heard, PitchTrack
from aural.wording.prompt import clip_captions


class Alternative(BaseModel):
    bpm: float = Field(description="Another tempo that the same pulse can be counted in.")
    weight: float = Field(ge=0, le=1, description="How likely it is, next to the others.")


class Source(BaseModel):
    rate_hz: int = Field(description="Sample rate of the file.")
    channels: int = Field(description="Channels of the file.")
    codec: str = Field(description="Codec of the file.")


class TempoDetails(BaseModel):
    confidence: float = Field(ge=0, le=1, description="How sure the tempo is.")
    alternatives: list[Alternative] = Field(description="Half, double and other readings.")
    beats_s: list[float] = Field(description="Beat times in s.")
    downbeats_s: list[float] = Field(description="Those beats that open a bar.")
    beats_per_bar: int | None = Field(description="2, 3 or 4; null where nothing tells.")
    bars_confidence: float = Field(ge=0, le=1, description="How sure both are.")
    drift: float | None = Field(description="How far the tempo strays from itself, as a share; null for few beats.")
    steady: bool | None = Field(description="Whether that is under 1.5 %.")


class LoudnessDetails(BaseModel):
    integrated_lufs: float | None = Field(description="Gated loudness of the mono mix (ITU-R BS.1770-4).")
    range_lu: float | None = Field(description="Loudness range (EBU Tech 3342); null under three seconds.")


class EnergyDetails(BaseModel):
    lufs: list[float | None] = Field(description="K-weighted loudness of each half second; null in digital silence.")
    onsets_per_s: list[float | None] = Field(description="Onsets per second, within a second to either side.")
    brightness_hz: list[float | None] = Field(description="Centroid of the power spectrum; null where nothing sounds.")


class KeyPart(BaseModel):
    from_s: float = Field(description="Where it begins.")
    key: str = Field(description="The key from there on.")


class KeyDetails(BaseModel):
    confidence: float = Field(ge=0, le=1, description="Probability of the key.")
    second: str | None = Field(description="The next best key.")
    second_confidence: float = Field(ge=0, le=1, description="Its probability.")
    camelot: str | None = Field(description="The key as a Camelot code, like '8A'; null where nothing is tonal.")
    open_key: str | None = Field(description="The key in Open Key notation, like '1m'; null where nothing is tonal.")
    probabilities: dict[str, float] = Field(
        description="Of all 24 keys, likeliest first; empty where nothing is tonal."
    )
    modulates: bool = Field(description="A warning: a good part of the clip is in another key.")
    parts: list[KeyPart] = Field(description="The keys that it goes through, in order; one where it stays.")
    tuning_cents: float = Field(description="Distance of the clip's tuning from A = 440 Hz.")


class EmotionDetails(BaseModel):
    valence: float = Field(ge=-1, le=1, description="Unpleasant (-1) to pleasant (1).")
    arousal: float = Field(ge=-1, le=1, description="Calm (-1) to excited (1).")
    confidence: float = Field(ge=0, le=1, description="Margin of the emotion word over the next one.")


class StyleProbability(BaseModel):
    style_id: str = Field(description="One of the style vocabulary.")
    probability: float = Field(ge=0, le=1, description="Its probability.")


class PitchDetails(BaseModel):
    low_hz: float | None = Field(description="5th percentile of voiced F0; null where nothing is voiced.")
    median_hz: float | None = Field(description="Median of voiced F0.")
    high_hz: float | None = Field(description="95th percentile of voiced F0.")
    voiced_share: float = Field(ge=0, le=1, description="Share of frames with a pitch.")


class Details(BaseModel):
    duration_s: float = Field(description="Length of the clip.")
    source: Source = Field(description="What the file held.")
    tempo: TempoDetails = Field(description="Confidence, alternatives and beats.")
    key: KeyDetails = Field(description="Confidence, second best key, codes of the key for mixing, and tuning.")
    energy: EnergyDetails = Field(description="What energy_curve is made of, one value per step.")
    loudness: LoudnessDetails = Field(description="Of the whole clip.")
    emotion: EmotionDetails = Field(description="Valence and arousal behind the emotion word.")
    styles: list[StyleProbability] = Field(description="The five likeliest styles, best first.")
    prompts: list[str] = Field(
        description="Wordings of the same; the first is `prompt`, /compose picks one by its seed."
    )
    energy_step_s: float = Field(description="Seconds between two values of energy_curve.")
    pitch: PitchDetails = Field(description="Range of the leading pitch (CREPE).")
    models: dict[str, str] = Field(description="Which model answered for what.")


class Analysis(BaseModel):
    """Answer of POST /analyze."""

    bpm: float | None = Field(description="Tempo in beats a minute; null where nothing pulses.")
    key: str | None = Field(description="One of 24 keys, like 'A minor'; null where nothing is tonal.")
    emotion: str = Field(description="One of the emotion vocabulary (see /info).")
    energy_curve: list[float] = Field(
        description="Energy 0..1 per 0.5 s: loudness (-50 LUFS is 0, -5 is 1), onsets, brightness."
    )
    style_id: str = Field(description="One of the style vocabulary (see /info).")
    prompt: str = Field(description="A MusicGen prompt for music like the clip.")
    details: Details = Field(description="Confidences, alternatives, beats, ranges and model ids.")


@dataclass(frozen=True)
class AnalysisInputs:
    """What all listeners made of a clip."""

    heard: Heard
    pitch: PitchTrack
    features: ClipFeatures
    affect: Affect


def assemble_analysis(clip: Clip, inputs: AnalysisInputs, model_ids: dict[str, str]) -> Analysis:
    """Everything that was heard, as /analyze answers it."""
    heard, affect = inputs.heard, inputs.affect
    prompts = clip_captions(
        bpm=heard.tempo.bpm,
        key=heard.key.key,
        affect=affect,
        features=inputs.features,
        energy_curve=heard.energy_curve,
    )
    tempo, key = heard.tempo, heard.key
    named = None if key.key is None else Key.parse(key.key)
    return Analysis(
        bpm=tempo.bpm,
        key=key.key,
        emotion=affect.emotion,
        energy_curve=list(heard.energy_curve),
        style_id=affect.style_id,
        prompt=prompts[0],
        details=Details(
            duration_s=round(clip.duration_s, 3),
            source=Source(rate_hz=clip.source_rate_hz, channels=clip.source_channels, codec=clip.codec),
            tempo=TempoDetails(
                confidence=tempo.confidence,
                alternatives=[Alternative(bpm=bpm, weight=weight) for bpm, weight in tempo.alternatives],
                beats_s=list(tempo.beats_s),
                downbeats_s=list(tempo.downbeats_s),
                beats_per_bar=tempo.beats_per_bar,
                bars_confidence=tempo.bars_confidence,
                drift=tempo.drift,
                steady=tempo.steady,
            ),
            key=KeyDetails(
                confidence=key.confidence,
                second=key.second,
                second_confidence=key.second_confidence,
                camelot=None if named is None else named.camelot,
                open_key=None if named is None else named.open_key,
                probabilities=dict(key.probabilities),
                modulates=key.modulates,
                parts=[KeyPart(from_s=at_s, key=name) for at_s, name in key.parts],
                tuning_cents=heard.tuning_cents,
            ),
            energy=EnergyDetails(
                lufs=list(heard.lufs),
                onsets_per_s=list(heard.onsets_per_s),
                brightness_hz=list(heard.brightness_hz),
            ),
            loudness=LoudnessDetails(integrated_lufs=heard.integrated_lufs, range_lu=heard.loudness_range_lu),
            emotion=EmotionDetails(
                valence=round(affect.valence, 3),
                arousal=round(affect.arousal, 3),
                confidence=round(affect.emotion_confidence, 3),
            ),
            styles=[StyleProbability(style_id=style, probability=round(p, 4)) for style, p in affect.styles[:5]],
            prompts=list(prompts),
            energy_step_s=ENERGY_STEP_S,
            pitch=pitch_range(inputs.pitch),
            models=dict(model_ids),
        ),
    )


def pitch_range(pitch: PitchTrack) -> PitchDetails:
    """From the voiced frames of a track."""
    voiced = pitch.hz[np.isfinite(pitch.hz)]
    if not len(voiced):
        return PitchDetails(low_hz=None, median_hz=None, high_hz=None, voiced_share=0.0)
    low, median, high = (round(float(p), 2) for p in np.percentile(voiced, (5, 50, 95)))
    share = round(len(voiced) / len(pitch.hz), 3)
    return PitchDetails(low_hz=low, median_hz=median, high_hz=high, voiced_share=share)

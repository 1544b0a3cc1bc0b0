"""The answer of /analyze. What its numbers may be is the service's to say: no limits are checked here."""

from __future__ import annotations

from pydantic import Field

from aural_client.answered import Answered


class Alternative(Answered):
    bpm: float = Field(description="Another tempo that the same pulse can be counted in.")
    weight: float = Field(description="How likely it is, next to the others.")


class Source(Answered):
    rate_hz: int = Field(description="Sample rate of the file.")
    channels: int = Field(description="Channels of the file.")
    codec: str = Field(description="Codec of the file.")


class TempoDetails(Answered):
    confidence: float = Field(description="How sure the tempo is.")
    alternatives: list[Alternative] = Field(description="Half, double and other readings.")
    beats_s: list[float] = Field(description="Beat times in s.")
    downbeats_s: list[float] = Field(description="Those beats that open a bar.")
    beats_per_bar: int | None = Field(description="2, 3 or 4; null where nothing tells.")
    bars_confidence: float = Field(description="How sure both are.")
    drift: float | None = Field(description="How far the tempo strays from itself, as a share; null for few beats.")
    steady: bool | None = Field(description="Whether that is under 1.5 %.")


class LoudnessDetails(Answered):
    integrated_lufs: float | None = Field(description="Gated loudness of the mono mix (ITU-R BS.1770-4).")
    range_lu: float | None = Field(description="Loudness range (EBU Tech 3342); null under three seconds.")


class EnergyDetails(Answered):
    lufs: list[float | None] = Field(description="K-weighted loudness of each half second; null in digital silence.")
    onsets_per_s: list[float | None] = Field(description="Onsets per second, within a second to either side.")
    brightness_hz: list[float | None] = Field(description="Centroid of the power spectrum; null where nothing sounds.")


class KeyPart(Answered):
    from_s: float = Field(description="Where it begins.")
    key: str = Field(description="The key from there on.")


class KeyDetails(Answered):
    confidence: float = Field(description="Probability of the key.")
    second: str | None = Field(description="The next best key.")
    second_confidence: float = Field(description="Its probability.")
    camelot: str | None = Field(description="The key as a Camelot code, like '8A'; null where nothing is tonal.")
    open_key: str | None = Field(description="The key in Open Key notation, like '1m'; null where nothing is tonal.")
    probabilities: dict[str, float] = Field(
        description="Of all 24 keys, likeliest first; empty where nothing is tonal."
    )
    modulates: bool = Field(description="A warning: a good part of the clip is in another key.")
    parts: list[KeyPart] = Field(description="The keys that it goes through, in order; one where it stays.")
    tuning_cents: float = Field(description="Distance of the clip's tuning from A = 440 Hz.")


class EmotionDetails(Answered):
    valence: float = Field(description="Unpleasant (-1) to pleasant (1).")
    arousal: float = Field(description="Calm (-1) to excited (1).")
    confidence: float = Field(description="Margin of the emotion word over the next one.")


class StyleProbability(Answered):
    style_id: str = Field(description="One of the style vocabulary.")
    probability: float = Field(description="Its probability.")


class PitchDetails(Answered):
    low_hz: float | None = Field(description="5th percentile of voiced F0; null where nothing is voiced.")
    median_hz: float | None = Field(description="Median of voiced F0.")
    high_hz: float | None = Field(description="95th percentile of voiced F0.")
    voiced_share: float = Field(description="Share of frames with a pitch.")


class Details(Answered):
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


class Analysis(Answered):
    """What is heard in a clip."""

    bpm: float | None = Field(description="Tempo in beats a minute; null where nothing pulses.")
    key: str | None = Field(description="One of 24 keys, like 'A minor'; null where nothing is tonal.")
    emotion: str = Field(description="One of the emotion vocabulary (see /info).")
    energy_curve: list[float] = Field(
        description="Energy 0..1 per 0.5 s: loudness (-50 LUFS is 0, -5 is 1), onsets, brightness."
    )
    style_id: str = Field(description="One of the style vocabulary (see /info).")
    prompt: str = Field(description="A MusicGen prompt for music like the clip.")
    details: Details = Field(description="Confidences, alternatives, beats, ranges and model ids.")

"""What is heard in a clip."""

from __future__ import annotations

from dataclasses import dataclass

from aural.types.base import Doubles, Floats, WireSerializable

ENERGY_STEP_S = 0.5


@dataclass(frozen=True, eq=False)
class PitchTrack(WireSerializable):
    """F0 over time. `hz`: (frames,) float32, NaN where unvoiced; `periodicity`: (frames,) 0..1; one per `step_s`."""

    hz: Floats
    periodicity: Floats
    step_s: float


@dataclass(frozen=True, eq=False)
class ClipFeatures(WireSerializable):
    """What a feeling model hears in a clip: an embedding, and tag activations where the model tags.

    `embedding`: (width,) float32. `tags`: (n_tags,) float32 in 0..1, or None. `source`: "tagger" or "clap".
    """

    source: str
    embedding: Floats
    tags: Floats | None = None


@dataclass(frozen=True, eq=False)
class Affect(WireSerializable):
    """What the adapter makes of it. Valence and arousal in -1..1; `styles`: probability per style_id, descending."""

    valence: float
    arousal: float
    emotion: str
    emotion_confidence: float
    styles: tuple[tuple[str, float], ...]

    @property
    def style_id(self) -> str:
        return self.styles[0][0]


@dataclass(frozen=True)
class Tempo(WireSerializable):
    """`bpm` is None where nothing pulses. `alternatives`: (bpm, weight 0..1) of half, double and other readings.

    `beats_per_bar` None: nothing tells. `drift`: how far the tempo strays, as a share of itself; `steady`: whether that
    is little; both None where beats are too few.
    """

    bpm: float | None
    confidence: float
    alternatives: tuple[tuple[float, float], ...] = ()
    beats_s: tuple[float, ...] = ()
    downbeats_s: tuple[float, ...] = ()
    beats_per_bar: int | None = None
    bars_confidence: float = 0.0
    drift: float | None = None
    steady: bool | None = None


@dataclass(frozen=True)
class KeyGuess(WireSerializable):
    """`key` ("A minor") is None where nothing is tonal. `second`: the next best key and its probability.

    `probabilities`: (key, probability) of all 24, likeliest first. `modulates`: whether a good part of the clip is in
    another key; `parts`: (seconds, key from there on), one or more.
    """

    key: str | None
    confidence: float
    second: str | None = None
    second_confidence: float = 0.0
    probabilities: tuple[tuple[str, float], ...] = ()
    parts: tuple[tuple[float, str], ...] = ()

    @property
    def modulates(self) -> bool:
        return len(self.parts) > 1


NO_KEY = KeyGuess(key=None, confidence=0.0)


@dataclass(frozen=True, eq=False)
class Loudness(WireSerializable):
    """Loudness of a clip. `lufs`: (windows,) of each half second, -inf where there is digital silence.

    `integrated_lufs`: gated, BS.1770-4; `range_lu`: EBU Tech 3342; None where nothing passes the gates.
    """

    lufs: Doubles
    integrated_lufs: float | None
    range_lu: float | None


@dataclass(frozen=True)
class Heard(WireSerializable):
    """What listening finds. `tuning_cents`: how far A4 lies from 440 Hz, -50..50. `energy_curve`: one per half second.
    `lufs`, `onsets_per_s`, `brightness_hz`: what that curve is made of, None where there is none. `integrated_lufs`,
    `loudness_range_lu`: None where the clip is too short or too quiet for them.

    It stands here, not in aural.listening: whoever unpickles it must not import that (three seconds of scipy).
    """

    tempo: Tempo
    key: KeyGuess
    tuning_cents: float
    energy_curve: tuple[float, ...]
    lufs: tuple[float | None, ...] = ()
    onsets_per_s: tuple[float | None, ...] = ()
    brightness_hz: tuple[float | None, ...] = ()
    integrated_lufs: float | None = None
    loudness_range_lu: float | None = None

"""What crosses processes: frozen dataclasses with `to_wire` and `from_wire` (dicts of plain fields and arrays)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from aural.wish import Choice, Findings

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Origin = Literal["algorithmicMedia", "trainedAlgorithmicMedia"]
TRAINED: Origin = "trainedAlgorithmicMedia"
BY_RULE: Origin = "algorithmicMedia"

TAKE_RATE_HZ = 32_000
TAIL_S = 0.3
ENERGY_STEP_S = 0.5


class Wired:
    """Crosses processes as a dict: plain fields and arrays as they are, tuples as tuples."""

    def to_wire(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        return cls(**wire)


@dataclass(frozen=True, eq=False)
class PitchTrack(Wired):
    """F0 over time. `hz`: (frames,) float32, NaN where unvoiced; `periodicity`: (frames,) 0..1; one per `step_s`."""

    hz: Floats
    periodicity: Floats
    step_s: float


@dataclass(frozen=True, eq=False)
class Evidence(Wired):
    """What a feeling model hears in a clip: an embedding, and tag activations where the model tags.

    `embedding`: (width,) float32. `tags`: (n_tags,) float32 in 0..1, or None. `source`: "tagger" or "clap".
    """

    source: str
    embedding: Floats
    tags: Floats | None = None


@dataclass(frozen=True, eq=False)
class Feeling(Wired):
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
class Tempo(Wired):
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
class KeyGuess(Wired):
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
class Meter(Wired):
    """Loudness of a clip. `lufs`: (windows,) of each half second, -inf where there is digital silence.

    `integrated_lufs`: gated, BS.1770-4; `range_lu`: EBU Tech 3342; None where nothing passes the gates.
    """

    lufs: Doubles
    integrated_lufs: float | None
    range_lu: float | None


@dataclass(frozen=True)
class Heard(Wired):
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


@dataclass(frozen=True, eq=False)
class MusicRequest(Wired):
    """What to compose. `energy_curve`: values 0..1 spread evenly over `duration_s`. None means: the composer's choice.

    `budget_s`: seconds left for the work from the moment the composer gets it. `loop`: the end leads back to the start;
    a composer that knows its bar lines makes the body `bars` long, or as many as come nearest to `duration_s`. `stems`:
    the parts by themselves and the written notes too, from a composer that has them. `opening`: (time,) mono at 32 kHz,
    what the music goes on from. `candidates`: how many takes like it a place is asked for (see
    `aural.ports.Models.place`); `group` names the place.
    """

    prompt: str
    duration_s: float
    seed: int
    bpm: float | None = None
    key: str | None = None
    energy_curve: tuple[float, ...] | None = None
    style_id: str | None = None
    emotion: str | None = None
    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0
    budget_s: float = 60.0
    loop: bool = False
    bars: int | None = None
    stems: bool = False
    opening: Floats | None = None
    group: str = ""
    candidates: int = 1

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        """It may have crossed as JSON, which has no tuples."""
        curve = wire["energy_curve"]
        return cls(**{**wire, "energy_curve": None if curve is None else tuple(curve)})


@dataclass(frozen=True, eq=False)
class Take(Wired):
    """Composed music: `samples` (2, time) float32 at 32 kHz; the body ends at `loop_end` (samples), the tail follows.

    The tail is the true continuation of the body. `bpm`, `key` and `style_id` are those that the music was made
    with, None where the composer did not set them. `model` names what made it, `licence` what may be done with the
    music, `prompt` the whole text that was composed from. `exact`: tempo, key and level are right by construction, and
    the first bar begins with the first sample. `origin`: the IPTC digital source type of the sound. `bars`: of the
    body, 0 where it is no whole number of them. `stems`: (2, time) each, by player; together they are `samples`.
    `midi`: the written notes as a Standard MIDI File. `findings`: what was measured in it. `choice`: of which
    candidates it is the best.
    """

    samples: Floats
    loop_end: int
    seed: int
    model: str
    bpm: float | None = None
    key: str | None = None
    style_id: str | None = None
    licence: str = ""
    prompt: str = ""
    exact: bool = False
    origin: Origin = TRAINED
    bars: int = 0
    beats_per_bar: int = 4
    stems: dict[str, Floats] = field(default_factory=dict)
    midi: bytes = b""
    findings: Findings | None = None
    choice: Choice | None = None

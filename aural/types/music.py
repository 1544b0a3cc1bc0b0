"""Music: what is asked of a composer, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Any, Literal, Self, get_args

from aural.theory.metre import MetreName
from aural.types.base import Floats, WireSerializable
from aural.types.target import Measurements, Selection

Origin = Literal["algorithmicMedia", "trainedAlgorithmicMedia"]
Ending = Literal["cut", "ring", "fade"]
ENDINGS: tuple[Ending, ...] = get_args(Ending)
TRAINED: Origin = "trainedAlgorithmicMedia"
BY_RULE: Origin = "algorithmicMedia"

TAKE_RATE_HZ = 32_000
TAIL_S = 0.3


@dataclass(frozen=True, eq=False, kw_only=True)
class Controls:
    """What may be set of music beside what it shall be. None means: as the clip is, or else the composer's choice.

    `energy_curve`: values 0..1 spread evenly over `duration_s`. `loop`: the end leads back to the start; a composer
    that knows its bar lines makes the body `bars` long, or as many as come nearest to `duration_s`. `metre`: one of
    `aural.theory.metre.METRES`. `chords`: a progression to play, as musicians write it ("Am F C G"). `negative_prompt`:
    what the music should not be. `ending`: how a body that is no loop ends: "cut", it goes on into the tail; "ring", on
    the tonic, which rings out in the tail; "fade". `stems`: the parts by themselves and the written notes too, from a
    composer that has them. `continues`: the body begins where the clip ends.
    """

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
    loop: bool = False
    bars: int | None = None
    metre: MetreName | None = None
    chords: str | None = None
    negative_prompt: str | None = None
    ending: Ending | None = None
    stems: bool = False
    continues: bool = False


@dataclass(frozen=True, eq=False)
class MusicRequest(Controls, WireSerializable):
    """What to compose.

    `opening`: (time,) mono at 32 kHz, what music that `continues` goes on from. `budget_s`: seconds left for the work
    from the moment the composer gets it. `group`: the place that is kept for it there, if any.
    """

    prompt: str
    _: KW_ONLY
    opening: Floats | None = None
    budget_s: float = 60.0
    group: str = ""

    @classmethod
    def of(cls, controls: Controls, prompt: str) -> Self:
        """As the controls have it."""
        return cls(prompt, **{one.name: getattr(controls, one.name) for one in fields(Controls)})

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        """It may have crossed as JSON, which has no tuples."""
        curve = wire["energy_curve"]
        return cls(**{**wire, "energy_curve": None if curve is None else tuple(curve)})


@dataclass(frozen=True)
class PlaceRequest(WireSerializable):
    """A place for `takes` requests that will come with its `group`, to be done in `budget_s`; each of `duration_s`,
    going on from `opening_s` of sound."""

    group: str
    takes: int
    duration_s: float
    budget_s: float
    opening_s: float = 0.0


@dataclass(frozen=True)
class JobStatus(WireSerializable):
    """How far a composer is with a request.

    `ahead`: how many others must end before it begins. `step` of `steps`: where the composer counts them. `left_s`:
    until the take is there, None while nothing is known of the machine's speed.
    """

    ahead: int
    fraction_done: float = 0.0
    step: int | None = None
    steps: int | None = None
    left_s: float | None = None


@dataclass(frozen=True, eq=False)
class Take(WireSerializable):
    """Composed music: `samples` (2, time) float32; the body ends at `loop_end` (samples), the tail follows. `rate_hz`:
    of the samples and the stems, 32 kHz until they are on their way into a file.

    The tail is the true continuation of the body. `bpm`, `key` and `style_id` are those that the music was made with,
    None where the composer did not set them. `model` names what made it, `licence` what may be done with the music,
    `prompt` the whole text that was composed from. `exact`: tempo, key and level are right by construction, and the
    first bar begins with the first sample. `origin`: the IPTC digital source type of the sound. `bars`: of the body, 0
    where it is no whole number of them; `metre`: of each, as far as there are any. `stems`: (2, time) each, by player;
    together they are `samples`. `midi`: the written notes as a Standard MIDI File. `measurements`: what was measured in
    it. `selection`: of which candidates it is the best. `heard`: what of the prompt was used, as short phrases ("style:
    jazz", "no drums").
    """

    samples: Floats
    loop_end: int
    seed: int
    model: str
    bpm: float | None = None
    key: str | None = None
    licence: str = ""
    prompt: str = ""
    exact: bool = False
    origin: Origin = TRAINED
    bars: int = 0
    metre: MetreName = "4/4"
    style_id: str | None = None
    stems: Mapping[str, Floats] = field(default_factory=dict)
    midi: bytes = b""
    heard: tuple[str, ...] = ()
    measurements: Measurements | None = None
    selection: Selection | None = None
    rate_hz: int = TAKE_RATE_HZ

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Self:
        """It may have crossed as JSON, which has no tuples."""
        return cls(**{**wire, "heard": tuple(wire["heard"])})

"""What the flow asks for: who answers is not its business."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from aural.errors import DeadlineExceeded
from aural.files.tags import Tags
from aural.theory.metre import MetreName
from aural.types import (
    TRAINED,
    Affect,
    ClipFeatures,
    Ending,
    Floats,
    JobStatus,
    MusicRequest,
    Origin,
    PitchTrack,
    PlaceRequest,
    Take,
)

Result = TypeVar("Result")
Watch = Callable[[JobStatus], None]
"""Is told, a few times a second, how far the composer is with a request."""


def unwatched(status: JobStatus) -> None:
    """Nobody wants to know."""


class Workers(Protocol):
    """Runs a function in another process."""

    async def run(
        self, function: Callable[..., Result], *args: Any, timeout_s: float, memory_bytes: int = ..., cpu_s: int = ...
    ) -> Result: ...


class Models(Protocol):
    """Pitch, feeling and composer, each answering within `budget_s` or raising DeadlineExceeded."""

    async def track_pitch(self, samples: Floats, budget_s: float) -> PitchTrack: ...

    async def embed(self, samples: Floats, budget_s: float) -> ClipFeatures: ...

    async def label(self, features: ClipFeatures, descriptors: Floats, budget_s: float) -> Affect: ...

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take: ...

    def reserve_place(self, request: PlaceRequest) -> AbstractAsyncContextManager[JobStatus]:
        """Keeps a place at the composer while the block lasts. Raises Busy, CannotFinishInTime at once."""
        ...

    def stream(self, request: MusicRequest, watch: Watch = unwatched) -> AsyncGenerator[Floats, None]:
        """The samples of the take, (2, n) at a time; when it ends, they are all there."""
        ...

    async def capabilities(self, budget_s: float) -> Capabilities: ...

    async def prompt_similarity(self, samples: Floats, prompt: str, budget_s: float) -> float | None:
        """Cosine of a take, (time,) at the embedder's rate, to a prompt; None where the embedder knows no words."""
        ...

    async def model_ids(self, budget_s: float) -> dict[str, str]: ...


@dataclass(frozen=True)
class Capabilities:
    """The composer: what it is called, what may be done with its music, and what it can.

    `exact`: tempo, key and level are right by construction. `stems`: it has parts and notes to give. `continues`: it
    can go on from a clip's sound. `metres`: those that it keeps; another is no more than a word in its prompt.
    `endings`: those that may be asked for, its own first. `chords`: it plays a progression that is asked for.
    """

    model: str
    licence: str
    exact: bool = False
    origin: Origin = TRAINED
    stems: bool = False
    continues: bool = False
    metres: tuple[MetreName, ...] = ()
    endings: tuple[Ending, ...] = ("cut", "fade")
    chords: bool = False

    @classmethod
    def of(cls, report: dict[str, Any]) -> Capabilities:
        """From what a composer says of itself (see `models.composer.Composer.report`)."""
        return cls(
            report["model"],
            report["licence"],
            exact=report["exact"],
            origin=report["origin"],
            stems=report["stems"],
            continues=report["continues"],
            metres=tuple(report["metres"]),
            endings=tuple(report["endings"]),
            chords=report["chords"],
        )


@dataclass(frozen=True, eq=False)
class Stream:
    """Music that is still being made. `blocks`: (2, n) each, `samples` in all. `tags`: what is known before it is."""

    tags: Tags
    samples: int
    blocks: AsyncGenerator[Floats, None]


@dataclass(frozen=True)
class Deadline:
    """A moment by which the answer must be out."""

    at_s: float

    @classmethod
    def within(cls, budget_s: float) -> Deadline:
        return cls(time.monotonic() + budget_s)

    def earlier(self, by_s: float) -> Deadline:
        return Deadline(self.at_s - by_s)

    @property
    def left_or_raise_s(self) -> float:
        """Seconds left. Raises DeadlineExceeded when there are none."""
        left_s = self.at_s - time.monotonic()
        if left_s <= 0:
            raise DeadlineExceeded("The request's time is over. Send a shorter clip, ask for less, or try again later.")
        return left_s

    @property
    def left_s(self) -> float:
        """Seconds left, 0 where there are none."""
        return max(0.0, self.at_s - time.monotonic())

"""The order of steps: analyze, generate, compose. It takes ports; who answers them is not its business."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, FULL_RATE_HZ, Clip
from aural.errors import DeadlineExceeded, NotAudio, NothingToFollow
from aural.files.tags import Tags
from aural.impressions import Impressions, analysis_of
from aural.wire import (
    TAIL_S,
    TAKE_RATE_HZ,
    Analysis,
    Evidence,
    Feeling,
    Floats,
    Heard,
    Meter,
    MusicRequest,
    PitchTrack,
    Take,
)
from aural.wording.prompt import complete_prompt
from aural.workers import WorkerDied

Result = TypeVar("Result")


class Workers(Protocol):
    """Runs a function in another process."""

    async def run(self, function: Callable[..., Result], *args: Any, timeout_s: float) -> Result: ...


class Models(Protocol):
    """Pitch, feeling and composer, each answering within `budget_s` or raising DeadlineExceeded."""

    async def track(self, samples: Floats, budget_s: float) -> PitchTrack: ...

    async def hear(self, samples: Floats, budget_s: float) -> Evidence: ...

    async def label(self, evidence: Evidence, descriptors: Floats, budget_s: float) -> Feeling: ...

    async def compose(self, request: MusicRequest) -> Take: ...

    def stream(self, request: MusicRequest) -> AsyncGenerator[Floats, None]:
        """The samples of the take, (2, n) at a time; when it ends, they are all there."""
        ...

    async def maker(self, budget_s: float) -> Maker: ...

    async def model_ids(self, budget_s: float) -> dict[str, str]: ...


@dataclass(frozen=True)
class Maker:
    """The composer: what it is called, and what may be done with its music."""

    model: str
    licence: str


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

    @property
    def left_s(self) -> float:
        """Seconds left. Raises DeadlineExceeded when there are none."""
        left_s = self.at_s - time.monotonic()
        if left_s <= 0:
            raise DeadlineExceeded("The request's time is over. Send a shorter clip, ask for less, or try again later.")
        return left_s


@dataclass(frozen=True)
class Flow:
    """The three answers. `ear_rate_hz`: the rate that the feeling model listens at."""

    workers: Workers
    models: Models
    ear_rate_hz: int = FULL_RATE_HZ

    async def analyze(self, data: bytes, deadline: Deadline) -> Analysis:
        """Bytes of an audio file to what was heard in it. Raises NotAudio, TooLong, TooShort, DeadlineExceeded."""
        views = await self._decoded(data, deadline)
        (heard, descriptors), pitch, evidence = await _together(
            self.workers.run(hear_clip, views.analysis, views.meter, timeout_s=deadline.left_s),
            self.models.track(views.analysis.samples, deadline.left_s),
            self.models.hear(views.ear.samples, deadline.left_s),
        )
        feeling = await self.models.label(evidence, descriptors, deadline.left_s)
        ids = await self.models.model_ids(deadline.left_s)
        return analysis_of(views.analysis, Impressions(heard, pitch, evidence, feeling), ids)

    async def generate(self, request: MusicRequest, deadline: Deadline) -> Take:
        """A take for a prompt. Raises CannotFinishInTime, Busy, DeadlineExceeded."""
        prompt = _whole_prompt(request)
        take = await self.models.compose(replace(request, prompt=prompt, budget_s=deadline.left_s))
        return replace(await self._known(take, deadline), prompt=prompt)

    async def stream(self, request: MusicRequest, deadline: Deadline) -> Stream:
        """As `generate`, while it is being made: errors come out of the blocks; tempo and key are the asked ones."""
        maker = await self.models.maker(deadline.left_s)
        prompt = _whole_prompt(request)
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        tags = Tags(prompt, request.seed, maker.model, maker.licence, loop_end, request.bpm, request.key)
        blocks = self.models.stream(replace(request, prompt=prompt, budget_s=deadline.left_s))
        return Stream(tags, loop_end + round(TAIL_S * TAKE_RATE_HZ), blocks)

    async def compose(self, data: bytes, controls: MusicRequest, deadline: Deadline) -> Take:
        """A take that follows a clip. What `controls` sets wins over what was heard. Raises NothingToFollow too."""
        analysis = await self.analyze(data, deadline)
        if not any(analysis.energy_curve):
            raise NothingToFollow("The clip is silent (under -50 LUFS): there is nothing to follow. Send a louder one.")
        request = request_after(analysis, controls)
        return await self.generate(request, deadline)

    async def _decoded(self, data: bytes, deadline: Deadline) -> Views:
        try:
            return await self.workers.run(decode_views, data, self.ear_rate_hz, timeout_s=deadline.left_s)
        except WorkerDied as cause:
            raise NotAudio("The file broke the decoder. It is damaged; export it again.") from cause

    async def _known(self, take: Take, deadline: Deadline) -> Take:
        """Where the composer did not set tempo or key, the take is heard as a new clip and says what it has."""
        if take.bpm is not None and take.key is not None:
            return take
        body = take.samples[:, : min(take.loop_end, 30 * TAKE_RATE_HZ)].mean(axis=0)
        clip = Clip(body, TAKE_RATE_HZ, TAKE_RATE_HZ, len(take.samples), "take")
        heard, _ = await self.workers.run(hear_clip, clip.at(ANALYSIS_RATE_HZ), timeout_s=deadline.left_s)
        return replace(take, bpm=take.bpm or heard.tempo.bpm, key=take.key or heard.key.key)


@dataclass(frozen=True)
class Views:
    """One decode, at the two rates that are listened at; its loudness is measured at its own."""

    analysis: Clip
    ear: Clip
    meter: Meter


def decode_views(data: bytes, ear_rate_hz: int) -> Views:
    """Runs in a worker. `analysis` is at 16 kHz."""
    from aural.audio.decode import decode
    from aural.listening.loudness import metered

    clip = decode(data)
    return Views(clip.at(ANALYSIS_RATE_HZ), clip.at(ear_rate_hz), metered(clip))


def warm_worker() -> None:
    """Runs in every worker before its first job: imports and tables are paid for here, on four seconds of music."""
    import soundfile

    time_s = np.arange(4 * ANALYSIS_RATE_HZ) / ANALYSIS_RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6))
    clicks = np.random.default_rng(0).standard_normal(len(time_s)) * np.exp(-(time_s % 0.5) / 0.02)
    file = io.BytesIO()
    soundfile.write(file, 0.1 * chord + 0.2 * clicks, ANALYSIS_RATE_HZ, format="WAV")
    views = decode_views(file.getvalue(), ANALYSIS_RATE_HZ)
    hear_clip(views.analysis, views.meter)


def hear_clip(clip: Clip, meter: Meter | None = None) -> tuple[Heard, Floats]:
    """Runs in a worker: rhythm, harmony, energy, and the descriptors that the adapter wants. `meter`: as for `listen`.

    Imports stand in the jobs: only workers need what takes three seconds to import.
    """
    from aural.listening import listen
    from aural.listening.descriptors import describe

    heard = listen(clip, meter)
    return heard, describe(clip, bpm=heard.tempo.bpm, key=heard.key)


def request_after(analysis: Analysis, controls: MusicRequest) -> MusicRequest:
    """The clip's own tempo, key, energy, style and emotion, wherever `controls` leaves them open.

    The seed picks one of the clip's wordings.
    """
    prompts = analysis.details["prompts"]
    return replace(
        controls,
        prompt=prompts[controls.seed % len(prompts)],
        bpm=controls.bpm or analysis.bpm,
        key=controls.key or analysis.key,
        energy_curve=controls.energy_curve or analysis.energy_curve,
        style_id=controls.style_id or analysis.style_id,
        emotion=controls.emotion or analysis.emotion,
    )


def _whole_prompt(request: MusicRequest) -> str:
    return complete_prompt(
        request.prompt,
        bpm=request.bpm,
        key=request.key,
        style_id=request.style_id,
        emotion=request.emotion,
    )


async def _together(*work: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """All results; the first error cancels the rest and comes out by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return tuple(task.result() for task in tasks)

"""The order of steps: analyze, generate, compose. It takes ports; who answers them is not its business."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Literal

from aural.analysis import Analysis, Features, assembled
from aural.audio.clip import FULL_RATE_HZ
from aural.candidates import Candidates, said_with
from aural.errors import NotAudio, NothingToFollow, NotOffered
from aural.files.tags import Tags
from aural.jobs import Views, decode_views, hear_clip
from aural.ports import Deadline, Models, Stream, Workers
from aural.wanted import check, raw_duration_s, wish_of
from aural.wire import TAIL_S, TAKE_RATE_HZ, MusicRequest, Take
from aural.wish import Finish
from aural.wording.prompt import complete_prompt
from aural.workers import WorkerDied

Mode = Literal["style", "continue"]
PLAIN = Finish()
OPENING_S = 30.0
"""Of the clip's end, for the composer to take as much of as it goes on from."""


@dataclass(frozen=True)
class Flow:
    """The three answers. `ear_rate_hz`: the rate that the feeling model listens at; `ranks`: whether it can compare
    takes with their prompts."""

    workers: Workers
    models: Models
    ear_rate_hz: int = FULL_RATE_HZ
    ranks: bool = False

    async def analyze(self, data: bytes, deadline: Deadline) -> Analysis:
        """Bytes of an audio file to what was heard in it. Raises NotAudio, TooLong, TooShort, DeadlineExceeded."""
        analysis, _ = await self._analyzed(data, deadline)
        return analysis

    async def generate(self, request: MusicRequest, deadline: Deadline, finish: Finish = PLAIN) -> Take:
        """A take for a prompt, as near to the request as it came: its findings and its choice say how near.

        Raises CannotFinishInTime, Busy, BadField, NotOffered, DeadlineExceeded; nothing any more once a take is there.
        """
        maker = await self.models.maker(deadline.left_s)
        check(request, maker)
        request = replace(request, prompt=_whole_prompt(request))
        if maker.exact and finish == PLAIN and not request.loop:
            # Right by construction: what was asked is what it is, and nothing is gained by hearing it again.
            take = await self.models.compose(replace(request, budget_s=deadline.left_s))
            return said_with(take, request)
        wish = wish_of(request, finish, maker)
        candidates = Candidates(self.workers, self.models, self.ear_rate_hz if self.ranks else None)
        duration_s = raw_duration_s(request, wish, maker)
        takes = await candidates.compose(replace(request, duration_s=duration_s), finish.candidates, deadline)
        finished = await asyncio.gather(*(candidates.finish(take, wish, deadline) for take in takes))
        if finish.candidates == 1:
            return finished[0]
        kept = await candidates.best(finished, wish, finish.candidates, deadline)
        return replace(kept, seed=request.seed)  # the one that gives these bytes again; the scores have its own

    async def stream(self, request: MusicRequest, deadline: Deadline) -> Stream:
        """As `generate`, while it is being made: errors come out of the blocks; tempo and key are the asked ones."""
        maker = await self.models.maker(deadline.left_s)
        prompt = _whole_prompt(request)
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        known = Tags(prompt, request.seed, maker.model, maker.licence, loop_end, request.bpm, request.key)
        tags = replace(known, origin=maker.origin, style_id=request.style_id)
        blocks = self.models.stream(replace(request, prompt=prompt, budget_s=deadline.left_s))
        return Stream(tags, loop_end + round(TAIL_S * TAKE_RATE_HZ), blocks)

    async def compose(
        self, data: bytes, controls: MusicRequest, deadline: Deadline, finish: Finish = PLAIN, mode: Mode = "style"
    ) -> Take:
        """A take that follows a clip or, in mode "continue", goes on from its end. What `controls` sets wins.

        Raises what `analyze` and `generate` raise, and NothingToFollow.
        """
        if mode == "continue" and not (await self.models.maker(deadline.left_s)).continues:
            raise NotOffered(
                "mode: 'continue' needs MusicGen, and this service composes with the built-in models. Leave it out, or"
                " ask a service that runs with AURAL_MODELS=pretrained."
            )
        analysis, views = await self._analyzed(data, deadline, OPENING_S if mode == "continue" else 0.0)
        if not any(analysis.energy_curve):
            raise NothingToFollow("The clip is silent (under -50 LUFS): there is nothing to follow. Send a louder one.")
        request = replace(request_after(analysis, controls), opening=views.opening)
        return await self.generate(request, deadline, finish)

    async def _analyzed(self, data: bytes, deadline: Deadline, opening_s: float = 0.0) -> tuple[Analysis, Views]:
        views = await self._decoded(data, deadline, opening_s)
        (heard, descriptors), pitch, evidence = await _together(
            self.workers.run(hear_clip, views.analysis, views.meter, timeout_s=deadline.left_s),
            self.models.track(views.analysis.samples, deadline.left_s),
            self.models.hear(views.ear.samples, deadline.left_s),
        )
        feeling = await self.models.label(evidence, descriptors, deadline.left_s)
        ids = await self.models.model_ids(deadline.left_s)
        return assembled(views.analysis, Features(heard, pitch, evidence, feeling), ids), views

    async def _decoded(self, data: bytes, deadline: Deadline, opening_s: float) -> Views:
        try:
            return await self.workers.run(decode_views, data, self.ear_rate_hz, opening_s, timeout_s=deadline.left_s)
        except WorkerDied as cause:
            raise NotAudio("The file broke the decoder. It is damaged; export it again.") from cause


def request_after(analysis: Analysis, controls: MusicRequest) -> MusicRequest:
    """The clip's own tempo, key, energy, style and emotion, wherever `controls` leaves them open.

    The seed picks one of the clip's wordings.
    """
    prompts = analysis.details.prompts
    return replace(
        controls,
        prompt=prompts[controls.seed % len(prompts)],
        bpm=controls.bpm or analysis.bpm,
        key=controls.key or analysis.key,
        energy_curve=controls.energy_curve or tuple(analysis.energy_curve),
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

"""The order of steps: analyze, generate, compose. It takes ports; who answers them is not its business."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aural.audio.clip import FULL_RATE_HZ
from aural.errors import CannotFinishInTime, NothingToFollow
from aural.files.tags import Tags
from aural.finishing.blocks import changed_blocks
from aural.finishing.fade_out import fade_written
from aural.flow.admission import ListeningAdmission, ListeningJob, TakesMemory, takes_bytes
from aural.flow.analysis import Analysis, AnalysisInputs, assemble_analysis
from aural.flow.candidates import Candidates, finishing_reserve_s, stamped_with_request
from aural.flow.listening import decode_at, hear
from aural.flow.ports import Capabilities, Deadline, Models, Stream, Workers
from aural.flow.requests import request_from_analysis, whole_prompt
from aural.flow.targets import render_duration_s, target_of, validate_request
from aural.flow.told import ClipHeard, Composing, Listening, Placed, Tell, untold
from aural.settings import MAX_INPUT_S
from aural.types import TAIL_S, TAKE_RATE_HZ, Controls, MusicRequest, PlaceRequest, PostprocessOptions, Take
from aural.workers.jobs import DecodedClip, warm_up_wav

PLAIN = PostprocessOptions()
REHEARSAL_S = 120.0
OPENING_S = 30.0
"""Of the clip's end, for the composer to take as much of as it goes on from."""


@dataclass(frozen=True)
class Flow:
    """The three answers. `embedder_rate_hz`: the rate of the samples that the embedder takes; `ranks`: whether it can
    compare takes with their prompts; `memory`: what all takes together may hold."""

    workers: Workers
    models: Models
    embedder_rate_hz: int = FULL_RATE_HZ
    ranks: bool = False
    memory: TakesMemory = field(default_factory=lambda: TakesMemory(sys.maxsize))
    listening: ListeningAdmission = field(default_factory=ListeningAdmission)

    async def analyze(self, data: bytes, deadline: Deadline) -> Analysis:
        """Bytes of an audio file to what was heard in it.

        Raises NotAudio, TooLong, TooShort, DeadlineExceeded; CannotFinishInTime at once.
        """
        with self.listening.admit(deadline.left_or_raise_s) as job:
            return await self._heard(
                await decode_at(self.workers, data, self.embedder_rate_hz, deadline), job, deadline
            )

    async def calibrate_listening(self) -> None:
        """Listens to a clip of the usual length: from then on it is known how long that takes here."""
        file = await asyncio.to_thread(warm_up_wav, MAX_INPUT_S / 2)
        await self.analyze(file, Deadline.within(REHEARSAL_S))

    async def generate(
        self, request: MusicRequest, deadline: Deadline, postprocess: PostprocessOptions = PLAIN, *, tell: Tell = untold
    ) -> Take:
        """A take for a prompt; its measurements and its selection say how near to the request it came. `tell` hears
        what happens from its admission on.

        Raises CannotFinishInTime, Busy, BadField and NotOffered at once, and DeadlineExceeded. A take that is there is
        answered, finished or not.
        """
        capabilities = await self.models.capabilities(deadline.left_or_raise_s)
        validate_request(request, capabilities)
        request = replace(request, prompt=whole_prompt(request, capabilities))
        if postprocess.candidates == 1:
            with self._reserve_memory(request, postprocess, _composed_s(request, postprocess, capabilities)):
                return await self._compose_and_finish(request, postprocess, capabilities, deadline, tell)
        async with self._reserve_places(request, postprocess, capabilities, deadline) as (group, placed):
            tell(placed)
            request = replace(request, group=group)
            return await self._compose_and_finish(request, postprocess, capabilities, deadline, tell)

    async def _compose_and_finish(
        self,
        request: MusicRequest,
        postprocess: PostprocessOptions,
        capabilities: Capabilities,
        deadline: Deadline,
        tell: Tell,
    ) -> Take:
        """What is admitted already, or asks for admission by itself."""
        if capabilities.exact and postprocess == PLAIN and not request.loop:
            # Right by construction: what was asked is what it is, and nothing is gained by hearing it again.
            asked = replace(request, budget_s=deadline.left_or_raise_s)
            take = await self.models.compose(asked, lambda status: tell(Composing(status)))
            return stamped_with_request(take, request)
        target = target_of(request, postprocess, capabilities)
        candidates = Candidates(self.workers, self.models, self.embedder_rate_hz if self.ranks else None, tell)
        asked = replace(request, duration_s=render_duration_s(request, target, capabilities))
        if postprocess.candidates == 1:
            (take,) = await candidates.compose(asked, 1, deadline)
            return await candidates.finish(take, target, deadline)
        kept = await candidates.best_of(
            replace(asked, stems=False), postprocess.candidates, target, deadline, keeps_all=postprocess.keeps_all
        )
        if request.stems:  # made again, since those of all candidates would take ten times the memory
            (take,) = await candidates.compose(replace(asked, seed=kept.seed), 1, deadline)
            kept = replace(await candidates.finish(take, target, deadline), selection=kept.selection)
        return replace(kept, seed=request.seed)  # the one that gives these bytes again; the scores have its own

    def _reserve_memory(
        self, controls: Controls, postprocess: PostprocessOptions, duration_s: float
    ) -> AbstractContextManager[None]:
        candidates, rate_hz = postprocess.candidates, postprocess.rate_hz
        return self.memory.reserve(
            takes_bytes(duration_s, candidates=candidates, stems=controls.stems, rate_hz=rate_hz)
        )

    @asynccontextmanager
    async def _reserve_places(
        self,
        controls: Controls,
        postprocess: PostprocessOptions,
        capabilities: Capabilities,
        deadline: Deadline,
        listening_s: float = 0.0,
    ) -> AsyncGenerator[tuple[str, Placed], None]:
        """The group that all takes of a request must name, and how they fare at the composer: there is room for them,
        here and there, from `listening_s` on.

        Listening and composing are reckoned one after the other, although one clip is listened to while another's
        music is made: on one machine they take from each other what they gain.
        """
        duration_s = _composed_s(controls, postprocess, capabilities)
        count = postprocess.candidates + (controls.stems and postprocess.candidates > 1)
        left_s = deadline.left_or_raise_s
        budget_s = left_s - finishing_reserve_s(count, left_s) - listening_s
        if budget_s <= 0:
            raise CannotFinishInTime(
                f"The clip will be listened to in {listening_s:.0f} s, and {left_s:.0f} s are left for all. Try again"
                " later.",
                retry_after_s=max(1.0, -budget_s),
            )
        place = PlaceRequest(secrets.token_hex(8), count, duration_s, budget_s, _opening_s(controls))
        async with self.models.reserve_place(place) as status:
            with self._reserve_memory(controls, postprocess, duration_s):
                yield place.group, Placed(status)

    async def stream(self, request: MusicRequest, deadline: Deadline, *, tell: Tell = untold) -> Stream:
        """As `generate`, while it is being made: errors come out of the blocks; tempo, key and metre are those asked.

        Raises NotOffered, BadField at once.
        """
        capabilities = await self.models.capabilities(deadline.left_or_raise_s)
        validate_request(request, capabilities)
        prompt = whole_prompt(request, capabilities)
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        known = Tags(prompt, request.seed, capabilities.model, capabilities.licence, loop_end, request.bpm, request.key)
        metre = request.metre if request.metre in capabilities.metres else None
        tags = replace(known, origin=capabilities.origin, style_id=request.style_id, metre=metre)
        asked = replace(request, prompt=prompt, budget_s=deadline.left_or_raise_s)
        blocks = self.models.stream(asked, lambda status: tell(Composing(status)))
        if target_of(request, PLAIN, capabilities).fades:
            blocks = changed_blocks(blocks, lambda block, start: fade_written(block, start, loop_end))
        return Stream(tags, loop_end + round(TAIL_S * TAKE_RATE_HZ), blocks)

    async def compose(
        self,
        data: bytes,
        controls: Controls,
        deadline: Deadline,
        postprocess: PostprocessOptions = PLAIN,
        *,
        tell: Tell = untold,
    ) -> Take:
        """A take that follows a clip or goes on from its end. What `controls` sets wins. `tell` hears what happens from
        the moment on when there is a place for it and the clip is one.

        Raises what `analyze` and `generate` raise, and NothingToFollow.
        """
        capabilities = await self.models.capabilities(deadline.left_or_raise_s)
        validate_request(controls, capabilities)
        with self.listening.admit(deadline.left_or_raise_s) as job:
            places = self._reserve_places(controls, postprocess, capabilities, deadline, job.expected_s)
            async with places as (group, placed):
                decoded = await decode_at(self.workers, data, self.embedder_rate_hz, deadline, _opening_s(controls))
                tell(placed)
                tell(Listening(job.expected_s))
                analysis = await self._heard(decoded, job, deadline)
                tell(ClipHeard(analysis))
                if not any(analysis.energy_curve):
                    raise NothingToFollow(
                        "The clip is silent (under -50 LUFS): there is nothing to follow. Send a louder one."
                    )
                asked = request_from_analysis(analysis, controls)
                request = replace(asked, prompt=whole_prompt(asked, capabilities), opening=decoded.opening, group=group)
                validate_request(request, capabilities)
                return await self._compose_and_finish(request, postprocess, capabilities, deadline, tell)

    async def _heard(self, decoded: DecodedClip, job: ListeningJob, deadline: Deadline) -> Analysis:
        (heard, descriptors), pitch, features = await _gather_or_cancel(
            hear(self.workers, decoded, deadline),
            self.models.track_pitch(decoded.analysis.samples, deadline.left_or_raise_s),
            self.models.embed(decoded.for_embedder.samples, deadline.left_or_raise_s),
        )
        affect = await self.models.label(features, descriptors, deadline.left_or_raise_s)
        self.listening.mark_done(job)
        ids = await self.models.model_ids(deadline.left_or_raise_s)
        return assemble_analysis(decoded.analysis, AnalysisInputs(heard, pitch, features, affect), ids)


def _opening_s(controls: Controls) -> float:
    return OPENING_S if controls.continues else 0.0


def _composed_s(controls: Controls, postprocess: PostprocessOptions, capabilities: Capabilities) -> float:
    """How much music the composer will be asked for."""
    return render_duration_s(controls, target_of(controls, postprocess, capabilities), capabilities)


async def _gather_or_cancel(*work: Coroutine[Any, Any, Any]) -> tuple[Any, ...]:
    """All results; the first error cancels the rest and comes out by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return tuple(task.result() for task in tasks)

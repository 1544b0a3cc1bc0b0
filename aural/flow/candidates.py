"""Candidates: takes of one request that are composed together, finished each, and weighed against each other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aural.errors import DeadlineExceeded, Internal, NotReady
from aural.finishing.choose import best, score_of, seed_of
from aural.flow.ports import Deadline, Models, Workers
from aural.types import MusicRequest, Selection, Take, Target
from aural.workers.jobs import finish_take, finishing_bytes, resampled_for_embedder, unfinished
from aural.workers.pool import WorkerDied

FINISHING_S = 1.5
"""Kept back for finishing a take: half a second for thirty of music here, and as much again for a busy machine."""
SENDING_S = 0.3
MOST_KEPT_BACK = 0.4  # of the time that is left

logger = logging.getLogger("aural")


@dataclass(frozen=True)
class Candidates:
    """`embedder_rate_hz`: that of the embedder that compares takes with their prompt; None where none can."""

    workers: Workers
    models: Models
    embedder_rate_hz: int | None

    async def compose(self, request: MusicRequest, count: int, deadline: Deadline) -> list[Take]:
        """What of so many takes is there in time, at least one. Raises the first one's error where none is.

        Each has a seed of its own, drawn from the request's; the first one's is the request's.
        """
        composed_by = deadline.earlier(kept_back_s(count, deadline.left_s))
        budget_s = composed_by.left_s
        asked = [replace(request, seed=seed_of(request.seed, place), budget_s=budget_s) for place in range(count)]
        tasks = [asyncio.ensure_future(self.models.compose(one)) for one in asked]
        try:
            await asyncio.wait(tasks, timeout=composed_by.or_nothing_s)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        takes = [one for one in ended if isinstance(one, Take)]
        if takes:
            return [said_with(take, request) for take in takes]
        raise next((one for one in ended if isinstance(one, Exception)), _too_late())

    async def finish(self, take: Take, target: Target, deadline: Deadline) -> Take:
        """Never an error: where there is no time to do it well, it is cut to length, and its measurements say that."""
        try:
            timeout_s = deadline.left_s - SENDING_S
            need_bytes = finishing_bytes(take)
            return await self.workers.run(finish_take, take, target, timeout_s=timeout_s, memory_bytes=need_bytes)
        except (DeadlineExceeded, WorkerDied, MemoryError) as cause:
            logger.warning("a take was not finished, and leaves as it was composed: %r", cause)
            return unfinished(take, target)

    async def best_of(self, request: MusicRequest, count: int, target: Target, deadline: Deadline) -> Take:
        """The best of so many takes, finished."""
        takes = await self.compose(request, count, deadline)
        finished = await asyncio.gather(*(self.finish(take, target, deadline) for take in takes))
        return await self.best(finished, target, count, deadline)

    async def best(self, takes: Sequence[Take], target: Target, asked: int, deadline: Deadline) -> Take:
        """Of finished takes the one nearest to the target."""
        likenesses = await asyncio.gather(*(self._likeness(take, deadline) for take in takes))
        scores = tuple(score_of(take, target, like) for take, like in zip(takes, likenesses, strict=True))
        chosen = best(scores)
        return replace(takes[chosen], selection=Selection(chosen, scores, asked))

    async def _likeness(self, take: Take, deadline: Deadline) -> float | None:
        """How like its prompt a take is; None without an embedder for it, or without the time."""
        if self.embedder_rate_hz is None:
            return None
        try:
            timeout_s = deadline.left_s - SENDING_S
            samples = await self.workers.run(resampled_for_embedder, take, self.embedder_rate_hz, timeout_s=timeout_s)
            return await self.models.match(samples, take.prompt, deadline.left_s - SENDING_S)
        except (DeadlineExceeded, WorkerDied, MemoryError, NotReady, Internal):
            logger.warning("a candidate was not compared with its prompt")
            return None


def kept_back_s(count: int, left_s: float) -> float:
    """Of the time that is left, what is kept for finishing so many takes."""
    return min(FINISHING_S * count, MOST_KEPT_BACK * left_s)


def said_with(take: Take, request: MusicRequest) -> Take:
    """The take with what it was asked with: the prompt word for word, and the style where the composer set none."""
    return replace(take, prompt=request.prompt, style_id=take.style_id or request.style_id)


def _too_late() -> DeadlineExceeded:
    return DeadlineExceeded("The music was not finished in time. Ask for a shorter duration or try again later.")

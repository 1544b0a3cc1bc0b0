"""Candidates: takes of one request that are composed together, finished each, and weighed against each other."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from aural.errors import DeadlineExceeded, Internal, NotReady
from aural.finishing.choose import best_index, candidate_seed, score_of
from aural.flow.ports import Deadline, Models, Workers
from aural.flow.told import Finishing, TakeFinished, TakesTogether, Tell, untold
from aural.types import MusicRequest, Score, Selection, Take, Target
from aural.workers.jobs import FinishedTake, cut_to_length, finish_take, finishing_bytes
from aural.workers.pool import WorkerDied

FINISHING_S = 1.5
"""Kept back for finishing a take: half a second for thirty of music here, and as much again for a busy machine."""
SENDING_S = 0.3
MOST_KEPT_BACK = 0.4  # of the time that is left

logger = logging.getLogger("aural")


@dataclass(frozen=True)
class Candidates:
    """`embedder_rate_hz`: that of the embedder that compares takes with their prompt; None where none can. `tell`:
    hears how far they are."""

    workers: Workers
    models: Models
    embedder_rate_hz: int | None
    tell: Tell = untold

    async def compose(self, request: MusicRequest, count: int, deadline: Deadline) -> list[Take]:
        """What of so many takes is there in time, at least one. Raises the first one's error where none is.

        Each has a seed of its own, drawn from the request's; the first one's is the request's.
        """
        composed_by = deadline.earlier(finishing_reserve_s(count, deadline.left_or_raise_s))
        budget_s = composed_by.left_or_raise_s
        asked = [
            replace(request, seed=candidate_seed(request.seed, place), budget_s=budget_s) for place in range(count)
        ]
        together = TakesTogether(count, self.tell)

        async def one_of_them(place: int, request: MusicRequest) -> Take:
            take = await self.models.compose(request, together.watch(place))
            together.composed(place)
            return take

        tasks = [asyncio.create_task(one_of_them(place, one)) for place, one in enumerate(asked)]
        try:
            await asyncio.wait(tasks, timeout=composed_by.left_s)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        takes = [one for one in ended if isinstance(one, Take)]
        if takes:
            return [stamped_with_request(take, request) for take in takes]
        raise next((one for one in ended if isinstance(one, Exception)), DeadlineExceeded.unfinished())

    async def finish(self, take: Take, target: Target, deadline: Deadline) -> Take:
        """Never an error: where there is no time to do it well, it is cut to length, and its measurements say that."""
        self.tell(Finishing(1))
        return (await self._finish_in_worker(take, target, deadline, None)).take

    async def best_of(
        self, request: MusicRequest, count: int, target: Target, deadline: Deadline, *, keeps_all: bool = False
    ) -> Take:
        """Of so many takes, finished, the one nearest to the target; with `keeps_all` its selection has them all."""
        takes = await self.compose(request, count, deadline)
        self.tell(Finishing(len(takes)))

        async def weigh(index: int, take: Take) -> tuple[Take, Score]:
            finished, score = await self._finish_and_score(take, target, deadline)
            self.tell(TakeFinished(index, len(takes), take.seed, score.likeness))
            return finished, score

        weighed = await asyncio.gather(*(weigh(index, take) for index, take in enumerate(takes)))
        scores = tuple(score for _, score in weighed)
        chosen = best_index(scores)
        finished = tuple(take for take, _ in weighed) if keeps_all else ()
        return replace(weighed[chosen][0], selection=Selection(chosen, scores, count, finished))

    async def _finish_and_score(self, take: Take, target: Target, deadline: Deadline) -> tuple[Take, Score]:
        finished = await self._finish_in_worker(take, target, deadline, self.embedder_rate_hz)
        return finished.take, score_of(finished.take, target, await self._likeness(finished, deadline))

    async def _finish_in_worker(
        self, take: Take, target: Target, deadline: Deadline, embedder_rate_hz: int | None
    ) -> FinishedTake:
        """One that could not be finished is not compared with its prompt either: its worker was to do both."""
        try:
            timeout_s, need_bytes = deadline.left_or_raise_s - SENDING_S, finishing_bytes(take)
            return await self.workers.run(
                finish_take, take, target, embedder_rate_hz, timeout_s=timeout_s, memory_bytes=need_bytes
            )
        except (DeadlineExceeded, WorkerDied, MemoryError) as cause:
            logger.warning("a take was not finished, and leaves as it was composed: %r", cause)
            return FinishedTake(cut_to_length(take, target))

    async def _likeness(self, finished: FinishedTake, deadline: Deadline) -> float | None:
        """How like its prompt a take is; None without an embedder for it, or without the time."""
        if finished.for_embedder is None:
            return None
        try:
            return await self.models.prompt_similarity(
                finished.for_embedder, finished.take.prompt, deadline.left_or_raise_s - SENDING_S
            )
        except (DeadlineExceeded, NotReady, Internal):
            logger.warning("a candidate was not compared with its prompt")
            return None


def finishing_reserve_s(count: int, left_s: float) -> float:
    """Of the time that is left, what is kept for finishing so many takes."""
    return min(FINISHING_S * count, MOST_KEPT_BACK * left_s)


def stamped_with_request(take: Take, request: MusicRequest) -> Take:
    """The take with what it was asked with: the prompt word for word, and the style where the composer set none."""
    return replace(take, prompt=request.prompt, style_id=take.style_id or request.style_id)

"""What `aural.flow.steps` asks for, answered by the models in this process. Each is loaded when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aural.errors import AuralError, DeadlineExceeded, MissingWeights, NotReady
from aural.flow.ports import Capabilities, Watch, unwatched
from aural.settings import BadSetting, Settings
from aural.types import Affect, ClipFeatures, Floats, JobStatus, MusicRequest, PitchTrack, PlaceRequest, Take
from cli.in_process.patience import Patient, Uncounted
from models.load_composer import composer_id

if TYPE_CHECKING:
    from models.affect import AffectModel
    from models.crepe import Crepe
    from models.job_queue import JobQueue

T = TypeVar("T")

WATCH_EVERY_S = 0.25
"""As the composer's runner tells how far a take is."""


class Loading(Generic[T]):
    """Something that is loaded once, in a thread, for all who ask."""

    def __init__(self, load: Callable[[], T]):
        self._load = load
        self._task: asyncio.Task[T] | None = None

    @property
    def begun(self) -> bool:
        return self._task is not None

    def begin(self) -> asyncio.Task[T]:
        if self._task is None:
            self._task = asyncio.create_task(asyncio.to_thread(self._load))
            self._task.add_done_callback(_seen)
        return self._task

    async def get(self) -> T:
        """Raises NotReady where it cannot be had: weights, a device or a setting."""
        try:
            return await asyncio.shield(self.begin())
        except Exception as error:
            if is_setup_fault(error):
                raise NotReady(str(error)) from error
            raise


def _seen(task: asyncio.Task[Any]) -> None:
    """A failure that nobody has waited for yet is no bug of ours."""
    if not task.cancelled():
        task.exception()


def is_setup_fault(error: Exception) -> bool:
    """Whether the operator can mend it: its sentence says how."""
    if isinstance(error, (MissingWeights, BadSetting)):
        return True
    from models.devices import MissingDevice

    return isinstance(error, MissingDevice)


class InProcessModels:
    """`aural.flow.ports.Models`. One clip at a time is in a network: each of them takes all cores."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.pitch: Loading[Crepe] = Loading(self._load_pitch)
        self.feeling: Loading[AffectModel] = Loading(self._load_feeling)
        self.composer: Loading[JobQueue] = Loading(self._load_composer)
        self._composer_report: dict[str, Any] | None = None
        self._tracking, self._embedding = asyncio.Lock(), asyncio.Lock()

    def begin_listening(self) -> None:
        """What hears clips is loaded from here on, while the clip is decoded."""
        self.pitch.begin()
        self.feeling.begin()

    async def track_pitch(self, samples: Floats, budget_s: float) -> PitchTrack:
        crepe = await self.pitch.get()
        async with _within(budget_s), self._tracking:
            return await asyncio.to_thread(crepe.track, samples)

    async def embed(self, samples: Floats, budget_s: float) -> ClipFeatures:
        model = await self.feeling.get()
        async with _within(budget_s), self._embedding:
            (features,) = await asyncio.to_thread(lambda: list(model.embed_many([samples])))
        if isinstance(features, AuralError):
            raise features
        return features

    async def label(self, features: ClipFeatures, descriptors: Floats, budget_s: float) -> Affect:
        del budget_s
        return (await self.feeling.get()).label(features, descriptors)

    async def prompt_similarity(self, samples: Floats, prompt: str, budget_s: float) -> float | None:
        model = await self.feeling.get()
        if not model.reads_words:
            return None
        features = await self.embed(samples, budget_s)
        return await asyncio.to_thread(model.likeness, features, prompt)

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take:
        async with aclosing(self._events(request, watch)) as events:
            async for item in events:
                if isinstance(item, Take):
                    return item
        raise AssertionError("a composer's events end with its take, or raise")

    async def stream(self, request: MusicRequest, watch: Watch = unwatched) -> AsyncGenerator[Floats, None]:
        async with aclosing(self._events(request, watch)) as events:
            async for item in events:
                if not isinstance(item, Take):
                    yield item

    def reserve_place(self, request: PlaceRequest) -> AbstractAsyncContextManager[JobStatus]:
        return self._place(request)

    async def capabilities(self, budget_s: float) -> Capabilities:
        del budget_s
        await self.composer.get()
        assert self._composer_report is not None
        return Capabilities.of(self._composer_report)

    async def model_ids(self, budget_s: float) -> dict[str, str]:
        """By role, as the service has them: the composer need not be loaded to be named."""
        del budget_s
        pitch, feeling = (await self.pitch.get()).report(), (await self.feeling.get()).report()
        return {
            "pitch": pitch["model"],
            "feeling": feeling["model"],
            "composer": composer_id(self._settings),
            "adapter": feeling["adapter"]["model"],
        }

    async def reports(self) -> dict[str, dict[str, Any]]:
        """For /info. A composer that nobody has needed yet is named, and not loaded for it."""
        named = {"model": composer_id(self._settings), "loaded": False, "gpu": False}
        return {
            "pitch": (await self.pitch.get()).report(),
            "feeling": (await self.feeling.get()).report(),
            "composer": self._composer_report or named,
        }

    async def close(self) -> None:
        if self.composer.begun:
            await asyncio.wait({self.composer.begin()})
            if self._composer_report is not None:
                self.composer.begin().result().close()

    @asynccontextmanager
    async def _place(self, request: PlaceRequest) -> AsyncGenerator[JobStatus, None]:
        with (await self.composer.get()).place(request) as status:
            yield status

    async def _events(self, request: MusicRequest, watch: Watch) -> AsyncGenerator[Floats | Take, None]:
        queue = await self.composer.get()
        request = replace(request)  # a job is known by its request's identity
        watching = asyncio.create_task(_tell_status(queue, request, watch))
        try:
            async with aclosing(queue.stream(request)) as events:
                async for item in events:
                    yield item
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def _load_pitch(self) -> Crepe:
        from models.crepe import Crepe
        from models.devices import choose_device

        return Crepe.load(choose_device(self._settings.device))

    def _load_feeling(self) -> AffectModel:
        from models.affect import AffectModel

        return AffectModel.load(self._settings)

    def _load_composer(self) -> JobQueue:
        from models.job_queue import JobQueue
        from models.load_composer import load_composer

        loaded = load_composer(self._settings)
        queue = JobQueue(
            loaded.composer,
            slots=loaded.slots,
            estimator=Patient(loaded.estimator),
            metrics=Uncounted(),
            max_waiting=self._settings.max_in_flight,
        )
        self._composer_report = loaded.composer.report()
        return queue


async def _tell_status(queue: JobQueue, request: MusicRequest, watch: Watch) -> None:
    while True:
        if (status := queue.status(request)) is not None:
            watch(status)
        await asyncio.sleep(WATCH_EVERY_S)


@asynccontextmanager
async def _within(budget_s: float) -> AsyncGenerator[None, None]:
    """Raises DeadlineExceeded where the block takes longer."""
    try:
        async with asyncio.timeout(budget_s):
            yield
    except TimeoutError as cause:
        raise DeadlineExceeded("The clip was not listened to in the time that was left.") from cause

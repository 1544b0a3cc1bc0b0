"""The bundle's entry: the typed APIs and the runners they depend on. One line each into the flow."""

from __future__ import annotations

import asyncio
import logging
import os
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import bentoml
from bentoml.validators import ContentType
from starlette.requests import Request

from aural.flow.admission import ListeningAdmission, TakesMemory
from aural.flow.analysis import Analysis
from aural.flow.steps import Flow
from aural.gateway.access import OPEN
from aural.gateway.bodies import AnalyzeBody, ComposeBody, GenerateBody
from aural.gateway.body_limit import LONGEST_BODY_S
from aural.gateway.cross_origin import CrossOrigin
from aural.gateway.handlers import Handlers
from aural.gateway.http_protocol import bound_connections
from aural.gateway.info import info_app
from aural.gateway.metrics_server import MetricsServer
from aural.gateway.middleware import GatewayMiddleware
from aural.gateway.pages import Pages
from aural.gateway.readiness import Readiness, starting_error
from aural.gateway.runner_watch import SILENT_S, RunnerWatch
from aural.gateway.stopping import Stopping, StoppingMiddleware, stopping_error
from aural.gateway.streaming import limiter
from aural.workers.jobs import warm_worker
from aural.workers.pool import Workers
from runners.affect import AffectRunner, embedder_rate_hz
from runners.backstop import end_timers_with_requests
from runners.composer import ComposerRunner
from runners.composer_client import ComposerClient
from runners.lifeline import MARGIN_S, close_foreign_sockets, end_with_parent, take_over_stop_signals
from runners.pitch import PitchRunner
from runners.ports import RunnerPorts
from runners.preflight import in_a_worker, settings_or_exit, sockets_or_exit
from runners.tracking import read_again

read_again()
end_timers_with_requests()
# Of libraries BentoML shows warnings alone; which key asked is none.
logging.getLogger("aural").setLevel(logging.getLogger("bentoml").level)
SETTINGS = settings_or_exit()
if in_a_worker():
    from runners.metric_room import allocate_metric_files

    allocate_metric_files()
else:
    from runners.arbiter import supervise

    supervise(SETTINGS.deadline_s)
# Longer than our own limits, of the body's time and then the deadline: the gateway answers 408 and 504 in its own words
# before BentoML does.
BACKSTOP_S = LONGEST_BODY_S + SETTINGS.deadline_s + 15
# This machine alone, where nobody says otherwise; the image says BENTOML_HOST=0.0.0.0. It is read here, since of
# BentoML's commands only `serve` reads it itself.
HOST = os.environ.get("BENTOML_HOST") or "127.0.0.1"
READINESS = Readiness()
WATCH = RunnerWatch()
STOPPING = Stopping()
# Swagger UI comes with BentoML, whose own page would ask a tag manager on the internet.
PAGES = Pages(
    swagger=Path(bentoml.__file__).parent / "_internal" / "server" / "static_content",
    built=Path(__file__).parent / "page" / "dist",
)

Wav = Annotated[bytes, ContentType("application/octet-stream")]


class Unread(bentoml.IODescriptor):
    """A body that is documented here and read by the handler: nothing on disk, no URL fetched, errors in our shape.

    What BentoML reads itself it spools, fetches where it looks like a URL, and answers in a shape of its own.
    """

    __root_input__ = True  # the method gets one argument: the request

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super().model_json_schema(*args, **kwargs)
        schema.pop("root_input", None)  # clients name its fields all the same
        return schema

    @classmethod
    async def from_http_request(cls, request: Request, serde: Any) -> Any:
        del serde
        return request


class AnalyzeInput(Unread, AnalyzeBody): ...


class GenerateInput(Unread, GenerateBody): ...


class ComposeInput(Unread, ComposeBody): ...


@bentoml.service(name="aural-architect", http={"host": HOST, "port": 8000}, traffic={"timeout": BACKSTOP_S})
class AuralArchitect:
    """Listens to a clip and composes music that fits. The handlers answer with a Response, which BentoML passes on."""

    pitch = bentoml.depends(PitchRunner)
    feeling = bentoml.depends(AffectRunner)
    composer = bentoml.depends(ComposerRunner)

    def __init__(self) -> None:
        takes = ComposerClient.beside(self.composer)
        self.ports = RunnerPorts(self.pitch, self.feeling, self.composer, takes)
        self.workers = Workers(SETTINGS.workers, warm_worker)
        ranks = SETTINGS.models == "pretrained"
        memory = TakesMemory(SETTINGS.takes_mb * 2**20)
        listening = ListeningAdmission(max_wait_s=SETTINGS.max_wait_s)
        self.flow = Flow(self.workers, self.ports, embedder_rate_hz(SETTINGS.models), ranks, memory, listening)
        self.handlers = Handlers(SETTINGS, self.flow)
        self.metrics = MetricsServer(SETTINGS.metrics_address) if SETTINGS.metrics_address else None

    @bentoml.on_deployment
    def check_sockets() -> None:
        """Before any process starts."""
        sockets_or_exit()

    @bentoml.on_startup
    async def start(self) -> None:
        """Probes are answered from here on; the rest goes on behind them."""
        close_foreign_sockets()  # before any of its own is opened
        if self.metrics is not None:
            self.metrics.start()
        asked = partial(self.ports.reports, SILENT_S)
        self.tidying = asyncio.create_task(self.handlers.records.tidy()) if self.handlers.records else None
        self.starting = asyncio.create_task(READINESS.become_ready(self.warm_up, asked, self.flow.calibrate_listening))
        self.watching = asyncio.create_task(WATCH.run(asked))
        self.drain_on_stop_signals()
        end_with_parent()

    def drain_on_stop_signals(self) -> None:
        """SIGTERM and SIGINT: the server ends when what it took is finished, before it would be killed."""
        loop = asyncio.get_running_loop()

        def drain() -> None:
            STOPPING.begin(leave, SETTINGS.deadline_s + MARGIN_S / 2)

        def told() -> None:
            loop.call_soon_threadsafe(drain)

        leave = take_over_stop_signals(told)

    async def warm_up(self) -> None:
        await asyncio.to_thread(limiter)
        await self.workers.start()

    @bentoml.on_shutdown
    async def stop(self) -> None:
        self.starting.cancel()
        self.watching.cancel()
        if self.tidying is not None:
            self.tidying.cancel()
        if self.metrics is not None:
            await asyncio.to_thread(self.metrics.stop)
        await self.workers.stop()
        await self.ports.takes.close()

    @bentoml.api(input_spec=AnalyzeInput)
    async def analyze(self, request: Request) -> Analysis:
        """Listen to a clip."""
        return await self.handlers.analyze(request)  # type: ignore[return-value]

    @bentoml.api(input_spec=GenerateInput)
    async def generate(self, request: Request) -> Wav:
        """Compose from a prompt."""
        return await self.handlers.generate(request)  # type: ignore[return-value]

    @bentoml.api(input_spec=ComposeInput)
    async def compose(self, request: Request) -> Wav:
        """Compose music that follows a clip."""
        return await self.handlers.compose(request)  # type: ignore[return-value]


async def runner_reports() -> dict[str, dict[str, Any]]:
    """What the runners said last, for /health and /info. Raises NotReady."""
    if STOPPING.begun:
        raise stopping_error()
    return WATCH.reports()


def check_runners() -> None:
    """Raises what /readyz answers before the first start is over, and where a runner is missing."""
    if not READINESS.ready:
        raise starting_error()
    WATCH.reports()


if SETTINGS.cors_origins:  # the first is the outermost: preflights bring no key
    AuralArchitect.add_asgi_middleware(CrossOrigin, origins=SETTINGS.cors_origins)  # type: ignore[attr-defined]
AuralArchitect.add_asgi_middleware(StoppingMiddleware, stopping=STOPPING, check_runners=check_runners)  # type: ignore[attr-defined]
AuralArchitect.add_asgi_middleware(GatewayMiddleware, settings=SETTINGS, readiness=READINESS)  # type: ignore[attr-defined]
AuralArchitect.mount_asgi_app(PAGES.app())  # type: ignore[attr-defined]
AuralArchitect.mount_asgi_app(info_app(SETTINGS, READINESS, runner_reports))  # type: ignore[attr-defined]
# Runners load this module too, but they are asked by the gateway alone.
bound_connections(
    lambda: bentoml.server_context.service_name == AuralArchitect.name,  # type: ignore[attr-defined]
    paths=OPEN | PAGES.paths() | {api.route for api in AuralArchitect.apis.values()},  # type: ignore[attr-defined]
    max_per_address=SETTINGS.connections_per_address,
)

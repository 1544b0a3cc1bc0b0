"""The service's paths over models in this process: the same middleware, handlers and /info, without BentoML."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from aural.flow.steps import Flow
from aural.gateway.handlers import Handlers
from aural.gateway.info import info_app
from aural.gateway.middleware import GatewayMiddleware
from aural.gateway.readiness import Readiness
from aural.settings import Settings
from cli.in_process.lazy_workers import LazyWorkers
from cli.in_process.models import InProcessModels
from cli.in_process.patience import PatientListening
from models.cards import embedder_rate_hz


@asynccontextmanager
async def running_app(settings: Settings, jobs: int) -> AsyncIterator[ASGIApp]:
    """`jobs`: worker processes, which are started when there is work for them. At the end of the block all is over."""
    async with running_flow(settings, jobs) as (flow, models):
        yield app_over(settings, flow, models)


@asynccontextmanager
async def running_flow(settings: Settings, jobs: int) -> AsyncIterator[tuple[Flow, InProcessModels]]:
    """What the app asks, and what answers it."""
    models = InProcessModels(settings)
    async with LazyWorkers(jobs) as workers:
        flow = Flow(
            workers,
            models,
            embedder_rate_hz(settings.models),
            ranks=settings.models == "pretrained",
            listening=PatientListening(),
        )
        try:
            yield flow, models
        finally:
            await models.close()


def app_over(settings: Settings, flow: Flow, models: InProcessModels) -> ASGIApp:
    """The service's paths."""
    handlers = Handlers(settings, flow)

    async def analyze(request: Request) -> Response:
        models.begin_listening()
        return await handlers.analyze(request)

    async def compose(request: Request) -> Response:
        models.begin_listening()
        return await handlers.compose(request)

    readiness = Readiness()
    readiness.ready = True  # what a request needs is loaded when it comes
    inner = Starlette(
        routes=[
            Route("/analyze", analyze, methods=["POST"]),
            Route("/generate", handlers.generate, methods=["POST"]),
            Route("/compose", compose, methods=["POST"]),
            Mount("/", info_app(settings, readiness, models.reports)),
        ]
    )
    return GatewayMiddleware(inner, settings, readiness)

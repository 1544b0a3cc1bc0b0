"""CLAP (pretrained) or the tagger (builtin) behind a batching queue, then the adapter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import bentoml

from aural.settings import Settings
from aural.types import Affect, ClipFeatures, Floats, WireSerializable
from models.cards import embedder_rate_hz as embedder_rate_hz  # for the service, which imports no models
from runners.batching import Batcher
from runners.lifeline import outliving_gateway
from runners.replies import RUNNER_CONFIG, Reply, reply


@dataclass(frozen=True)
class Match(WireSerializable):
    """`likeness`: -1..1, None where the embedder reads no words."""

    likeness: float | None


@bentoml.service(name="feeling", **RUNNER_CONFIG)
class AffectRunner:
    """`embed` takes `{"samples": (time,) float32 at the embedder's rate, "budget_s"}`, `label` features and
    descriptors, `match` what `embed` takes and a `prompt`."""

    def __init__(self) -> None:
        from models.affect import AffectModel

        settings = Settings.from_env()
        with outliving_gateway(settings.deadline_s):
            self._model = AffectModel.load(settings)
            self._model.warm_up()
        self._embed: Batcher[Floats, ClipFeatures] = Batcher("feeling", self._model.embed_many, max_batch=16)

    @bentoml.api
    async def embed(self, request: dict[str, Any]) -> Reply:
        return await reply(self._embed(request["samples"], request["budget_s"]))

    @bentoml.api
    async def label(self, request: dict[str, Any]) -> Reply:
        return await reply(self._label(request))

    async def _label(self, request: dict[str, Any]) -> Affect:
        return self._model.label(ClipFeatures.from_wire(request["features"]), request["descriptors"])

    @bentoml.api
    async def match(self, request: dict[str, Any]) -> Reply:
        return await reply(self._match(request))

    async def _match(self, request: dict[str, Any]) -> Match:
        if not self._model.reads_words:
            return Match(None)
        heard = await self._embed(request["samples"], request["budget_s"])
        return Match(await asyncio.to_thread(self._model.likeness, heard, request["prompt"]))

    @bentoml.api
    async def report(self) -> dict[str, Any]:
        return self._model.report()

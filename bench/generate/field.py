"""The contestants of `bench.generate` on one kind of device, all with the same random weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from bench.generate.contestants import Audiocraft, Contestant, Ours, Transformers
from bench.generate.peers import audiocraft_model, transformers_model
from bench.generate.timing import held_bytes
from bench.musicgen_shapes import numbers_kept
from models.musicgen.precision import ON, TORCH, Precision, calibrate_cache_scales, choose_precision
from models.musicgen.shape import WINDOW_FRAMES, Weights
from models.musicgen.step import OutOfCacheMemory, Step
from models.musicgen.step_onnx import OnnxStep
from models.musicgen.step_torch import TorchStep, set_full_precision_sums


def precisions_on(device: torch.device) -> Sequence[Precision]:
    """Of ours; the one that is served, or on a CPU the one with the smallest numbers, comes last."""
    return ("fp32", "int8") if device.type == "cpu" else ON[device.type][::-1]


def peers_precisions_on(device: torch.device) -> Sequence[str]:
    """Of the peers: fp16 is what they are run in on a GPU, and on a CPU nobody does."""
    return ("fp32", "bf16") if device.type == "cpu" else ("fp32", "bf16", "fp16")


PEERS: Mapping[str, Callable[[Weights], Any]] = {"transformers": transformers_model, "audiocraft": audiocraft_model}


@dataclass(frozen=True, eq=False)
class Host:
    """One of ours. `built_bytes`: memory that its weights take, and on a GPU all of its cache."""

    precision: str
    contestant: Ours
    built_bytes: int


@dataclass(frozen=True, eq=False)
class Guest:
    """One setting of a peer. `held_bytes`: memory that its weights take."""

    peer: str
    precision: str
    contestant: Contestant
    held_bytes: int


@dataclass(frozen=True, eq=False)
class Field:
    """What all have in common. `slots`: as many as are served, and at least the largest batch."""

    weights: Weights
    text: Tensor
    device: torch.device
    threads: int
    slots: int

    def step(self, precision: str, threads: int) -> Step:
        """As production builds it (models/musicgen/assemble.py). On a GPU `threads` mean nothing."""
        positions = WINDOW_FRAMES + self.weights.shape.longest_delay
        if self.device.type != "cpu":
            set_full_precision_sums()
            step = TorchStep(self.weights, self.device, TORCH[precision], slots=self.slots, positions=positions)
            step.warm_up()
            return step
        if precision == "fp32":
            return OnnxStep(self.weights, slots=self.slots, positions=positions, threads=threads)
        scales = calibrate_cache_scales(self.weights, [self.text], threads=threads)
        return OnnxStep(
            self.weights, slots=self.slots, positions=positions, threads=threads, precision="int8", scales=scales
        )

    def host(self, precision: str, threads: int) -> Host:
        before = held_bytes(self.device)
        step = self.step(precision, threads)
        ours = Ours(f"ours {precision}", step, self.weights.shape, self.text, self.device)
        return Host(precision, ours, held_bytes(self.device) - before)

    def hosts(self) -> list[Host]:
        """Those for which there is room. Raises OutOfCacheMemory where there is none for any.

        A GPU has all of a cache from the start: there the served one is built first, so that another is missing.
        """
        order = precisions_on(self.device)
        hosts: dict[str, Host] = {}
        for precision in order if self.device.type == "cpu" else reversed(order):
            try:
                hosts[precision] = self.host(precision, self.threads)
            except OutOfCacheMemory as error:
                if not hosts:
                    raise
                print(f"ours {precision}: left out, {error}", flush=True)
        return [hosts[precision] for precision in order if precision in hosts]

    def guests(self, peer: str, precision: str) -> list[Guest]:
        """One of PEERS in a precision; transformers with both of its caches over one model."""
        dtype = TORCH[precision]
        model = PEERS[peer](self.weights).to(self.device, dtype)
        weights_bytes = numbers_kept(self.weights.shape) * dtype.itemsize
        return [Guest(peer, precision, one, weights_bytes) for one in self._settings(peer, precision, model)]

    def _settings(self, peer: str, precision: str, model: Any) -> list[Contestant]:
        name = f"{peer} {precision}"
        if peer == "audiocraft":
            return [Audiocraft(name, model, self.text, threads=self.threads)]
        return [
            Transformers(f"{name}, {cache} cache", model, self.text, static=cache == "static", threads=self.threads)
            for cache in ("growing", "static")
        ]


def served(hosts: Sequence[Host], device: torch.device) -> Host:
    """The one whose precision the service takes there unless it is told; the last where that one is missing."""
    precision = choose_precision("auto", device)
    return next((host for host in hosts if host.precision == precision), hosts[-1])

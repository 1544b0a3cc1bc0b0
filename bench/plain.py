"""What finishing costs a plain request: `python -m bench.plain`

Pairs, interleaved: a request as it is served now, through the flow with its workers, against the composer alone, which
is what it cost before anything was finished. The sketch composer as it is; MusicGen small's full shape with random
weights on this machine's CPU (fp32), whose music is noise: it is heard and levelled, and made longer where a tempo was
asked for, but nothing in it can be brought to that. Prints medians and their ratio; writes bench/results/plain.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from aural.flow.ports import Capabilities, Deadline, Watch, unwatched
from aural.flow.steps import Flow
from aural.settings import Settings
from aural.types import MusicRequest, Take
from aural.workers.jobs import warm_worker
from aural.workers.pool import Workers
from bench.codec import random_encodec
from bench.musicgen_shapes import SMALL, random_text, random_weights
from models.cards import MUSICGEN
from models.composer import Composer
from models.load_composer import load_composer
from models.musicgen.codec import Codec
from models.musicgen.codec_encoder import Encoder
from models.musicgen.composer import MusicGenComposer
from models.musicgen.engine import Engine
from models.musicgen.scheduler import Scheduler
from models.musicgen.step_onnx import OnnxStep

RESULT = Path(__file__).parent / "results" / "plain.json"
SLOTS = 1


@dataclass(frozen=True)
class Text:
    """In place of T5, which is no part of what is compared."""

    def encode(self, text: str) -> Tensor:
        return random_text(SMALL, 12, len(text))


@dataclass(frozen=True)
class Alone:
    """Ports with a composer behind them and nothing else."""

    composer: Composer

    async def compose(self, request: MusicRequest, watch: Watch = unwatched) -> Take:
        del watch
        return await asyncio.to_thread(self.composer.compose, request, lambda _: None)

    async def capabilities(self, budget_s: float) -> Capabilities:
        del budget_s
        return Capabilities.of(self.composer.report())


CASES: dict[str, dict[str, Any]] = {"prompt alone": {}, "with bpm and key": {"bpm": 120.0, "key": "A minor"}}


def musicgen(threads: int) -> MusicGenComposer:
    weights, model = random_weights(SMALL), random_encodec()
    device = torch.device("cpu")
    step = OnnxStep(weights, slots=SLOTS, positions=1504, threads=threads)
    engine = Engine(step, SMALL)
    return MusicGenComposer(
        card=MUSICGEN["musicgen-small"],
        text=Text(),  # type: ignore[arg-type]
        scheduler=Scheduler(engine, bytes_per_frame=SMALL.cached_numbers * 4, kv_cache_bytes=4 << 30),
        codec=Codec.load(model, device=device, channels=1, threads=threads),
        encoder=Encoder.load(model, device=device, channels=1),
        opening_frames=500,
        device=device,
        precision="fp32",
        observe_overhead=lambda _: None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.plain", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=float, default=10.0, help="seconds of music")
    chosen = parser.parse_args()
    composers: dict[str, Callable[[], Composer]] = {
        "sketch": lambda: load_composer(replace(Settings(), models="builtin")).composer,
        "MusicGen small": lambda: musicgen(threads=2),
    }
    rows = []
    for name, make in composers.items():
        composer = make()
        composer.compose(MusicRequest("warm up", duration_s=1.0, seed=0), lambda _: None)
        rounds = chosen.rounds if name != "sketch" else 7 * chosen.rounds
        for case, fields in CASES.items():
            request = MusicRequest("rain on a roof", duration_s=chosen.duration, seed=3, budget_s=600.0, **fields)
            alone_s, served_s = asyncio.run(measured(composer, request, rounds))
            row = {"composer": name, "case": case, "alone_s": alone_s, "served_s": served_s}
            rows.append({**row, "ratio": round(served_s / alone_s, 3)})
            print(f"{name:16s}{case:18s} alone {alone_s:7.2f} s  served {served_s:7.2f} s  {served_s / alone_s:.3f}x")
    RESULT.write_text(json.dumps({"machine": platform.machine(), **vars(chosen), "rows": rows}, indent=1) + "\n")


async def measured(composer: Composer, request: MusicRequest, rounds: int) -> tuple[float, float]:
    """Medians of both, taken in turns."""
    workers = Workers(2, warm_worker)
    await workers.start()
    flow = Flow(workers, Alone(composer))  # type: ignore[arg-type]
    times: list[tuple[float, float]] = []
    try:
        for _ in range(rounds):
            began_s = time.perf_counter()
            await asyncio.to_thread(composer.compose, request, lambda _: None)
            between_s = time.perf_counter()
            await flow.generate(request, Deadline.within(600))
            times.append((between_s - began_s, time.perf_counter() - between_s))
    finally:
        await workers.stop()
    alone_s, served_s = np.median(times, axis=0)
    return round(float(alone_s), 3), round(float(served_s), 3)


if __name__ == "__main__":
    main()

"""The contract's default, 60 s of music within 60 s: from how many threads on it holds, and how much is let in."""

from __future__ import annotations

import gc
import os
import time
from bisect import bisect_right
from typing import Any

import numpy as np
import torch

from aural.settings import MAX_DURATION_S
from aural.types import TAIL_S
from bench.codec import random_encodec
from bench.generate.contestants import Ours
from bench.generate.field import Field, precisions_on
from bench.generate.timing import PLACES, GenerationRequest, interleaved, long_take_s, whole_clip_s
from models.musicgen.codec import Codec
from models.musicgen.latency import BatchLatencyEstimator, StepCost
from models.musicgen.memory import trim_malloc
from models.musicgen.shape import CODEBOOK_SIZE, FRAMES_PER_S, WINDOW_FRAMES, Shape

CONTRACT_FRAMES = round((60 + TAIL_S) * FRAMES_PER_S)
CONTRACT_S = 60.0


def contract(field: Field) -> list[dict[str, Any]]:
    """60 s of music and their tail alone on the machine, from measured parts, for 1 to all threads of this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"\n{CONTRACT_FRAMES / FRAMES_PER_S:.1f} s of music alone, reckoned from parts measured at so many threads")
    rows = []
    for threads in range(1, cores + 1):
        codec_s = codec_clip_s(field, threads)
        for precision in precisions_on(field.device):
            rows.append(told := row(field, precision, threads, codec_s))
            holds = "holds" if told["total_s"] <= CONTRACT_S else "does not hold"
            share = f"EnCodec's share of a 30 s clip {100 * told['encodec_share']:.0f} %"
            longest = f"within 60 s admission lets in {told['longest_s']} s"
            head = f"{threads} threads, {precision}: {told['total_s']:6.1f} s"
            print(f"{head}, so 60 s within 60 s {holds}; {longest}; {share}", flush=True)
    return rows


def row(field: Field, precision: str, threads: int, codec_s: float) -> dict[str, Any]:
    shape, step = field.weights.shape, field.step(precision, threads)
    torch.set_num_threads(1)  # for both measurements the same: sampling is little work
    cost = StepCost.measured(step, shape)
    ours = Ours(f"ours {precision}", step, shape, field.text)
    step_s = interleaved([ours], None, 1, PLACES, GenerationRequest(3, 3))[ours.name].step_s
    language_s = long_take_s(step_s, ours.prefill_s, CONTRACT_FRAMES, shape.longest_delay)
    del ours, step
    gc.collect()
    trim_malloc()
    return {
        "threads": threads,
        "precision": precision,
        # One after the other: EnCodec has a thread of its own, but the same cores.
        "total_s": language_s + codec_s * CONTRACT_FRAMES / WINDOW_FRAMES,
        "longest_s": longest_s(cost, shape, codec_s),
        "encodec_share": codec_s / (codec_s + whole_clip_s(step_s)),
    }


def longest_s(cost: StepCost, shape: Shape, codec_s: float) -> int:
    """The longest whole number of seconds, 0 for none, that are forecast to be there within CONTRACT_S.

    The forecast is admission's, of a request alone, and on top of it what EnCodec takes: `codec_s` for 30 s.
    """
    pace = BatchLatencyEstimator(cost, slots=1, delay_frames=shape.longest_delay)

    def eta_s(duration_s: int) -> float:
        steps_s = pace.eta_s(duration_s, ahead=[])
        assert steps_s is not None, "its costs are measured"
        return steps_s + codec_s * (duration_s + TAIL_S) * FRAMES_PER_S / WINDOW_FRAMES

    return bisect_right(range(1, int(MAX_DURATION_S) + 1), CONTRACT_S, key=eta_s)


def codec_clip_s(field: Field, threads: int) -> float:
    """What EnCodec takes for 30 s."""
    codec = Codec.load(random_encodec(), device=field.device, channels=1, threads=threads)
    tokens = np.random.default_rng(0).integers(0, CODEBOOK_SIZE, (codec.codebooks, WINDOW_FRAMES))
    began = time.perf_counter()
    codec.decode(tokens)
    return time.perf_counter() - began

"""The contract's default, 60 s of music within 60 s: from how many threads on it holds."""

from __future__ import annotations

import gc
import os
import time
from typing import Any

import numpy as np

from aural.wire import TAIL_S
from bench.codec import random_encodec
from bench.generate.field import Field
from bench.generate.timing import PLACES, Plan, interleaved, long_take_s, whole_clip_s
from models.musicgen.codec import Codec
from models.musicgen.memory import give_back_freed
from models.musicgen.shape import CODEBOOK_SIZE, FRAMES_PER_S, WINDOW_FRAMES

CONTRACT_FRAMES = round((60 + TAIL_S) * FRAMES_PER_S)
CONTRACT_S = 60.0


def contract(field: Field) -> dict[str, Any]:
    """60 s of music and their tail alone on the machine, from measured parts, for 1 to all threads of this process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"\n{CONTRACT_FRAMES / FRAMES_PER_S:.1f} s of music alone, reckoned from parts measured at so many threads")
    rows = []
    for threads in range(1, cores + 1):
        codec_s = codec_clip_s(field, threads)
        for precision in field.precisions:
            rows.append(told := row(field, precision, threads, codec_s))
            holds = "holds" if told["total_s"] <= CONTRACT_S else "does not hold"
            share = f"EnCodec's share of a 30 s clip {100 * told['encodec_share']:.0f} %"
            head = f"{threads} threads, {precision}: {told['total_s']:6.1f} s"
            print(f"{head}, so 60 s within 60 s {holds}; {share}", flush=True)
    return {"contract": rows}


def row(field: Field, precision: str, threads: int, codec_s: float) -> dict[str, Any]:
    ours = field.host(precision, threads).contestant
    step_s = interleaved([ours], None, 1, PLACES, Plan(3, 3))[ours.name].step_s
    language_s = long_take_s(step_s, ours.prefill_s, CONTRACT_FRAMES, field.weights.shape.longest_delay)
    del ours
    gc.collect()
    give_back_freed()
    return {
        "threads": threads,
        "precision": precision,
        # One after the other: EnCodec has a thread of its own, but the same cores.
        "total_s": language_s + codec_s * CONTRACT_FRAMES / WINDOW_FRAMES,
        "encodec_share": codec_s / (codec_s + whole_clip_s(step_s)),
    }


def codec_clip_s(field: Field, threads: int) -> float:
    """What EnCodec takes for 30 s."""
    codec = Codec.load(random_encodec(), device=field.device, channels=1, threads=threads)
    tokens = np.random.default_rng(0).integers(0, CODEBOOK_SIZE, (codec.codebooks, WINDOW_FRAMES))
    began = time.perf_counter()
    codec.decode(tokens)
    return time.perf_counter() - began

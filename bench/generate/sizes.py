"""Memory and speed of each size of MusicGen."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import psutil
import torch

from bench.generate.field import Field, precisions_on
from bench.generate.timing import CACHE_BYTES, PLACES, GenerationRequest, free_bytes, interleaved, whole_clip_s
from bench.generate.verdict import frames_per_s
from bench.musicgen_shapes import SIZES, cached_numbers, kept_bytes, numbers_kept, random_text, random_weights
from models.musicgen.assemble import EngineOptions, slots_that_fit
from models.musicgen.memory import trim_malloc
from models.musicgen.precision import Precision
from models.musicgen.shape import WINDOW_FRAMES, Shape
from models.musicgen.step import OutOfCacheMemory

SPARE_BYTES = 2 * 10**9


def print_sizes(
    sizes: Sequence[str], device: torch.device, threads: int, known: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    """One request alone. Bytes follow from the shapes; speeds are measured, and left empty where memory is too short.

    `known`: frames/s by precision of sizes that are measured already.
    """
    print(f"\n{'size':<15}{'precision':>10}{'weights':>10}{'30 s slot':>11}{'frames/s':>10}")
    rows = []
    for size in sizes:
        speeds = known.get(size) or measured(SIZES[size], device, threads)
        for precision in precisions_on(device):
            weights_gb = bytes_kept(SIZES[size], precision) / 1e9
            slot_gb = cached_numbers(SIZES[size], WINDOW_FRAMES) * CACHE_BYTES[precision] / 1e9
            speed = speeds.get(precision)
            told = "not measured: memory" if speed is None else f"{speed:.1f}"
            print(f"{size:<15}{precision:>10}{weights_gb:>7.2f} GB{slot_gb:>8.2f} GB{told:>10}", flush=True)
            rows.append({"size": size, "precision": precision, "weights_gb": weights_gb, "slot_gb": slot_gb})
            rows[-1]["frames_per_s"] = speed
    return rows


def bytes_kept(shape: Shape, precision: str) -> float:
    return 2 * numbers_kept(shape) if precision in ("bf16", "fp16") else kept_bytes(shape, precision)


def measured(shape: Shape, device: torch.device, threads: int) -> dict[str, float]:
    """Frames/s over 30 s by precision, of those for which there is memory; on a GPU a request alone is computed for
    as many slots as are served there."""
    numbers, cache = numbers_kept(shape), cached_numbers(shape, WINDOW_FRAMES)
    speeds: dict[str, float] = {}
    # Given in half precision; building holds one matrix more in float32, which is little.
    if psutil.virtual_memory().available < 3 * numbers + cache + SPARE_BYTES:
        return speeds
    weights = random_weights(shape, dtype=torch.float16)
    field = Field(weights, random_text(shape, 20, 0), device, threads, slots=1)
    for precision in precisions_on(device):
        with contextlib.suppress(OutOfCacheMemory, torch.OutOfMemoryError):  # the table says so
            speed = _alone(field, precision)
            speeds |= {} if speed is None else {precision: speed}
        gc.collect()
        trim_malloc()
    return speeds


def _alone(field: Field, precision: Precision) -> float | None:
    """Frames/s of one request, None where there is too little memory."""
    shape, device = field.weights.shape, field.device
    torch.cuda.empty_cache()  # what was freed there is to be seen as free
    # ONNX Runtime packs each matrix, and the given one goes afterwards.
    copies, slots = (2, 1) if device.type == "cpu" else (1, slots_that_fit(shape, precision, EngineOptions(device)))
    numbers = copies * numbers_kept(shape) + slots * cached_numbers(shape, WINDOW_FRAMES)
    if free_bytes(device) < numbers * CACHE_BYTES[precision] + SPARE_BYTES:
        return None
    ours = replace(field, slots=slots).host(precision, field.threads).contestant
    step_s = interleaved([ours], None, 1, PLACES, GenerationRequest(2, 2), device)[ours.name].step_s
    return frames_per_s(whole_clip_s(step_s), 1)

"""What each precision costs and gains on this machine. `python -m bench.precision [--weights HUB-CACHE-FOLDER]`

On the weights of AURAL_MUSICGEN in that folder, or on random ones of MusicGen small's shape: time of a step, memory of
a 30 s slot, and how far the distributions are from fp32's while all hear the tokens that fp32 has drawn. On a CPU also
how far a GPU's fp16 and bf16 are, without their time: a CPU's says nothing of a GPU's.
"""

from __future__ import annotations

import argparse
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from bench.generate.contestants import GUIDANCE, TOP_K, Ours
from bench.generate.timing import PLACES, GenerationRequest, interleaved, whole_clip_s
from bench.generate.verdict import frames_per_s
from bench.musicgen_shapes import SMALL, cached_numbers, random_text, random_weights
from models.cards import musicgen_card
from models.musicgen import engine
from models.musicgen.load import load_musicgen
from models.musicgen.precision import ON, TORCH, calibrate_cache_scales
from models.musicgen.shape import WINDOW_FRAMES, Shape, Weights
from models.musicgen.step import Ints, Step
from models.musicgen.step_onnx import OnnxStep
from models.musicgen.step_torch import TorchStep, set_full_precision_sums
from models.musicgen.windows import Window

RESULT = Path(__file__).parent / "results" / "precision.json"
TEXT = "calm piano. bpm: 80.0. key: c major"
TEXT_TOKENS = 20
FP32 = "fp32"


@dataclass(frozen=True)
class Distance:
    """How far another step's distributions are from fp32's, after guidance, by codebook.

    `kl_mean`, `kl_worst` (99th percentile): KL(fp32 || other) in nats. `same_top`: how often the likeliest token is the
    same. `overlap`: the share of fp32's TOP_K likeliest that are among the other's.
    """

    kl_mean: tuple[float, ...]
    kl_worst: tuple[float, ...]
    same_top: tuple[float, ...]
    overlap: tuple[float, ...]

    @property
    def draws_that_differ(self) -> float:
        """At most this share of draws, by Pinsker's inequality and Jensen's."""
        return math.sqrt(float(np.mean(self.kl_mean)) / 2)


@dataclass(frozen=True, eq=False)
class Kind:
    """A step, its cache's bytes a number, and what to set AURAL_PRECISION to for it; None: nothing gives that here.

    `timed`: how long it takes here is how long it takes where it is used.
    """

    step: Step
    number_bytes: int
    setting: str | None
    timed: bool = True


def distance(reference: Step, other: Step, shape: Shape, tokens: Ints, text: Tensor) -> Distance:
    """Both steps hear the same tokens (codebooks, frames), in slot 0; what they say of each is compared."""
    frames = tokens.shape[1]
    sequence = engine.DecodingSequence(engine.GenerationRequest(text, frames, seed=0), shape, (Window(0, 0, frames),))
    sequence.tokens[:] = tokens
    for step in (reference, other):
        step.start_slot(0, text)
    kl, same, overlap = (np.full(tokens.shape, np.nan) for _ in range(3))
    for position in range(frames + shape.longest_delay):
        input_ids = sequence.input_ids(np.array([position]))
        truth, given = (guided_logs(step, input_ids, position) for step in (reference, other))
        at = position - np.array(shape.delays)
        new = (at >= 0) & (at < frames)
        where = np.flatnonzero(new), at[new]
        kl[where] = (truth.exp() * (truth - given)).sum(dim=-1)[new]
        same[where] = (truth.argmax(dim=-1) == given.argmax(dim=-1))[new]
        overlap[where] = shared_top(truth, given)[new]
    return Distance(
        kl_mean=tuple(kl.mean(axis=1).tolist()),
        kl_worst=tuple(np.quantile(kl, 0.99, axis=1).tolist()),
        same_top=tuple(same.mean(axis=1).tolist()),
        overlap=tuple(overlap.mean(axis=1).tolist()),
    )


def guided_logs(step: Step, heard: Ints, position: int) -> Tensor:
    """(codebooks, CODEBOOK_SIZE) float64: log-probabilities that sampling at temperature 1 draws from."""
    conditional, unconditional = step(heard, np.array([position]))[0].double().cpu()
    mixed: Tensor = unconditional + (conditional - unconditional) * GUIDANCE
    return mixed.log_softmax(dim=-1)


def shared_top(truth: Tensor, given: Tensor) -> Tensor:
    """(codebooks,)"""
    kept = torch.zeros_like(given, dtype=torch.bool).scatter_(-1, given.topk(TOP_K, dim=-1).indices, True)
    return kept.gather(-1, truth.topk(TOP_K, dim=-1).indices).double().mean(dim=-1)


def played(step: Step, shape: Shape, text: Tensor, frames: int) -> Ints:
    """(codebooks, frames) as sampled at the usual controls."""
    slots = engine.Engine(step, shape)
    sequence = slots.add(engine.GenerationRequest(text, frames, seed=1))
    while not sequence.finished:
        slots.advance()
    return sequence.tokens


def kinds_of(weights: Weights, text: Tensor, device: torch.device, threads: int) -> dict[str, Kind]:
    """By name, fp32 first: a step of one slot for each precision of the kind of device.

    On a CPU int8 is told apart in two: its weights alone, and its cache as well, which is what production takes.
    """
    positions = WINDOW_FRAMES + weights.shape.longest_delay

    def on_torch(name: str) -> Step:
        return TorchStep(weights, device, TORCH[name], slots=1, positions=positions)

    if device.type != "cpu":
        set_full_precision_sums()
        names = sorted(ON[device.type], key=lambda name: name != FP32)
        return {name: Kind(on_torch(name), TORCH[name].itemsize, name) for name in names}

    def onnx(**options: Any) -> Step:
        return OnnxStep(weights, slots=1, positions=positions, threads=threads, **options)

    scales = calibrate_cache_scales(weights, [text], threads=threads)
    return {
        FP32: Kind(onnx(), 4, FP32),
        "int8 weights": Kind(onnx(precision="int8"), 4, None),
        "int8 weights and cache": Kind(onnx(precision="int8", scales=scales), 1, "int8"),
        **{name: Kind(on_torch(name), TORCH[name].itemsize, None, timed=False) for name in ("fp16", "bf16")},
    }


def main() -> None:
    """Print the table and one line of advice, and write bench/results/precision.json."""
    parser = argparse.ArgumentParser(prog="python -m bench.precision", description=__doc__)
    parser.add_argument("--weights", type=Path, help="a hub-cache folder; AURAL_MUSICGEN says which model of it")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--frames", type=int, default=250)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    if asked.weights:
        parts = load_musicgen(musicgen_card(os.environ.get("AURAL_MUSICGEN", "small")), asked.weights)
        weights, text = parts.weights, parts.text.encode(TEXT)
    else:
        weights, text = random_weights(SMALL), random_text(SMALL, TEXT_TOKENS, 0)
    rows = measured(weights, text, torch.device(asked.device), asked.threads, asked.frames)
    show(rows)
    # "given" says as much as a path, which is nobody else's business.
    told = {"weights": "given" if asked.weights else "random", "threads": asked.threads, "frames": asked.frames}
    RESULT.write_text(json.dumps(told | {"rows": rows}, indent=1) + "\n")


def measured(
    weights: Weights, text: Tensor, device: torch.device, threads: int, frames: int
) -> dict[str, dict[str, Any]]:
    shape = weights.shape
    kinds = kinds_of(weights, text, device, threads)
    reference = kinds[FP32].step
    tokens = played(reference, shape, text, frames)
    far = {name: distance(reference, one.step, shape, tokens, text) for name, one in kinds.items() if name != FP32}
    contestants = [Ours(name, one.step, shape, text) for name, one in kinds.items() if one.timed]
    timed = interleaved(contestants, None, 1, PLACES, GenerationRequest(5, 3), device)
    rows: dict[str, dict[str, Any]] = {}
    for name, one in kinds.items():
        slot_gb = cached_numbers(shape, WINDOW_FRAMES + shape.longest_delay) * one.number_bytes / 1e9
        rows[name] = {"setting": one.setting, "slot_gb": slot_gb}
        if name in timed:
            step_s = timed[name].step_s
            rows[name]["step_ms"] = {place: 1000 * seconds for place, seconds in step_s.items()}
            rows[name]["frames_per_s"] = frames_per_s(whole_clip_s(step_s), 1)
        if name in far:
            rows[name] |= {"distance": asdict(far[name]), "differ": far[name].draws_that_differ}
    return rows


def show(rows: Mapping[str, Mapping[str, Any]]) -> None:
    head = "".join(f"{f'ms at {place}':>12}" for place in PLACES)
    print(f"{'precision':<24}{head}{'frames/s':>10}{'30 s slot':>11}{'KL, nats':>12}{'same top':>10}")
    for name, row in rows.items():
        print(f"{name:<24}{_times(row)}{row['slot_gb']:8.2f} GB{_distance(row)}")
    for name, row in rows.items():
        for what, by_codebook in row.get("distance", {}).items():
            print(f"{name}, {what}: " + ", ".join(f"{value:.2e}" for value in by_codebook))
    print(advice(rows))


def _times(row: Mapping[str, Any]) -> str:
    if "step_ms" not in row:
        return f"{'a GPU computes so':>46}"
    return "".join(f"{ms:12.1f}" for ms in row["step_ms"].values()) + f"{row['frames_per_s']:10.1f}"


def _distance(row: Mapping[str, Any]) -> str:
    if "distance" not in row:
        return ""
    far = row["distance"]
    return f"{np.mean(far['kl_mean']):12.2e}{100 * np.mean(far['same_top']):8.1f} %"


def advice(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Of what can be set, the fastest; how near is near enough is for the owner of the weights to say."""
    best = max((row for row in rows.values() if row["setting"]), key=lambda row: float(row["frames_per_s"]))
    if best["setting"] == FP32:
        return "Advice: fp32 is the fastest here, so no other precision gains anything."
    gain = best["frames_per_s"] / rows[FP32]["frames_per_s"]
    return (
        f"Advice: AURAL_PRECISION={best['setting']} is {gain:.1f} times as fast as fp32, and at most "
        f"{100 * best['differ']:.1f} % of its draws differ from fp32's after the same tokens."
    )


if __name__ == "__main__":
    main()

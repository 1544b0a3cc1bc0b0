"""EnCodec's decoder, ours against transformers' own. `python -m bench.codec [--threads 2] [--seconds 30]`

Random weights of facebook/encodec_32khz's shape. Rounds alternate between the sides: transformers' decode of the whole
clip in torch, ours of the whole clip, and ours as a stream that gets four frames at a time, as a language model gives
them. Printed: medians, how long the first chunk took from its last token on, and the greatest difference.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.musicgen.codec import Codec
from models.musicgen.shape import FRAMES_PER_S

ROUNDS = 5
PORTION = 4
RESULT = Path(__file__).parent / "results" / "codec.json"
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def main() -> None:
    """Print the table and write bench/results/codec.json."""
    parser = argparse.ArgumentParser(prog="python -m bench.codec", description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=30)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    told = measure(asked.threads, asked.seconds * FRAMES_PER_S)
    print(f"{asked.seconds} s of music on {asked.threads} threads, {told['machine']}")
    for name, seconds in told["median_s"].items():
        print(f"{name:<28}{seconds:>8.2f} s {told['median_s']['transformers, whole'] / seconds:>6.2f} x")
    print(
        f"first {told['first_chunk_frames']} frames of sound: {1000 * told['first_chunk_s']:.0f} ms after their tokens"
    )
    print(f"greatest difference: {told['difference_db']:.0f} dB")
    RESULT.write_text(json.dumps(told, indent=2) + "\n")


def measure(threads: int, frames: int) -> dict[str, Any]:
    model = random_encodec()
    codec = Codec.load(model, device=torch.device("cpu"), channels=1, threads=threads)
    tokens = np.random.default_rng(0).integers(0, model.config.codebook_size, (4, frames))
    sides: dict[str, Callable[[], Floats]] = {
        "transformers, whole": lambda: whole(model, tokens),
        "ours, whole": lambda: codec.decode(tokens),
        "ours, streamed": lambda: streamed(codec, tokens),
    }
    took: dict[str, list[float]] = {name: [] for name in sides}
    firsts: list[float] = []
    heard: dict[str, Floats] = {}
    for _ in range(ROUNDS):
        for name, decode in sides.items():
            started = time.monotonic()
            heard[name] = decode()
            took[name].append(time.monotonic() - started)
        firsts.append(first_chunk_s(codec, tokens))
    expected = heard["transformers, whole"]
    furthest = max(float(np.abs(one - expected).max()) for name, one in heard.items() if name.startswith("ours"))
    return {
        "machine": f"{platform.machine()}, {platform.python_version()}, torch {torch.__version__}",
        "threads": threads,
        "seconds_of_music": frames / FRAMES_PER_S,
        "rounds": ROUNDS,
        "median_s": {name: statistics.median(seconds) for name, seconds in took.items()},
        "best_s": {name: min(seconds) for name, seconds in took.items()},
        "first_chunk_frames": codec.chunks.first,
        "first_chunk_s": statistics.median(firsts),
        "difference_db": float(20 * np.log10(furthest / np.abs(expected).max())),
    }


def random_encodec(**other: Any) -> Any:
    """The shape of facebook/encodec_32khz, but for what `other` sets of its EncodecConfig, with random weights: they
    measure speed as well as real ones do.
    """
    from transformers import EncodecConfig, EncodecModel

    torch.manual_seed(0)
    shape: dict[str, Any] = {
        "sampling_rate": 32_000,
        "target_bandwidths": [2.2],
        "upsampling_ratios": [8, 5, 4, 4],
        "codebook_size": 2048,
        "num_filters": 64,
        "use_causal_conv": False,
        "use_conv_shortcut": False,
    }
    model: Any = EncodecModel(EncodecConfig(**(shape | other)))
    for layer in model.quantizer.layers:
        layer.codebook.embed.normal_()
    return model


def whole(model: Any, tokens: Ints) -> Floats:
    with torch.inference_mode():
        audio = model.decode(torch.from_numpy(tokens)[None, None], [None])[0]
    return np.asarray(audio[0].numpy())


def streamed(codec: Codec, tokens: Ints) -> Floats:
    stream = codec.start(tokens.shape[1])
    starts = range(0, tokens.shape[1], PORTION)
    return np.concatenate([stream.push(tokens[:, start : start + PORTION]) for start in starts], axis=1)


def first_chunk_s(codec: Codec, tokens: Ints) -> float:
    """From the last token that the first chunk needs to its sound."""
    stream = codec.start(tokens.shape[1])
    for frame in range(tokens.shape[1]):
        started = time.monotonic()
        if stream.push(tokens[:, frame : frame + 1]).size:
            return time.monotonic() - started
    raise AssertionError("a stream gives all its sound")


if __name__ == "__main__":
    main()

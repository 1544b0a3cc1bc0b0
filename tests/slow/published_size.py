"""MusicGen small in its full size and its published form, with random weights: `python -m tests.slow.published_size`

`write FOLDER` writes the hub-cache folder (2 GB), `play FOLDER` loads it as the service does and composes once. Two
processes, so that the peak of memory that `play` prints is of loading and composing alone.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from omegaconf import OmegaConf

from bench.codec import random_encodec
from bench.generate.peers import audiocraft_state
from bench.musicgen_shapes import SMALL, random_weights
from models.cards import MUSICGEN, T5_BASE
from models.weights import files_of, needed, use_hub_cache
from tests import checkpoints
from tests.codec_checkpoint import codec_config, in_audiocraft_names

CARD = MUSICGEN["musicgen-small"]
DURATION_S = 2.0


def write(folder: Path) -> None:
    checkpoints.store(CARD, folder, write_musicgen)
    checkpoints.store(T5_BASE, folder, write_t5)


def write_musicgen(into: Path) -> None:
    """state_dict.bin in half precision, and an EnCodec of its own in single, in audiocraft's names."""
    state = audiocraft_state(random_weights(SMALL))
    projection = "condition_provider.conditioners.description.output_proj"
    state |= {f"{projection}.weight": torch.randn(SMALL.width, 768) / 768**0.5}
    state |= {f"{projection}.bias": torch.zeros(SMALL.width)}
    config = checkpoints.musicgen_config(SMALL.codebooks, stereo=False)
    config["transformer_lm"] |= {"dim": SMALL.width, "num_heads": SMALL.heads, "num_layers": SMALL.layers}
    package = {"best_state": {name: tensor.half() for name, tensor in state.items()}}
    torch.save(package | {"xp.cfg": OmegaConf.to_yaml(config)}, into / "state_dict.bin")
    model = random_encodec(use_conv_shortcut=False)
    codec = {in_audiocraft_names(name): tensor for name, tensor in model.state_dict().items()}
    yaml = OmegaConf.to_yaml(codec_config(dimension=128, n_filters=64))
    torch.save({"best_state": codec, "xp.cfg": yaml}, into / "compression_state_dict.bin")


def write_t5(into: Path) -> None:
    """t5-base's shape, with the tests' tokenizer."""
    from transformers import T5Config, T5ForConditionalGeneration

    checkpoints.write_t5(into)
    settings: Any = T5Config
    sizes = {"d_model": 768, "d_kv": 64, "d_ff": 3072, "num_heads": 12, "num_layers": 12, "num_decoder_layers": 12}
    T5ForConditionalGeneration(settings(vocab_size=32_128, **sizes)).save_pretrained(into)


def play(folder: Path) -> dict[str, Any]:
    """Times, sizes and the peak of this process's memory."""
    use_hub_cache(folder)
    from aural.types import MusicRequest
    from models.musicgen.assemble import EngineOptions, assemble

    began = time.monotonic()
    options = EngineOptions(torch.device("cpu"), threads=2, slots=1)
    made = assemble(CARD, folder, options, record=folder / "no-record.json")
    loaded = time.monotonic()
    take = made.composer.compose(MusicRequest("calm piano", duration_s=DURATION_S, seed=1), lambda _done: None)
    composed = time.monotonic()
    made.composer.scheduler.close()
    files = {name: path for card in needed([CARD], folder) for name, path in files_of(card, folder).items()}
    return {
        "bytes": {name: path.stat().st_size for name, path in files.items()},
        "load_s": round(loaded - began, 1),
        "compose_s": round(composed - loaded, 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9, 2),
        "samples": take.samples.shape[1],
        "finite": bool(np.isfinite(take.samples).all()),
        "rms": float(np.sqrt(np.mean(take.samples**2))),
    }


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "write":
        write(where)
    else:
        print(json.dumps(play(where)))

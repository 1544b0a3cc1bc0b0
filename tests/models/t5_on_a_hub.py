"""What the tests of downloads publish on their simulated hub."""

from __future__ import annotations

import json
import random

from tests.hub import Hub
from tests.hub_answers import Asked

T5 = "google-t5/t5-base"
WEIGHTS_BYTES = 3_000_000
CONFIG = b'{"model_type": "t5"}'
ONLY_T5 = ("--card", "t5-base")


def t5_files(seed: int = 0) -> dict[str, bytes]:
    """What is read of it, and what is not."""
    weights = random.Random(seed).randbytes(WEIGHTS_BYTES)
    unread = dict.fromkeys(("README.md", "flax_model.msgpack", "pytorch_model.bin", "spiece.model"), b"unread")
    return {"config.json": CONFIG, "model.safetensors": weights, "tokenizer.json": b"{}"} | unread


def store_requests(hub: Hub) -> list[Asked]:
    return [one for one in hub.bodies("model.safetensors") if "/store/" in one.path]


AUDIOCRAFT = {"state_dict.bin": b"weights", "compression_state_dict.bin": b"c" * 100_000}
TRANSFORMERS = {"config.json": b'{"model_type": "musicgen"}', "tokenizer.json": b"{}"}
INDEX = json.dumps({"weight_map": {"a": "pytorch_model-1.bin", "b": "pytorch_model-2.bin"}}).encode()
SHARDS = {"pytorch_model.bin.index.json": INDEX, "pytorch_model-1.bin": b"1", "pytorch_model-2.bin": b"2"}

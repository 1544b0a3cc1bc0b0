"""How long a text waits for its first sound, alone: T5 and its projection on the CPU, steps, EnCodec's first chunk."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from types import SimpleNamespace
from typing import Any

import torch

from bench.codec import random_encodec
from bench.generate.contestants import wait
from bench.generate.field import Field, Host
from models.musicgen.codec import Codec
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.text import TextEncoder

ROUNDS = 5
FRAMES = 500
"""Of the take, which is left once it can be heard."""
TEXT_TOKENS = 20


@dataclass(frozen=True)
class FirstSound:
    """Medians. `frames`: how many were decoded for it."""

    text_s: float
    steps_s: float
    codec_s: float
    frames: int

    @property
    def total_s(self) -> float:
        return self.text_s + self.steps_s + self.codec_s


def first_sound(host: Host, field: Field, t5: Any = None, encodec: Any = None) -> FirstSound:
    """As the service makes it: codec and T5 on the device. `t5`, `encodec`: random ones of full size if None."""
    t5 = t5 or random_t5()
    d_model, width = t5.config.d_model, field.weights.shape.width
    projection = torch.randn(width, d_model, generator=torch.Generator().manual_seed(0)) / d_model**0.5
    text = TextEncoder(SameTokens(), t5, projection, torch.zeros(width)).to_device(field.device)
    codec = Codec.load(encodec or random_encodec(), device=field.device, channels=1, threads=field.threads)
    host.contestant.ready()
    rounds = [_once(host.contestant.engine, codec, text, field) for _ in range(ROUNDS + 1)][1:]
    text_s, steps_s, codec_s, frames = zip(*rounds, strict=True)
    return FirstSound(median(text_s), median(steps_s), median(codec_s), frames[0])


class SameTokens:
    """A tokenizer that hears one text in all: it takes no time beside T5."""

    def encode(self, _text: str) -> Any:
        return SimpleNamespace(ids=list(range(TEXT_TOKENS)))


def random_t5() -> Any:
    """The encoder of t5-base's shape."""
    from transformers import T5Config, T5EncoderModel

    settings: Any = T5Config
    model: Any = T5EncoderModel(settings(d_model=768, d_ff=3072, num_layers=12, num_heads=12))
    return model.eval()


def _once(engine: Engine, codec: Codec, text: TextEncoder, field: Field) -> tuple[float, float, float, int]:
    began = time.perf_counter()
    torch.set_num_threads(field.threads)
    told = text.encode("calm piano")
    heard = time.perf_counter()
    torch.set_num_threads(1)  # as the scheduler does
    sequence, stream, codec_s, done = engine.add(GenerationRequest(told, FRAMES, seed=0)), codec.start(FRAMES), 0.0, 0
    while True:
        engine.advance()
        wait(field.device)
        decoded = time.perf_counter()
        sound = stream.push(sequence.tokens[:, done : sequence.done])
        wait(field.device)
        codec_s += time.perf_counter() - decoded
        done = sequence.done
        if sound.shape[1]:
            break
    steps_s = time.perf_counter() - heard - codec_s
    engine.evict(sequence)
    return heard - began, steps_s, codec_s, done

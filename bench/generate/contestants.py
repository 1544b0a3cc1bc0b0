"""Who is timed: the engine, transformers and audiocraft, each put where a clip of 30 s has got to and stepped there.

Caches are filled and not played full: a step reads as much, and does as much, whatever stands in them. Each step does
all that a step of the contestant's own `generate` does: tokens in, guidance 3, top-k 250, tokens out.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from bench.generate.peers import GivenTexts, guided
from models.musicgen.engine import PREFILL, Engine, GenerationRequest
from models.musicgen.memory import trim_malloc
from models.musicgen.shape import CODEBOOK_SIZE, WINDOW_FRAMES, Shape
from models.musicgen.step import Step
from models.musicgen.step_torch import set_full_precision_sums

FURTHEST = 1500
"""Positions that are filled: past the last that is measured."""
TOP_K, GUIDANCE = 250, 3.0


class Contestant(Protocol):
    @property
    def name(self) -> str: ...

    def enter(self, batch: int, position: int) -> None:
        """Be where `batch` requests have `position` tokens behind them."""
        ...

    def ready(self) -> None:
        """Its turn begins: what is set for the whole process is as its users have it."""
        ...

    def step(self) -> None: ...

    def leave(self) -> None:
        """Let go of the cache."""
        ...


class Ours:
    """The engine over a step. `prefill_s`: what each PREFILL of known positions took, from the clip's start on."""

    def __init__(self, name: str, step: Step, shape: Shape, text: Tensor, device: torch.device | None = None):
        self.name = name
        self.engine = Engine(step, shape)
        self._device = device or torch.device("cpu")
        self.prefill_s: list[float] = []
        self._step, self._shape, self._text = step, shape, text

    def enter(self, batch: int, position: int) -> None:
        """Who is there already stays, since filling takes long: so go from small batches to large ones."""
        sequences = self.engine.sequences
        if not sequences:
            self._join(0)
            self._fill()
        for slot in range(len(sequences), batch):
            self._step.copy_slot(0, slot, FURTHEST)
            self._join(slot)
        while len(sequences) > batch:
            self.engine.evict(sequences[-1])
        for one in sequences:
            one.position = position

    def _join(self, slot: int) -> None:
        self.engine.add(GenerationRequest(self._text, WINDOW_FRAMES, seed=slot))

    def _fill(self) -> None:
        known = np.random.default_rng(0).integers(0, CODEBOOK_SIZE, (FURTHEST, self._shape.codebooks))
        self.prefill_s = []
        for start in range(0, FURTHEST, PREFILL):
            wait(self._device)
            began = time.perf_counter()
            self._step.prefill(0, known[start : start + PREFILL], start)
            wait(self._device)
            self.prefill_s.append(time.perf_counter() - began)

    def ready(self) -> None:
        set_full_precision_sums()

    def step(self) -> None:
        torch.set_num_threads(1)  # as the scheduler does: sampling is little work
        left = self.engine.advance()
        assert not left, "the position is far from the clip's end, and the numbers are finite"

    def leave(self) -> None:
        while self.engine.sequences:
            self.engine.evict(self.engine.sequences[-1])


class Transformers:
    """`static`: keys and values in tensors of the whole clip's length, else in ones that grow by concatenation."""

    def __init__(self, name: str, model: Any, text: Tensor, *, static: bool, threads: int):
        from transformers.generation import logits_process

        processors: Any = logits_process  # its classes have no types
        self.name = name
        self._model, self._text, self._static, self._threads = model, text, static, threads
        self._guide = processors.ClassifierFreeGuidanceLogitsProcessor(GUIDANCE)
        self._keep = processors.TopKLogitsWarper(TOP_K)
        self._cache: Any = None

    def enter(self, batch: int, position: int) -> None:
        from transformers import DynamicCache, EncoderDecoderCache, StaticCache

        config, dtype = self._model.config, self._model.dtype
        states, self._mask = guided([self._text] * batch)
        self._states = states.to(self._model.device, dtype)
        self._mask = self._mask.to(self._model.device)
        heads = config.num_attention_heads
        past = torch.randn(1, heads, position, config.hidden_size // heads).to(self._states)
        past = past.expand(2 * batch, -1, -1, -1)
        room = WINDOW_FRAMES + config.num_codebooks
        own = StaticCache(config=config, max_cache_len=room) if self._static else DynamicCache()
        for layer in range(config.num_hidden_layers):
            own.update(past, past, layer)
        self._cache = EncoderDecoderCache(own, DynamicCache())
        tokens = torch.randint(CODEBOOK_SIZE, (batch * config.num_codebooks, 1), device=self._model.device)
        self._tokens = tokens

    def ready(self) -> None:
        set_full_precision_sums(False)

    @torch.inference_mode()
    def step(self) -> None:
        torch.set_num_threads(self._threads)
        out = self._model(
            input_ids=self._tokens.repeat(2, 1),
            encoder_hidden_states=self._states,
            encoder_attention_mask=self._mask,
            past_key_values=self._cache,
            use_cache=True,
        )
        logits = out.logits[:, -1].to(copy=True, dtype=torch.float32)
        likely = self._keep(self._tokens, self._guide(self._tokens, logits)).softmax(dim=-1)
        self._tokens = torch.multinomial(likely, 1)
        wait(likely.device)

    def leave(self) -> None:
        self._cache = None
        trim_malloc()


class Audiocraft:
    """As its LMModel comes: attention by torch's scaled_dot_product_attention, a cache that grows by concatenation."""

    def __init__(self, name: str, model: Any, text: Tensor, *, threads: int):
        self.name = name
        self._model, self._text, self._threads = model, text, threads
        self._streaming: Any = None

    def enter(self, batch: int, position: int) -> None:
        from audiocraft.modules.conditioners import ConditioningAttributes

        first = next(self._model.parameters())
        asked = [ConditioningAttributes(text={"description": "0"}) for _ in range(batch)]
        asked += [ConditioningAttributes(text={"description": None}) for _ in range(batch)]
        heard = GivenTexts([self._text])(asked)
        self._conditions = {name: (text.to(first), mask.to(first.device)) for name, (text, mask) in heard.items()}
        self._streaming = self._model.streaming()
        self._streaming.__enter__()
        transformer = self._model.transformer
        for layer in transformer.layers:
            attention = layer.self_attn
            width = attention.embed_dim // attention.num_heads
            past = torch.randn(1, attention.num_heads, position, width).to(first).expand(2 * batch, -1, -1, -1)
            attention._streaming_state |= {"past_keys": past.clone(), "past_values": past.clone()}
            attention._streaming_state["offset"] = torch.tensor(0)
        transformer._streaming_state["offsets"] = torch.full((2 * batch,), position, device=first.device)
        self._tokens = torch.randint(CODEBOOK_SIZE, (batch, self._model.n_q, 1), device=first.device)

    def ready(self) -> None:
        set_full_precision_sums(False)

    @torch.inference_mode()
    def step(self) -> None:
        torch.set_num_threads(self._threads)
        self._tokens = self._model._sample_next_token(
            self._tokens, self._conditions, {}, use_sampling=True, temp=1.0, top_k=TOP_K, cfg_coef=GUIDANCE
        )
        wait(self._tokens.device)

    def leave(self) -> None:
        if self._streaming is not None:  # memory may have been short before it entered
            self._streaming.__exit__(None, None, None)
            self._streaming = None
        trim_malloc()


def wait(device: torch.device) -> None:
    """Until a GPU has done what it was asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)

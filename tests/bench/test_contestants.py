"""Contestants stand where they are said to: what is timed at frame 1450 has 1450 positions behind it. One that cannot
play costs no other its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from bench.generate import __main__ as generate
from bench.generate import timing
from bench.generate.contestants import Audiocraft, Ours, Transformers
from bench.generate.field import Field, Guest, Host, served
from bench.generate.load import Call
from bench.generate.meet import SPARE_BYTES, meet, memory_needed
from bench.generate.peers import audiocraft_model, transformers_model
from bench.generate.timing import PLACES, GenerationRequest
from bench.musicgen_shapes import SMALL, cached_numbers, numbers_kept, random_text, random_weights
from models.musicgen.embedding import sinusoids
from models.musicgen.engine import PREFILL
from models.musicgen.shape import WINDOW_FRAMES, Shape
from models.musicgen.step import Ints, OutOfCacheMemory
from models.musicgen.step_onnx import OnnxStep
from tests.bench.test_generate import Slow

TINY = Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 1, 2, 3))
POSITIONS = 1503
BATCH = 2
TEXT_TOKENS = 9
WEIGHTS, TEXT = random_weights(TINY), random_text(TINY, TEXT_TOKENS, 0)


def transformers_with(*, static: bool) -> tuple[Transformers, Any]:
    model = transformers_model(WEIGHTS)
    return Transformers("transformers", model, TEXT, static=static, threads=1), model.model.decoder.layers[0]


def audiocraft() -> tuple[Audiocraft, Any]:
    model = audiocraft_model(WEIGHTS)
    return Audiocraft("audiocraft", model, TEXT, threads=1), model.transformer.layers[0]


def attention_heard(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """The keys (rows, heads, keys, width) that each attention from now on may look at, mask applied."""
    heard: list[Tensor] = []
    real = torch.nn.functional.scaled_dot_product_attention

    def listening(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, **rest: Any) -> Tensor:
        heard.append(key if attn_mask is None else key[:, :, attn_mask[0, 0, 0]])
        return real(query, key, value, attn_mask=attn_mask, **rest)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", listening)
    return heard


@pytest.mark.parametrize(
    "made",
    [lambda: transformers_with(static=False), lambda: transformers_with(static=True), audiocraft],
    ids=["transformers, growing", "transformers, static", "audiocraft"],
)
def test_peers_stand_at_the_place(
    made: Callable[[], tuple[Transformers | Audiocraft, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What enters the first layer is the tokens' embeddings and that position's sinusoid; as many keys are looked at as
    there are positions, with its own, and every one of them was filled."""
    peer, first_layer = made()
    entered: list[Tensor] = []
    first_layer.register_forward_pre_hook(lambda _, given: entered.append(given[0]))
    keys = attention_heard(monkeypatch)
    for place in PLACES:
        peer.enter(BATCH, place)
        for position in (place, place + 1):
            tokens = peer._tokens.reshape(BATCH, TINY.codebooks).tile(2, 1)
            keys.clear()
            peer.step()
            tables = zip(WEIGHTS.embeddings, tokens.T, strict=True)
            place_in_time = entered.pop()[:, 0] - torch.stack([table[of] for table, of in tables]).sum(dim=0)
            expected = sinusoids(POSITIONS, TINY.width)[position].expand(2 * BATCH, -1)
            torch.testing.assert_close(place_in_time, expected, atol=1e-4, rtol=0)
            assert [one.shape[2] for one in keys] == [position + 1, TEXT_TOKENS] * TINY.layers
            assert all(bool(one.any(dim=-1).all()) for one in keys[::2])
        peer.leave()


class Overheard(OnnxStep):
    """Keeps what its slot 0 was filled with, and what it was asked last and said."""

    def __init__(self) -> None:
        super().__init__(WEIGHTS, slots=BATCH, positions=POSITIONS, threads=1)
        self.filled = np.zeros((0, TINY.codebooks), np.int64)

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        assert (slot, start) == (0, len(self.filled))
        self.filled = np.concatenate([self.filled, tokens])
        super().prefill(slot, tokens, start)

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        self.asked, self.said = tokens, super().__call__(tokens, positions).clone()
        return self.said


def test_ours_stands_at_the_place() -> None:
    """In every slot it says what a step says that was given just that many of the same tokens."""
    overheard, alone = Overheard(), OnnxStep(WEIGHTS, slots=1, positions=POSITIONS, threads=1)
    ours = Ours("ours", overheard, TINY, TEXT)
    for place in reversed(PLACES):  # from the end, since a step writes over what was filled
        ours.enter(BATCH, place)
        ours.step()
        alone.start_slot(0, TEXT)
        for start in range(0, place, PREFILL):
            alone.prefill(0, overheard.filled[start : min(place, start + PREFILL)], start)
        for asked, said in zip(overheard.asked, overheard.said, strict=True):
            torch.testing.assert_close(said, alone(asked[None], np.array([place]))[0], atol=1e-4, rtol=0)


class Forgetful(Audiocraft):
    """Has no memory for the second place of a batch of two."""

    def enter(self, batch: int, position: int) -> None:
        super().enter(batch, position)
        if batch == 2 and position > PLACES[0]:
            raise torch.OutOfMemoryError("no room for two")


class Crowd(Field):
    """No transformers model can be built in bf16, and audiocraft is forgetful."""

    def guests(self, peer: str, precision: str) -> list[Guest]:
        if peer == "audiocraft":
            model = audiocraft_model(self.weights)
            return [Guest(peer, precision, Forgetful(f"{peer} {precision}", model, self.text, threads=1), 10)]
        if precision == "bf16":
            raise RuntimeError("no such kernel")
        return super().guests(peer, precision)


def test_what_a_guest_cannot_do_costs_that_guest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "READ_BYTES", 2**20)  # a gigabyte is read for the machine's limit, and it is not asked
    crowd = Crowd(WEIGHTS, TEXT, torch.device("cpu"), threads=1, slots=4)
    ours = Ours("ours", Slow(), TINY, TEXT)
    (*_, met) = meet(crowd, [Host("fp32", ours, 100)], [2, 1], GenerationRequest(1, 1))
    growing, static = (f"transformers fp32, {cache} cache" for cache in ("growing", "static"))
    audiocrafts = ["audiocraft fp32", "audiocraft bf16"]
    everyone = [growing, static, *audiocrafts]
    assert [(one.batch, one.guest) for one in met.meetings] == [
        *((1, who) for who in everyone),
        (2, growing),
        (2, static),
    ]
    assert met.left_out == {
        "transformers bf16": "RuntimeError: no such kernel",
        **{f"batch 2, {who}": "OutOfMemoryError: no room for two" for who in audiocrafts},
    }
    assert met.memory["ours"][2] >= met.memory["ours"][1] >= 100
    assert all(2 * 0.002 < one.timed["ours"].step_s[1450] * 2 < 0.1 for one in met.meetings)
    assert not ours.engine.sequences


def test_batch_32_has_room_on_a_gpu_of_80_gb() -> None:
    """Beside three caches of 32 slots, which are there from the start, and the models of all."""
    gpu = torch.device("cuda", 0)
    hosts = [Host(name, Ours(name, Slow(), TINY, TEXT), 0) for name in ("fp32", "bf16", "fp16")]
    caches = 32 * cached_numbers(SMALL, WINDOW_FRAMES + SMALL.longest_delay) * (4 + 2 + 2)
    models = 3 * numbers_kept(SMALL) * (4 + 2 + 2)
    for precision, number_bytes in (("fp32", 4), ("fp16", 2)):
        guest = Guest("audiocraft", precision, hosts[0].contestant, 0)
        needed = memory_needed(hosts, guest, 32, SMALL, gpu)
        assert needed > 32 * cached_numbers(SMALL, PLACES[-1]) * number_bytes
        assert caches + models + needed + SPARE_BYTES < 79e9


@dataclass(frozen=True, eq=False)
class Narrow(Field):
    """Has room for so many of ours."""

    room: int
    built: list[str] = dataclass_field(default_factory=list)

    def host(self, precision: str, threads: int) -> Host:
        if len(self.built) == self.room:
            raise OutOfCacheMemory(f"no room for {precision}")
        self.built.append(precision)
        return Host(precision, Ours(precision, Slow(), TINY, TEXT), 0)


@pytest.mark.parametrize(
    ("device", "room", "built"),
    [("cuda", 3, ["fp32", "bf16", "fp16"]), ("cuda", 2, ["bf16", "fp16"]), ("cuda", 1, ["fp16"]), ("cpu", 1, ["fp32"])],
)
def test_where_memory_is_short_the_served_one_plays(device: str, room: int, built: list[str]) -> None:
    narrow = Narrow(WEIGHTS, TEXT, torch.device(device), threads=1, slots=4, room=room)
    hosts = narrow.hosts()
    assert [host.precision for host in hosts] == built
    assert served(hosts, narrow.device).precision == {"cuda": "fp16", "cpu": "fp32"}[device]


def test_where_there_is_room_for_none_it_says_so() -> None:
    with pytest.raises(OutOfCacheMemory, match="no room for fp16"):
        Narrow(WEIGHTS, TEXT, torch.device("cuda"), threads=1, slots=4, room=0).hosts()


def test_load_is_for_all_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    """32 slots of a step of 2 ms or little more are asked for nearly 16000 frames/s, by four times the calls of 8."""

    class Wide(Slow):
        slots = 32

    asked: list[list[Call]] = []
    monkeypatch.setattr(generate, "SERVERS", {"any": lambda _engine, calls, _text: asked.append(calls)})
    field = Field(WEIGHTS, TEXT, torch.device("cpu"), threads=1, slots=32)
    generate.loaded(Host("fp16", Ours("ours", Wide(), TINY, TEXT), 0), field, 48)
    (calls,) = asked
    assert len(calls) == 4 * 48
    rate = np.mean([call.frames for call in calls]) / calls[1].arrives_s
    assert 32 / 0.5 < rate < 32 / 0.002, "as fast as it was measured to be here"

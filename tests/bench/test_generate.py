"""The arithmetic of the benches: figures for 30 s, ratios, bytes, loads. Peers play what the engine plays. A failure
costs a run no more than itself."""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from aural.settings import MAX_DURATION_S
from bench.codec import random_encodec
from bench.generate import __main__ as generate
from bench.generate import timing
from bench.generate.contract import longest_s
from bench.generate.field import Field, Host
from bench.generate.first_sound import FirstSound, first_sound
from bench.generate.load import Call, continuous, static, steady
from bench.generate.peers import audiocraft_model, audiocraft_tokens, transformers_model, transformers_tokens
from bench.generate.timing import Timed, along_the_clip, long_take_s, share_of_limit, whole_clip_s
from bench.generate.verdict import Goal, Meeting, clip_s, ratio
from bench.musicgen_shapes import SMALL, cached_numbers, numbers_kept, numbers_read, random_text, random_weights
from bench.precision import distance, played
from models.musicgen.assemble import EngineOptions, slots_that_fit
from models.musicgen.engine import PREFILL, Engine, GenerationRequest
from models.musicgen.family import STEREO_DELAYS
from models.musicgen.latency import StepCost
from models.musicgen.sampling import SamplingParams
from models.musicgen.shape import CODEBOOK_SIZE, Shape
from models.musicgen.step import Ints, OutOfCacheMemory
from models.musicgen.step_onnx import OnnxStep
from models.musicgen.step_torch import TorchStep

TINY = Shape(layers=2, width=64, heads=4, feedforward=256, delays=(0, 1, 2, 3))
STEREO = replace(TINY, delays=STEREO_DELAYS)
POSITIONS = 1503


def line(first_ms: float, slope_ms: float) -> dict[int, float]:
    return {place: (first_ms + slope_ms * place) / 1000 for place in (50, 750, 1450)}


def test_straight_lines_go_on_past_the_places() -> None:
    np.testing.assert_allclose(along_the_clip(line(10, 0.02)), (10 + 0.02 * np.arange(1503)) / 1000)


def test_each_half_of_the_clip_has_a_line_of_its_own() -> None:
    bent = {50: 1.0, 750: 1.0, 1450: 8.0}
    assert whole_clip_s(bent) == pytest.approx(750 + sum(1 + (p - 750) / 100 for p in range(750, 1500)))


def test_a_take_past_30_s_is_windows_that_take_in_what_they_keep() -> None:
    """2400 frames: 1503 steps, then 600 known frames, a PREFILL at a time, and 903 steps."""
    parts = math.ceil(600 / PREFILL)
    assert long_take_s(line(10, 0), [0.5] * 100, 2400, delay=3) == pytest.approx((1503 + 903) * 0.01 + parts * 0.5)


@pytest.mark.parametrize(("precision", "weight_bytes", "cache_bytes"), [("fp32", 4, 4), ("int8", 1 + 4 / 128, 1)])
def test_what_takes_as_long_as_reading_it_has_the_whole_limit(
    precision: str, weight_bytes: float, cache_bytes: int
) -> None:
    limit, weights = 1e9, weight_bytes * numbers_read(SMALL)
    read = {p: (weights + 3 * cache_bytes * cached_numbers(SMALL, p + 1)) / limit for p in (50, 750, 1450)}
    assert share_of_limit(SMALL, precision, 3, read, limit) == pytest.approx(1)


def test_the_longest_that_is_let_in() -> None:
    """At 20 ms a step 60 s are 3000 steps, of which 3 are delay and 15 tail; EnCodec's 0.1 s a second leave 54 s."""
    cost = StepCost(fixed_s=0.02, per_slot_s=0.0, per_position_s=0.0, prefill_s=0.0)
    assert longest_s(cost, TINY, codec_s=0.0) == 59
    assert longest_s(cost, TINY, codec_s=3.0) == 54
    assert longest_s(replace(cost, fixed_s=1e-6), TINY, codec_s=0.0) == MAX_DURATION_S
    assert longest_s(replace(cost, fixed_s=2.0), TINY, codec_s=0.0) == 0


def test_numbers_are_those_of_real_weights() -> None:
    weights = random_weights(TINY)
    matrices = [getattr(layer, field.name) for layer in weights.layers for field in fields(layer)]
    held = sum(one.numel() for one in matrices if isinstance(one, Tensor))
    text = sum(layer.cross_k.numel() + layer.cross_v.numel() for layer in weights.layers)
    assert numbers_kept(TINY) == held + weights.heads.numel() + weights.embeddings.numel()
    assert numbers_read(TINY) == held - text + weights.heads.numel()
    assert cached_numbers(SMALL, 1500) * 4 == 589_824_000  # 590 MB for one request at 30 s


def meeting(guest: str, precision: str, guest_ms: float, fp32_ms: float = 10, int8_ms: float = 5) -> Meeting:
    times = {"ours fp32": fp32_ms, "ours int8": int8_ms, guest: guest_ms}
    return Meeting(1, "peer", precision, guest, {name: Timed(line(ms, 0), 0, 1e10) for name, ms in times.items()})


def test_a_peer_is_met_in_its_best_setting_and_beside_its_own_measurement_of_ours() -> None:
    meetings = [meeting("slow", "fp32", 60), meeting("fast", "fp32", 40, fp32_ms=8), meeting("half", "bf16", 20)]
    assert ratio(meetings, 1, "ours fp32", "peer", "fp32") == pytest.approx(5)
    assert ratio(meetings, 1, "best", "peer") == pytest.approx(4)
    assert ratio(meetings, 4, "best", "peer") is None
    assert clip_s(meetings, 1, "ours fp32") == pytest.approx(15)


def test_goals_say_what_was_not_measured() -> None:
    assert Goal("a", 2.0, least=2).verdict == "met"
    assert Goal("a", 1.9, least=2).verdict == "missed"
    assert Goal("a", 0.6, most=0.5).verdict == "missed"
    assert Goal("a", None, least=2).verdict == "not measured"


class Slow:
    """A step of two milliseconds that likes all tokens alike."""

    slots, positions = 4, POSITIONS

    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None:
        pass

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        time.sleep(0.002)
        return torch.zeros(len(tokens), 2, TINY.codebooks, CODEBOOK_SIZE)

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        pass

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        pass

    def free(self, slot: int) -> None:
        pass


def test_mixed_lengths_do_not_wait_for_each_other() -> None:
    calls = [Call(0.0, frames) for frames in (2, 2, 2, 60) * 2]
    together, apart = (serve(Engine(Slow(), TINY), calls, torch.zeros(1, 64)) for serve in (continuous, static))
    # By steps: continuous answers after 5, 5, 5, 63, 10, 10, 10, 68; static all four after 63, then all after 126.
    assert together.latency_s < 0.6 * apart.latency_s
    assert together.frames_per_s > 1.3 * apart.frames_per_s


def test_steady_calls_ask_for_what_was_said() -> None:
    calls = steady(1000, 80.0)
    assert calls[1].arrives_s == pytest.approx(np.mean([call.frames for call in calls]) / 80)
    assert {call.frames for call in calls} == {50, 100, 150, 200, 250, 300}


@pytest.mark.parametrize("shape", [TINY, STEREO], ids=["mono", "stereo"])
def test_peers_and_engine_play_the_same(shape: Shape) -> None:
    weights, texts, frames = random_weights(shape), [random_text(shape, 9, seed) for seed in range(2)], 40
    engine = Engine(OnnxStep(weights, slots=2, positions=POSITIONS, threads=1), shape)
    sequences = [
        engine.add(GenerationRequest(text, frames, seed=0, params=SamplingParams(temperature=0.0))) for text in texts
    ]
    while engine.sequences:
        engine.advance()
    ours = torch.stack([torch.from_numpy(one.tokens) for one in sequences])
    assert torch.equal(ours, audiocraft_tokens(audiocraft_model(weights), texts, frames))
    assert torch.equal(ours, transformers_tokens(transformers_model(weights), texts, frames))


def test_a_step_is_at_no_distance_from_itself_and_int8_at_a_small_one() -> None:
    weights, text = random_weights(TINY), random_text(TINY, 9, 0)
    fp32 = TorchStep(weights, torch.device("cpu"), torch.float32, slots=1, positions=POSITIONS)
    tokens = played(fp32, TINY, text, 30)
    onnx, int8 = (OnnxStep(weights, slots=1, positions=POSITIONS, threads=1, precision=p) for p in ("fp32", "int8"))
    same, near = (distance(fp32, other, TINY, tokens, text) for other in (onnx, int8))
    assert max(same.kl_worst) < 1e-8
    assert set(same.same_top) == {1.0}
    assert 1e-5 < np.mean(near.kl_mean) < 0.02
    assert max(near.kl_mean) <= max(near.kl_worst)
    assert 0.9 < np.mean(near.overlap) < 1


class Leaning(Slow):
    """Says that token 0 is `odds` times as likely as each other one, whatever it hears."""

    def __init__(self, odds: float):
        self.odds = odds

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        logits = torch.zeros(len(tokens), 2, TINY.codebooks, CODEBOOK_SIZE)
        logits[..., 0] = np.log(self.odds)
        return logits


def test_distance_is_the_divergence_of_known_distributions() -> None:
    tokens = np.zeros((4, 5), np.int64)
    far = distance(Leaning(3.0), Leaning(1.0), TINY, tokens, torch.zeros(1, 64))
    likely, rest = 3 / (CODEBOOK_SIZE + 2), 1 / (CODEBOOK_SIZE + 2)
    expected = likely * np.log(likely * CODEBOOK_SIZE) + (CODEBOOK_SIZE - 1) * rest * np.log(rest * CODEBOOK_SIZE)
    assert far.kl_mean == pytest.approx((expected,) * 4)
    assert far.draws_that_differ == pytest.approx(np.sqrt(expected / 2))


def test_sizes_and_service_have_as_many_slots_as_fit() -> None:
    """A slot of 30 s of MusicGen small is 296 MB in fp16."""
    for megabytes, slots in ((10**6, 32), (3000, 10), (100, 1)):
        wishes = EngineOptions(torch.device("cuda", 0), cache_mb=megabytes)
        assert slots_that_fit(SMALL, "fp16", wishes) == slots
        assert slots_that_fit(SMALL, "fp32", wishes) == min(32, max(1, megabytes * 2**20 // 591_003_648))


def tiny_first_sound(host: Host, field: Field) -> FirstSound:
    from transformers import T5Config, T5EncoderModel

    t5: Any = T5EncoderModel(T5Config(d_model=32, d_ff=8, num_layers=1, num_heads=2))
    return first_sound(host, field, t5.eval(), random_encodec(hidden_size=16, num_filters=4))


def test_a_run_goes_on_past_what_fails_and_keeps_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The load finds no memory, when the steps are on the disk already; the first sound comes after it."""
    result = tmp_path / "generate-cpu.json"

    def no_load(host: Host, field: Field, calls: int) -> None:
        for seed in range(field.slots):  # they are in nobody's way later
            host.contestant.engine.add(GenerationRequest(field.text, 50, seed))
        raise OutOfCacheMemory(f"{len(json.loads(result.read_text())['rows'])} rows are kept")

    monkeypatch.setattr(generate, "RESULTS", tmp_path)
    monkeypatch.setattr(generate, "random_weights", lambda _shape: random_weights(TINY))
    monkeypatch.setattr(generate, "random_text", lambda _shape, tokens, seed: random_text(TINY, tokens, seed))
    monkeypatch.setattr(timing, "READ_BYTES", 2**20)
    monkeypatch.setattr(generate, "first_sound", tiny_first_sound)
    monkeypatch.setattr(generate, "loaded", no_load)
    flags = "--parts engine --device cpu --threads 1 --batches 1"
    monkeypatch.setattr(sys, "argv", ["generate", *flags.split()])
    with pytest.raises(SystemExit, match=r"^Failed: load\."):
        generate.main()
    told = json.loads(result.read_text())
    # Ours twice, audiocraft and two caches of transformers' in two precisions.
    assert told["load"] == {"failed": "OutOfCacheMemory: 8 rows are kept"}
    assert {row["who"] for row in told["rows"]} >= {"ours fp32", "ours int8", "audiocraft bf16"}
    assert told["left_out"] == {}
    assert told["first_sound"]["precision"] == "fp32", "what is served"
    assert told["first_sound"]["frames"] == 14
    verdicts = {goal["goal"]: goal["verdict"] for goal in told["goals"]}
    assert verdicts["continuous against static batching: throughput"] == "not measured"
    assert verdicts["our best against audiocraft at its best, batch 1"] in ("met", "missed")

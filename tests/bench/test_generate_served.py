"""The benches measure what is served: in its numbers, with its sums, to its first sound; and keep what they have."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bench.codec import random_encodec
from bench.generate import __main__ as generate
from bench.generate.contestants import Audiocraft, Contestant, Ours, Transformers
from bench.generate.field import Field, Host, peers_precisions_on, precisions_on
from bench.generate.first_sound import first_sound
from bench.generate.peers import audiocraft_model, transformers_model
from bench.generate.timing import CACHE_BYTES
from bench.musicgen_shapes import random_text, random_weights
from bench.precision import measured, show
from models.musicgen.precision import TORCH, choose_precision
from tests.bench.test_generate import TINY, Slow

CPU, GPU = torch.device("cpu"), torch.device("cuda", 0)


def test_a_gpu_is_measured_in_what_is_served_there_and_peers_in_what_they_are_run_in() -> None:
    served = choose_precision("auto", GPU)
    assert precisions_on(GPU)[-1] == served == "fp16"
    assert served in peers_precisions_on(GPU)
    assert precisions_on(CPU) == ("fp32", "int8")
    assert "fp16" not in peers_precisions_on(CPU)
    assert all(CACHE_BYTES[name] == TORCH[name].itemsize for name in precisions_on(GPU))


def test_whole_sums_are_ours_and_torchs_own_the_peers() -> None:
    flags = torch.backends.cuda.matmul
    text, weights = random_text(TINY, 5, 0), random_weights(TINY)
    ours = Ours("ours", Slow(), TINY, text)
    peers: list[Contestant] = [
        Audiocraft("a", audiocraft_model(weights), text, threads=1),
        Transformers("t", transformers_model(weights), text, static=False, threads=1),
    ]
    for _ in range(2):
        ours.ready()
        assert not flags.allow_fp16_reduced_precision_reduction
        assert not flags.allow_bf16_reduced_precision_reduction
        for peer in peers:
            peer.ready()
            assert flags.allow_fp16_reduced_precision_reduction
            assert flags.allow_bf16_reduced_precision_reduction


def test_the_first_sound_is_made_of_its_parts() -> None:
    """A step of two milliseconds: the codec's first chunk is ten frames, and four more and the delay come before it."""
    from transformers import T5Config, T5EncoderModel

    t5: Any = T5EncoderModel(T5Config(d_model=64, d_ff=8, num_layers=1, num_heads=2))
    field = Field(random_weights(TINY), random_text(TINY, 5, 0), CPU, threads=1, slots=1)
    host = Host("fp32", Ours("ours", Slow(), TINY, field.text), 0)
    told = first_sound(host, field, t5.eval(), random_encodec(hidden_size=16, num_filters=4))
    assert told.frames == 14
    assert 17 * 0.002 < told.steps_s < 17 * 0.02
    assert 0 < told.codec_s < 0.5
    assert told.total_s == told.text_s + told.steps_s + told.codec_s
    assert not host.contestant.engine.sequences


def test_what_was_measured_stays_when_a_later_part_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def parts(*_: Any, **__: Any) -> Iterator[dict[str, Any]]:
        yield {"rows": [1], "alone": {"fp32": 14.0}}
        raise torch.OutOfMemoryError("no room")

    monkeypatch.setattr(generate, "engine", parts)
    monkeypatch.setattr(generate, "RESULTS", tmp_path)
    monkeypatch.setattr(generate, "random_weights", lambda _shape: random_weights(TINY))
    monkeypatch.setattr(sys, "argv", ["generate", "--parts", "engine", "--device", "cpu"])
    with pytest.raises(torch.OutOfMemoryError):
        generate.main()
    told = json.loads((tmp_path / "generate-cpu.json").read_text())
    assert told["rows"] == [1]
    assert "cpu" in told["machine"]


def test_halves_are_shown_by_their_distance_and_not_by_a_cpus_time(capsys: pytest.CaptureFixture[str]) -> None:
    weights, text = random_weights(TINY), random_text(TINY, 9, 0)
    rows = measured(weights, text, CPU, threads=1, frames=20)
    show(rows)
    said = capsys.readouterr().out
    fp16, bf16 = (np.mean(rows[name]["distance"]["kl_mean"]) for name in ("fp16", "bf16"))
    assert 0 < fp16 < bf16 / 20
    assert "step_ms" not in rows["fp16"]
    assert len(re.findall(r"^(?:fp16|bf16) +a GPU computes so ", said, re.MULTILINE)) == 2
    assert "Advice: " in said
    assert "fp16" not in said.rpartition("Advice: ")[2], "what cannot be set here is not advised"

"""How alike sound and words are, from the gateway's ports to CLAP and back; the tagger reads no words."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from aural.errors import NotAudio
from aural.types import Floats
from models.clap import RATE_HZ, Clap
from runners.affect import AffectRunner
from runners.composer_client import ComposerClient
from runners.ports import RunnerPorts
from tests.serving import band

PROMPTS = ("calm piano", "an aggressive metal track with very fast drums and a loud guitar", "calm piano")


def music(seconds: float, rate_hz: int) -> Floats:
    return band(seconds, rate_hz=rate_hz).astype(np.float32)


def matched(samples: Floats, *prompts: str) -> list[float | None]:
    """By the runner in this process, all prompts at once."""

    async def scene() -> list[float | None]:
        takes = ComposerClient("http://127.0.0.1:1")
        runner: Any = AffectRunner.inner()  # type: ignore[attr-defined]
        ports = RunnerPorts(None, runner, None, takes)
        try:
            return list(await asyncio.gather(*(ports.prompt_similarity(samples, prompt, 60) for prompt in prompts)))
        finally:
            await takes.close()

    return asyncio.run(scene())


@pytest.fixture
def pretrained(hub_cache: Path, no_record: Path, monkeypatch: pytest.MonkeyPatch) -> Clap:
    monkeypatch.setenv("AURAL_MODELS", "pretrained")
    monkeypatch.setenv("AURAL_DEVICE", "cpu")
    monkeypatch.setenv("AURAL_WEIGHTS", str(hub_cache))
    monkeypatch.setenv("AURAL_WEIGHTS_RECORD", str(no_record))
    return Clap.load(hub_cache, torch.device("cpu"), record=no_record)


def test_it_is_the_cosine_of_claps_embeddings(pretrained: Clap) -> None:
    samples = music(12, RATE_HZ)
    expected = pretrained.embed_text(PROMPTS) @ pretrained.embed(samples).embedding
    likenesses = matched(samples, *PROMPTS)
    np.testing.assert_allclose(np.array(likenesses, float), expected, atol=1e-5)
    assert likenesses[0] == pytest.approx(likenesses[2], abs=1e-6)
    assert likenesses[0] != pytest.approx(likenesses[1], abs=1e-3)
    assert all(one is not None and -1 <= one <= 1 for one in likenesses)


def test_what_cannot_be_heard_is_an_error(pretrained: Clap) -> None:
    with pytest.raises(NotAudio):
        matched(np.full(RATE_HZ, np.nan, np.float32), "calm piano")


def test_the_tagger_reads_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AURAL_MODELS", "builtin")
    monkeypatch.setenv("AURAL_DEVICE", "cpu")
    assert matched(music(3, 16_000), "calm piano") == [None]


def test_many_may_ask_at_once(pretrained: Clap) -> None:
    """A tokenizer that pads bears one thread only."""
    from aural.settings import Settings
    from models.affect import AffectModel

    model = AffectModel.load(Settings.from_env())
    heard = pretrained.embed(music(10, RATE_HZ))
    prompts = [" ".join(["drums"] * (1 + 7 * number % 40)) for number in range(40)]
    alone = [model.likeness(heard, prompt) for prompt in prompts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda prompt: model.likeness(heard, prompt), prompts)) == alone

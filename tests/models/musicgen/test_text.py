"""The text encoder: what audiocraft's own condition provider and transformers' own model make of the same text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from models.cards import MUSICGEN
from models.musicgen.load import load_musicgen
from models.musicgen.text import TextEncoder
from models.weights import snapshot
from tests.checkpoints import TUNED

TEXTS = [
    "calm piano. bpm: 96.0. key: e minor. moods: dreamy",
    "  two  spaces,\ta tab\nand a line ",
    "Ünknown létters 音 </s> and a mark",
    " ",
    "rock drums and bass " * 100,
]


@pytest.fixture(scope="module")
def text(hub_cache: Path) -> TextEncoder:
    return load_musicgen(MUSICGEN["musicgen-small"], hub_cache).text


@pytest.fixture(scope="module")
def audiocrafts(hub_cache: Path) -> Any:
    from audiocraft.models.loaders import load_lm_model

    return load_lm_model(MUSICGEN["musicgen-small"].repo, device="cpu")


@torch.no_grad()
def audiocraft_hears(language_model: Any, text: str) -> Tensor:
    """The conditional row of what its `generate` prepares: the text, then no text, in one batch."""
    from audiocraft.modules.conditioners import ClassifierFreeGuidanceDropout, ConditioningAttributes

    asked = [ConditioningAttributes(text={"description": text})]
    batch = asked + ClassifierFreeGuidanceDropout(p=1.0)(asked)
    provider = language_model.condition_provider
    states, mask = provider(provider.tokenize(batch))["description"]
    assert not states[1].any()
    assert text == "" or mask[0].all()
    row: Tensor = states[0]
    return row


@pytest.mark.parametrize("sentence", [*TEXTS, ""])
def test_a_text_is_heard_as_audiocraft_hears_it(text: TextEncoder, audiocrafts: Any, sentence: str) -> None:
    ours, theirs = text.encode(sentence), audiocraft_hears(audiocrafts, sentence)
    assert ours.dtype == torch.float32
    assert ours.shape == theirs.shape
    assert (ours - theirs).abs().max() < 1e-6


@pytest.mark.parametrize("sentence", TEXTS)
def test_a_text_is_heard_as_transformers_hears_it(hub_cache: Path, text: TextEncoder, sentence: str) -> None:
    from transformers import AutoTokenizer, MusicgenForConditionalGeneration

    folder = snapshot(TUNED, hub_cache)
    tokens = AutoTokenizer.from_pretrained(folder, local_files_only=True)(sentence, return_tensors="pt")
    model: Any = MusicgenForConditionalGeneration.from_pretrained(folder, local_files_only=True)
    with torch.no_grad():
        theirs = model.enc_to_dec_proj(model.text_encoder(**tokens).last_hidden_state)[0]
    assert (text.encode(sentence) - theirs).abs().max() < 1e-6


def test_no_text_is_silence_and_other_texts_differ(text: TextEncoder) -> None:
    assert not text.encode("").any()
    one, other = (text.encode(sentence).mean(dim=0) for sentence in ("calm piano", "rock drums"))
    assert (one - other).norm() > 0.05 * one.norm()


def test_a_long_text_is_heard_to_its_end(text: TextEncoder) -> None:
    long = "q, w, z. " * 200
    shorter, piano, drums = (text.encode(long + end) for end in ("", "calm piano", "rock drums"))
    assert len(piano) > len(shorter) > 512
    assert not torch.equal(piano[:500], drums[:500])


def test_texts_at_once_are_heard_as_each_alone(text: TextEncoder) -> None:
    sentences = TEXTS * 8
    with ThreadPoolExecutor(1) as one:  # torch counts threads for each thread: an earlier test may have set this one's
        alone = list(one.map(text.encode, sentences))
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(text.encode, sentences))
    assert all(torch.equal(one, other) for one, other in zip(alone, together, strict=True))


def test_only_t5s_encoder_is_kept(text: TextEncoder) -> None:
    assert not [name for name, _ in text.encoder.named_parameters() if "decoder" in name]
    assert not text.encoder.training

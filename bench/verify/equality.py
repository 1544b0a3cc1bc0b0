"""Our text, tokens and sound beside those of audiocraft and transformers, each loading the same files by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from aural.types import Floats
from bench.verify.receipt import Check
from models.cards import Card
from models.weights import find, snapshot

if TYPE_CHECKING:  # they import transformers, which must know its folder first
    from models.musicgen.load import LoadedModel
    from models.musicgen.step import Ints, Step

TEXT = "calm piano. bpm: 80.0. key: c major"
SMALLEST_WIDTH = 1024
"""MusicGen small's: what is narrower are weights for tests."""
TEXT_WITHIN = 1e-4
"""Of the greatest number: sums of 12 layers in another order move the seventh digit."""
SOUND_UNDER_DB = -80.0


@dataclass(frozen=True, eq=False)
class Heard:
    """What one side makes of TEXT: states (tokens, width), tokens (codebooks, frames), and of `ours` the samples."""

    states: Floats
    tokens: Ints
    samples: Floats


def on_loaded_weights(card: Card, folder: Path, threads: int, frames: int) -> Iterator[Check]:
    """The weights are let go of afterwards."""
    from bench.precision import FP32, distance, kinds_of, played
    from models.musicgen.load import load_musicgen

    parts = load_musicgen(card, folder)
    shape, text = parts.weights.shape, parts.text.encode(TEXT)
    size = f"{shape.layers} layers of width {shape.width}, {shape.codebooks} codebooks"
    small = shape.width < SMALLEST_WIDTH
    size += ": made for tests, what is heard below means nothing" if small else ""
    yield Check(card.name, size, figures={"width": shape.width, "layers": shape.layers, "made_for_tests": small})
    kinds = kinds_of(parts.weights, text, torch.device("cpu"), threads)
    ours = _ours(kinds[FP32].step, parts, threads, frames)
    yield from beside("audiocraft", ours, audiocrafts(card, folder, ours.tokens))
    yield compared("transformers", ours.tokens, transformers_own(card, folder, frames))
    tokens = played(kinds[FP32].step, shape, text, frames)
    for name, kind in kinds.items():
        if name != FP32:
            far = distance(kinds[FP32].step, kind.step, shape, tokens, text)
            found = f"KL {np.mean(far.kl_mean):.2e} nats, worst {max(far.kl_worst):.2e}, likeliest token the same "
            figures = {"kl_mean": far.kl_mean, "kl_worst": far.kl_worst, "same_top": far.same_top}
            yield Check(f"{name} against fp32", f"{found}{100 * np.mean(far.same_top):.1f} %", figures=figures)


def _ours(step: Step, parts: LoadedModel, threads: int, frames: int) -> Heard:
    from models.musicgen.codec import Codec

    tokens = greedy(step, parts, frames)
    codec = Codec.load(parts.codec, device=torch.device("cpu"), channels=parts.weights.shape.channels, threads=threads)
    return Heard(parts.text.encode(TEXT).numpy(), tokens, codec.decode(tokens))


def greedy(step: Any, parts: LoadedModel, frames: int) -> Ints:
    from models.musicgen.engine import Engine, GenerationRequest
    from models.musicgen.sampling import SamplingParams

    engine = Engine(step, parts.weights.shape)
    sequence = engine.add(
        GenerationRequest(parts.text.encode(TEXT), frames, seed=0, params=SamplingParams(temperature=0.0))
    )
    while not sequence.finished:
        engine.advance()
    return sequence.tokens


def beside(peer: str, ours: Heard, theirs: Heard | None) -> Iterator[Check]:
    """Text, tokens, and the sound of our tokens."""
    yield compared(peer, ours.tokens, None if theirs is None else theirs.tokens)
    if theirs is None:
        return
    off = float(np.abs(ours.states - theirs.states).max() / np.abs(theirs.states).max())
    yield Check(f"text states against {peer}", f"differ by {off:.1e} at most", off < TEXT_WITHIN, {"off": off})
    apart = np.abs(ours.samples - theirs.samples).max() / np.abs(theirs.samples).max()
    off_db = float(20 * np.log10(max(apart, 1e-12)))
    found = f"differs by {off_db:.0f} dB at most"
    yield Check(f"sound of these tokens against {peer}", found, off_db < SOUND_UNDER_DB, {"off_db": off_db})


def compared(peer: str, ours: Ints, theirs: Ints | None) -> Check:
    what = f"greedy tokens against {peer}"
    if theirs is None:
        return Check(what, "the checkpoint is not there in its layout")
    differing = np.argwhere((ours != theirs).T)
    figures = {"differing": len(differing), "of": ours.size}
    if not len(differing):
        return Check(what, f"all {ours.size} are equal", passed=True, figures=figures)
    frame, codebook = differing[0]
    found = f"{len(differing)} of {ours.size} differ, first in frame {frame}, codebook {codebook}"
    return Check(what, found, passed=False, figures=figures)


@torch.no_grad()
def audiocrafts(card: Card, folder: Path, tokens: Ints) -> Heard | None:
    """By its own loading from the folder and its own step loop; the sound is that of `tokens`."""
    if "state_dict.bin" not in (find(card, folder) or {}):
        return None
    from audiocraft.models.musicgen import MusicGen

    model: Any = MusicGen.get_pretrained(card.repo, device="cpu")
    attributes, _ = model._prepare_tokens_and_attributes([TEXT], None)
    provider = model.lm.condition_provider
    states, _ = provider(provider.tokenize(attributes))["description"]
    played = model.lm.generate(None, attributes, max_gen_len=tokens.shape[1], use_sampling=False, cfg_coef=3.0)
    sound = model.compression_model.decode(torch.from_numpy(tokens)[None])[0]
    return Heard(states[0].numpy(), played[0].numpy(), sound.numpy())


def transformers_own(card: Card, folder: Path, frames: int) -> Ints | None:
    """By its own loading, text encoder and step loop."""
    layout = card.otherwise
    if layout is None or find(layout, folder) is None:
        return None
    from transformers import MusicgenForConditionalGeneration, T5Tokenizer

    from bench.generate.peers import generated_tokens

    here = snapshot(layout, folder)
    model: Any = MusicgenForConditionalGeneration.from_pretrained(here, local_files_only=True)
    asked = T5Tokenizer.from_pretrained(here, local_files_only=True)([TEXT], return_tensors="pt")
    return np.asarray(generated_tokens(model, frames, **asked)[0].numpy())

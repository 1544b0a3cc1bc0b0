"""What the weights at hand do here. `make verify-pretrained` (AURAL_WEIGHTS=hub-cache folder, AURAL_MUSICGEN=model)

Hashes against the record; greedy tokens in fp32 against audiocraft's and transformers' own `generate`, each where the
checkpoint is there in its layout; how far int8 is from fp32; and a listening round trip: tempo and key that were asked
for, and what `aural.listening` hears. Exit status 1 where a hash or a token differs.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from aural.errors import MissingWeights
from aural.settings import Settings
from aural.wire import MusicRequest
from models.cards import Card, musicgen_card
from models.weights import (
    RECORD,
    find,
    hub_folder,
    needed,
    read_record,
    refuse_what_differs,
    snapshot,
    use_hub_cache,
)

if TYPE_CHECKING:  # they import transformers, which must know its folder first
    from models.musicgen.load import Parts
    from models.musicgen.step import Ints

TEXT = "calm piano. bpm: 80.0. key: c major"
TRIPS = ((80.0, "C major"), (120.0, "A minor"), (140.0, "F# minor"))
SMALLEST_WIDTH = 1024
"""MusicGen small's: what is narrower are weights for tests."""


@dataclass(frozen=True)
class Check:
    """`passed` None: nothing to compare with, or no right and wrong."""

    what: str
    found: str
    passed: bool | None = None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.verify_pretrained", description=__doc__)
    parser.add_argument("--frames", type=int, default=250, help="of greedy decoding; 50 are a second")
    parser.add_argument("--trip-s", type=float, default=10.0, help="of music for each listening round trip")
    asked = parser.parse_args()
    settings = Settings.from_env({**os.environ, "AURAL_MODELS": "pretrained"})  # as the service reads it
    folder = settings.weights_dir or hub_folder()
    use_hub_cache(folder)
    card = musicgen_card(settings.musicgen)
    if find(card, folder) is None:
        sys.exit(f"{card.repo} is not in {folder}. Run `make weights`, or set AURAL_WEIGHTS.")
    checks = show(hashes(card, folder, settings.weights_record or RECORD))
    if any(check.passed is False for check in checks):
        sys.exit("The service would not load these weights, so nothing else was tried.")
    torch.set_num_threads(settings.composer_threads)
    checks += show(on_loaded_weights(card, folder, settings.composer_threads, asked.frames))
    show(round_trips(settings, asked.trip_s))
    sys.exit(1 if any(check.passed is False for check in checks) else 0)


def show(checks: list[Check]) -> list[Check]:
    verdicts = {True: "ok", False: "FAILED", None: ""}
    for check in checks:
        print(f"{check.what:<44}{check.found:<60}{verdicts[check.passed]}", flush=True)
    return checks


def hashes(card: Card, folder: Path, record: Path) -> list[Check]:
    known = read_record(record)
    checks = []
    for one in needed([card], folder):
        what = f"sha256 of {one.repo}"
        if one.repo not in known:
            checks.append(Check(what, "nothing recorded to compare with"))
            continue
        try:
            refuse_what_differs(one, folder, record)
        except MissingWeights as differs:
            checks.append(Check(what, str(differs), passed=False))
        else:
            checks.append(Check(what, "as recorded", passed=True))
    return checks


def on_loaded_weights(card: Card, folder: Path, threads: int, frames: int) -> list[Check]:
    """Tokens and distance: the weights are let go of afterwards."""
    from bench.precision import FP32, distance, kinds_of, played
    from models.musicgen.load import load_musicgen

    parts = load_musicgen(card, folder)
    shape, text = parts.weights.shape, parts.text.encode(TEXT)
    kinds = kinds_of(parts.weights, text, torch.device("cpu"), threads)
    steps = {name: kind.step for name, kind in kinds.items()}
    ours = greedy(steps[FP32], parts, frames)
    size = f"{shape.layers} layers of width {shape.width}, {shape.codebooks} codebooks"
    if shape.width < SMALLEST_WIDTH:
        size += ": made for tests, what is heard below means nothing"
    checks = [
        Check(card.name, size),
        compared("audiocraft", ours, audiocrafts(card, folder, frames)),
        compared("transformers", ours, transformers_own(card, folder, frames)),
    ]
    tokens = played(steps[FP32], shape, text, frames)
    for name, step in steps.items():
        if name != FP32:
            far = distance(steps[FP32], step, shape, tokens, text)
            found = f"KL {np.mean(far.kl_mean):.4f} nats, worst {max(far.kl_worst):.4f}, likeliest token the same "
            checks.append(Check(f"{name} against fp32", f"{found}{100 * np.mean(far.same_top):.1f} %"))
    return checks


def greedy(step: Any, parts: Parts, frames: int) -> Ints:
    from models.musicgen.engine import Engine, Plan
    from models.musicgen.sampling import Controls

    engine = Engine(step, parts.weights.shape)
    playing = engine.join(Plan(parts.text.encode(TEXT), frames, seed=0, controls=Controls(temperature=0.0)))
    while not playing.finished:
        engine.advance()
    return playing.tokens


def compared(peer: str, ours: Ints, theirs: Ints | None) -> Check:
    what = f"greedy tokens against {peer}"
    if theirs is None:
        return Check(what, "the checkpoint is not there in its layout")
    differing = np.argwhere((ours != theirs).T)
    if not len(differing):
        return Check(what, f"all {ours.size} are equal", passed=True)
    frame, codebook = differing[0]
    found = f"{len(differing)} of {ours.size} differ, first in frame {frame}, codebook {codebook}"
    return Check(what, found, passed=False)


def audiocrafts(card: Card, folder: Path, frames: int) -> Ints | None:
    """By its own loading from the folder and its own step loop."""
    if "state_dict.bin" not in (find(card, folder) or {}):
        return None
    from audiocraft.models.musicgen import MusicGen

    model: Any = MusicGen.get_pretrained(card.repo, device="cpu")
    attributes, _ = model._prepare_tokens_and_attributes([TEXT], None)
    tokens = model.lm.generate(None, attributes, max_gen_len=frames, use_sampling=False, cfg_coef=3.0)
    return np.asarray(tokens[0].numpy())


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


def round_trips(settings: Settings, trip_s: float) -> list[Check]:
    """Asked and heard, through the composer that production runs. Nothing fails here: music is not exact."""
    from aural.listening import listen
    from aural.wording.prompt import complete_prompt
    from bench.sketch import as_clip
    from models.composing import load_composer

    made = load_composer(settings)
    precision = made.composer.report()["precision"]
    checks = [Check("the service's composer", f"{precision}, {made.slots} slots")]
    for bpm, key in TRIPS:
        prompt = complete_prompt("pop with drums, bass and piano", bpm=bpm, key=key)
        request = MusicRequest(prompt=prompt, duration_s=trip_s, seed=1, bpm=bpm, key=key)
        heard = listen(as_clip(made.composer.compose(request, lambda _done: None)))
        tempo = "no tempo" if heard.tempo.bpm is None else f"{heard.tempo.bpm:.1f} bpm"
        checks.append(Check(f"asked {bpm:.0f} bpm, {key}", f"heard {tempo}, {heard.key.key or 'no key'}"))
    return checks


if __name__ == "__main__":
    main()

"""Grouped cross-validation: each clip judged by a network that heard nothing of its group. Resumable."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from aural.wording.style import STYLES
from models.affect_network import AffectNetwork
from training.adapter.clips import Clips
from training.adapter.evaluate import Answers
from training.adapter.network import Recipe, fit_network, folds_of, inputs_of, targets_of
from training.adapter.progress import Progress, nobody

FOLDS = 5


def cross_validated(
    clips: Clips,
    recipe: Recipe,
    *,
    seed: int = 0,
    cache: Path | None = None,
    variants_of: int = 1,
    progress: Progress = nobody,
) -> Answers:
    """(clips / variants_of) answers. Of every `variants_of` rows in turn the first is judged, the others only train."""
    folds = folds_of(clips.groups, FOLDS, seed)
    judged = np.arange(len(folds)) % variants_of == 0
    feelings, styles = np.zeros((len(folds), 2)), np.zeros((len(folds), len(STYLES)))
    for fold in range(FOLDS):
        here = (folds == fold) & judged
        if here.any():
            network = fitted(clips[folds != fold], recipe, seed + fold, cache, f"fold {fold + 1} of {FOLDS}", progress)
            answer = judge(network, clips[here])
            feelings[here], styles[here] = answer.feelings, answer.styles
    return Answers(feelings[judged], styles[judged])


def judge(network: AffectNetwork, clips: Clips) -> Answers:
    inputs, present, _ = inputs_of(clips)
    known = inputs.double(), present.double()
    return Answers(network.feelings(*known).numpy(), network.style_logits(*known).numpy())


def fitted(clips: Clips, recipe: Recipe, seed: int, cache: Path | None, name: str, progress: Progress) -> AffectNetwork:
    """The network for these clips, from the cache where it was trained before."""
    path = cache / f"network-{fingerprint(clips, recipe, seed)}.pt" if cache else None
    if path and path.is_file():
        try:
            return AffectNetwork.restored(torch.load(path, weights_only=True))
        except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError):
            path.unlink()  # a run that was cut off while it wrote

    def report(head: str, epoch: int, loss: float) -> None:
        progress(f"{name}, {head}: epoch {epoch} of at most {recipe.most_epochs}, loss {loss:.3f}")

    network = fit_network(clips, recipe, seed, report)
    if path:
        partial = path.with_suffix(".partial")
        torch.save(network.saved(), partial)
        partial.rename(path)
    return network


def fingerprint(clips: Clips, recipe: Recipe, seed: int) -> str:
    """Changes with what the training depends on."""
    inputs, present, widths = inputs_of(clips)
    targets = targets_of(clips)
    digest = hashlib.sha256(json.dumps([asdict(recipe), seed, widths, clips.ear, clips.groups.tolist()]).encode())
    for tensor in (inputs, present, targets.feelings, targets.styles):
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()[:24]

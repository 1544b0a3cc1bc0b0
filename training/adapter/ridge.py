"""Fit the adapter that ships: ridge regressions on quadrant signs, and the hand-made readings at the same scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.linalg import block_diag

from aural.wording.descriptors import DESCRIPTORS
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from models.adapter import PIANO, Adapter, Linear, TempoWindow
from models.affect_network import LIMIT
from models.tagger import Tagger
from training.adapter.clips import Clips
from training.adapter.evaluate import answers
from training.adapter.semantics import AROUSAL, STYLE_READINGS, TEMPO_WINDOWS, VALENCE

Array = NDArray[np.float64]

# Not asked for a feeling: loudness depends on how a file was mastered, and tempo on how it is counted.
UNUSED = ("dynamics.loudness_lufs", "rhythm.tempo_octaves")
PENALTIES = (100.0, 300.0, 1000.0, 3000.0, 10_000.0, 30_000.0)
FOLDS = 5


def fit(labelled: Clips, reference: Clips, provenance: Mapping[str, str]) -> Adapter:
    """The adapter. `labelled` teaches which way each input points, `reference` where the middle is."""
    mean, scale, correlation = tag_statistics(Tagger.load())
    here = np.maximum(labelled.descriptors.std(axis=0), reference.descriptors.std(axis=0)) + 1e-6
    here[[DESCRIPTORS.index(name) for name in UNUSED]] = np.inf
    middle = reference.descriptors.mean(axis=0)
    descriptors = trained(labelled.descriptors, reference.descriptors, middle, here, labelled, reference)
    tags = trained(labelled.logits, reference.logits, mean, scale, labelled, reference)
    words = read(reference.logits, mean, scale)
    styles = linear(mean, scale, style_weights(correlation), style_doubts())
    windows = tuple(TempoWindow(style, *numbers) for style, numbers in TEMPO_WINDOWS.items())
    adapter = Adapter(provenance, descriptors, tags, words, styles, windows)
    piano = labelled.features.tags[:, [TAGS.index(PIANO)]].astype(np.float64)
    offset = (piano * answers(adapter, labelled).feelings).sum(axis=0) / (piano**2).sum()
    return replace(adapter, piano_offset=torch.from_numpy(offset))


def trained(
    inputs: Array, reference_inputs: Array, mean: Array, scale: Array, labelled: Clips, reference: Clips
) -> Linear:
    """Ridge regression on the signs, zero where the inputs are `mean`, with unit spread on the reference.

    The penalty is judged by the signs that are right in two tests at once: cross-validation over the labelled groups,
    and the moods that the reference was composed for. The largest within one standard error of the best is taken,
    because what must be right is other music than this (Breiman et al. 1984).
    """
    standard = np.clip((inputs - mean) / scale, -LIMIT, LIMIT)
    abroad = np.clip((reference_inputs - mean) / scale, -LIMIT, LIMIT)
    folds = np.array([hash_fold(row.group) for row in labelled.rows])
    right = []
    for penalty in PENALTIES:
        guess = np.zeros_like(labelled.signs)
        for fold in range(FOLDS):
            weight, bias = ridge(standard[folds != fold], labelled.signs[folds != fold], penalty)
            guess[folds == fold] = standard[folds == fold] @ weight + bias
        weight, _ = ridge(standard, labelled.signs, penalty)
        at_home = (np.sign(guess) == labelled.signs).mean()
        right.append((at_home + (np.sign(abroad @ weight) == reference.signs).mean()) / 2)
    error = 0.5 / np.sqrt(2 * len({row.group for row in labelled.rows}))
    best = max(penalty for penalty, share in zip(PENALTIES, right, strict=True) if share >= max(right) - error)
    print(f"{inputs.shape[1]} inputs: penalty {best:g} of " + ", ".join(
        f"{penalty:g}: {share:.3f}" for penalty, share in zip(PENALTIES, right, strict=True)
    ))  # fmt: skip
    weight, _ = ridge(standard, labelled.signs, best)
    return linear(mean, scale, (weight / (abroad @ weight).std(axis=0)).T, np.zeros(2))


def linear(mean: Array, scale: Array, weight: Array, bias: Array) -> Linear:
    return Linear(*(torch.from_numpy(np.ascontiguousarray(array)) for array in (mean, scale, weight, bias)))


def ridge(inputs: Array, targets: Array, penalty: float) -> tuple[Array, Array]:
    """(in, out) weights and (out,) bias of least squares with `penalty` on the squared weights."""
    centre, middle = inputs.mean(axis=0), targets.mean(axis=0)
    gram = (inputs - centre).T @ (inputs - centre) + penalty * np.eye(inputs.shape[1])
    weight = np.linalg.solve(gram, (inputs - centre).T @ (targets - middle))
    return weight, middle - centre @ weight


def hash_fold(group: str) -> int:
    """The same fold for the same group, everywhere."""
    return sum(group.encode()) % FOLDS


def read(logits: Array, mean: Array, scale: Array) -> Linear:
    """Valence and arousal from the tags' meaning: 0 for the tagger's average song, unit spread on `logits`."""
    weight = np.array([[meaning.get(tag, 0.0) for tag in TAGS] for meaning in (VALENCE, AROUSAL)])
    spread = (np.clip((logits - mean) / scale, -LIMIT, LIMIT) @ weight.T).std(axis=0)
    return linear(mean, scale, weight / spread[:, None], np.zeros(2))


def style_weights(correlation: Array) -> Array:
    """(styles, tags), each row at unit spread over songs whose tags correlate half as much as `correlation` says.

    Half: taking tags as independent favours styles that many kindred tags name, taking them as the tagger's last
    layer correlates them favours styles with a single tag.
    """
    weight = np.array([[STYLE_READINGS[style].tags.get(tag, 0.0) for tag in TAGS] for style in STYLES])
    shrunk = (correlation + np.eye(len(TAGS))) / 2
    return np.asarray(weight / np.sqrt(np.einsum("st,tu,su->s", weight, shrunk, weight))[:, None])


def style_doubts() -> Array:
    return np.array([-STYLE_READINGS[style].doubt for style in STYLES])


def tag_statistics(tagger: Tagger) -> tuple[Array, Array, Array]:
    """Mean (tags,), deviation (tags,) and correlation (tags, tags) of the log odds over the taggers' training songs.

    They follow from each network's last batch normalisation, whose shift and gain are that layer's mean and deviation
    there; the embedding's components are taken as uncorrelated, and so are the two networks.
    """
    means, covariances = [], []
    with torch.no_grad():
        for network in tagger.networks:
            means.append(network.out.weight @ network.dense_norm.bias + network.out.bias)
            covariances.append(network.out.weight * network.dense_norm.weight.square() @ network.out.weight.T)
    covariance = block_diag(*(block.double().numpy() for block in covariances))
    deviation = np.sqrt(np.diag(covariance))
    return torch.cat(means).double().numpy(), deviation, covariance / np.outer(deviation, deviation)

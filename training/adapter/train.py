"""Fit the adapter: two ridge regressions on quadrant signs, and the hand-made readings brought to the same scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from aural.listening.descriptors import DESCRIPTORS
from aural.wire import Evidence
from aural.wording.emotion import ANCHORS
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from models.adapter import LIMIT, Adapter, Linear, TempoWindow, tag_logits
from models.tagger import Tagger
from training.adapter.data import Features, Row
from training.adapter.semantics import AROUSAL, STYLE_READINGS, TEMPO_WINDOWS, VALENCE

Array = NDArray[np.float64]

# Not asked for a feeling: loudness depends on how a file was mastered, and no tempo is estimated while training.
UNUSED = ("dynamics.loudness_lufs", "rhythm.tempo_octaves")
PENALTIES = (30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0)
FOLDS = 5


def fit(features: Features, rows: Sequence[Row], provenance: Mapping[str, str]) -> Adapter:
    """The adapter from labelled clips; `rows[i]` labels row i of `features`."""
    signs = np.array([(row.valence_sign, row.arousal_sign) for row in rows], np.float64)
    groups = np.array([row.group for row in rows])
    mean, scale = tag_statistics(Tagger.load())
    logits = np.stack([tag_logits(tags).numpy() for tags in features.tags])
    descriptors = trained(features.descriptors.astype(np.float64), signs, groups)
    tags = trained(logits, signs, groups, mean, scale)
    words = read(logits, mean, scale)
    styles = Linear(
        *(torch.from_numpy(array) for array in (mean, scale, style_weights(), style_doubts())),
    )
    windows = tuple(TempoWindow(style, *numbers) for style, numbers in TEMPO_WINDOWS.items())
    adapter = Adapter(descriptors, tags, words, styles, windows, torch.ones(2, dtype=torch.float64), provenance)
    return scaled(adapter, features)


def trained(
    inputs: Array, signs: Array, groups: NDArray[np.str_], mean: Array | None = None, scale: Array | None = None
) -> Linear:
    """Ridge regression on the signs, the penalty by cross-validation over groups, its output at unit spread."""
    mean = inputs.mean(axis=0) if mean is None else mean
    scale = inputs.std(axis=0) + 1e-6 if scale is None else scale
    if inputs.shape[1] == len(DESCRIPTORS):
        scale[[DESCRIPTORS.index(name) for name in UNUSED]] = np.inf
    standard = np.clip((inputs - mean) / scale, -LIMIT, LIMIT)
    folds = np.array([hash_fold(group) for group in groups])
    right = []
    for penalty in PENALTIES:
        guess = np.zeros_like(signs)
        for fold in range(FOLDS):
            weight, bias = ridge(standard[folds != fold], signs[folds != fold], penalty)
            guess[folds == fold] = standard[folds == fold] @ weight + bias
        right.append((np.sign(guess) == signs).mean())
        if penalty == PENALTIES[int(np.argmax(right))]:
            spread = guess.std(axis=0)
    best = PENALTIES[int(np.argmax(right))]
    print(f"{inputs.shape[1]} inputs: penalty {best:g}, {max(right):.3f} of signs right in cross-validation")
    weight, bias = ridge(standard, signs, best)
    return Linear(*(torch.from_numpy(array) for array in (mean, scale, (weight / spread).T.copy(), bias / spread)))


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
    return Linear(*(torch.from_numpy(array) for array in (mean, scale, weight / spread[:, None], np.zeros(2))))


def style_weights() -> Array:
    """(styles, tags), rows of unit length, so that tags which vary on their own give every style the same spread."""
    weight = np.array([[STYLE_READINGS[style].tags.get(tag, 0.0) for tag in TAGS] for style in STYLES])
    return np.asarray(weight / np.linalg.norm(weight, axis=1, keepdims=True))


def style_doubts() -> Array:
    return np.array([-STYLE_READINGS[style].doubt for style in STYLES])


def tag_statistics(tagger: Tagger) -> tuple[Array, Array]:
    """Mean and deviation of each tag's log odds over the songs that the tagger was trained on, both (tags,).

    They follow from its last batch normalisation, whose shift and gain are that layer's mean and deviation there;
    the deviation takes the embedding's components as uncorrelated.
    """
    means, deviations = [], []
    with torch.no_grad():
        for network in tagger.networks:
            means.append(network.out.weight @ network.dense_norm.bias + network.out.bias)
            deviations.append((network.out.weight.square() @ network.dense_norm.weight.square()).sqrt())
    return torch.cat(means).double().numpy(), torch.cat(deviations).double().numpy()


def scaled(adapter: Adapter, features: Features) -> Adapter:
    """The gain with which the answers on `features` spread as far as the emotion words' anchors do."""
    answers = np.array([
        adapter.combined(adapter.opinions(Evidence("tagger", embedding, tags), descriptors)).numpy()
        for descriptors, embedding, tags in zip(
            features.descriptors, features.embedding, features.tags, strict=True
        )
    ])  # fmt: skip
    anchors = np.array(list(ANCHORS.values()))
    return replace(adapter, gain=torch.from_numpy(anchors.std(axis=0) / answers.std(axis=0)))

"""The adapter's trainer for anyone's clips: it learns what is there, and nothing that it must not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from aural.types import ClipFeatures
from aural.wording.descriptors import DESCRIPTORS
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from models.adapter import Adapter
from models.affect_network import AffectNetwork
from training.adapter.clips import Clips, Features
from training.adapter.evaluate import feeling_scores, macro_f1, quadrants, r_squared, style_scores
from training.adapter.manifest import Row
from training.adapter.network import Recipe, fit_network, folds_of
from training.adapter.validate import cross_validated, fitted, judge

SMALL = Recipe(hidden=16, folds=3, repeats=1, most_epochs=60)


def made(count: int, seed: int, *, rated: bool = False) -> Clips:
    """Valence is in descriptors and embedding, arousal in tags and embedding, jazz in tags."""
    rng = np.random.default_rng(seed)
    feeling = rng.uniform(-0.9, 0.9, (count, 2)) if rated else 0.6 * rng.choice((-1, 1), (count, 2))
    jazz = rng.random(count) < 0.5
    row = rng.standard_normal((count, len(DESCRIPTORS))).astype(np.float32)
    row[:, :10] += 3 * feeling[:, [0]]
    embedding = rng.standard_normal((count, 400)).astype(np.float32)
    embedding[:, :20] += 3 * feeling[:, [0]]
    embedding[:, 20:40] += 3 * feeling[:, [1]]
    logits = rng.standard_normal((count, len(TAGS)))
    logits[:, :10] += 3 * feeling[:, [1]]
    logits[:, 10:30] += 3 * jazz[:, None]
    rows = [
        Row(Path(f"{i}.wav"), "made", "train", f"g{i % 50}", v, a, style, frozenset({style}))
        for i, ((v, a), style) in enumerate(zip(feeling, np.where(jazz, "jazz", "rock").tolist(), strict=True))
    ]
    return Clips(Features(row, embedding, (1 / (1 + np.exp(-logits))).astype(np.float32)), rows)


@pytest.fixture(scope="module")
def network() -> AffectNetwork:
    """What several ask about."""
    return fit_network(made(300, 0), SMALL, 0)


def test_it_learns_from_every_subset_what_is_in_it(network: AffectNetwork) -> None:
    adapter = Adapter({"model": "made"}, network=network)
    new = made(100, 1)
    nothing = np.zeros(len(DESCRIPTORS), np.float32)

    def right(part: str) -> tuple[float, float]:
        said = []
        for row, embedding, tags in zip(*vars(new.features).values(), strict=True):
            heard = {"all": ClipFeatures("tagger", embedding, tags), "ear": ClipFeatures("tagger", embedding, tags)}
            evidence = heard.get(part, ClipFeatures("nobody", embedding))
            said.append(adapter.feel(evidence, nothing if part == "ear" else row).numpy())
        score = feeling_scores(new.rows, np.array(said))
        return score["valence"].share, score["arousal"].share

    assert min(right("all")) > 0.9
    assert min(right("ear")) > 0.9
    valence, arousal = right("descriptors")
    assert valence > 0.9
    assert arousal < 0.7, "no descriptor knows"


def test_styles_it_never_had_are_out_of_the_question(network: AffectNetwork) -> None:
    new = made(100, 1)
    score = style_scores(new.rows, judge(network, new).styles)
    assert score["first"].share > 0.9
    adapter = Adapter({"model": "made"}, network=network)
    feeling = adapter.label(
        ClipFeatures("tagger", new.features.embedding[0], new.features.tags[0]), new.features.descriptors[0]
    )
    assert {style for style, probability in feeling.styles if probability > 0} <= {"jazz", "rock"}
    assert sum(probability for _, probability in feeling.styles) == pytest.approx(1)


def test_ratings_are_met_in_size_too() -> None:
    new = made(200, 1, rated=True)
    score = feeling_scores(new.rows, judge(fit_network(made(400, 0, rated=True), SMALL, 0), new).feelings)
    assert score["valence R2"].share > 0.5
    assert score["arousal R2"].share > 0.5


def test_nothing_of_a_group_is_heard_before_it_is_judged() -> None:
    """Labels drawn per group, and a descriptor that says which group: who peeks is right, who doesn't guesses."""
    clips = made(400, 0)
    rng = np.random.default_rng(3)
    drawn = {f"g{i}": 0.6 * rng.choice((-1, 1), 2) for i in range(50)}
    places = {f"g{i}": rng.standard_normal(len(DESCRIPTORS)) for i in range(50)}
    rows = [replace(row, valence=drawn[row.group][0], arousal=drawn[row.group][1]) for row in clips.rows]
    features = Features(
        np.array([places[row.group] for row in rows], np.float32),
        np.zeros((400, 400), np.float32),
        np.full((400, len(TAGS)), 0.5, np.float32),
    )
    blind = Clips(features, rows)
    score = feeling_scores(rows, cross_validated(blind, SMALL).feelings)
    assert score["quadrant"].share < 0.45
    peeking = feeling_scores(rows, judge(fit_network(blind, replace(SMALL, repeats=2), 0), blind).feelings)
    assert peeking["quadrant"].share > score["quadrant"].share + 0.2


def test_folds_keep_groups_whole_and_even() -> None:
    groups = np.array([f"g{i // 4}" for i in range(200)])
    folds = folds_of(groups, 5, 0)
    assert all(len(set(folds[groups == group])) == 1 for group in groups)
    assert np.bincount(folds).tolist() == [40] * 5
    assert not np.array_equal(folds, folds_of(groups, 5, 1))


def test_training_goes_on_where_it_was(tmp_path: Path) -> None:
    clips = made(120, 0)
    told: list[str] = []
    first = fitted(clips, SMALL, 0, tmp_path, "all", told.append)
    trained = len(told)
    again = fitted(clips, SMALL, 0, tmp_path, "all", told.append)
    assert trained > 0
    assert len(told) == trained, "it was not trained again"
    torch.testing.assert_close(again.heads["styles"].inward, first.heads["styles"].inward, rtol=0, atol=0)
    (kept,) = tmp_path.glob("network-*.pt")
    kept.write_bytes(kept.read_bytes()[:1000])
    mended = fitted(clips, SMALL, 0, tmp_path, "all", told.append)
    torch.testing.assert_close(mended.heads["styles"].inward, first.heads["styles"].inward, rtol=0, atol=0)
    fitted(clips, SMALL, 1, tmp_path, "all", told.append)
    assert len(list(tmp_path.glob("network-*.pt"))) == 2


def test_the_file_holds_the_network(network: AffectNetwork, tmp_path: Path) -> None:
    adapter = Adapter({"model": "made"}, network=network)
    adapter.save(tmp_path / "a.pt")
    again = Adapter.load(tmp_path / "a.pt")
    new = made(1, 1).features
    evidence = ClipFeatures("tagger", new.embedding[0], new.tags[0])
    assert vars(again.label(evidence, new.descriptors[0])) == vars(adapter.label(evidence, new.descriptors[0]))


def test_figures_by_their_definitions() -> None:
    truth, guess = np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 1, 0, 0])
    assert macro_f1(truth, guess) == pytest.approx(np.mean([2 * 1 / (2 + 3), 2 * 2 / (3 + 3), 0.0]))
    corners = np.array([(0.5, 0.5), (-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5)])
    assert quadrants(corners).tolist() == [0, 1, 2, 3]
    line = np.linspace(-1, 1, 50)
    assert r_squared(line, line) == pytest.approx(1)
    assert r_squared(line, np.zeros(50)) == pytest.approx(0)
    assert set(STYLES) >= {"jazz", "rock"}

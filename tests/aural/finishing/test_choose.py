"""Choosing among candidates: seeds that hold, and the nearest to the target wins."""

from __future__ import annotations

import numpy as np

from aural.finishing.choose import best_index, candidate_seed, score_of
from aural.types import Measurements, Take, Target

TARGET = Target(10.0, bpm=120.0, key="A minor")
RIGHT = Measurements(bpm=120.0, key="A minor")


def cost(found: Measurements, likeness: float | None = None) -> float:
    take = Take(np.zeros((2, 8), np.float32), 8, 1, "x", measurements=found)
    return score_of(take, TARGET, likeness).cost


def test_seeds_are_the_requests_own_first_then_drawn_from_it() -> None:
    seeds = [candidate_seed(42, place) for place in range(8)]
    assert seeds[0] == 42
    assert len(set(seeds)) == 8
    assert seeds == [candidate_seed(42, place) for place in range(8)]
    assert all(0 <= seed < 2**53 and float(seed) == seed for seed in seeds)
    assert not set(seeds[1:]) & {candidate_seed(43, place) for place in range(8)}


def test_each_flaw_costs_and_an_octave_is_none() -> None:
    flawless = cost(RIGHT)
    assert flawless == 0
    assert cost(Measurements(bpm=60.0, key="A minor")) == flawless
    assert cost(Measurements(bpm=120.4, key="A minor")) > flawless
    assert cost(Measurements(bpm=120.0, key="C major", off=("key",))) > cost(Measurements(bpm=120.4, key="A minor"))
    assert cost(Measurements(bpm=97.0, key="A minor", off=("bpm",))) > cost(
        Measurements(120.0, "C major", off=("key",))
    )
    assert cost(Measurements(bpm=120.0, key="A minor", off=("silence",))) > cost(
        Measurements(120.0, "C major", off=("key",))
    )
    assert cost(Measurements(bpm=120.0, key="A minor", stretched=1.07)) > flawless
    assert cost(Measurements(bpm=120.0, key="A minor", transposed=3.0)) > flawless


def test_among_what_is_right_the_likest_to_its_prompt_wins() -> None:
    take = Take(np.zeros((2, 8), np.float32), 8, 1, "x", measurements=RIGHT)
    scores = [score_of(take, TARGET, likeness) for likeness in (0.1, 0.4, 0.3, None)]
    assert best_index(scores) == 1
    assert best_index([scores[3], scores[3]]) == 0

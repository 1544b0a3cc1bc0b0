"""Forecasts of continuous batching against a simulation that goes through the queue step by step."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence

import numpy as np
import pytest

from aural.types import TAIL_S
from models.latency import Pending
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.latency import BatchLatencyEstimator, StepCost
from models.musicgen.scheduler import StepStats
from models.musicgen.shape import FRAMES_PER_S, WINDOW_FRAMES
from models.musicgen.step import Ints
from models.musicgen.windows import OPENING_S, STRIDE_S, windows_of
from tests.models.musicgen.small_scheduler import SHAPE, SLOTS, Frail, a_generation, small_step

COST = StepCost(fixed_s=0.02, per_slot_s=0.003, per_position_s=1e-5, prefill_s=0.002)
DELAY = SHAPE.longest_delay


def frames_of(duration_s: float) -> int:
    return int(np.ceil((duration_s + TAIL_S) * FRAMES_PER_S)) + DELAY


def positions_of(frames: int, opening_s: float) -> list[int]:
    """What each new frame's step finds cached; below 0: a window begins, and so many known frames are taken in."""
    positions, known = list[int](), int(min(opening_s, OPENING_S) * FRAMES_PER_S)
    for window in windows_of(known + frames, WINDOW_FRAMES, STRIDE_S * FRAMES_PER_S, known):
        positions += ([-window.prompt_length] if window.prompt_length else []) + list(
            range(window.prompt_length, window.length)
        )
    return positions


def step_by_step_s(duration_s: float, ahead: Sequence[Pending], slots: int = SLOTS, opening_s: float = 0.0) -> float:
    """Every request of the queue plays frame by frame, and the next takes its slot."""
    queue: list[deque[int]] = []
    for pending in ahead:
        frames = frames_of(pending.duration_s)
        positions, done = positions_of(frames, pending.opening_s), int(pending.fraction_done * frames)
        while done and positions:
            done -= positions.pop(0) >= 0
        queue.append(deque(positions))
    own = deque(positions_of(frames_of(duration_s), opening_s) if duration_s else [])
    waiting, seated, took_s = deque([*(one for one in queue if one), own]), list[deque[int]](), 0.0
    while True:
        while waiting and len(seated) < slots:
            seated.append(waiting.popleft())
        if not own and any(one is own for one in seated):
            return took_s
        for one in seated:
            if one[0] < 0:
                took_s -= COST.prefill_s * one.popleft()
        cached = sum(one.popleft() for one in seated)
        took_s += COST.fixed_s + COST.per_slot_s * len(seated) + COST.per_position_s * cached
        seated = [one for one in seated if one or one is own]


def a_pace(slots: int = SLOTS) -> BatchLatencyEstimator:
    return BatchLatencyEstimator(COST, slots=slots, delay_frames=DELAY)


def forecast_s(duration_s: float, ahead: Sequence[Pending] = (), slots: int = SLOTS, opening_s: float = 0.0) -> float:
    forecast = a_pace(slots).eta_s(duration_s, ahead, opening_s)
    assert forecast is not None
    return forecast


def random_queue(draw: random.Random, longest_s: float) -> list[Pending]:
    """Those in front have begun."""
    begun = draw.randint(0, SLOTS)
    return [
        Pending(
            draw.uniform(1, longest_s), draw.random() if number < begun else 0.0, draw.choice((0.0, 0.0, 7.3, 12.0))
        )
        for number in range(draw.randint(0, 15))
    ]


@pytest.mark.parametrize(("count", "slots", "positions"), [(1, 1, 0), (1, 3, 700), (50, 2, 31), (1500, 8, 4000)])
def test_many_steps_cost_as_much_as_each_of_them(count: int, slots: int, positions: int) -> None:
    each = [COST.predict_steps_s(1, slots, positions + slots * number) for number in range(count)]
    assert COST.predict_steps_s(count, slots, positions) == pytest.approx(sum(each))
    assert each[0] == pytest.approx(0.02 + 0.003 * slots + 1e-5 * positions)


@pytest.mark.parametrize("longest_s", [10, 30, 120])
@pytest.mark.parametrize("seed", range(8))
def test_a_forecast_is_what_playing_the_queue_takes(seed: int, longest_s: float) -> None:
    draw = random.Random(seed)
    ahead, duration_s, opening_s = random_queue(draw, longest_s), draw.uniform(1, longest_s), draw.choice((0.0, 4.0))
    expected_s = step_by_step_s(duration_s, ahead, opening_s=opening_s)
    assert forecast_s(duration_s, ahead, opening_s=opening_s) == pytest.approx(expected_s)


def test_alone_it_is_the_sum_of_its_steps() -> None:
    frames = frames_of(10)
    assert forecast_s(10) == pytest.approx(0.023 * frames + 1e-5 * frames * (frames - 1) / 2)


def test_an_opening_is_encoded_and_prefilled_and_stays_in_the_cache() -> None:
    """Ten seconds are heard of it at most."""
    new, known = frames_of(10), 4 * FRAMES_PER_S
    expected_s = forecast_s(10) + 0.002 * known + 1e-5 * known * new
    assert forecast_s(10, opening_s=4) == pytest.approx(expected_s)
    encoded = BatchLatencyEstimator(COST, slots=SLOTS, delay_frames=DELAY, encoding=0.1)
    assert encoded.eta_s(10, [], 4.0) == pytest.approx(expected_s + 0.4)
    assert encoded.eta_s(10, [], 0.0) == pytest.approx(forecast_s(10))
    assert encoded.eta_s(10, [], 30.0) == encoded.eta_s(10, [], 10.0)


@pytest.mark.parametrize("seed", range(3))
def test_more_music_never_takes_less_time(seed: int) -> None:
    ahead = random_queue(random.Random(seed), 60)
    forecasts = [forecast_s(duration_s, ahead) for duration_s in range(121)]
    assert forecasts == sorted(forecasts)
    assert forecasts[1] < forecasts[-1]


def test_at_0_it_is_the_wait_for_a_turn() -> None:
    assert forecast_s(0) == 0
    three = [Pending(5, 0.5), Pending(60, 0.2), Pending(70, 0.9)]
    assert forecast_s(0, three) == 0, "a slot is free"
    four = [*three, Pending(4, 0.75)]
    assert forecast_s(0, four) == pytest.approx(step_by_step_s(0, four))
    assert 0 < forecast_s(0, four) < forecast_s(1, four)
    assert forecast_s(0, [*four, Pending(2, 1.0)]) == pytest.approx(forecast_s(0, four)), (
        "who is done is in nobody's way"
    )
    single = [Pending(5, 0.0)]
    assert forecast_s(0, single, slots=1) == pytest.approx(forecast_s(5, slots=1))


def test_steps_that_take_twice_as_long_double_the_forecasts_within_seconds() -> None:
    estimator = a_pace()
    before = estimator.eta_s(30, [])
    assert before is not None
    for position in range(100):  # two seconds of music; three requests
        estimator.observe(StepStats(3, 3 * position, 3, False, 2 * COST.predict_steps_s(1, 3, 3 * position)))
    assert estimator.eta_s(30, []) == pytest.approx(2 * before, rel=0.1)
    for _ in range(100):
        estimator.observe(StepStats(1, 0, 1, True, 100.0))  # what was taken in says nothing of a step's speed
    assert estimator.eta_s(30, []) == pytest.approx(2 * before, rel=0.1)
    for position in range(200):
        estimator.observe(StepStats(1, position, 1, False, COST.predict_steps_s(1, 1, position)))
    assert estimator.eta_s(30, []) == pytest.approx(before, rel=0.1)


def test_one_step_that_hangs_does_not_shut_the_door() -> None:
    estimator = a_pace()
    before = estimator.eta_s(30, [])
    assert before is not None
    estimator.observe(StepStats(1, 0, 1, False, 1000 * COST.predict_steps_s(1, 1, 0)))
    assert estimator.eta_s(30, []) == pytest.approx(before, rel=0.1)


def test_what_takes_need_beside_their_steps_is_added_once() -> None:
    estimator = a_pace()
    for _ in range(20):
        estimator.observe_overhead(0.5)
    queue = [Pending(10, 0.0)] * 3
    assert estimator.eta_s(30, queue) == pytest.approx(forecast_s(30, queue) + 0.5, abs=1e-3)


def test_a_real_step_is_measured_and_left_free() -> None:
    step = small_step()
    fresh = Engine(step, SHAPE, window_frames=40, stride_frames=24)
    expected = tokens_of(fresh, [a_generation(seed, 20) for seed in range(SLOTS)])
    done = list[tuple[str, int]]()
    cost = StepCost.measured(Frail(step, lambda what, slot: done.append((what, slot))), SHAPE)
    assert {("free", slot) for slot in range(SLOTS)} <= set(done)
    assert cost.predict_steps_s(1, 1, 0) > 0
    assert min(cost.fixed_s, cost.per_slot_s, cost.per_position_s) >= 0
    assert cost.prefill_s > 0
    measured = Engine(step, SHAPE, window_frames=40, stride_frames=24)
    np.testing.assert_array_equal(expected, tokens_of(measured, [a_generation(seed, 20) for seed in range(SLOTS)]))


def tokens_of(engine: Engine, generations: Sequence[GenerationRequest]) -> list[Ints]:
    sequences = [engine.add(generation) for generation in generations]
    while engine.sequences:
        engine.advance()
    return [one.tokens for one in sequences]


def test_what_is_left_of_one_that_has_begun_falls_and_grows_with_its_company() -> None:
    pace = a_pace()
    alone = [pace.left_s(Pending(30.0, done), []) for done in (0.0, 0.5, 1.0)]
    assert alone[0] == pytest.approx(pace.eta_s(30.0, []))
    assert alone == sorted(alone, reverse=True)
    assert alone[2] == pytest.approx(0.0, abs=1e-9)
    assert pace.left_s(Pending(30.0, 0.5), [Pending(30.0, 0.2)] * (SLOTS - 1)) > alone[1]

"""Capacity first, then 1, 2 and 10 times that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench.soak.rows import Row
from bench.soak.sampling import SPARE_DESCRIPTORS, Samples, sampled
from bench.soak.serving import Service
from bench.soak.traffic import Answer, Ask, Client, Worth, closed_loop, open_loop

AT_ONCE = (1, 2, 4, 8)
MEASURED_S = 20.0
FACTORS = (1, 2, 10)
SHARE_OF_THROUGHPUT = 0.7
"""Of what a closed loop gets through: where arrivals are as frequent as that, the queue grows by chance alone, without
end; at 0.7 the mean wait in an M/M/1 queue is about 2.3 times the service time."""
P99_FACTOR = 2.0
REFUSED_WITHIN_S = 1.0
GROWTH = 0.05


@dataclass(frozen=True)
class Capacity:
    """`per_s`: requests a second of 1x. `at_once`: senders of the closed loop that got most through, and how much."""

    per_s: float
    at_once: int
    throughput_per_s: float
    p99_s: float


async def measure_capacity(client: Client, asks: Sequence[Ask], seconds: float = MEASURED_S) -> Capacity:
    """The closed loop's greatest throughput at which all was served and p99 stayed within P99_FACTOR times `at_once`
    times a lone sender's. Raises RuntimeError where a lone sender is not served."""
    best: Capacity | None = None
    alone_s = 0.0
    for at_once in AT_ONCE:
        answers = await closed_loop(client, asks, at_once, seconds, seed=at_once)
        served = [one for one in answers if one.worth == Worth.SERVED]
        if not served or len(served) < len(answers):
            break
        wall_s = max(one.ended_s for one in answers) - min(one.began_s for one in answers)
        throughput_per_s, p99_s = len(served) / wall_s, p99(served)
        alone_s = alone_s or p99_s
        if p99_s > P99_FACTOR * at_once * alone_s:
            break
        if best is None or throughput_per_s > best.throughput_per_s:
            best = Capacity(SHARE_OF_THROUGHPUT * throughput_per_s, at_once, throughput_per_s, p99_s)
    if best is None:
        raise RuntimeError("One request at a time is not served: there is no capacity to measure.")
    return best


async def loads(service: Service, client: Client, asks: Sequence[Ask], capacity: Capacity, seconds: float) -> list[Row]:
    rows: list[Row] = []
    usual_p99_s = 0.0
    for factor in FACTORS:
        with sampled(service) as samples:
            answers = await open_loop(client, asks, factor * capacity.per_s, seconds, seed=factor)
        served = [one for one in answers if one.worth == Worth.SERVED]
        usual_p99_s = usual_p99_s or p99(served)
        rows += within(factor, answers) if factor == 1 else beyond(factor, answers, usual_p99_s)
        rows += steady(f"{factor}x", samples)
    return rows


def within(factor: int, answers: Sequence[Answer]) -> list[Row]:
    return [
        Row(
            f"{factor}x",
            "within capacity no error",
            f"{len(answers)} requests: {counted(answers)}; p99 {p99(answers):.2f} s",
            bool(answers) and all(one.worth == Worth.SERVED for one in answers),
            told_of(answers),
        )
    ]


def beyond(factor: int, answers: Sequence[Answer], usual_p99_s: float) -> list[Row]:
    """`usual_p99_s`: of what was served at 1x."""
    name, details = f"{factor}x", told_of(answers)
    refused = [one.took_s for one in answers if one.worth == Worth.REFUSED]
    served = [one for one in answers if one.worth == Worth.SERVED]
    right = (Worth.SERVED, Worth.REFUSED)
    return [
        Row(
            name,
            "all answered: served, or refused as the contract says",
            f"{len(answers)} requests: {counted(answers)}",
            bool(answers) and all(one.worth in right for one in answers),
            details,
        ),
        Row(
            name,
            f"refused within {REFUSED_WITHIN_S:g} s",
            f"slowest {max(refused):.2f} s, p99 {np.percentile(refused, 99):.2f} s" if refused else "none was refused",
            all(took_s <= REFUSED_WITHIN_S for took_s in refused),
        ),
        Row(
            name,
            f"p99 of the served within {P99_FACTOR:g} times that of 1x",
            f"{p99(served):.2f} s; at 1x {usual_p99_s:.2f} s" if served else "none was served",
            bool(served) and p99(served) <= P99_FACTOR * usual_p99_s,
        ),
    ]


def steady(case: str, samples: Samples) -> list[Row]:
    growth, descriptors = samples.growth(), samples.descriptors()
    most, most_open = max(growth, key=growth.__getitem__), max(descriptors, key=descriptors.__getitem__)
    return [
        Row(
            case,
            f"memory of every process grows under {GROWTH:.0%}",
            f"most: {growth[most]:.1%}, {most}",
            growth[most] < GROWTH,
            {"growth": growth, "most_rss_mb": samples.most_rss_mb()},
        ),
        Row(
            case,
            "descriptors of every process are given back",
            f"most: {descriptors[most_open]:+d}, {most_open}",
            descriptors[most_open] <= SPARE_DESCRIPTORS,
            {"descriptors": descriptors},
        ),
    ]


def p99(answers: Sequence[Answer]) -> float:
    return float(np.percentile([one.took_s for one in answers], 99)) if answers else float("nan")


def counted(answers: Sequence[Answer]) -> str:
    """How many of each worth."""
    return ", ".join(f"{count} {worth}" for worth, count in Counter(one.worth for one in answers).most_common())


def told_of(answers: Sequence[Answer]) -> dict[str, Any]:
    """Counts by worth, status and code, and the first few that went wrong."""
    kinds = Counter(f"{one.ask} {one.worth} {one.status} {one.told}".strip() for one in answers)
    wrong = [asdict(one) for one in answers if one.worth not in (Worth.SERVED, Worth.REFUSED)]
    return {"answers": dict(kinds.most_common()), "first_wrong": wrong[:5]}

"""The tables of the part `engine`: printed, and handed back as they are kept in bench/results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from bench.generate.field import Host
from bench.generate.first_sound import FirstSound
from bench.generate.load import Load
from bench.generate.timing import PLACES, share_of_limit
from bench.generate.verdict import Goal, Meeting, clip_s, frames_per_s
from models.musicgen.shape import Shape


def rows_of(
    meetings: Sequence[Meeting],
    memory: Mapping[str, Mapping[int, int]],
    hosts: Sequence[Host],
    shape: Shape,
    limit: float,
) -> list[dict[str, Any]]:
    """A row for each batch and contestant; of ours, how much of the time its reads of memory account for."""
    precisions = {host.contestant.name: host.precision for host in hosts}
    rows: list[dict[str, Any]] = []
    for batch in sorted({one.batch for one in meetings}):
        for name in memory:
            held = [one.timed[name].step_s for one in meetings if one.batch == batch and name in one.timed]
            seconds = clip_s(meetings, batch, name)
            if seconds is None:
                continue
            step_s = {place: float(np.median([one[place] for one in held])) for place in PLACES}
            row = {"batch": batch, "who": name, "step_ms": {place: 1000 * step_s[place] for place in PLACES}}
            row |= {"clip_s": seconds, "frames_per_s": frames_per_s(seconds, batch)}
            row["memory_gb"] = memory[name][batch] / 1e9
            if name in precisions:
                row["share_of_limit"] = share_of_limit(shape, precisions[name], batch, step_s, limit)
            rows.append(row)
    return rows


def steps(rows: Sequence[Mapping[str, Any]]) -> None:
    head = "".join(f"{f'frame {place}':>12}" for place in PLACES)
    print(f"\n{'ms a step':<38}{head}{'30 s in':>10}{'frames/s':>10}{'memory':>10}{'of limit':>10}")
    for row in rows:
        _print_step(row)


def _print_step(row: Mapping[str, Any]) -> None:
    figures = "".join(f"{ms:12.1f}" for ms in row["step_ms"].values())
    share = f"{100 * row['share_of_limit']:8.0f} %" if "share_of_limit" in row else ""
    rest = f"{row['clip_s']:8.1f} s{row['frames_per_s']:10.1f}{row['memory_gb']:7.2f} GB{share}"
    print(f"batch {row['batch']} {row['who']:<30}{figures}{rest}")


def loads(by_server: Mapping[str, Load], precision: str) -> dict[str, Any]:
    for name, load in by_server.items():
        what = f"{name} batching, {precision}"
        print(f"{what:<38}{load.frames_per_s:8.1f} frames/s, answers after {load.latency_s:.1f} s")
    return {"precision": precision, **{name: asdict(load) for name, load in by_server.items()}}


def first_sound(told: FirstSound, precision: str) -> dict[str, Any]:
    """From a text to its first block of samples, alone."""
    text_ms, steps_ms, codec_ms = (1000 * seconds for seconds in (told.text_s, told.steps_s, told.codec_s))
    parts = f"text {text_ms:.0f}, {told.frames} frames {steps_ms:.0f}, codec {codec_ms:.0f}"
    print(f"{f'first sound, {precision}':<38}{1000 * told.total_s:8.0f} ms ({parts})")
    return {"precision": precision, **asdict(told), "total_s": told.total_s}


def goals(reached: Sequence[Goal]) -> list[dict[str, Any]]:
    print(f"\n{'goal':<60}{'asked':>10}{'got':>8}")
    for goal in reached:
        got = "" if goal.got is None else f"{goal.got:.2f}"
        print(f"{goal.what:<60}{goal.asked:>10}{got:>8}  {goal.verdict}")
    return [{"goal": one.what, "asked": one.asked, "got": one.got, "verdict": one.verdict} for one in reached]

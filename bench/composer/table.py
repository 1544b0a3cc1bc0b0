"""Figures beside real music's and their goals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

NAME_WIDTH = 62


@dataclass(frozen=True)
class Goal:
    """From `least` to `most`, both included."""

    least: float = -math.inf
    most: float = math.inf

    def met(self, value: float) -> bool:
        return self.least <= value <= self.most

    def __str__(self) -> str:
        if math.isinf(self.most):
            return f"{self.least:g} or more"
        return f"{self.most:g} at most" if math.isinf(self.least) else f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True)
class Figure:
    """`value` None: not measured, `note` says why. `real`: what real music has, and whose. `parts`: the same by style
    (or by what `name` says), each of which the goal is for."""

    name: str
    value: float | None
    goal: Goal
    real: str = ""
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @classmethod
    def mean(cls, name: str, values: Iterable[tuple[str, float]], goal: Goal, real: str = "") -> Figure:
        """Over all values that are numbers; `values`: (style, value)."""
        by_style: dict[str, list[float]] = {}
        for style, value in values:
            if not math.isnan(value):
                by_style.setdefault(style, []).append(float(value))
        everything = [value for of_style in by_style.values() for value in of_style]
        if not everything:
            return cls(name, None, goal, real, note="nothing to measure")
        parts = {style: float(np.mean(of_style)) for style, of_style in by_style.items()}
        return cls(name, float(np.mean(everything)), goal, real, parts)

    @property
    def verdict(self) -> str:
        """ "ok", "missed", or the note where there is no value."""
        if self.value is None:
            return self.note
        return ("ok" if self.goal.met(self.value) else "missed") + (f" ({self.note})" if self.note else "")

    @property
    def missed_parts(self) -> dict[str, float]:
        return {name: value for name, value in self.parts.items() if not self.goal.met(value)}

    def told(self) -> dict[str, Any]:
        """For JSON."""
        rounded = {name: round(value, 4) for name, value in self.parts.items()}
        value = None if self.value is None else round(self.value, 4)
        return asdict(self) | {"value": value, "goal": str(self.goal), "parts": rounded, "verdict": self.verdict}


def show(figures: Sequence[Figure]) -> None:
    """The table, then by figure the styles that miss its goal."""
    print(f"{'':<{NAME_WIDTH}}{'ours':>8}  {'real music':<24}{'goal':<15}")
    for figure in figures:
        value = "-" if figure.value is None else written(figure.value)
        print(f"{figure.name:<{NAME_WIDTH}}{value:>8}  {figure.real:<24}{figure.goal!s:<15}{figure.verdict}")
    print("\nmissed by:")
    for figure in figures:
        if figure.missed_parts:
            worst_first = sorted(figure.missed_parts.items(), key=lambda item: -_off(figure.goal, item[1]))
            print(f"  {figure.name}: {', '.join(f'{name} {written(value)}' for name, value in worst_first)}")


def written(value: float) -> str:
    """Three digits that say something."""
    if value == round(value) and abs(value) >= 2:
        return f"{value:.0f}"
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _off(goal: Goal, value: float) -> float:
    return max(goal.least - value, value - goal.most)

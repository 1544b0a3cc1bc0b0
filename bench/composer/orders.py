"""Which takes are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aural.theory.metre import MetreName
from bench.composer.likeness import CORE, SEEDS
from bench.composer.rendering import Order

PLAIN_S, LONG_S, METRE_S = 30.0, 120.0, 20.0
OTHER_LENGTHS = {8.0: 2, 60.0: 1, LONG_S: 1}
"""Seconds -> seeds."""
NAMED_SEEDS = 4  # whose style the adapter names
METRES_ASKED: tuple[MetreName, ...] = ("3/4", "5/4", "6/8", "12/8")
METRE_STYLES = ("classical", "jazz", "folk", "rock", "pop", "cinematic")
PROGRESSION_SEEDS = 50
QUICK_SEEDS, QUICK_LENGTHS, QUICK_STYLES = 3, {8.0: 1, LONG_S: 1}, 6


@dataclass(frozen=True)
class Plan:
    """`data`: the folder of real clips, None where there is none. `quick`: few lengths, and nothing is embedded."""

    styles: tuple[str, ...]
    seeds: int
    quick: bool
    data: Path | None

    @property
    def embeds(self) -> bool:
        return self.data is not None and not self.quick

    @property
    def timed_styles(self) -> tuple[str, ...]:
        """Of which a minute is timed."""
        return self.styles[:: max(1, len(self.styles) // QUICK_STYLES)] if self.quick else self.styles

    def orders(self) -> Iterator[Order]:
        """The longest first, so that no process waits for one at the end."""
        lengths = QUICK_LENGTHS if self.quick else OTHER_LENGTHS
        for duration_s in sorted(lengths, reverse=True):
            for seed in range(1, min(self.seeds, lengths[duration_s]) + 1):
                yield from (Order(style, seed, duration_s) for style in self.styles)
        for seed in range(1, self.seeds + 1):
            for style in self.styles:
                embeds = self.embeds and seed <= SEEDS and style in CORE
                yield Order(style, seed, PLAIN_S, embeds=embeds, names=not self.quick and seed <= NAMED_SEEDS)
        yield from self.metre_orders()

    def metre_orders(self) -> Iterator[Order]:
        styles: Sequence[str] = [style for style in METRE_STYLES if style in self.styles] or self.styles
        for metre in METRES_ASKED:
            yield from (Order(style, 1, METRE_S, metre=metre) for style in styles[: 2 if self.quick else None])

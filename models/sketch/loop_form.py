"""The form of a loop: bars that lead back to the first, on chords that name their key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from aural.theory.keys import Key
from models.sketch.clarity import key_lead
from models.sketch.form import Bar, Plan, all_changes, section_bars
from models.sketch.harmony import dominant
from models.sketch.progressions import Changes
from models.sketch.sections import PHRASE_BARS, Section, SectionName

LOOP_INTENSITY, LOOP_SWELL = 0.7, 0.2
LOOP_DRAWS = 16
LOOP_CHORDS = 4  # different ones
CLEAR_LEAD = 0.12  # of a loop's key over any other: see `clarity`


def plan_loop(asked: Plan, rng: np.random.Generator) -> tuple[Bar, ...]:
    """Bars that lead back to the first: no intro and no end, and a turnaround for the last of four or more.

    Of several progressions the first that has four different chords and names its key, if need be with chords of the B
    section in its A sections: what is heard again and again has no other bars that would say where home is.
    """
    n_bars = round(asked.body_bars)
    offers = _loop_offers(asked, n_bars, rng)
    bars = next(offers) if asked.chords else _ranked_first(offers, asked.key)
    bars[-1] = replace(bars[-1], length=bars[-1].place + 2)  # it closes nothing: it leads on
    return tuple(
        replace(bar, intensity=LOOP_INTENSITY + LOOP_SWELL * swell(bar.index, n_bars), comes_round=True) for bar in bars
    )


def _loop_offers(asked: Plan, n_bars: int, rng: np.random.Generator) -> Iterator[list[Bar]]:
    """Progressions for a loop, without chords of the other mode: a few bars would not say which is meant."""
    plain = replace(asked, style=replace(asked.style, harmony=replace(asked.style.harmony, borrowed=0.0)))
    for _ in range(LOOP_DRAWS):
        changes = all_changes(plain, n_bars, rng)
        bars = _loop_bars(changes["A"], changes["B"], asked, n_bars)
        if n_bars < PHRASE_BARS or asked.chords:
            yield bars
        else:
            yield from (_with_turnaround(one, asked.key) for one in (bars, *_b_chord_variants(bars, changes["B"])))


def _ranked_first(offers: Iterable[list[Bar]], key: Key) -> list[Bar]:
    """The first with chords enough that names its key clearly; if none does, the one with most chords, then the
    clearest."""
    best: list[Bar] = []
    best_rank = (0, -math.inf)
    for bars in offers:
        rank = min(LOOP_CHORDS, _different_chords(bars)), key_lead((bar.chords for bar in bars), key)
        if rank[0] == LOOP_CHORDS and rank[1] >= CLEAR_LEAD:
            return bars
        best, best_rank = (bars, rank) if rank > best_rank else (best, best_rank)
    return best


def swell(index: int, n_bars: int) -> float:
    """0..1 over a loop, alike at its end and its start."""
    return math.sin(math.pi * (index + 0.5) / n_bars)


def _loop_bars(first: Changes, second: Changes, asked: Plan, n_bars: int) -> list[Bar]:
    if n_bars < PHRASE_BARS:
        # The middle of a section: nothing opens or closes in what comes again after a bar or two.
        length = 2 * PHRASE_BARS
        return [
            Bar(index, "A", 0, PHRASE_BARS + index, length, first[index % len(first)], metre=asked.metre)
            for index in range(n_bars)
        ]
    changes: dict[SectionName, Changes] = {"A": first, "B": second}
    rounds: dict[SectionName, int] = {"A": 0, "B": 0}
    bars: list[Bar] = []
    while len(bars) < n_bars:
        name: SectionName = "A" if rounds["A"] <= rounds["B"] else "B"
        length = min(max(PHRASE_BARS, len(changes[name])), n_bars - len(bars))
        section = Section(name, "verse" if name == "A" else "chorus", length)
        bars.extend(section_bars(section, changes, rounds, len(bars), asked))
        rounds[name] += 1
    return bars


def _b_chord_variants(bars: list[Bar], second: Changes) -> Iterator[list[Bar]]:
    """The same form with chords of B in its A sections: the end of B for the second half, its start, all of it."""
    for since, back in ((0.5, 0.0), (0.5, 0.5), (0.0, 0.0)):
        yield [
            replace(bar, chords=second[(bar.place - int(back * bar.length)) % len(second)])
            if bar.section == "A" and bar.place >= int(since * bar.length)
            else bar
            for bar in bars
        ]


def _with_turnaround(bars: list[Bar], key: Key) -> list[Bar]:
    """The dominant in the last bar; in its second half only, where all of it would cost the loop one of its chords."""
    turned = dominant(key)
    alone = replace(bars[-1], chords=(turned,))
    fewer = _different_chords([*bars[:-1], alone]) < min(LOOP_CHORDS, _different_chords(bars))
    return [*bars[:-1], replace(bars[-1], chords=(bars[-1].chords[0], turned)) if fewer else alone]


def _different_chords(bars: Sequence[Bar]) -> int:
    return len({chord.triad for bar in bars for chord in bar.chords})

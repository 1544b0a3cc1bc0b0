"""Grooves: what a drummer of a style settles on for a piece, in any metre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.theory.metre import COMMON_TIME, Metre
from models.sketch.rhythm import fitted
from models.sketch.score import steps_per_bar, steps_per_beat
from models.sketch.styles import Drumming, DrumPattern

TimeKeeper = tuple[str, ...]
# Strokes of a beat of the low, the answering and the time-keeping drum where a metre is not 4/4.
COMPOUND_TIME = ("7.5.5.", "7...5.", "7.....", "7.5.6.", "7.6545")
SIMPLE_TIME = ("7...", "7.5.", "7.56", "..6.", "7555")


@dataclass(frozen=True)
class Groove:
    """`kick`, `back`, `time`, `colour`: by piece, in bars of the metre one after the other."""

    kick: DrumPattern
    back: DrumPattern
    time: DrumPattern
    colour: DrumPattern

    def at(self, level: int) -> DrumPattern:
        """0: the beat alone, 1: the groove, 2: with all that shines."""
        if level == 0:
            return {**self.kick, **self.back}
        return _over(_over({**self.kick}, self.back), _over(self.time, self.colour if level > 1 else {}))


def _over(under: DrumPattern, over: DrumPattern) -> DrumPattern:
    """Both; where they share a drum, the louder stroke."""
    mixed = dict(under)
    for piece, pattern in over.items():
        mixed[piece] = _louder(mixed[piece], pattern) if piece in mixed else pattern
    return mixed


def _louder(one: str, two: str) -> str:
    size = max(len(one), len(two))
    longer = (one * (size // len(one)), two * (size // len(two)))
    return "".join(max(pair) for pair in zip(*longer, strict=True))  # "." sorts under every digit


def draw_grooves(drumming: Drumming, metre: Metre, rng: np.random.Generator) -> dict[str, Groove]:
    """By section: the chorus keeps the verse's kick and backbeat and changes what keeps time; the bridge is its own."""
    verse, bridge = _draw(drumming, metre, rng), _draw(drumming, metre, rng)
    other = _draw(drumming, metre, rng)
    chorus = Groove(verse.kick if rng.random() < 0.6 else other.kick, verse.back, other.time, other.colour)
    return {"A": verse, "B": chorus, "C": bridge}


def _draw(drumming: Drumming, metre: Metre, rng: np.random.Generator) -> Groove:
    kick, back, time, colour = (
        choices[int(rng.integers(len(choices)))] if choices else {}
        for choices in (drumming.kick, drumming.back, drumming.time, drumming.colour)
    )
    if metre == COMMON_TIME:
        return Groove(kick, back, time, colour)
    return Groove(
        _low(kick, metre, rng),
        _answer(back, metre, rng),
        _time(time, metre, rng),
        {piece: "".join(fitted(pattern, metre)) for piece, pattern in colour.items()},
    )


def _low(kick: DrumPattern, metre: Metre, rng: np.random.Generator) -> DrumPattern:
    """The low drum opens the bar, or each group of a bar of five; what else it plays is drawn."""
    if not kick:
        return {}
    steps = ["."] * steps_per_bar(metre)
    beat = steps_per_beat(metre)
    steps[0] = "9"
    if metre.beats == 5:
        steps[3 * beat] = "8"
    if metre.beats == 4:
        steps[2 * beat] = "8"
    extra = [at for at in range(beat, len(steps), 2) if steps[at] == "." and at % beat]
    for at in rng.permutation(extra)[: int(rng.integers(0, 2 if metre.beats < 4 else 3))] if extra else ():
        steps[int(at)] = "5"
    return {next(iter(kick)): "".join(steps)}


def _answer(back: DrumPattern, metre: Metre, rng: np.random.Generator) -> DrumPattern:
    """What answers: the beats after the first of three, the second of two, second and fourth of four."""
    beat = steps_per_beat(metre)
    ways: dict[int, tuple[tuple[int, ...], ...]] = {
        2: ((1,),),
        3: ((1, 2), (2,), (1,)),
        4: ((1, 3), (2,), (1, 3)),
        5: ((2, 4), (1, 4), (4,)),
    }
    chosen = ways[metre.beats][int(rng.integers(len(ways[metre.beats])))]
    answered: DrumPattern = {}
    for place, piece in enumerate(back):
        steps = ["."] * steps_per_bar(metre)
        for at in chosen:
            steps[at * beat] = "8" if place == 0 else "6"
        answered[piece] = "".join(steps)
    return answered


def _time(time: DrumPattern, metre: Metre, rng: np.random.Generator) -> DrumPattern:
    cells = COMPOUND_TIME if metre.division == 3 else SIMPLE_TIME
    kept: DrumPattern = {}
    for place, piece in enumerate(time):
        cell = cells[int(rng.integers(len(cells)))] if place == 0 else cells[0 if metre.division == 2 else 2]
        bar = [*(cell * metre.beats)]
        bar[0] = "8"
        kept[piece] = "".join(bar)
    return kept

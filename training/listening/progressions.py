"""Chords of rule-made songs: progressions as roman numerals, and a functional walk where a style has no stock of them.

A numeral is read against the tonic's major scale: upper case is a major triad, lower case a minor one, `b` or `#`
before it moves the root by a semitone; behind it `7`, `M7` and `6` add a note, `o` is diminished, `h` half-diminished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from aural.theory.keys import Key, Mode

DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
NUMERAL = re.compile(r"([b#]?)([IViv]+)(o|h)?(M7|7|6)?")
SCALES: dict[Mode, tuple[int, ...]] = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}

STOCK: dict[str, dict[Mode, tuple[str, ...]]] = {
    "pop": {
        "major": (
            "I V vi IV", "I vi IV V", "I IV V IV", "vi IV I V", "I V vi iii IV I IV V", "I iii IV V", "I IV vi V",
            "I V IV V", "I I IV V", "I ii IV V", "IV V iii vi ii V I I", "IV I V vi", "I vi ii V", "I IV I V",
            "I V ii IV", "I iii vi IV", "IVM7 V7 iii7 vi7 ii7 V7 I I", "I IV ii V", "I I vi vi IV IV V V",
        ),
        "minor": (
            "i bVI bIII bVII", "i bVII bVI bVII", "i bVII bVI V", "i iv bVI V", "i bVI iv V", "i iv bVII bIII",
            "i i bVI bVII", "bVI bVII i i", "i bIII bVII iv", "i v bVI bVII", "i bVI i V", "i iv i v",
            "i bIII iv V", "i i iv V7", "i bVII bVI iv", "iv i V i",
        ),
    },
    "rock": {
        "major": ("I bVII IV I", "I IV V V", "I I IV IV V V I I", "I V IV IV", "I IV I V", "I bIII IV I", "I V vi IV"),
        "minor": ("i bVII bVI bVII", "i bVI bVII i", "i i bIII bVII", "i iv v i", "i bIII bVI bVII", "i i i bVI"),
    },
    "loop": {
        "major": ("I I I I", "I I IV IV", "I vi I vi", "IM7 IVM7", "I bVII I bVII", "ii7 ii7 I I", "IV IV I I"),
        "minor": (
                "i i i i", "i i bVI bVI", "i iv i iv", "i bVII i bVII", "i7 iv7", "i i i bVII", "i bII i i", "i v i v",
        ),
    },
    "folk": {
        "major": (
            "I I IV I I V I V", "I IV I V I IV V I", "I V I V I V V I", "I I V V I IV V I", "I IV V V I IV V I",
            "I I ii V I IV V I", "I vi IV V I IV V I",
        ),
        "minor": (
            "i bVII i bVII i bVII V i", "i i bVII bVII i bVII v i", "i iv i V i iv V i", "i bIII bVII i iv i V i",
            "i i iv i i V V i",
        ),
    },
    "jazz": {
        "major": (
            "IM7 vi7 ii7 V7", "iii7 VI7 ii7 V7", "ii7 V7 IM7 IM7", "IM7 I7 IVM7 iv7 iii7 VI7 ii7 V7",
            "IM7 IM7 ii7 V7 iii7 VI7 ii7 V7", "II7 II7 ii7 V7 IM7 VI7 ii7 V7", "IM7 iv7 iii7 biii7 ii7 V7 I6 V7",
            "III7 III7 VI7 VI7 II7 II7 V7 V7 IM7 VI7 ii7 V7", "ii7 bII7 IM7 VI7",
        ),
        "minor": (
            "i7 iih7 V7 i7", "iih7 V7 i7 i7", "i6 bVI7 iih7 V7", "iv7 bVII7 bIIIM7 bVIM7 iih7 V7 i7 i7",
            "i7 i7 iv7 iv7 iih7 V7 i7 V7",
        ),
    },
    "blues": {
        "major": (
            "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7", "I7 IV7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 I7",
            "I7 IV7 I7 I7 IV7 IV7 I7 VI7 ii7 V7 I7 V7",
        ),
        "minor": ("i7 i7 i7 i7 iv7 iv7 i7 i7 V7 iv7 i7 V7", "i7 iv7 i7 i7 iv7 iv7 i7 i7 bVI7 V7 i7 V7"),
    },
    "latin": {
        "major": ("I IV V IV", "I I V V V V I I", "I VI7 ii7 V7", "IM7 bIIIo ii7 V7", "I6 II7 ii7 bII7"),
        "minor": ("i V7 V7 i", "i bVII bVI V7", "i iv V7 i", "i i iv V7", "i7 iv7 V7 i7", "i bVI iih7 V7"),
    },
}  # fmt: skip

# A walk by function, as common-practice music has it: what follows what, and how often.
WALK: dict[Mode, dict[str, dict[str, float]]] = {
    "major": {
        "I": {
            "I": 1, "IV": 3, "V": 3, "vi": 2, "ii": 2, "V7": 2, "iii": 0.6, "viio": 0.7, "II7": 0.5, "VI7": 0.4,
            "I7": 0.4, "III7": 0.3, "#io7": 0.2,
        },
        "ii": {"V": 4, "V7": 4, "viio": 1, "I": 0.5}, "iii": {"vi": 4, "IV": 3, "ii": 1},
        "IV": {"V": 3, "V7": 2, "I": 2, "ii": 2, "viio": 0.7, "iv": 0.3, "#ivo7": 0.3},
        "V": {"I": 6, "vi": 1.5, "V7": 1.5, "IV": 0.5}, "V7": {"I": 8, "vi": 1},
        "vi": {"ii": 3, "IV": 3, "V": 1.5, "II7": 0.6, "I": 0.6}, "viio": {"I": 5, "V7": 1},
        "II7": {"V": 4, "V7": 2}, "VI7": {"ii": 5}, "I7": {"IV": 5}, "III7": {"vi": 5}, "iv": {"I": 3, "V7": 2},
        "#io7": {"ii": 5}, "#ivo7": {"V": 5},
    },
    "minor": {
        "i": {
            "i": 1, "iv": 3, "V": 3, "V7": 2, "bVI": 2, "iio": 1.5, "bIII": 0.8, "viio7": 1, "bVII": 0.7, "I7": 0.3,
            "bII": 0.2,
        },
        "iio": {"V": 3, "V7": 4}, "bIII": {"bVI": 3, "iv": 2, "bVII": 1}, "iv": {"V": 4, "V7": 3, "i": 2, "iio": 1},
        "V": {"i": 6, "bVI": 1.5, "V7": 1.5}, "V7": {"i": 8, "bVI": 1},
        "bVI": {"iv": 3, "iio": 3, "V": 2, "bIII": 1, "bVI7": 0.3}, "bVII": {"bIII": 4, "i": 1},
        "viio7": {"i": 5, "V7": 1}, "I7": {"iv": 5}, "bII": {"V": 4, "V7": 2}, "bVI7": {"V": 5},
    },
}  # fmt: skip
HALF_CLOSE: dict[Mode, tuple[str, str]] = {"major": ("ii", "V"), "minor": ("iv", "V")}
# Where pieces go from home, by tonic over the song's and mode, and how often.
REGIONS: dict[Mode, dict[Key, float]] = {
    "major": {
        Key(7, "major"): 5, Key(9, "minor"): 2, Key(5, "major"): 1.5, Key(2, "minor"): 1, Key(4, "minor"): 0.6,
        Key(0, "minor"): 0.6,
    },
    "minor": {
        Key(3, "major"): 5, Key(7, "minor"): 2, Key(5, "minor"): 1.2, Key(8, "major"): 1, Key(10, "major"): 0.6,
        Key(0, "major"): 0.6,
    },
}  # fmt: skip
LEAVES, RETURNS = 0.25, 0.45
"""After a phrase of a walk: the chance that it goes to another region, and that it comes home from there."""
LIFTS = 0.08
"""The chance that a song of stock progressions goes on a semitone or a tone higher, as last choruses do."""


@dataclass(frozen=True)
class Chord:
    """`root`: semitones over the song's tonic; `tones`: semitones over the root, from the root up.

    `region`: the key that it is heard in, its tonic in semitones over the song's; None: the song's own.
    """

    root: int
    tones: tuple[int, ...]
    region: Key | None = None

    @classmethod
    def parse(cls, numeral: str) -> Chord:
        match = NUMERAL.fullmatch(numeral)
        assert match, numeral
        accidental, degree, dark, more = match.groups()
        root = (DEGREES[degree.upper()] + {"b": -1, "#": 1, "": 0}[accidental]) % 12
        tones = [0, 4, 7] if degree.isupper() else [0, 3, 7]
        if dark:
            tones = [0, 3, 6]
        added = {"M7": 11, "7": 10, "6": 9, None: None}[more]
        if dark:
            added = {"h": 10, "o": 9 if more else None}[dark]
        return cls(root, (*tones, *([] if added is None else [added])))

    @property
    def classes(self) -> tuple[int, ...]:
        return tuple((self.root + tone) % 12 for tone in self.tones)

    def within(self, region: Key) -> Chord:
        """The same numeral, read in another region."""
        return replace(self, root=(self.root + region.tonic) % 12, region=region)


def drawn(kind: str, mode: Mode, count: int, rng: np.random.Generator) -> list[Chord]:
    """So many chords: stock progressions that come back in sections, or a `walk`."""
    if kind == "walk":
        return walk(mode, count, rng)
    stock = STOCK[kind][mode]
    first, other = (stock[i].split() for i in rng.choice(len(stock), 2))
    sections = [first, first, other, first] if rng.random() < 0.4 else [first] * 4
    numerals: list[str] = []
    while len(numerals) < count:
        for section in sections:
            length = max(len(section), 8 if rng.random() < 0.8 else 4)
            numerals += (section * (length // len(section) + 1))[:length]
    chords = [Chord.parse(numeral) for numeral in numerals[:count]]
    if rng.random() < LIFTS and count > 16:
        at, higher = 8 * int(rng.integers(1, count // 8)), Key(int(rng.choice([1, 2])), mode)
        chords = chords[:at] + [chord.within(higher) for chord in chords[at:]]
    return chords


def walk(mode: Mode, count: int, rng: np.random.Generator) -> list[Chord]:
    """Phrases that begin on their region's tonic and end in a half or a full close, at home or away from it."""
    home = region = Key(0, mode)
    chords: list[Chord] = []
    while len(chords) < count:
        chords += [Chord.parse(numeral).within(region) for numeral in phrase(region.mode, rng)]
        if region != home:
            region = home if rng.random() < RETURNS else region
        elif rng.random() < LEAVES:
            regions = REGIONS[mode]
            chances = np.array(list(regions.values()))
            region = list(regions)[int(rng.choice(len(regions), p=chances / chances.sum()))]
    return chords[:count]


def phrase(mode: Mode, rng: np.random.Generator) -> list[str]:
    """Four or eight numerals."""
    home = "I" if mode == "major" else "i"
    length = int(rng.choice([4, 8]))
    numerals = [home]
    while len(numerals) < length - 2:
        following = WALK[mode][numerals[-1]]
        chances = np.array(list(following.values()))
        numerals.append(str(rng.choice(list(following), p=chances / chances.sum())))
    return numerals + (["V7", home] if rng.random() < 0.7 else list(HALF_CLOSE[mode]))

"""Chord symbols as musicians write them: `Am7`, `Bbmaj9`, `F#m7b5`, `C/E`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SYMBOL = re.compile(r"([A-G])([#b]*)([^/]*)(?:/.+)?")
# What a part of the symbol puts in the third's place, in the fifth's, and adds. None: it leaves that as it is.
_OMITTED = -1
_PARTS: dict[str, tuple[int | None, int | None, tuple[int, ...]]] = {
    "maj13": (None, None, (11, 14, 21)), "maj9": (None, None, (11, 14)), "maj7": (None, None, (11,)),
    "maj": (None, None, ()), "min": (3, None, ()), "m": (3, None, ()), "dim7": (3, 6, (9,)), "o7": (3, 6, (9,)),
    "dim": (3, 6, ()), "o": (3, 6, ()), "aug": (None, 8, ()), "+": (None, 8, ()), "sus2": (2, None, ()),
    "sus4": (5, None, ()), "sus": (5, None, ()), "add9": (None, None, (14,)), "add11": (None, None, (17,)),
    "b5": (None, 6, ()), "#5": (None, 8, ()), "b9": (None, None, (13,)), "#9": (None, None, (15,)),
    "#11": (None, None, (18,)), "b13": (None, None, (20,)), "13": (None, None, (10, 14, 21)),
    "11": (None, None, (10, 14, 17)), "9": (None, None, (10, 14)), "7": (None, None, (10,)), "6": (None, None, (9,)),
    "5": (_OMITTED, None, ()),
}  # fmt: skip
_PART = re.compile("|".join(re.escape(part) for part in sorted(_PARTS, key=len, reverse=True)))


@dataclass(frozen=True)
class ChordSymbol:
    """`root`: 0..11, C = 0. `classes`: the pitch classes of the chord; a bass note behind a stroke is not in them."""

    root: int
    classes: frozenset[int]

    @classmethod
    def parse(cls, symbol: str) -> ChordSymbol:
        """Raises ValueError where a part of the symbol is not known."""
        match = _SYMBOL.fullmatch(symbol)
        if match is None or _PART.sub("", match[3]):
            raise ValueError(f"{symbol!r} is no chord symbol that is known here. Add its parts to {__name__}.")
        root = (_LETTERS[match[1]] + match[2].count("#") - match[2].count("b")) % 12
        third, fifth, added = 4, 7, set[int]()
        for part in _PART.findall(match[3]):
            new_third, new_fifth, more = _PARTS[part]
            third = third if new_third is None else new_third
            fifth = fifth if new_fifth is None else new_fifth
            added |= set(more)
        intervals = {0, fifth, *added, *({third} - {_OMITTED})}
        return cls(root, frozenset((root + interval) % 12 for interval in intervals))

    def over(self, tonic: int) -> ChordSymbol:
        """The same chord seen from a tonic: what is alike in all keys."""
        return ChordSymbol((self.root - tonic) % 12, frozenset((one - tonic) % 12 for one in self.classes))

"""Chords by Roman numeral in a key, and how a progression is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from aural.theory.chords import SCALES, ChordSymbol, numeral, quality_name
from aural.theory.keys import Key

PENTATONIC = {"major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10)}
SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
# Keys with flats in their signature, where it is the one with the fewer accidentals.
FLAT_KEYS = frozenset(
    {*(Key(tonic, "major") for tonic in (5, 10, 3, 8, 1)), *(Key(tonic, "minor") for tonic in (2, 7, 0, 5, 10, 3))}
)


@dataclass(frozen=True)
class Chord:
    """A chord in a key. `root`: 0..11, C = 0; `intervals`: semitones over the root, the root first; `bass`: what sounds
    lowest where it is not the root."""

    root: int
    intervals: tuple[int, ...]
    key: Key
    bass: int | None = None

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def lowest(self) -> int:
        """The pitch class that the bass has."""
        return self.root if self.bass is None else self.bass

    @property
    def triad(self) -> tuple[int, ...]:
        """The pitch classes that sound stable over it: root, third and fifth."""
        return tuple((self.root + i) % 12 for i in self.intervals if i <= 7)

    @property
    def is_dominant(self) -> bool:
        return (self.root - self.key.tonic) % 12 == 7 and 4 in self.intervals

    @property
    def symbol(self) -> str:
        """As musicians write it: `Am7`, `Bbmaj9`, `C/E`; spelled as the key's signature is."""
        quality = quality_name(self.intervals)
        lowered = self.key.mode == "major" and (self.root - self.key.tonic) % 12 in (3, 8, 10)
        names = FLATS if lowered or self.key in FLAT_KEYS else SHARPS
        return names[self.root] + quality + (f"/{names[self.bass]}" if self.bass not in (None, self.root) else "")

    def scale(self, pentatonic: bool = False) -> tuple[int, ...]:
        """Pitch classes for a melody over it, upwards from the tonic: the key's own, where the chord does not alter
        them (the leading note over a dominant in minor, the notes of a borrowed chord)."""
        steps = PENTATONIC[self.key.mode] if pentatonic else SCALES[self.key.mode]
        altered: dict[int, int] = {}
        for pc in self.pitch_classes:
            if (pc - self.key.tonic) % 12 not in SCALES[self.key.mode]:
                # A foreign major third is its degree raised, any other note its degree lowered.
                altered[(pc + (-1 if (pc - self.root) % 12 == 4 else 1)) % 12] = pc
        naturals = ((self.key.tonic + step) % 12 for step in steps)
        return tuple(altered.get(natural, natural) for natural in naturals)


@lru_cache(maxsize=4096)
def chord(text: str, key: Key) -> Chord:
    """Read one numeral in a key; `/3` puts the third (`/5` the fifth, `/7` the seventh) in the bass, `/1` the tonic of
    the key."""
    plain, _, below = text.partition("/")
    read = numeral(plain, key.mode).in_key(key)
    return Chord(read.root, read.intervals, key, _bass(below, read.root, read.intervals, key) if below else None)


def changes_of(symbols: Sequence[ChordSymbol], key: Key) -> tuple[tuple[Chord, ...], ...]:
    """A progression that was asked for, bar by bar."""
    bars: list[list[Chord]] = []
    filled = 1.0
    for symbol in symbols:
        if filled > 1 - 1e-9:
            bars.append([])
            filled = 0.0
        bars[-1].append(Chord(symbol.root, symbol.intervals, key, symbol.bass))
        filled += symbol.bars
    return tuple(tuple(bar) for bar in bars)


def _bass(below: str, root: int, intervals: tuple[int, ...], key: Key) -> int:
    if below == "1":
        return key.tonic
    sizes = {"3": (3, 4), "5": (6, 7), "7": (9, 10, 11)}[below]
    return (root + next(i for i in intervals if i in sizes)) % 12


def tonic(key: Key) -> Chord:
    return chord("I" if key.mode == "major" else "i", key)


def dominant(key: Key) -> Chord:
    return chord("V", key)

"""Musical keys: 24 of them, many spellings in, one spelling out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Mode = Literal["major", "minor"]

# Essentia's spelling: the one that tempo/key datasets and MusicGen's training captions use.
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SPELLING = re.compile(r"\s*([A-Ga-g])([#♯b♭]?)(?:(m)|[\s:-]*(major|minor|maj|min))?\s*")


@dataclass(frozen=True, order=True)
class Key:
    """One of 24 keys. `tonic`: 0..11, C = 0."""

    tonic: int
    mode: Mode

    def __str__(self) -> str:
        return f"{TONICS[self.tonic]} {self.mode}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `C major`, `F#m`, `Gb minor`, `Am`, `Bb`. Raises ValueError with a sentence."""
        match = _SPELLING.fullmatch(text) or _SPELLING.fullmatch(text.lower())
        if match is None:
            raise ValueError(f"Key {text!r} is not one of the 24 keys. Write it like 'C major', 'F#m' or 'Gb minor'.")
        letter, accidental, m, word = match.groups()
        shift = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[accidental]
        minor = m is not None or (word or "").startswith("min")
        return cls((_LETTERS[letter.upper()] + shift) % 12, "minor" if minor else "major")

    def transposed(self, semitones: int) -> Key:
        """The same mode, `semitones` higher."""
        return Key((self.tonic + semitones) % 12, self.mode)

    @property
    def relative(self) -> Key:
        """The key of the other mode with the same notes."""
        if self.mode == "major":
            return Key((self.tonic + 9) % 12, "minor")
        return Key((self.tonic + 3) % 12, "major")


ALL_KEYS = tuple(Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12))

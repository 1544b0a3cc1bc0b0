"""Musical keys: 24 of them, many spellings in, one spelling out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from aural.errors import shown

Mode = Literal["major", "minor"]

# Essentia's spelling: the one that tempo/key datasets and MusicGen's training captions use.
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHIFTS = {"": 0, "#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}
# In a sentence a church mode is read as the one of the two that has its third.
_MAJOR, _MINOR = r"major|maj|ionian|lydian|mixolydian", r"minor|min|aeolian|dorian|phrygian"
NAMED = (
    r"(?P<letter>[A-Ga-g])(?P<accidental>\s?[#♯♭]|[bB]|(?i:[\s-]?(?:sharp|flat)\b))?"
    rf"(?:[\s:-]*(?i:(?:natural|harmonic|melodic)\s+)?(?P<mode>(?i:{_MAJOR}|{_MINOR}))\b|(?P<m>[mM])?(?![\w#♯♭'-]))"
)
"""The pattern of a key, in a field of its own or within a sentence."""
_ALONE = re.compile(rf"\s*{NAMED}\s*")
_MINOR_WORD = re.compile(_MINOR, re.IGNORECASE)
_CHURCH = re.compile(r"\w+ian", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Key:
    """One of 24 keys. `tonic`: 0..11, C = 0."""

    tonic: int
    mode: Mode

    def __str__(self) -> str:
        return f"{TONICS[self.tonic]} {self.mode}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `C major`, `CM`, `F#m`, `Gb minor`, `E-flat major` or `Bb`. Raises ValueError with a sentence."""
        match = _ALONE.fullmatch(text)
        if match is None or _CHURCH.fullmatch(match["mode"] or ""):
            raise ValueError(
                f"Key {shown(repr(text))} is not one of the 24 keys. Write it like 'C major', 'F#m' or 'Gb minor'."
            )
        return cls.from_match(match)

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Key:
        """From a match of `NAMED`."""
        shift = _SHIFTS[(match["accidental"] or "").lower().strip(" -")]
        minor = match["m"] == "m" or _MINOR_WORD.fullmatch(match["mode"] or "") is not None
        return cls((_LETTERS[match["letter"].upper()] + shift) % 12, "minor" if minor else "major")

    def transposed(self, semitones: int) -> Key:
        """The same mode, `semitones` higher."""
        return Key((self.tonic + semitones) % 12, self.mode)

    @property
    def relative(self) -> Key:
        """The key of the other mode with the same notes."""
        if self.mode == "major":
            return Key((self.tonic + 9) % 12, "minor")
        return Key((self.tonic + 3) % 12, "major")

    @property
    def camelot(self) -> str:
        """Its place on Mixed In Key's wheel: 1A to 12A minor, 1B to 12B major; C major is 8B."""
        return f"{(self._fifths_from_c + 7) % 12 + 1}{'B' if self.mode == 'major' else 'A'}"

    @property
    def open_key(self) -> str:
        """Its place on Traktor's wheel: 1m to 12m minor, 1d to 12d major (moll, dur); C major is 1d."""
        return f"{self._fifths_from_c + 1}{'d' if self.mode == 'major' else 'm'}"

    @property
    def _fifths_from_c(self) -> int:
        """Fifths from C major up to the major key with the same notes, 0..11: 12 fifths of 7 semitones are all keys."""
        major = self if self.mode == "major" else self.relative
        return 7 * major.tonic % 12


ALL_KEYS = tuple(Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12))

"""Chord progressions as musicians write them: symbols ("Am F C G") or Roman numerals ("I V vi IV")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aural.errors import BadField, shown
from aural.theory.keys import ALL_KEYS, Key, Mode

MOST_CHORDS = 64
CHORDS_IN_A_BAR = (1, 2, 4)

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHIFTS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_DEGREES = ("i", "ii", "iii", "iv", "v", "vi", "vii")
SCALES: dict[Mode, tuple[int, ...]] = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_MAJOR, _MINOR, _DIMINISHED, _AUGMENTED = (0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8)
# Behind a root, or behind a numeral whose case gives the third: what is added to the triad.
_ADDED: dict[str, tuple[int, ...]] = {
    "": (), "6": (9,), "7": (10,), "9": (10, 14), "11": (10, 14, 17), "13": (10, 14, 21), "add9": (14,), "add2": (14,),
    "69": (9, 14), "6/9": (9, 14), "maj7": (11,), "M7": (11,), "Δ7": (11,), "Δ": (11,), "j7": (11,), "maj9": (11, 14),
    "M9": (11, 14),
}  # fmt: skip
# What replaces the triad, third and all.
_WHOLE: dict[str, tuple[int, ...]] = {
    "5": (0, 7), "sus2": (0, 2, 7), "sus4": (0, 5, 7), "sus": (0, 5, 7), "7sus4": (0, 5, 7, 10), "7sus": (0, 5, 7, 10),
    "dim": _DIMINISHED, "°": _DIMINISHED, "o": _DIMINISHED, "dim7": (*_DIMINISHED, 9), "°7": (*_DIMINISHED, 9),
    "o7": (*_DIMINISHED, 9), "m7b5": (*_DIMINISHED, 10), "m7♭5": (*_DIMINISHED, 10), "ø": (*_DIMINISHED, 10),
    "ø7": (*_DIMINISHED, 10), "aug": _AUGMENTED, "+": _AUGMENTED, "7b9": (*_MAJOR, 10, 13), "7#9": (*_MAJOR, 10, 15),
    "7b5": (0, 4, 6, 10), "7#5": (*_AUGMENTED, 10), "aug7": (*_AUGMENTED, 10),
}  # fmt: skip
_QUALITIES: dict[str, tuple[int, ...]] = {
    **{name: _MAJOR + added for name, added in _ADDED.items()},
    **{f"{minor}{name}": _MINOR + added for name, added in _ADDED.items() for minor in ("m", "min")},
    **dict.fromkeys(("maj", "M"), _MAJOR),
    **_WHOLE,
}


def _alternatives(names: Sequence[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_NOTE = r"[A-G][#♯b♭]?"
SYMBOL = rf"{_NOTE}(?:{_alternatives(list(_QUALITIES))})(?:/{_NOTE})?"
"""The pattern of a chord symbol, within a text."""
_DEGREE = "VII|III|II|IV|VI|V|I|vii|iii|ii|iv|vi|v|i"
NUMERAL = rf"[b#♭♯]?(?:{_DEGREE})(?:{_alternatives([*_ADDED, *_WHOLE])})"
"""The pattern of a Roman numeral, within a text."""
_SYMBOL_PARTS = re.compile(r"([A-G])([#♯b♭]?)(.*?)(?:/([A-G])([#♯b♭]?))?")
_NUMERAL_PARTS = re.compile(r"([b#♭♯]?)([ivIV]+)(.*)")
_BETWEEN = re.compile(r"[\s,;\-\u2013\u2014\u2192>]+")


@dataclass(frozen=True)
class ChordSymbol:
    """A chord of a progression. `text`: as it was written; `intervals`: semitones over the root, the root first.

    `root`: 0..11, C = 0, or over the tonic where the chord is a numeral (`relative`). `bass`: of a slash chord, 0..11.
    `bars`: how long it lasts: 1, 0.5 or 0.25.
    """

    text: str
    root: int
    intervals: tuple[int, ...]
    bass: int | None = None
    bars: float = 1.0
    relative: bool = False

    def in_key(self, key: Key) -> ChordSymbol:
        """The chord that it is in `key`: itself, unless it is a numeral."""
        return replace(self, root=(self.root + key.tonic) % 12, relative=False) if self.relative else self

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def is_minor(self) -> bool:
        return 3 in self.intervals and 4 not in self.intervals


def parse_progression(text: str) -> tuple[ChordSymbol, ...]:
    """Read a progression: a chord a bar, or, where bar lines are written, one, two or four chords between them.

    Numerals are read in minor where the tonic is (`i`), else in major. Raises BadField, naming the field `chords`.
    """
    bars = [[token for token in _BETWEEN.split(bar) if token] for bar in text.split("|")]
    bars = [bar for bar in bars if bar]
    tokens = [token for bar in bars for token in bar]
    if not tokens or len(tokens) > MOST_CHORDS:
        raise BadField(f"chords: there are {len(tokens)} chords; from 1 to {MOST_CHORDS}. Write them like 'Am F C G'.")
    if "|" not in text:
        bars = [[token] for token in tokens]
    numerals = all(re.fullmatch(NUMERAL, token) for token in tokens)
    mode: Mode = "minor" if any(re.match(r"i(?![iv])", token) for token in tokens) else "major"
    read = []
    for bar in bars:
        if len(bar) not in CHORDS_IN_A_BAR:
            raise BadField(f"chords: there are {len(bar)} chords in a bar; one, two or four. Write another bar line.")
        read += [replace(numeral(t, mode) if numerals else _symbol(t), bars=1 / len(bar)) for t in bar]
    return tuple(read)


def implied_mode(chords: Sequence[ChordSymbol]) -> Mode:
    """Whether a progression is in major or minor."""
    if chords[0].relative:
        minor = any(chord.is_minor and chord.root == 0 for chord in chords)
        return "minor" if minor else "major"
    return implied_key(chords).mode


def implied_key(chords: Sequence[ChordSymbol]) -> Key:
    """The key that has most of the notes; among equals the one where the chords begin, end and cadence on the tonic.

    Numerals imply no tonic: they are given in C.
    """
    if chords[0].relative:
        return Key(0, implied_mode(chords))
    return max(ALL_KEYS, key=lambda key: _fit(chords, key))


def _fit(chords: Sequence[ChordSymbol], key: Key) -> float:
    """The share of notes in the key, ten times, and up to 2.5 for tonics where tonics stand."""
    fit = 10 * sum(_share_in(chord, key) for chord in chords) / len(chords)
    tonics = [chord.root == key.tonic and chord.is_minor == (key.mode == "minor") for chord in chords]
    resolved = any(
        before.root == (key.tonic + 7) % 12 and 10 in before.intervals and is_tonic
        for before, is_tonic in zip(chords, tonics[1:], strict=False)
    )
    return fit + 1.0 * tonics[0] + 0.75 * tonics[-1] + 0.75 * resolved


def _share_in(chord: ChordSymbol, key: Key) -> float:
    scale = {(key.tonic + step) % 12 for step in SCALES[key.mode]}
    if key.mode == "minor" and chord.root == (key.tonic + 7) % 12:
        scale.add((key.tonic + 11) % 12)  # the dominant's leading note
    classes = chord.pitch_classes
    return sum(pitch in scale for pitch in classes) / len(classes)


def _symbol(text: str) -> ChordSymbol:
    match = _SYMBOL_PARTS.fullmatch(text) if re.fullmatch(SYMBOL, text) else None
    if match is None:
        raise BadField(
            f"chords: {shown(repr(text))} is not a chord. Write them like 'Am F C G', 'Dm7 | G7 | Cmaj7' or 'I V vi"
            " IV'."
        )
    letter, accidental, quality, bass, bass_accidental = match.groups()
    if quality not in _QUALITIES:  # "6/9" is no slash chord
        letter, accidental, quality, bass = text[0], text[1:2].strip("69"), "6/9", None
    return ChordSymbol(
        text,
        (_LETTERS[letter] + _SHIFTS[accidental]) % 12,
        _QUALITIES[quality],
        None if bass is None else (_LETTERS[bass] + _SHIFTS[bass_accidental]) % 12,
    )


def quality_name(intervals: tuple[int, ...]) -> str:
    """What musicians write behind the root of a chord of these intervals: "", "m7", "maj9"."""
    return next(name for name, known in _QUALITIES.items() if known == intervals)


def numeral(text: str, mode: Mode) -> ChordSymbol:
    """Read one numeral: case gives the third, `b` or `#` shift the degree of the key's own (natural) scale."""
    match = _NUMERAL_PARTS.fullmatch(text)
    assert match is not None, f"{text!r} is not a numeral"
    accidental, degree, quality = match.groups()
    root = (SCALES[mode][_DEGREES.index(degree.lower())] + _SHIFTS[accidental]) % 12
    third = _MAJOR if degree.isupper() else _MINOR
    intervals = _WHOLE[quality] if quality in _WHOLE else third + _ADDED[quality]
    return ChordSymbol(text, root, intervals, relative=True)

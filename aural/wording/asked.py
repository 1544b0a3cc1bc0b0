"""The tempo, key, metre and chords that a prompt asks for, in free words or a caption's fields, and the prompt with
another tempo or key in their place. Whoever reads a prompt, reads these here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from aural.theory.chords import NUMERAL, SYMBOL
from aural.theory.keys import NAMED, Key
from aural.theory.metre import COMMON_TIME, METRES, Metre

SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0

_NUMBER = r"\d{2,3}(?:[.,]\d{1,3})?"
_RANGE = rf"{_NUMBER}(?:\s*(?:-|\u2013|to)\s*{_NUMBER})?"
_UNIT = r"(?:bpms?\b|b\.p\.m\.|beats\s*(?:per|a|each|/)\s*min(?:ute)?\b)"
_LINKS = r"(?:\s*(?:of|at|is|be|should|to|set|around|about|approximately|roughly|near|circa|ca\.))*"
_TEMPO = re.compile(
    rf"(?<![\w.,-])(?P<before>{_RANGE})[\s-]*{_UNIT}"
    rf"|(?:(?<![\w-])(?:bpm|tempo)\b{_LINKS}\s*(?P<sign>[:=])?{_LINKS}|(?:♩|\b(?:quarter|crotchet)(?:\s+note)?|\bm\.?m\.?)\s*=)"
    rf"\s*~?\s*(?P<after>{_RANGE})(?=\s*{_UNIT}|\.(?!\d)|[^\w.%]|$)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?P<intro>(?i:\bkey\s*(?P<sign>[:=])\s*|\bkey\s+(?:of|is|in)\s+|\bin\s+))?"
    rf"(?P<text>(?<![\w#♯♭.'-]){NAMED})(?!\.\w)"
)
# After "in a minor" these do not make it the adjective that it is in "in a minor role".
_NOUN = re.compile(r"\s+(?!(?:at|with|and|or|for|on|by|then)\b)[a-z]", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:$|[.,;:)!?]|(?:at|with|and|or|for)\b)", re.IGNORECASE)
_BEGINS = re.compile(r"(?:^|[.,;:(])\s*$")

# A fraction as musicians write it, or a field, or "in three"; 2/4 is counted as 4/4, 3/8 as 3/4.
_FRACTION = re.compile(r"(?<![\d/.])(3/4|4/4|5/4|6/8|12/8|2/4|3/8)(?![\d/])|(?<![\d/.])(3-4|4-4|5-4|6-8|12-8)\s+time\b")
_COUNTED_THE_SAME = {"2/4": "4/4", "3/8": "3/4"}
_IN = r"\bin\s+(?:an?\s+|strict\s+)?"
_END = r"(?=\s*(?:$|[.,;:!?)]|time\b|feel\b|metre\b|meter\b|and\b|with\b|at\b))"
_METRE_WORDS: dict[str, str] = {
    "3/4": r"waltz(?:es|ing)?|walzer|valses?|vals|valzer|вальс\w*|mazurkas?|minuets?|menuetto?|l[äa]ndler|polonaises?|"
    r"sarabandes?|passacaglias?|chaconnes?|three[\s-](?:four|quarter)|(?:triple|ternary)\s+(?:time|met(?:re|er))|"
    rf"{_IN}(?:three|3){_END}",
    "6/8": rf"jigs?|gigues?|tarantellas?|barcarolles?|barcarolas?|six[\s-]eight|compound\s+(?:time|met(?:re|er))|"
    rf"{_IN}(?:six|6){_END}",
    "12/8": rf"sicilian[ao]s?|siciliennes?|twelve[\s-]eight|{_IN}(?:twelve|12){_END}",
    "5/4": rf"five[\s-]four|(?:odd|quintuple|irregular|asymmetric(?:al)?)\s+(?:time(?:\s+signatures?)?|met(?:re|er)s?)|"
    rf"{_IN}(?:five|5){_END}",
    "4/4": rf"march(?:es|ing)?|polkas?|common\s+time|four[\s-]four|four\s+on\s+the\s+floor|{_IN}(?:four|4){_END}",
}
_METRE_WORD = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _METRE_WORDS.items()}
_WALTZ_BY_SIGNS = re.compile("ワルツ|圆舞曲|圓舞曲|华尔兹")
_STEP = r"\s*[\s,|\-\u2013\u2014\u2192]\s*"
_PROGRESSION = re.compile(
    rf"(?P<cue>\b(?:chords?|(?:chord\s+)?progression)\s*(?::|=|are|is|of|like)?\s*)?"
    rf"(?<![\w#♯♭'/-])(?P<run>{SYMBOL}(?:{_STEP}{SYMBOL}){{1,63}}|{NUMERAL}(?:{_STEP}{NUMERAL}){{1,63}})(?![\w#♯♭'])"
    r"(?P<after>\s+(?:chords|progression)\b)?"
)
_BARE = re.compile(r"[A-G]")

Value = TypeVar("Value")


@dataclass(frozen=True)
class _Mention(Generic[Value]):
    """Where a prompt names a tempo or key. `in_field`: as `bpm: 120` or `key = ...`, which goes before free words."""

    start: int
    end: int
    value: Value
    in_field: bool


def asked_bpm(prompt: str) -> float | None:
    """The tempo that the prompt names: "120 bpm", "tempo: 98.5", "90 beats a minute", "♩ = 72"; 30 to 300.

    Of several the first, one in a field before others; of a range ("120-130 bpm") its middle.
    """
    return _first(_tempi(prompt))


def asked_key(prompt: str) -> Key | None:
    """The key that the prompt names: "in C minor", "E-flat major", "key: Bbm", "key of g", "D dorian", "in B flat".

    Of several the first, one in a field before others.
    """
    return _first(_keys(prompt))


def asked_metre(prompt: str) -> Metre | None:
    """The metre that the prompt names: a fraction ("6/8"), else a word ("waltz", "in three", "jig", "odd meter").

    Of several fractions, or words, the first.
    """
    fraction = _FRACTION.search(prompt)
    if fraction:
        name = (fraction[1] or fraction[2]).replace("-", "/")
        return METRES[_COUNTED_THE_SAME.get(name, name)]
    if _WALTZ_BY_SIGNS.search(prompt):
        return METRES["3/4"]
    found = [(match.start(), name) for name, words in _METRE_WORD.items() if (match := words.search(prompt))]
    # "A march" says nothing against a waltz: what is not 4/4 has to be said.
    special = [place for place in found if METRES[place[1]] != COMMON_TIME]
    return METRES[min(special or found)[1]] if found else None


def asked_chords(prompt: str) -> str | None:
    """The chord progression that the prompt names, as written: "Am F C G", "chords: Dm7 G7 Cmaj7", "I-V-vi-IV".

    Three chords or more, or two behind the word `chords`; letters alone ("A B C D") only where it says `chords`.
    """
    for match in _PROGRESSION.finditer(prompt):
        if _is_progression(match):
            return match["run"]
    return None


def _is_progression(match: re.Match[str]) -> bool:
    chords = [chord for chord in re.split(r"[\s,|\-\u2013\u2014\u2192]+", match["run"]) if chord]
    if match["cue"] or match["after"]:
        return True
    if len(chords) < 3 or len(set(chords)) < 3:
        return False
    if re.fullmatch(NUMERAL, chords[0]):
        return chords != ["I", "II", "III", "IV"][: len(chords)]
    return not all(_BARE.fullmatch(chord) for chord in chords)


def with_bpm(prompt: str, bpm: float) -> str:
    """The prompt with every tempo that it names replaced by `bpm`, to a tenth where it is no whole number."""
    for told in reversed(list(_tempi(prompt))):
        whole = bpm == round(bpm) and "." not in prompt[told.start : told.end]
        prompt = f"{prompt[: told.start]}{bpm:.{0 if whole else 1}f}{prompt[told.end :]}"
    return prompt


def with_key(prompt: str, key: Key) -> str:
    """The prompt with every key that it names replaced by `key`; in small letters in a caption's `key:` field."""
    for told in reversed(list(_keys(prompt))):
        name = str(key).lower() if told.in_field and prompt[told.start : told.end].islower() else str(key)
        prompt = f"{prompt[: told.start]}{name}{prompt[told.end :]}"
    return prompt


def _first(mentions: Iterator[_Mention[Value]]) -> Value | None:
    told = sorted(mentions, key=lambda mention: (not mention.in_field, mention.start))
    return told[0].value if told else None


def _tempi(prompt: str) -> Iterator[_Mention[float]]:
    for match in _TEMPO.finditer(prompt):
        group = "before" if match["before"] else "after"
        ends = [float(number.replace(",", ".")) for number in re.findall(_NUMBER, match[group])]
        bpm = sum(ends) / len(ends)
        if SLOWEST_BPM <= bpm <= FASTEST_BPM:
            yield _Mention(match.start(group), match.end(group), bpm, match["sign"] is not None)


def _keys(prompt: str) -> Iterator[_Mention[Key]]:
    for match in _KEY.finditer(prompt):
        if _names_a_key(match, prompt[: match.start()], prompt[match.end() :]):
            yield _Mention(match.start("text"), match.end("text"), Key.from_match(match), match["sign"] is not None)


def _names_a_key(match: re.Match[str], before: str, after: str) -> bool:
    """Whether this is a key and not a word: a small "a" is an article, "Am" a verb, "in A" the start of a phrase."""
    letter, accidental = match["letter"], match["accidental"] or ""
    introduced = match["intro"] is not None
    after_key = introduced and not match["intro"].lower().startswith("in")
    alone = (introduced or _BEGINS.search(before) is not None) and _ENDS.match(after) is not None
    if match["mode"]:
        if letter != "a" or accidental or match["sign"]:
            return True
        return alone or (introduced and not _NOUN.match(after))
    if after_key:
        return letter != "a" or bool(accidental) or match["m"] is not None or alone
    if match["m"]:
        if match["m"] == "M" or (letter.islower() and not accidental):
            return False
        return letter != "A" or introduced or bool(accidental) or alone
    if not introduced or accidental == "B":
        return False
    if letter.islower():
        return bool(accidental) and (letter != "a" or len(accidental) == 1)
    return letter != "A" or bool(accidental) or alone

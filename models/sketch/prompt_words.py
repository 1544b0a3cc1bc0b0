"""PromptReading a prompt: captions in MusicGen's format, and the words in it that say something exact."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from aural.theory.keys import Key, Mode
from aural.wording.asked import asked_bpm, asked_key
from aural.wording.style import WORDS
from models.sketch.intent import RequestedInstrument
from models.sketch.vocabulary import EMOTION_WORDS, FAMILY_WORDS, INSTRUMENTS, TEMPO_WORDS

_FIELD = re.compile(r"(?:^|\. )(bpm|key|genre|moods|instrument)s?: ([^.]*(?:\.\d[^.]*)?)", re.IGNORECASE)
_MODE = re.compile(r"\b(major|minor)\s+(?:key|scale|chords|mood|mode)\b", re.IGNORECASE)
_SOLO = re.compile(r"\b(?:solo|only|unaccompanied|just)\s+(?:an?\s+)?(?=\w)", re.IGNORECASE)
# "the world", "my soul", "a house": the noun, not the style.
_NOUN_BEFORE = re.compile(r"\b(?:the|my|your|our|a|an|this)\s+$", re.IGNORECASE)
_NOUNS = frozenset({"world", "soul", "house", "country", "metal", "rock", "reel", "swing", "trap", "indian", "folk"})
# When several styles are named, the more special one is meant ("lofi hip hop", "electronic drum and bass"); among
# equals the last one, which is the noun ("jazzy house", "orchestral metal").
_SPECIAL = {"lofi": 3, "drum_and_bass": 2, "synthwave": 2, "chiptune": 2}
_GENERAL = {"electronic": -1, "pop": -1, "cinematic": -1, "world": -1, "ambient": -1, "classical": -1}
# How a style colours another: named alone they name it all the same.
_ADJECTIVES = {"jazz": ("jazzy",), "disco_funk": ("funky",), "blues": ("bluesy",), "rnb_soul": ("soulful",)}


@dataclass(frozen=True)
class PromptReading:
    """What a prompt says in so many words; None or empty where it says nothing. `text` is its free part."""

    text: str
    style_id: str | None = None
    emotion: str | None = None
    bpm: float | None = None
    key: Key | None = None
    mode: Mode | None = None
    tempo_place: float | None = None
    instruments: tuple[RequestedInstrument, ...] = ()
    solo: bool = False
    without: frozenset[str] = field(default_factory=frozenset)


def read(prompt: str) -> PromptReading:
    """Read a prompt. Caption fields (`bpm: 120.0. key: c minor. genre: rock`) are read before its free text."""
    fields = {name.lower(): value.strip() for name, value in _FIELD.findall(prompt)}
    text = _FIELD.sub(" ", prompt).strip(" .")
    text, without = _without(text)
    everything = ". ".join((text, *(fields.get(name, "") for name in ("genre", "moods", "instrument")))).lower()
    instruments = _instruments(". ".join((text, fields.get("instrument", ""))).lower(), without)
    mode = _MODE.search(prompt)
    return PromptReading(
        text=text,
        style_id=_style(fields.get("genre", "").lower()) or _style(text.lower()),
        emotion=_emotion(fields.get("moods", "").lower()) or _emotion(everything),
        bpm=asked_bpm(prompt),
        key=asked_key(prompt),
        mode=("major" if mode.group(1).lower() == "major" else "minor") if mode else None,
        tempo_place=_longest_match_value(TEMPO_WORDS, everything),
        instruments=instruments,
        solo=bool(instruments) and _SOLO.search(text) is not None,
        without=without,
    )


def _phrase_positions(phrase: str, text: str) -> list[int]:
    return [found.start() for found in re.finditer(rf"(?<![\w-]){re.escape(phrase)}(?!\w)", text)]


def _style(text: str) -> str | None:
    """The style that the text names: the most special, then the last."""
    best: tuple[int, int, int] | None = None
    chosen = None
    for style_id, words in WORDS.items():
        for word in sorted({*words, style_id.replace("_", " "), style_id, *_ADJECTIVES.get(style_id, ())}):
            for place in _phrase_positions(word, text):
                if word in _NOUNS and _NOUN_BEFORE.search(text[:place]):
                    continue
                rank = (_SPECIAL.get(style_id, _GENERAL.get(style_id, 0)), place + len(word), len(word))
                if best is None or rank > best:
                    best, chosen = rank, style_id
    return chosen


def _emotion(text: str) -> str | None:
    """The emotion named most often; among equals the one named first."""
    counts: dict[str, tuple[int, int]] = {}
    for emotion, words in EMOTION_WORDS.items():
        places = [place for word in (emotion, *words) for place in _phrase_positions(word, text)]
        if places:
            counts[emotion] = (len(places), -min(places))
    return max(counts, key=lambda emotion: counts[emotion]) if counts else None


def _longest_match_value(words: dict[str, float], text: str) -> float | None:
    for word in sorted(words, key=len, reverse=True):
        if _phrase_positions(word, text):
            return words[word]
    return None


def _without(text: str) -> tuple[str, frozenset[str]]:
    """What is to be left out ("no drums", "without bass or piano", "drumless"), and the text without saying so."""
    names = "|".join(sorted(FAMILY_WORDS, key=len, reverse=True))
    listed = rf"(?:{names})(?:(?:\s*,\s*|\s+or\s+|\s+and\s+|\s*/\s*)(?:no\s+)?(?:{names}))*"
    clause = re.compile(rf"\b(?:no|without|minus|lacking)\s+(?:any\s+)?({listed})\b|\b(drum|beat)less\b", re.IGNORECASE)
    left_out: set[str] = set()
    for found in clause.finditer(text):
        words = re.findall(rf"\b(?:{names})\b", (found.group(1) or found.group(2)).lower())
        left_out.update(FAMILY_WORDS[word] for word in words)
    return clause.sub(" ", text).strip(), frozenset(left_out)


def _instruments(text: str, without: frozenset[str]) -> tuple[RequestedInstrument, ...]:
    """Instruments named, in their order; a longer name hides the shorter one inside it."""
    found: list[tuple[int, RequestedInstrument]] = []
    for name in sorted(INSTRUMENTS, key=len, reverse=True):
        for spelling in (name, f"{name}s"):
            for place in _phrase_positions(spelling, text):
                found.append((place, INSTRUMENTS[name]))
                text = text[:place] + " " * len(spelling) + text[place + len(spelling) :]
    instruments = dict.fromkeys(asked for _, asked in sorted(found, key=lambda pair: pair[0]))
    return tuple(asked for asked in instruments if not (asked.voice == "drums" and "drums" in without))

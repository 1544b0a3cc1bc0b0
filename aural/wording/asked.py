"""The tempo and key that a free prompt asks for, and the prompt with another one in that place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aural.keys import Key

SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0

_NUMBER = r"\d{2,3}(?:\.\d+)?"
_TEMPO = re.compile(
    rf"(?<![\w.])(?P<before>{_NUMBER})[\s-]*(?:bpm|beats\s+(?:per|a)\s+minute)\b"
    rf"|\b(?:bpm|tempo)(?:\s+of|\s+at)?\s*[:=]?\s*(?P<after>{_NUMBER})(?!\d)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?P<intro>\bkey\s*[:=]\s*|\bkey\s+of\s+|\bin\s+)?"
    r"(?P<text>(?<![\w#])(?P<letter>[A-G])(?P<accidental>[#♯b♭]|[\s-]?(?:sharp|flat)\b)?"
    r"(?:[\s-]*(?P<mode>major|minor|maj|min)\b|(?P<m>m)?(?![\w#'-])))",
    re.IGNORECASE,
)
# After "in a minor" these do not make it the adjective that it is in "in a minor role".
_NO_NOUN = re.compile(r"\s+(?!(?:at|with|and|or|for|on|by|then)\b)[a-z]", re.IGNORECASE)


def asked_bpm(prompt: str) -> float | None:
    """The first tempo that the prompt names: "120 bpm", "tempo: 98.5", "90 beats per minute"; 30 to 300."""
    return next((bpm for _, _, bpm in _tempi(prompt)), None)


def asked_key(prompt: str) -> Key | None:
    """The first key that the prompt names: "in C minor", "F# major", "E-flat major", "key: Bbm", "key of G"."""
    return next((key for _, _, key in _keys(prompt)), None)


def with_bpm(prompt: str, bpm: float) -> str:
    """The prompt with every tempo that it names replaced by `bpm`, to a tenth where it is no whole number."""
    for start, end, _ in reversed(list(_tempi(prompt))):
        whole = bpm == round(bpm) and "." not in prompt[start:end]
        prompt = f"{prompt[:start]}{bpm:.{0 if whole else 1}f}{prompt[end:]}"
    return prompt


def with_key(prompt: str, key: Key) -> str:
    """The prompt with every key that it names replaced by `key`; in small letters in a caption's `key:` field."""
    for start, end, _ in reversed(list(_keys(prompt))):
        in_field = re.search(r"key\s*[:=]\s*$", prompt[:start], re.IGNORECASE)
        name = str(key).lower() if in_field and prompt[start:end].islower() else str(key)
        prompt = f"{prompt[:start]}{name}{prompt[end:]}"
    return prompt


def _tempi(prompt: str) -> Iterator[tuple[int, int, float]]:
    """Where each number stands, and the number."""
    for match in _TEMPO.finditer(prompt):
        group = "before" if match["before"] else "after"
        bpm = float(match[group])
        if SLOWEST_BPM <= bpm <= FASTEST_BPM:
            yield match.start(group), match.end(group), bpm


def _keys(prompt: str) -> Iterator[tuple[int, int, Key]]:
    """Where each key stands, and the key."""
    for match in _KEY.finditer(prompt):
        if _names_a_key(match, prompt[match.end() :]):
            accidental = (match["accidental"] or "").lower().strip(" -")
            accidental = {"sharp": "#", "flat": "b"}.get(accidental, accidental)
            minor = match["m"] or (match["mode"] or "").lower().startswith("min")
            mode = "minor" if minor else "major"
            yield match.start("text"), match.end("text"), Key.parse(f"{match['letter'].upper()}{accidental} {mode}")


def _names_a_key(match: re.Match[str], rest: str) -> bool:
    """Whether this is a key and not a word: a small "a" is an article, "Am" a verb, "in A" the start of a phrase."""
    letter, introduced = match["letter"], match["intro"] or ""
    after_key = introduced.lower().startswith("key")
    if match["mode"]:
        if letter != "a" or match["accidental"] or after_key:
            return True
        return bool(introduced) and not _NO_NOUN.match(rest)
    if letter.islower() and not after_key:
        return False
    if match["m"]:
        return match["m"] == "m" and bool(introduced or match["accidental"])
    return after_key or (bool(introduced) and (letter != "A" or bool(match["accidental"])))

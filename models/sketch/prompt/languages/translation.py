"""A prompt's foreign words as English ones: a language of Latin letters at a time, Cyrillic, kana and Han by script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from models.sketch.prompt.languages.chinese import CHINESE
from models.sketch.prompt.languages.french import FRENCH
from models.sketch.prompt.languages.german import GERMAN
from models.sketch.prompt.languages.italian import ITALIAN
from models.sketch.prompt.languages.japanese import JAPANESE
from models.sketch.prompt.languages.portuguese import PORTUGUESE
from models.sketch.prompt.languages.russian import RUSSIAN
from models.sketch.prompt.languages.spanish import SPANISH
from models.sketch.prompt.lexicon import known_words

# Of a foreign table, but English too: they are put into English only where another word shows the language.
ALSO_ENGLISH = frozenset(
    {"a", "al", "allegro", "alto", "an", "animato", "arpa", "art", "as", "balada", "band", "beat", "beats", "bolero",
     "calme", "chant", "chor", "cinema", "con", "com", "coral", "coro", "corno", "da", "dance", "danse", "de", "del",
     "den", "des", "di", "die", "do", "dolce", "du", "e", "el", "em", "en", "estate", "et", "fete", "fiesta", "fin",
     "flauto", "forte", "fort", "fuerte", "grande", "grave", "gut", "hell", "i", "im", "in", "la", "las", "le",
     "lento", "lent", "les", "lied", "lo", "los", "ma", "mal", "mar", "marcia", "mas", "me", "metal", "mit",
     "musette", "na", "ne", "ni", "no", "noise", "non", "note", "o", "oboe", "on", "or", "orange", "os", "ou", "pan",
     "par", "para", "pas", "per", "pop", "pour", "plus", "rapide", "rock", "rot", "samba", "sax", "sem", "si", "sin",
     "so", "sol", "solo", "son", "sonata", "still", "strand", "stuck", "suave", "sud", "tango", "techno", "tempo",
     "terror", "tuba", "um", "un", "una", "vals", "via", "viola", "violoncello", "y"}
)  # fmt: skip
SHORTEST_STEM, LONGEST_ENDING, LONGEST_WORD = 4, 5, 40
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_LATIN = re.compile(r"[a-z\u00df]+(?:'[a-z]+)?")
_KANA, _HAN = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u4e00-\u9fff]")
_ASIAN = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]+")
_ELIDED = re.compile(r"\b(?:l|d|dell|all|nell|sull|s|n)'(?=\w)")
# Adjectives behind their nouns, and "a solo of guitar".
_TURNED = (
    (re.compile(r"\b(guitar|piano|bass)s? (acoustic|electric|classical|spanish|distorted)\b"), r"\2 \1"),
    (re.compile(r"\bsolo (?:of|for) (\w+)\b"), r"\1 solo"),
    (re.compile(r"\bquartet of strings\b"), "string quartet"),
    (re.compile(r"\bmusic (?:of|for) (piano|guitar|harp|organ)\b"), r"\1 music"),
)


@dataclass(frozen=True)
class _Language:
    """`words`: whole words and phrases; `stems`: beginnings of words, whatever their ending or the next stem."""

    words: dict[str, str]
    stems: dict[str, str]
    phrases: re.Pattern[str]

    @classmethod
    def of(cls, table: dict[str, str]) -> _Language:
        """From lines "sad": "triste, tristes, trist-": English on the left, a stem with a hyphen."""
        flat = {fold(foreign): english for english, line in table.items() for foreign in line.split(", ")}
        words = {foreign: english for foreign, english in flat.items() if not foreign.endswith("-")}
        stems = {foreign[:-1]: english for foreign, english in flat.items() if foreign.endswith("-")}
        several = sorted((word for word in words if " " in word), key=len, reverse=True)
        return cls(words, stems, re.compile(rf"\b(?:{'|'.join(map(re.escape, several)) or '(?!)'})\b"))

    def english(self, word: str) -> str | None:
        """A word in English, or None. A compound is read stem by stem: Klaviermusik is piano music."""
        if word in self.words:
            return self.words[word]
        if len(word) > LONGEST_WORD:
            return None
        for length in range(len(word), SHORTEST_STEM - 2, -1):
            known = self.stems.get(word[:length])
            if known is None:
                continue
            rest = word[length:]
            further = self._rest(rest)
            if further is not None:
                return f"{known} {further}".strip()
        return None

    def _rest(self, rest: str) -> str | None:
        for joint in range(min(3, len(rest)) + 1):
            if len(rest) - joint >= SHORTEST_STEM - 1:
                further = self.english(rest[joint:])
                if further is not None:
                    return further
        return "" if len(rest) <= LONGEST_ENDING else None

    def hits(self, text: str) -> float:
        """How many of the words are in this language and not in English; such as are in both count among languages."""
        words = _LATIN.findall(_ELIDED.sub("", self.phrases.sub(" ", text)))
        shared = ALSO_ENGLISH | known_words()
        of_one = len(self.phrases.findall(text)) + sum(self._is_foreign(w) for w in words if w not in shared)
        return of_one and of_one + 0.1 * sum(self.english(w) is not None for w in words if w in shared)

    def _is_foreign(self, word: str) -> bool:
        english = self.english(word)
        return english is not None and not english.startswith(word) and not word.startswith(english)

    def into_english(self, text: str, pattern: re.Pattern[str]) -> str:
        """The text with its words of this language in English; what is not known stays as it is."""
        text = _ELIDED.sub("", self.phrases.sub(lambda match: self.words[match[0]], text))
        return pattern.sub(lambda match: match[0] if (known := self.english(match[0])) is None else known, text)


def fold(text: str) -> str:
    """In small letters, Latin ones without their accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)


_LATIN_LANGUAGES = tuple(_Language.of(table) for table in (SPANISH, FRENCH, GERMAN, ITALIAN, PORTUGUESE))
_RUSSIAN = _Language.of(RUSSIAN)
_BY_SIGNS = tuple(
    {sign: english for english, line in table.items() for sign in line.split(", ")} for table in (JAPANESE, CHINESE)
)


def translated(text: str) -> str:
    """The text folded, its foreign words in English where they are known; English stays as it is."""
    if _KANA.search(text) or _HAN.search(text):
        text = _ASIAN.sub(lambda match: _signs_in_english(match[0], _BY_SIGNS[0 if _KANA.search(text) else 1]), text)
    text = fold(text)
    if _CYRILLIC.search(text):
        text = _RUSSIAN.into_english(text, _CYRILLIC)
    language = max(_LATIN_LANGUAGES, key=lambda language: language.hits(text))
    if language.hits(text):
        text = language.into_english(text, _LATIN)
    for turned, english in _TURNED:
        text = turned.sub(english, text)
    return text


def _signs_in_english(signs: str, known: dict[str, str]) -> str:
    """Longest first; what is not known is a blank, a pause is a comma."""
    for sign in sorted(known, key=len, reverse=True):
        signs = signs.replace(sign, f" {known[sign]} ")
    signs = re.sub(r"[、。，,．！？]", " , ", signs)
    return _ASIAN.sub(" ", signs)

"""All that the composer understands, in one list of phrases, so that a longer phrase hides the shorter ones in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from aural.wording.style import WORDS
from models.sketch.intent import RequestedInstrument
from models.sketch.prompt.drums import DRUM_WORDS, PIECES
from models.sketch.prompt.ensembles import ENSEMBLES, Ensemble
from models.sketch.prompt.families import DISTORTION, FAMILIES, LYRICS, ROLE_WORDS, VOCAL_VOICES
from models.sketch.prompt.genre import Genre
from models.sketch.prompt.genres_band import BAND_GENRES
from models.sketch.prompt.genres_club import CLUB
from models.sketch.prompt.genres_stage import STAGE_GENRES
from models.sketch.prompt.genres_world import WORLD_GENRES
from models.sketch.prompt.instruments import INSTRUMENTS
from models.sketch.prompt.moods import EMOTION_WORDS
from models.sketch.prompt.names import NAMES
from models.sketch.prompt.situations import SITUATIONS
from models.sketch.prompt.tempi import TEMPO_WORDS

# When several styles are named, the more special one is meant ("lofi hip hop", "electronic drum and bass"); among
# equals the last one, which is the noun ("jazzy house", "orchestral metal").
_SPECIAL = {"lofi": 3.0, "drum_and_bass": 2.0, "synthwave": 2.0, "chiptune": 2.0}
_GENERAL = dict.fromkeys(("electronic", "pop", "cinematic", "world", "ambient", "classical"), -1.0)
_NAME_RANK, _ADJECTIVE_RANK, _FORM_RANK, _SITUATION_RANK = -0.5, -1.0, -1.5, -2.0
# How a style colours another: named alone they name it all the same.
_ADJECTIVES = {"jazz": ("jazzy",), "disco_funk": ("funky", "groovy"), "blues": ("bluesy",), "rnb_soul": ("soulful",)}
# Said of music of any kind, or of its form: a named style goes before.
_FORMS = frozenset(
    {"acoustic", "epic", "trailer", "score", "chant", "carol", "hymn", "church", "waltz", "slow waltz",
     "viennese waltz", "meditation", "healing", "lullaby", "concerto", "overture", "symphonic", "orchestral",
     "soundtrack", "minimalist", "singer songwriter", "drone", "chillout", "chill out", "tropical", "medieval",
     "sacred", "spa", "yoga", "circus", "military", "tribal", "oriental", "desert", "fugue", "fanfare", "nocturne",
     "march",
     "glitch", "industrial", "nursery", "tavern", "pirate"}
)  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """What a phrase may mean: often one thing, sometimes several ("epic" is a style and a mood).

    `rank`: of the genre against others in the prompt. `excluded`: what leaving it out takes away.
    """

    phrase: str
    genre: Genre | None = None
    rank: float = 0.0
    emotion: str | None = None
    tempo: str | None = None
    instrument: RequestedInstrument | None = None
    drums: bool = False
    piece: str | None = None
    ensemble: Ensemble | None = None
    is_name: bool = False
    is_situation: bool = False
    excluded: frozenset[str] = frozenset()

    @property
    def is_player(self) -> bool:
        """Whether it names somebody who plays."""
        return self.instrument is not None or self.drums or self.piece is not None or self.ensemble is not None


@dataclass(frozen=True)
class Mention:
    """Where a phrase stands in a text."""

    start: int
    end: int
    meaning: Meaning


def spelled(text: str) -> str:
    """In small letters, words parted by single blanks and not by hyphens: how phrases are compared."""
    text = text.lower().replace("\u2019", "'").replace("`", "'")
    text = re.sub(r"(?<=[^\W_])[-\u2010\u2011/](?=[^\W\d_])|(?<=\w)_(?=\w)", " ", text)
    return re.sub(r"[ \t]+", " ", text)


def mentions(text: str) -> tuple[Mention, ...]:
    """What is mentioned in a text that was `spelled`, in order; no two overlap."""
    pattern, known = _compiled()
    found = []
    for match in pattern.finditer(text):
        meaning = known.get(match[0]) or known.get(match[1])
        assert meaning is not None
        found.append(Mention(match.start(), match.end(), meaning))
    return tuple(found)


@cache
def known_words() -> frozenset[str]:
    """The single words among the phrases."""
    return frozenset(phrase for phrase in _compiled()[1] if " " not in phrase)


@cache
def _compiled() -> tuple[re.Pattern[str], dict[str, Meaning]]:
    known = {spelled(phrase): meaning for phrase, meaning in _lexicon().items()}
    phrases = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<![\w'])({'|'.join(map(re.escape, phrases))})(?:'?s)?(?![\w'])"), known


def _lexicon() -> dict[str, Meaning]:
    meanings: dict[str, Meaning] = {}

    def add(phrase: str, **said: object) -> None:
        known = meanings.get(spelled(phrase), Meaning(spelled(phrase)))
        meanings[spelled(phrase)] = replace(known, **said)  # type: ignore[arg-type]

    for name, style_id in NAMES.items():
        add(name, genre=Genre(style_id), rank=_NAME_RANK, is_name=True)
    for name, genre in SITUATIONS.items():
        add(name, genre=genre, rank=_SITUATION_RANK, is_situation=True)
    for style_id, words in WORDS.items():
        for word in (*words, style_id):
            add(word, genre=Genre(style_id), rank=_rank(word, style_id, named=False), is_situation=False)
        for word in _ADJECTIVES.get(style_id, ()):
            add(word, genre=Genre(style_id), rank=_ADJECTIVE_RANK)
    for name, genre in {**CLUB, **BAND_GENRES, **WORLD_GENRES, **STAGE_GENRES}.items():
        add(name, genre=genre, rank=_rank(name, genre.style_id, named=True), is_situation=False)
    for emotion, words in EMOTION_WORDS.items():
        for word in (emotion, *words):
            add(word, emotion=emotion)
    for word in TEMPO_WORDS:
        add(word, tempo=word)
    for name, instrument in INSTRUMENTS.items():
        add(name, instrument=instrument, excluded=_excluded(name, instrument))
    for word in DRUM_WORDS:
        add(word, drums=True, excluded=frozenset({"drums"}))
    for word, piece in PIECES.items():
        add(word, piece=piece, excluded=frozenset({piece}))
    for word, role in ROLE_WORDS.items():
        add(word, excluded=frozenset({role}))
    for word in DISTORTION:
        add(word, excluded=frozenset(FAMILIES["distorted guitar"]))
    for word in LYRICS:
        add(word, excluded=VOCAL_VOICES)
    for name, ensemble in ENSEMBLES.items():
        add(name, ensemble=ensemble, excluded=frozenset(player.voice for player in ensemble.members))
    return meanings


def _rank(name: str, style_id: str | None, *, named: bool) -> float:
    """`named`: it stands in the tables of genres, which know it to be more special than its style."""
    if spelled(name) in _FORMS:
        return _FORM_RANK
    special = _SPECIAL.get(style_id or "", 0.0)
    return special if named or special else _GENERAL.get(style_id or "", 0.0)


def _excluded(name: str, instrument: RequestedInstrument) -> frozenset[str]:
    for family in (name, f"{name}s", name.removesuffix("s")):
        if family in FAMILIES:
            return frozenset(FAMILIES[family])
    return frozenset({instrument.voice})

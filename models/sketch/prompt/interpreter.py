"""From a request to an intent: fields first, then the prompt's own words, then what it is most like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.theory.chords import ChordSymbol, implied_key, implied_mode, parse_progression
from aural.theory.keys import Key, Mode
from aural.theory.metre import COMMON_TIME, METRES, Metre
from aural.types import Floats, MusicRequest
from aural.wording.asked import FASTEST_BPM, SLOWEST_BPM
from aural.wording.emotion import ANCHORS
from aural.wording.style import genre_word
from models.sketch.encoder import SentenceEncoder
from models.sketch.intent import Intent
from models.sketch.prompt.casting import cast
from models.sketch.prompt.genre import Genre
from models.sketch.prompt.instruments import HOMES
from models.sketch.prompt.moods import OPPOSITES, STYLES_OF_MOODS
from models.sketch.prompt.phrasings import EMOTION_PHRASINGS, STYLE_PHRASINGS
from models.sketch.prompt.reading import PromptReading, read
from models.sketch.prompt.report import heard
from models.sketch.prompt.tempi import TEMPO_WORDS, range_unlike, tempo_range
from models.sketch.styles import STYLES, Style

DEFAULT_STYLE = "pop"
OTHER_DEFAULT = "cinematic"  # for those who want no pop
NEUTRAL = "neutral"
# Cosines under which a prompt is like nothing in particular: then the default style, a neutral emotion.
# Chosen on the prompts of tests/models/sketch/test_sketch_likeness.py: what was below was wrong more often than right.
STYLE_FLOOR = 0.285
EMOTION_FLOOR = 0.32
# An emotion also has to lead the second best by this much.
EMOTION_MARGIN = 0.04
# Where a genre is named, its own words are what most of a likeness comes from.
EMOTION_FLOOR_BESIDE_A_GENRE = 0.42
# From here on likeness knows better than a place or an occasion that is named by the way: "a DJ at sunset".
CLEAR_LIKENESS = 0.45
# Of a mode that an emotion of this valence or less in size does not decide against the style's own.
OTHER_MODE = 0.25  # how often a piece is not in its style's usual mode, where nothing says in which it should be
MILD_VALENCE = 0.5
STRENGTH_OF_BEST = 0.6  # a label's score: this share of its best phrasing, the rest of its mean phrasing
PLAIN = Genre(None)
EVERYWHERE = frozenset({"bass", "guitar", "voice_ooh"})  # instruments that are at home in too many styles to name one


@dataclass(frozen=True, eq=False)
class Label:
    """A label and its phrasings as unit vectors: (phrasings, 384)."""

    name: str
    vectors: Floats


class PromptInterpreter:
    """Knows the vocabularies by meaning. Thread-safe."""

    def __init__(self, encoder: SentenceEncoder):
        self._encoder = encoder
        self._styles = self._embed_labels({s: (f"{genre_word(s)} music", *p) for s, p in STYLE_PHRASINGS.items()})
        self._emotions = self._embed_labels({e: (f"{e} music", *p) for e, p in EMOTION_PHRASINGS.items()})

    def _embed_labels(self, phrasings: dict[str, tuple[str, ...]]) -> tuple[Label, ...]:
        return tuple(
            Label(name, np.stack([self._encoder.embed(p) for p in lines])) for name, lines in phrasings.items()
        )

    def intent(self, request: MusicRequest) -> Intent:
        """Decide everything. What the request's fields say wins over the prompt, exact words over likeness.

        Raises BadField where the request's `chords` cannot be read.
        """
        reading = read(request.prompt, request.negative_prompt or "")
        unknown = bool(reading.text.strip()) and not reading.is_understood
        vector = self._encoder.embed(reading.text) if unknown else None
        style_id, likeness = (request.style_id, None) if request.style_id else self._style(reading, vector)
        genre = next((g for _, g in reading.genres if g.style_id == style_id), None) or next(
            (g for _, g in reading.genres if g.style_id is None), PLAIN
        )
        told, emotion = self._emotion(request, reading, vector)
        rng = np.random.default_rng([request.seed, 1])
        place, tonic, chance = float(rng.uniform(0.1, 0.9)), int(rng.integers(12)), float(rng.random())
        style = STYLES[style_id]
        written = request.chords or reading.chords
        chords = parse_progression(written) if written else ()
        key = Key.parse(request.key) if request.key else reading.key
        if key is None:
            mode = reading.mode or _mode(style, genre, emotion if told else NEUTRAL, emotion, chance)
            key = _key_of_chords(chords, reading.mode, tonic) if chords else Key(tonic, mode)
        bpm = request.bpm or reading.bpm or _tempo(style, genre, emotion, reading, place)
        casting = cast(reading, style_id, genre)
        return Intent(
            style_id,
            emotion,
            bpm,
            key,
            casting.instruments,
            exclusive=casting.exclusive,
            without=casting.without,
            not_soloing=reading.not_soloing,
            drums_wanted=casting.drums_wanted,
            drum_pieces=casting.drum_pieces,
            metre=_metre(request, reading, genre),
            chords=tuple(chord.in_key(key) for chord in chords),
            balance=reading.balance,
            heard=heard(request, reading, style_id, likeness),
        )

    def _style(self, reading: PromptReading, vector: Floats | None) -> tuple[str, str | None]:
        """(style, the style that it was chosen for being like, if it was): what is named, else where those who play
        alone are at home, what the prompt is like, where its instruments are at home, what its mood is usual in."""
        ranked = [pair for pair in _ranked(self._styles, vector) if pair[1] not in reading.unlike_styles]
        voices = [player.instrument.voice for player in reading.players]
        home = next((HOMES[v] for v in voices if v in HOMES and (reading.exclusive or v not in EVERYWHERE)), None)
        if reading.scenes and ranked:
            if ranked[0][0] >= CLEAR_LIKENESS and ranked[0][1] not in reading.scenes:
                return ranked[0][1], ranked[0][1]
            return next(style_id for _, style_id in ranked if style_id in {*reading.scenes, home}), None
        if reading.style_id is not None:
            return reading.style_id, None
        if home is None and reading.exclusive:
            home = HOMES["drums"]
        if home in reading.unlike_styles:
            home = None
        if reading.exclusive and home == "classical" and (reading.drums_wanted or "bass" in voices):
            home = "jazz"
        if reading.exclusive and home is not None:
            return home, None
        if ranked and ranked[0][0] >= (CLEAR_LIKENESS if home else STYLE_FLOOR):
            return ranked[0][1], ranked[0][1]
        usual = home or STYLES_OF_MOODS.get(reading.emotion or "", DEFAULT_STYLE)
        return (usual if usual not in reading.unlike_styles else _other_default(reading)), None

    def _emotion(self, request: MusicRequest, reading: PromptReading, vector: Floats | None) -> tuple[bool, str]:
        """(whether it was asked for, the emotion): what is named, else what the genre usually feels like, what is
        opposite to what is not wanted, what the prompt is like."""
        named = request.emotion or reading.emotion
        if named is not None:
            return True, named
        ranked = [pair for pair in _ranked(self._emotions, vector) if pair[1] not in reading.unlike_emotions]
        usual = next(
            (g.emotion for _, g in reading.genres if g.emotion and g.emotion not in reading.unlike_emotions), None
        )
        if usual is not None and not (reading.scenes and ranked and ranked[0][0] >= CLEAR_LIKENESS):
            return False, usual
        if reading.unlike_emotions:
            opposite = OPPOSITES[reading.unlike_emotions[0]]
            return True, opposite if opposite not in reading.unlike_emotions else NEUTRAL
        floor = EMOTION_FLOOR_BESIDE_A_GENRE if reading.style_id and not reading.scenes else EMOTION_FLOOR
        clear = bool(ranked) and ranked[0][0] >= floor and ranked[0][0] - ranked[1][0] >= EMOTION_MARGIN
        return True, ranked[0][1] if clear else NEUTRAL


def _ranked(labels: tuple[Label, ...], vector: Floats | None) -> list[tuple[float, str]]:
    """(score, label), best first."""
    if vector is None:
        return []
    scored = []
    for label in labels:
        cosines = label.vectors @ vector
        score = STRENGTH_OF_BEST * float(cosines.max()) + (1 - STRENGTH_OF_BEST) * float(cosines.mean())
        scored.append((score, label.name))
    return sorted(scored, reverse=True)


def _other_default(reading: PromptReading) -> str:
    offered = (DEFAULT_STYLE, OTHER_DEFAULT, *STYLES)
    return next((style_id for style_id in offered if style_id not in reading.unlike_styles), DEFAULT_STYLE)


def _metre(request: MusicRequest, reading: PromptReading, genre: Genre) -> Metre:
    name = request.metre or genre.metre
    if request.metre or reading.metre is None:
        return METRES[name] if name else COMMON_TIME
    return reading.metre


def _tempo(style: Style, genre: Genre, emotion: str, reading: PromptReading, place: float) -> float:
    """A whole tempo: in the range of the genre or style, or of the tempo word, where the arousal puts it."""
    low, high = genre.bpm or style.bpm
    if emotion != NEUTRAL:
        place = 0.5 + 0.4 * ANCHORS[emotion][1] + 0.3 * (place - 0.5)
    if reading.tempo is not None:
        low, high = tempo_range(TEMPO_WORDS[reading.tempo], (low, high))
    elif reading.unlike_tempo is not None:
        low, high = range_unlike(TEMPO_WORDS[reading.unlike_tempo], (low, high))
    return float(np.clip(round(low + (high - low) * float(np.clip(place, 0, 1))), SLOWEST_BPM, FASTEST_BPM))


def _mode(style: Style, genre: Genre, asked: str, emotion: str, chance: float) -> Mode:
    """A feeling that was asked for decides the mode, the genre decides else; mild feelings leave a style its own."""
    valence = ANCHORS[asked][0]
    usual = genre.mode or style.mode
    if valence < 0:
        return "minor"
    if valence > MILD_VALENCE or (valence > 0 and usual is None):
        return "major"
    if usual is None and ANCHORS[emotion][0]:
        return "minor" if ANCHORS[emotion][0] < 0 else "major"
    if usual is None:
        return "major" if chance < 0.5 else "minor"
    other: Mode = "minor" if usual == "major" else "major"
    return other if genre.mode is None and not valence and chance < OTHER_MODE else usual


def _key_of_chords(chords: tuple[ChordSymbol, ...], mode: Mode | None, tonic: int) -> Key:
    """The key that the chords imply; numerals only imply its mode."""
    if not chords[0].relative:
        return implied_key(chords)
    return Key(tonic, mode or implied_mode(chords))

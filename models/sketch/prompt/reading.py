"""Reading a prompt: what it says in so many words, in any of nine languages, or in a caption's fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from aural.theory.chords import CHORDS_IN_A_BAR
from aural.theory.keys import Key, Mode
from aural.theory.metre import Metre
from aural.wording.asked import asked_bpm, asked_chords, asked_key, asked_metre
from models.sketch.intent import RequestedInstrument
from models.sketch.prompt import wishes
from models.sketch.prompt.exclusivity import is_exclusive, skeleton, unknown_words
from models.sketch.prompt.genre import Genre
from models.sketch.prompt.languages import translated
from models.sketch.prompt.lexicon import Mention, mentions, spelled
from models.sketch.prompt.negation import Marked, marked, rewritten

_FIELD = re.compile(r"(?:^|\. )(bpm|key|genre|moods|instrument)s?: ([^.]*(?:\.\d[^.]*)?)", re.IGNORECASE)
_MODE = re.compile(r"\b(major|minor)\s+(?:key|scale|chords|mood|mode)\b", re.IGNORECASE)
_TEMPO = re.compile(
    r"\d+(?:[.,]\d+)?[\s-]*(?:bpms?\b|b\.p\.m\.|beats\s*(?:per|a|each|/)\s*min(?:ute)?\b)", re.IGNORECASE
)
# "the world", "my soul", "a house": the noun, not the style; "a house track" is the style.
_NOUN_BEFORE = re.compile(r"\b(?:the|my|your|our|a|an|this|his|her|their)\s+$")
_MUSIC_BEHIND = re.compile(
    r"s?\s+(?:\w+\s+)?(?:song|track|tune|beat|music|groove|anthem|ballad|band|piece|jam|loop|riff|instrumental|melody|"
    r"version|style|theme|guitar|piano|bass|drum|vibe|feel|waltz|club|bar|hit|number|banger|mix|set|solo|intro|trio)"
)
_NOUNS = frozenset(
    {"world", "soul", "house", "country", "metal", "rock", "reel", "swing", "trap", "indian", "folk", "jungle",
     "desert", "western", "garage", "drill", "surf", "doom", "score", "banda", "gypsy", "church", "tavern", "chant",
     "carol", "circus", "highland", "hardcore", "prog", "industrial", "club", "break", "breaks", "trailer", "rap",
     "drone", "pop"}
)  # fmt: skip
_I_LOVE = re.compile(r"\b(?:i|we|you|they|would|to|d|i'd|people|kids|must|really)\s+$")


@dataclass(frozen=True)
class PromptReading:
    """What a prompt says in so many words; None or empty where it says nothing.

    `text`: its free part in English, without what it negates; `is_understood`: the vocabulary knows all of it.
    `genres`: what was named, the most decisive first, each with its name. `players`: who was named. `tempo`: a tempo
    word. `scenes`: styles that nothing but occasions and places speak for; empty where a genre is named. `unlike_*`:
    what it should not be. See `Intent` for the rest.
    """

    text: str
    is_understood: bool
    genres: tuple[tuple[str, Genre], ...] = ()
    artist: tuple[str, str] | None = None
    emotion: str | None = None
    bpm: float | None = None
    key: Key | None = None
    mode: Mode | None = None
    metre: Metre | None = None
    chords: str | None = None
    tempo: str | None = None
    players: tuple[wishes.Player, ...] = ()
    ensemble: tuple[str, str] | None = None
    scenes: frozenset[str] = frozenset()
    exclusive: bool = False
    drums_wanted: bool = False
    drum_pieces: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    not_soloing: frozenset[str] = frozenset()
    balance: tuple[tuple[str, float], ...] = ()
    unlike_emotions: tuple[str, ...] = ()
    unlike_styles: frozenset[str] = frozenset()
    unlike_tempo: str | None = None
    left_out: tuple[str, ...] = ()

    @property
    def style_id(self) -> str | None:
        """The style that is named, by a genre or an ensemble."""
        named = next((genre.style_id for _, genre in self.genres if genre.style_id is not None), None)
        return named or (self.ensemble[1] if self.ensemble else None)

    @property
    def instruments(self) -> tuple[RequestedInstrument, ...]:
        """Who was named, as the band knows them."""
        return tuple(dict.fromkeys(player.instrument for player in self.players))


def read(prompt: str, negative_prompt: str = "") -> PromptReading:
    """Read a prompt. Caption fields (`bpm: 120.0. key: c minor. genre: rock`) are read before its free text."""
    fields = {name.lower(): value.strip() for name, value in _FIELD.findall(prompt)}
    chords = asked_chords(prompt)
    free = _FIELD.sub(" ", prompt).strip(" .")
    free = _TEMPO.sub(" ", free.replace(chords, " ", 1) if chords else free)
    text = _english(free)
    said = marked(". ".join([text, *(_english(fields.get(name, "")) for name in ("genre", "moods", "instrument"))]))
    spoken = marked(text)
    unwanted = mentions(_english(negative_prompt)) if negative_prompt else ()
    bones = skeleton(spoken)
    kept = tuple(mention for mention in said.affirmed if not _is_noun(mention, said.text))
    wished = wishes.of(said, kept, unwanted)
    of_genre = mentions(_english(fields.get("genre", "")))
    of_moods = mentions(_english(fields.get("moods", "")))
    mode = _MODE.search(prompt)
    return PromptReading(
        text=_without_nouns(spoken),
        is_understood=not unknown_words(bones),
        genres=(*wishes.genres(of_genre, wished.unlike_styles), *wishes.genres(kept, wished.unlike_styles)),
        artist=next(
            (
                (m.meaning.phrase, m.meaning.genre.style_id)
                for m in kept
                if m.meaning.is_name and m.meaning.genre and m.meaning.genre.style_id
            ),
            None,
        ),
        emotion=wishes.emotion(of_moods, unwanted) or wishes.emotion(kept, unwanted),
        bpm=asked_bpm(prompt),
        key=asked_key(prompt.replace(chords, " ", 1) if chords else prompt),
        mode=("major" if mode.group(1).lower() == "major" else "minor") if mode else None,
        metre=asked_metre(said.affirmed_text),
        chords=_with_whole_bars(chords) if chords else None,
        tempo=wishes.tempo(kept),
        players=wished.players,
        ensemble=wished.ensemble,
        scenes=frozenset() if of_genre or wished.ensemble else wishes.scenes(kept, wished.unlike_styles),
        exclusive=is_exclusive(bones, [p.instrument.voice for p in wished.players] + ["drums"] * wished.drums_wanted),
        drums_wanted=wished.drums_wanted,
        drum_pieces=wished.drum_pieces,
        without=wished.without,
        not_soloing=wished.not_soloing,
        balance=wished.balance,
        unlike_emotions=wished.unlike_emotions,
        unlike_styles=wished.unlike_styles,
        unlike_tempo=wished.unlike_tempo,
        left_out=wished.left_out,
    )


def _english(text: str) -> str:
    """A text as the grammar has it: folded, in English, in plain words."""
    return rewritten(translated(spelled(text)))


def _is_noun(mention: Mention, text: str) -> bool:
    """Whether a word is not meant as the style or mood that it names: "the world", "I love jazz"."""
    before, behind = text[: mention.start], text[mention.end :]
    if mention.meaning.phrase == "love":
        return _I_LOVE.search(before) is not None
    phrase = mention.meaning.phrase
    is_noun = phrase in _NOUNS and _NOUN_BEFORE.search(before) is not None
    return is_noun and _MUSIC_BEHIND.match(behind) is None


def _without_nouns(spoken: Marked) -> str:
    """What is said of the music, without the words that would lead likeness astray: what is negated, "the world"."""
    nouns = [(m.start, m.end) for m in spoken.affirmed if m.meaning.genre and _is_noun(m, spoken.text)]
    return replace(spoken, spans=(*spoken.spans, *nouns)).affirmed_text


def _with_whole_bars(chords: str) -> str:
    """A progression in a sentence, its bar lines left out where they part other than one, two or four chords."""
    bars = [bar.split() for bar in re.sub(r"[,\-\u2013\u2014\u2192]", " ", chords).split("|") if bar.strip()]
    return chords if all(len(bar) in CHORDS_IN_A_BAR for bar in bars) else chords.replace("|", " ")

"""Prompts in the form of MusicGen's training captions: what was heard put into words, and a user's words completed.

A caption is a description, then `field: value` pairs, all joined by ". " (audiocraft, data/music_dataset.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from aural.theory.keys import Key
from aural.theory.metre import METRE_NAMES, MetreName
from aural.types import Affect, ClipFeatures
from aural.wording.asked import asked_bpm, asked_key, asked_metre, with_bpm, with_key
from aural.wording.style import WORDS, genre_word
from aural.wording.tags import TAGS

# The words for a caption's `moods` field; the first one also describes. Neutral says nothing.
MOODS: dict[str, tuple[str, ...]] = {
    "joyful": ("happy", "uplifting"),
    "energetic": ("energetic", "exciting"),
    "aggressive": ("aggressive", "intense"),
    "tense": ("tense", "suspenseful"),
    "dark": ("dark", "brooding"),
    "sad": ("sad", "melancholic"),
    "calm": ("calm", "relaxing"),
    "tender": ("tender", "warm"),
    "dreamy": ("dreamy", "ethereal"),
    "neutral": (),
}
# Up to which bpm, and the words for it; the first is the plain one.
TEMPO_WORDS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (66.0, ("very slow",)),
    (88.0, ("slow", "unhurried")),
    (108.0, ("mid-tempo", "moderately paced")),
    (132.0, ("upbeat", "lively")),
    (168.0, ("fast", "brisk")),
    (float("inf"), ("very fast", "racing")),
)
NOUNS = ("piece", "track", "instrumental")
SUNG_NOUNS = ("piece", "track", "song")
FEATURING = ("with", "featuring", "led by")
# How the energy moves over a clip's thirds, as the end of a description.
SHAPE_WORDS: dict[str, tuple[str, ...]] = {
    "rises": ("building up", "growing steadily"),
    "falls": ("fading away", "winding down"),
    "peaks": ("swelling in the middle", "peaking halfway"),
    "dips": ("with a quiet middle", "dropping back halfway"),
    "steady": (),
}
WORDINGS = 6  # of one clip; the first is the plain one

# Instrument word -> the tags that vouch for it. One of them at INSTRUMENT_EVIDENCE is enough.
INSTRUMENTS: dict[str, tuple[str, ...]] = {
    "piano": ("mtt:piano",),
    "guitar": ("mtt:guitar", "msd:guitar"),
    "strings": ("mtt:strings",),
    "violin": ("mtt:violin",),
    "cello": ("mtt:cello",),
    "flute": ("mtt:flute",),
    "harp": ("mtt:harp",),
    "harpsichord": ("mtt:harpsichord",),
    "sitar": ("mtt:sitar",),
    "drums": ("mtt:drums", "mtt:beat", "mtt:beats"),
    "synth": ("mtt:synth",),
    "choir": ("mtt:choir", "mtt:choral"),
    "female vocals": ("msd:female_vocalists", "mtt:female_vocal", "mtt:female_voice", "mtt:female", "mtt:woman"),
    "male vocals": ("msd:male_vocalists", "mtt:male_vocal", "mtt:male_voice", "mtt:male", "mtt:man"),
}
INSTRUMENT_EVIDENCE = 0.3  # MagnaTagATune's commonest instrument, guitar, is on a fifth of its clips: well above chance
MOST_INSTRUMENTS = 2
METRE = re.compile(rf"(?<![\w./])(?:{'|'.join(METRE_NAMES)})(?![\w/])")
SHAPE_CHANGE = 0.08  # of the energy curve's 0..1: 3.6 dB between thirds of a clip


def clip_captions(
    *,
    bpm: float | None,
    key: str | None,
    affect: Affect,
    features: ClipFeatures,
    energy_curve: Sequence[float],
) -> tuple[str, ...]:
    """WORDINGS captions of a clip that was heard, the plain one first; what was not heard is left out.

    All say the same in other words and have the same fields. The same hearing gives the same words.
    """
    moods = MOODS[affect.emotion]
    genre = genre_word(affect.style_id)
    instruments = instruments_heard(features)
    sung = any(word.endswith("vocals") for word in instruments)
    fields = {
        "bpm": f"{bpm:.1f}" if bpm else "",
        "key": key.lower() if key else "",
        "genre": genre,
        "moods": ", ".join(moods),
        "instrument": ", ".join(instruments),
    }
    said = [f"{name}: {value}" for name, value in fields.items() if value]
    choices = (
        tempo_words(bpm),
        moods,
        SUNG_NOUNS if sung else NOUNS,
        FEATURING,
        SHAPE_WORDS[energy_shape(energy_curve)],
    )
    rng = np.random.default_rng(0)
    captions = []
    for wording in range(WORDINGS):
        picks = [int(rng.integers(max(1, len(words)))) if wording else 0 for words in choices]
        tempo, mood, noun, featuring, shape = (
            words[pick] if words else "" for words, pick in zip(choices, picks, strict=True)
        )
        adjectives = ", ".join(filter(None, [mood, tempo] if wording % 2 else [tempo, mood]))
        description = f"{adjectives} {genre} {noun}".strip()
        description = f"{'An' if description[0] in 'aeiou' else 'A'} {description}"
        if instruments:
            description += f" {featuring} {' and '.join(instruments)}"
        captions.append(". ".join([", ".join(filter(None, [description, shape])), *said]))
    return tuple(captions)


def complete_prompt(
    prompt: str,
    *,
    bpm: float | None,
    key: str | None,
    style_id: str | None = None,
    emotion: str | None = None,
    metre: MetreName | None = None,
) -> str:
    """A user's prompt, kept word for word, with the fields that it says nothing about.

    Where it names another tempo, key or metre than the field, the field wins: that mention, and nothing else, is
    rewritten in place. A `genre:` or `moods:` field of a caption is rewritten likewise, with its words in the
    description; in free text a style or mood word is left alone, and the field is added unless the text already says
    it.
    """
    text = prompt.strip().rstrip(".")
    missing = []
    if metre is not None:
        text, named = METRE.subn(metre, text)
        told_metre = asked_metre(text)
        said = named or (told_metre is not None and told_metre.name == metre)
        missing += [] if said else [f"in {metre} time"]
    if bpm is not None:
        told = asked_bpm(text)
        if told is None:
            missing.append(f"bpm: {bpm:.1f}")
        elif abs(told - bpm) > 0.5:
            text = with_bpm(text, bpm)
    if key is not None:
        wanted = Key.parse(key)
        told_key = asked_key(text)
        if told_key is None:
            missing.append(f"key: {str(wanted).lower()}")
        elif told_key != wanted:
            text = with_key(text, wanted)
    if style_id is not None:
        text, added = _complete_field(text, "genre", (genre_word(style_id),), WORDS[style_id])
        missing += added
    if emotion is not None and MOODS[emotion]:
        text, added = _complete_field(text, "moods", MOODS[emotion], (emotion, *MOODS[emotion]))
        missing += added
    return ". ".join([*filter(None, [text]), *missing])


def _complete_field(text: str, field: str, words: Sequence[str], said_by: Sequence[str]) -> tuple[str, list[str]]:
    """The text with `field` rewritten where it stands, or the field to add where nothing says it."""
    stands = re.search(rf"(?<![\w-]){field}: *([^.]*)", text, re.IGNORECASE)
    if stands:
        old_words = list(filter(None, (word.strip() for word in stands[1].split(","))))
        text = f"{text[: stands.start(1)].rstrip()} {', '.join(words)}{text[stands.end(1) :]}"
        for old, new in zip(old_words, words, strict=False):
            text = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)
        return text, []
    if any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE) for word in said_by):
        return text, []
    return text, [f"{field}: {', '.join(words)}"]


def tempo_words(bpm: float | None) -> tuple[str, ...]:
    """Words for how fast `bpm` is, the plain one first; none for None."""
    return () if bpm is None else next(words for limit, words in TEMPO_WORDS if bpm < limit)


def instruments_heard(features: ClipFeatures) -> list[str]:
    """What the tags vouch for, surest first. Nothing where the embedder gives no tags."""
    if features.tags is None:
        return []
    heard = dict(zip(TAGS, np.asarray(features.tags).tolist(), strict=True))
    sureness = {word: max(heard[tag] for tag in tags) for word, tags in INSTRUMENTS.items()}
    sure = [word for word in INSTRUMENTS if sureness[word] >= INSTRUMENT_EVIDENCE]
    return sorted(sure, key=lambda word: -sureness[word])[:MOST_INSTRUMENTS]


def energy_shape(curve: Sequence[float]) -> str:
    """How the energy moves over the clip's thirds: a key of SHAPE_WORDS."""
    if len(curve) < 3:
        return "steady"
    start, middle, end = (float(np.mean(third)) for third in np.array_split(np.asarray(curve, float), 3))
    if end - start > SHAPE_CHANGE and middle >= start - SHAPE_CHANGE:
        return "rises"
    if start - end > SHAPE_CHANGE and middle <= start + SHAPE_CHANGE:
        return "falls"
    if middle - max(start, end) > SHAPE_CHANGE:
        return "peaks"
    if min(start, end) - middle > SHAPE_CHANGE:
        return "dips"
    return "steady"

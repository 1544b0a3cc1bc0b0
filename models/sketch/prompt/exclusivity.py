"""Whether those who are named play alone: "solo piano", "just bass and drums", "string quartet", "piano sonata".

Read off the prompt's skeleton, in which who plays is "@", an ensemble "%", a genre "$", a mood or a tempo "#".
"""

from __future__ import annotations

import re

from models.sketch.prompt.lexicon import Mention
from models.sketch.prompt.negation import Marked

# Who fills the room alone: named with nothing but a mood or a piece's form, nobody else is expected.
SELF_SUFFICIENT = frozenset(
    {"piano", "felt_piano", "honky_tonk", "harpsichord", "organ", "church_organ", "harp", "guitar", "nylon", "steel",
     "music_box", "kalimba", "accordion"}
)  # fmt: skip
_PIECES = (
    "sonata|suite|prelude|etude|nocturne|fugue|partita|ballade|composition|improvisation|rhapsody|impromptu|sonatina|"
    "study|piece|music|solo piece|berceuse|lullaby|instrumental|tune|waltz|minuet|mazurka"
)
_ADJECTIVE = (
    r"(?:(?:an?|the|one|some|single|simple|of|on|lone|beautiful|nice|good|old|small|little|big|my|your|very|really)\s+|"
    r"[#$]\s+)"
)
_LINK = r"\s*(?:,|and|&|\+|plus|or)?\s*"
_ADDED = (
    rf"\b(?:with|featuring|feat|over|plus|and|including|has|having|add|adding|above|under|on top of)\s+{_ADJECTIVE}*"
)
_LIST = rf"{_ADJECTIVE}*[@%](?:{_LINK}{_ADJECTIVE}*[@%])*"
_ONLY = re.compile(
    r"(?<![@%] )\b(?:only|just|solo|unaccompanied|lone|alone)\s+"
    r"(?:(?:with|for|using|by|use|uses|play|plays|playing|want)\s+)?"
    rf"{_ADJECTIVE}{{0,4}}[@%]|[@%]\s+(?:music\s+)?(?:only|alone|unaccompanied)\b|[@%]\s*,\s*(?:alone|unaccompanied)\b"
)
_SOLO_BEHIND = re.compile(r"@\s+solo\b")
_SOLO_ADDED = re.compile(rf"{_ADDED}@\s+solo\b")
_ADDED_SOLO = re.compile(rf"{_ADDED}(?:solo|lone|unaccompanied)\b")
_ENSEMBLE_ADDED = re.compile(rf"{_ADDED}%")
_DUET = re.compile(
    rf"\b(?:duet|duo|trio|quartet|quintet|sextet)\s+(?:for|of|with|between|on)\s+{_ADJECTIVE}*@|@\s+(?:duet|duo|trio)\b"
)
_FOR = re.compile(rf"\bfor\s+{_LIST}\s*(?:$|[,.;:!?])")
_PIECE = re.compile(rf"@\s+(?:{_PIECES})\b")
FORMS_OF_PIECES = frozenset(_PIECES.split("|"))
# Words that say nothing of their own about music.
FILLERS = frozenset(
    {"a", "an", "the", "and", "or", "of", "in", "for", "to", "some", "me", "i", "we", "my", "want", "need", "please",
     "make", "play", "give", "create", "generate", "compose", "write", "music", "musical", "song", "songs", "track",
     "tracks", "tune", "tunes", "piece", "pieces", "sound", "sounds", "style", "styled", "like", "vibe", "vibes",
     "feel", "feeling", "mood", "theme", "very", "more", "most", "really", "so", "bit", "little", "lot", "lots",
     "plenty", "nice", "good", "great", "beautiful", "cool", "background", "bgm", "instrumental", "instrumentals",
     "composition", "melody", "melodies", "chords", "harmony", "key", "keys", "tempo", "bpm", "tempos", "solo",
     "solos", "duet", "duo", "trio", "only", "just", "alone", "with", "playing", "played", "plays", "by", "on", "at",
     "that", "is", "it", "be", "as", "this", "its", "from", "featuring", "feat", "but", "too", "also", "kind", "type",
     "something", "anything", "version", "section", "part", "line", "lines", "rhythm", "groove", "major", "minor",
     "scale", "mode", "genre", "moods", "instrument", "instruments", "loop", "loops", "time", "let", "add", "use",
     "using", "where", "high", "low", "single", "simple", "which", "has", "have", "having", "and/or", "o'clock",
     "would", "love", "you", "can", "could", "should", "there", "are", "was", "not", "no", "less", "s", "t", "m",
     "re", "ll", "full", "long", "short", "new", "old", "one", "two", "three"}
)  # fmt: skip
_BARE_BREAKERS = re.compile(r"\b(?:with|featuring|feat|more|over|add)\b")
_WORD = re.compile(r"[^\W_][\w']*")


def skeleton(marked: Marked) -> str:
    """The text with its mentions as signs; what is negated is a comma."""
    signs: list[tuple[int, int, str]] = [(start, end, ",") for start, end in marked.spans]
    signs += [(mention.start, mention.end, _sign(mention)) for mention in marked.affirmed]
    text, at = "", 0
    for start, end, sign in sorted(signs):
        if start < at:
            continue
        text += f"{marked.text[at:start]} {sign or marked.text[start:end]} "
        at = end
    return re.sub(r"\s+", " ", text + marked.text[at:]).strip()


def _sign(mention: Mention) -> str:
    meaning = mention.meaning
    if meaning.ensemble is not None:
        return "%"
    if meaning.is_player:
        return "@"
    if meaning.phrase in FORMS_OF_PIECES:
        return ""
    if meaning.genre is not None:
        # A form or an era of classical music names no band.
        names_band = meaning.genre.style_id not in (None, "classical") and not meaning.is_situation
        return "$" if names_band else "#"
    return "#" if meaning.emotion or meaning.tempo else ""


def unknown_words(skeleton: str) -> list[str]:
    """Words that the vocabulary knows nothing about."""
    return [word for word in _WORD.findall(skeleton) if word not in FILLERS and not word.isdigit()]


def is_exclusive(skeleton: str, players: list[str]) -> bool:
    """Whether only `players` (voices, "drums") are wanted: a list of nothing but them is such a wish too."""
    if not players and "%" not in skeleton:
        return False
    of_a_genre = "$" in skeleton
    added = of_a_genre and _ADDED_SOLO.search(skeleton) is not None
    if (_ONLY.search(skeleton) and not added) or _DUET.search(skeleton):
        return True
    if "%" in skeleton:
        return not (of_a_genre and _ENSEMBLE_ADDED.search(skeleton))
    alone = set(players) <= SELF_SUFFICIENT and len(set(players)) == 1
    if _SOLO_BEHIND.search(skeleton) and not _SOLO_ADDED.search(skeleton):
        return len(players) == 1 and (not of_a_genre or players == ["drums"] or players[0] in ("piano", "organ"))
    if of_a_genre:
        return False
    if _FOR.search(skeleton) or (alone and _PIECE.search(skeleton) and not _BARE_BREAKERS.search(skeleton)):
        return True
    bare = not unknown_words(skeleton) and not _BARE_BREAKERS.search(skeleton)
    return bare and (alone or len(players) > 1)

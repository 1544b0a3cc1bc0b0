"""Negation: which of a prompt's words are said of what the music should not be.

A negator reaches over the noun phrase that follows it and over a list of them; a comma, a "but", a full stop end it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.sketch.prompt.lexicon import Mention, mentions

_ONLY_WORDS = (
    r"\b(?:nothing|(?:no|without)(?: any)?(?: other)? (?:instruments?|players|sounds))\s+"
    r"(?:but|except(?: for)?|other than|besides)\b"
    r"|\b(?:nobody|no one) but\b|\b(?:exclusively|solely|purely|strictly)\b"
)
_ALONE_WORDS = (
    r"\b(?:and )?nothing else\b|\bno other (?:instruments?|players|sounds)\b|\bon (?:its|their|his|her) own\b"
    r"|\b(?:all )?by (?:itself|themselves|himself|herself)\b|\band that'?s (?:it|all)\b"
    r"|\b(?:without|no) (?:any )?(?:other )?accompaniment\b|\b(?:without|no|free of) (?:any )?instruments\b"
    r"|\bwithout (?:any )?(?:other|accompanying) (?:instruments?|players)\b"
)
_IDIOMS = r"\bno (matter|doubt|problem|limits?|one|way|time|end|worries|rush|hurry|nonsense|big deal)\b"
_LACKS = r"drum|beat|percussion|bass|vocal|voice|lyric|melody|guitar|piano|synth"
# Spellings that come to the same, put right before anything is read.
_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bw ?/ ?o\b|\bw o (?=[a-z])|\bwith no\b|\bwith out\b"), "without "),
    (re.compile(r"\b(do|does|did|is|are|should|must|would|wo|ca|can|need)n'?t\b"), r"\1 not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\bnot (?:only|just|merely|to mention|bad)\b"), " "),
    (re.compile(_ONLY_WORDS), "only"),
    (re.compile(_ALONE_WORDS), "alone"),
    (re.compile(_IDIOMS), r"\1"),
    (re.compile(r"\bno longer\b"), "not"),
    (re.compile(r"\bno more\b"), "no"),
    (re.compile(rf"\b({_LACKS})s?(?:less|[ -]free(?! jazz))\b"), r"no \1 ,"),
    (re.compile(r"\bwordless\b|\binstrumentals?\b(?! hip hop)"), "no lyrics ,"),
    (re.compile(r"\bunplugged\b"), "acoustic , no synthesizers , no electric guitar ,"),
)
_NEGATOR = re.compile(
    r"\b(?:anything but|everything (?:but|except)|nothing like|no|not|non|never|without|minus|lacking|lacks?|sans"
    r"|avoid(?:ing)?|excluding|excludes?|leav(?:e|ing) out|omit(?:ting)?|skip|remov(?:e|ing)|free (?:of|from)|devoid of"
    r"|except(?: for)?|neither|nor|zero|hold the|ditch(?: the)?|rather than|instead of|other than|i (?:hate|dislike)"
    r"|get rid of|mute(?: the)?|lose the|take out|turn off|(?:far|away) from|absence of|cut the|none of|exclude)\b"
)
_OF_NOUNS = re.compile(
    r"no|without|minus|lacking|lacks?|sans|exclud\w*|leav\w* out|omit\w*|skip|remov\w*|free \w+|devoid of|zero"
)
_OF_USE = re.compile(r"\b(?:want|use|using|include|including|add|adding|need|have|having|hear|put|play|playing|like)\b")
_LESS = re.compile(r"\b(?:less|fewer|not (?:so|as) (?:much|many)|not too (?:much|many)|a bit less|toned down)\b")
_ENDED = re.compile(
    r"[.;:!?()\n,]|\b(?:but|with|just|only|although|however|though|yet|while|more|less|please|and|instead|than)\b"
)
_TRANSPARENT = frozenset(
    {"any", "a", "an", "the", "of", "in", "it", "be", "is", "to", "too", "so", "very", "really", "that", "such",
     "kind", "sort", "much", "many", "all", "other", "want", "use", "using", "include", "including", "add", "adding",
     "like", "need", "have", "having", "hear", "put", "play", "playing", "some", "this", "sound", "sounding", "feel",
     "feeling", "overly", "make", "making", "get", "getting", "extremely", "at", "which", "with"}
)  # fmt: skip
_UNKNOWN_WORDS = 3  # that may stand between a negator and what it negates
_CONNECTED = re.compile(r"\s*(?:,?\s*(?:or|nor)|,?\s*and|&|/|\+)\s+(?:any |no |the |a |an |even )*")
_COMMA = re.compile(r"\s*,\s*")
_OFF_BEHIND = re.compile(
    r"s?\s*(?::|=|->)?\s*\b(?:none|off|zero|absent|excluded|not wanted|removed|no(?=\s*(?:$|[.,;])))\b"
)
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Marked:
    """A text, and of what it mentions what is wanted, what is not, and what there should be less of.

    `spans`: what says so; `affirmed_text`: the text without them.
    """

    text: str
    affirmed: tuple[Mention, ...]
    negated: tuple[Mention, ...]
    lessened: tuple[Mention, ...]
    spans: tuple[tuple[int, int], ...]

    @property
    def affirmed_text(self) -> str:
        text = self.text
        for start, end in self.spans:
            text = text[:start] + " " * (end - start) + text[end:]
        return re.sub(r"\s+", " ", text).strip(" ,.")


def rewritten(text: str) -> str:
    """A `spelled` text in the plainer words that the grammar knows."""
    for pattern, replacement in _REWRITTEN:
        text = pattern.sub(replacement, text)
    return re.sub(r"[ \t]+", " ", text)


def marked(text: str) -> Marked:
    """Tell what is wanted from what is not, in a text that was `rewritten`."""
    found = mentions(text)
    negated: dict[int, Mention] = {}
    blanked: list[tuple[int, int]] = []
    for negator in _NEGATOR.finditer(text):
        if any(mention.start <= negator.start() < mention.end for mention in found):
            continue
        reached, end = _reach(text, found, negator.end(), _OF_NOUNS.fullmatch(negator[0]) is not None, negator[0])
        negated.update({mention.start: mention for mention in reached})
        blanked.append((negator.start(), end))
    for mention in found:
        behind = _OFF_BEHIND.match(text, mention.end)
        if behind:
            negated[mention.start] = mention
            blanked.append((mention.start, behind.end()))
    lessened: dict[int, Mention] = {}
    for less in _LESS.finditer(text):
        reached, end = _reach(text, found, less.end(), True, "less")
        for mention in reached:
            (lessened if mention.meaning.is_player else negated)[mention.start] = mention
        blanked.append((less.start(), end))
    affirmed = tuple(m for m in found if m.start not in negated and m.start not in lessened)
    return Marked(text, affirmed, tuple(negated.values()), tuple(lessened.values()), tuple(blanked))


def _reach(
    text: str, found: tuple[Mention, ...], start: int, of_nouns: bool, negator: str
) -> tuple[list[Mention], int]:
    """What a negator that ends at `start` negates, and where its reach ends."""
    first = _first_reached(text, found, start)
    if first is None:
        unknown = _WORD.match(text, _skip_blank(text, start))
        # Of an unknown word only itself: "no people in it".
        return [], unknown.end() if unknown and not _ENDED.match(unknown[0]) else start
    of_nouns = of_nouns or _OF_USE.search(text, start, first.start) is not None
    # "Not too slow jazz" is jazz; "no slow jazz" is none.
    phrase = _noun_phrase(text, found, found.index(first)) if of_nouns else [first]
    reached = list(phrase)
    while True:
        further = _connected(text, found, reached[-1], of_nouns, negator)
        if not further:
            break
        reached += further
    return reached, reached[-1].end


def _first_reached(text: str, found: tuple[Mention, ...], start: int) -> Mention | None:
    unknown = 0
    at = start
    while True:
        at = _skip_blank(text, at)
        here = next((mention for mention in found if mention.start == at), None)
        if here is not None:
            return here
        word = _WORD.match(text, at)
        if word is None or (_ENDED.match(text, at) and word[0] not in _TRANSPARENT):
            return None
        unknown += word[0] not in _TRANSPARENT
        if unknown > _UNKNOWN_WORDS:
            return None
        at = word.end()


def _noun_phrase(text: str, found: tuple[Mention, ...], place: int) -> list[Mention]:
    """From a mention to the noun that it describes: "loud electric guitar"; adjectives that follow each other."""
    phrase = [found[place]]
    for mention in found[place + 1 :]:
        if phrase[-1].meaning.is_player or text[phrase[-1].end : mention.start].strip():
            break
        phrase.append(mention)
    if phrase[-1].meaning.is_player:
        return phrase[-1:]  # "no sad piano" says nothing against sadness
    return phrase


def _connected(text: str, found: tuple[Mention, ...], before: Mention, of_nouns: bool, negator: str) -> list[Mention]:
    """What goes on a list: behind "or", behind "and" what is of its kind, behind a comma if "or" or "and" follows."""
    link = _CONNECTED.match(text, before.end)
    if link:
        place = _place_at(found, link.end())
        if place is None:
            return []
        if "and" in link[0] and not _same_kind(before, found[place]):
            return []
        return _noun_phrase(text, found, place) if of_nouns else [found[place]]
    comma = _COMMA.match(text, before.end)
    if comma is None or not of_nouns or not before.meaning.is_player:
        return []
    listed: list[Mention] = []
    at = comma.end()
    while (place := _place_at(found, at)) is not None and found[place].meaning.is_player:
        listed.append(found[place])
        link, comma = _CONNECTED.match(text, found[place].end), _COMMA.match(text, found[place].end)
        if link:
            closes = "or" in link[0] or negator != "no"
            place = _place_at(found, link.end())
            return [*listed, found[place]] if closes and place is not None and found[place].meaning.is_player else []
        if comma is None:
            return []
        at = comma.end()
    return []


def _place_at(found: tuple[Mention, ...], at: int) -> int | None:
    return next((place for place, mention in enumerate(found) if mention.start == at), None)


def _same_kind(one: Mention, other: Mention) -> bool:
    return one.meaning.is_player == other.meaning.is_player


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at

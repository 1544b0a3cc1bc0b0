"""What mentions come to: who should play, who should not, what should be louder, which moods and genres are meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.sketch.intent import RequestedInstrument
from models.sketch.prompt.ensembles import JAZZ_PIANO_TRIO, Ensemble
from models.sketch.prompt.families import VOCAL_VOICES
from models.sketch.prompt.genre import Genre
from models.sketch.prompt.lexicon import Mention
from models.sketch.prompt.negation import Marked
from models.sketch.styles import Role

MORE_DB, LESS_DB = 4.0, -6.0
_LOUDER = re.compile(
    r"\b(?:more|louder|loud|heavy|heavier|big|bigger|prominent|strong|stronger|booming|pounding|thumping|massive|boost(?:ed)?|"
    r"extra|lots of|plenty of|turn up)\s+(?:the\s+)?$"
)
_LOUDER_BEHIND = re.compile(r"\s+(?:louder|up front|upfront|forward|turned up)\b")
_SOFTER = re.compile(
    r"\b(?:quieter|softer|quiet|subtle|light|minimal|sparse|faint|turn down|tone down|background|"
    r"barely any|hardly any|low)"
    r"\s+(?:the\s+)?$"
)
_SOFTER_BEHIND = re.compile(r"\s+(?:quieter|softer|in the background|turned down|down)\b")
_SOLO_BEHIND = re.compile(r"'?s?\s+solo(?:s|ing)?\b")
_SOLO_BEFORE = re.compile(r"\b(?:lead|leading|featured)\s+$")
_TRIO_IN_JAZZ = frozenset({"sax", "alto_sax", "tenor_sax", "soprano_sax", "trumpet", "muted_trumpet", "upright_bass"})


@dataclass(frozen=True)
class Player:
    """Somebody who was named: as `name`. `solos`: the melody is asked of them."""

    name: str
    instrument: RequestedInstrument
    solos: bool = False


@dataclass(frozen=True)
class Wishes:
    """See `PromptReading`. `ensemble`: its name and the style it is at home in."""

    players: tuple[Player, ...]
    ensemble: tuple[str, str] | None
    drums_wanted: bool
    drum_pieces: tuple[str, ...]
    without: frozenset[str]
    not_soloing: frozenset[str]
    balance: tuple[tuple[str, float], ...]
    unlike_emotions: tuple[str, ...]
    unlike_styles: frozenset[str]
    unlike_tempo: str | None
    left_out: tuple[str, ...]


def of(said: Marked, kept: tuple[Mention, ...], unwanted: tuple[Mention, ...]) -> Wishes:
    """From a prompt's mentions (`kept`: those of the affirmed that mean what they name) and a negative prompt's."""
    negated = (*said.negated, *unwanted)
    without, not_soloing = _left_out(said, negated, kept)
    named = next((m for m in kept if m.meaning.ensemble is not None), None)
    ensemble = _ensemble(named, kept)
    players = [_player(m, said.text) for m in kept if m.meaning.instrument is not None and m.meaning.ensemble is None]
    if ensemble is not None:
        wanted = ensemble.members
        if any(member.voice in without for member in wanted) and ensemble.instead:
            wanted = ensemble.instead
        assert named is not None
        players += [Player(named.meaning.phrase, member) for member in wanted]
        if any(player.solos for player in players):  # who accompanies leaves them the melody
            players = [_accompanying(player) for player in players]
    drummer = any(m.meaning.drums for m in kept) or (ensemble is not None and ensemble.drums)
    pieces = tuple(dict.fromkeys(m.meaning.piece for m in kept if m.meaning.piece and m.meaning.piece not in without))
    return Wishes(
        players=tuple(p for p in (_without_roles(p, without) for p in players) if p is not None),
        ensemble=(named.meaning.phrase, ensemble.style_id) if named is not None and ensemble is not None else None,
        drums_wanted=(drummer or bool(pieces)) and "drums" not in without,
        drum_pieces=() if "drums" in without else pieces,
        without=without,
        not_soloing=not_soloing,
        balance=_balance(said, kept),
        unlike_emotions=tuple(dict.fromkeys(m.meaning.emotion for m in negated if m.meaning.emotion)),
        unlike_styles=frozenset(
            m.meaning.genre.style_id for m in negated if m.meaning.genre and m.meaning.genre.style_id
        ),
        unlike_tempo=next((m.meaning.tempo for m in negated if m.meaning.tempo), None),
        left_out=tuple(dict.fromkeys(no for m in negated if (no := _said_no(m, said)))),
    )


def genres(mentioned: Iterable[Mention], unlike: frozenset[str]) -> tuple[tuple[str, Genre], ...]:
    """The genres that are named, the most special first, then the last; names of musicians and situations behind.

    A bare style's players and tempo are those of a more special genre of that style beside it.
    """
    named = [m for m in mentioned if m.meaning.genre is not None and m.meaning.genre.style_id not in unlike]
    named.sort(key=lambda m: (m.meaning.rank, m.end, m.end - m.start), reverse=True)
    found = [(m.meaning.phrase, m.meaning.genre) for m in named if m.meaning.genre is not None]
    if found and found[0][1] == Genre(found[0][1].style_id):
        richer = next((g for _, g in found[1:] if g.style_id == found[0][1].style_id and g != found[0][1]), None)
        if richer is not None:
            found[0] = (found[0][0], richer)
    return tuple(found)


def scenes(mentioned: Iterable[Mention], unlike: frozenset[str]) -> frozenset[str]:
    """The styles of the occasions and places that are named, where no genre is."""
    named = [
        m.meaning for m in mentioned if m.meaning.genre is not None and m.meaning.genre.style_id not in (None, *unlike)
    ]
    if not all(meaning.is_situation for meaning in named):
        return frozenset()
    return frozenset(m.genre.style_id for m in named if m.genre is not None and m.genre.style_id is not None)


def emotion(mentioned: Iterable[Mention], unwanted: Iterable[Mention]) -> str | None:
    """The emotion named most often; among equals the one named first. `unwanted`: of a negative prompt."""
    unlike = {m.meaning.emotion for m in unwanted}
    counted = Counter(m.meaning.emotion for m in mentioned if m.meaning.emotion and m.meaning.emotion not in unlike)
    return counted.most_common(1)[0][0] if counted else None


def tempo(mentioned: Iterable[Mention]) -> str | None:
    """The tempo word; of several the first."""
    return next((m.meaning.tempo for m in mentioned if m.meaning.tempo), None)


def _player(mention: Mention, text: str) -> Player:
    instrument = mention.meaning.instrument
    assert instrument is not None
    solos = bool(_SOLO_BEHIND.match(text, mention.end) or _SOLO_BEFORE.search(text[: mention.start]))
    if solos and instrument.roles != ("bass",):
        roles: tuple[Role, ...] = ("melody", *(role for role in instrument.roles if role != "melody"))
        return Player(mention.meaning.phrase, replace(instrument, roles=roles), solos)
    return Player(mention.meaning.phrase, instrument)


def _ensemble(named: Mention | None, kept: tuple[Mention, ...]) -> Ensemble | None:
    if named is None:
        return None
    beside = {m.meaning.instrument.voice for m in kept if m.meaning.instrument is not None}
    in_jazz = any(m.meaning.genre is not None and m.meaning.genre.style_id == "jazz" for m in kept)
    drummed = any(m.meaning.drums for m in kept)
    if named.meaning.phrase == "piano trio" and (in_jazz or drummed or beside & _TRIO_IN_JAZZ):
        return JAZZ_PIANO_TRIO
    return named.meaning.ensemble


def _accompanying(player: Player) -> Player:
    roles = tuple(role for role in player.instrument.roles if role != "melody")
    return player if player.solos or not roles else replace(player, instrument=replace(player.instrument, roles=roles))


def _left_out(
    said: Marked, negated: tuple[Mention, ...], kept: tuple[Mention, ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """(voices, roles and drums that do not play, voices that do not solo). Lyrics are left out with the voices, unless
    somebody is asked to sing."""
    sung = any(m.meaning.instrument and m.meaning.instrument.voice in VOCAL_VOICES for m in kept)
    without: set[str] = set()
    not_soloing: set[str] = set()
    for mention in negated:
        excluded = mention.meaning.excluded
        if excluded == VOCAL_VOICES and mention.meaning.instrument is None and sung:
            continue
        (not_soloing if _of_a_solo(mention, said) else without).update(excluded)
    return frozenset(without), frozenset(not_soloing)


def _of_a_solo(mention: Mention, said: Marked) -> bool:
    return mention in said.negated and _SOLO_BEHIND.match(said.text, mention.end) is not None


def _without_roles(player: Player, without: frozenset[str]) -> Player | None:
    """The player in the roles that are left; None where nothing is."""
    roles = tuple(role for role in player.instrument.roles if role not in without)
    if player.instrument.voice in without or not roles:
        return None
    return replace(player, instrument=replace(player.instrument, roles=roles))


def _balance(said: Marked, kept: tuple[Mention, ...]) -> tuple[tuple[str, float], ...]:
    found: dict[str, float] = {}
    for mention in said.lessened:
        found[_target(mention)] = LESS_DB
    for mention in kept:
        before = said.text[: mention.start]
        if not mention.meaning.is_player or mention.meaning.ensemble is not None:
            continue
        if _LOUDER.search(before) or _LOUDER_BEHIND.match(said.text, mention.end):
            found[_target(mention)] = MORE_DB
        elif _SOFTER.search(before) or _SOFTER_BEHIND.match(said.text, mention.end):
            found[_target(mention)] = LESS_DB
    return tuple(found.items())


def _target(mention: Mention) -> str:
    meaning = mention.meaning
    return meaning.instrument.voice if meaning.instrument is not None else meaning.piece or "drums"


def _said_no(mention: Mention, said: Marked) -> str:
    """How it is said that something is left out: "no drums", "no guitar solo", "not sad"."""
    meaning = mention.meaning
    if meaning.excluded or meaning.is_player:
        return f"no {meaning.phrase}{' solo' if _of_a_solo(mention, said) else ''}"
    return f"not {meaning.phrase}" if meaning.emotion or meaning.tempo or meaning.genre else ""

"""Who plays: those who were named, in the voices that suit the style, and those whom the genre brings along."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.sketch.intent import RequestedInstrument
from models.sketch.prompt.families import FAMILIES
from models.sketch.prompt.genre import Genre
from models.sketch.prompt.instruments import GUITAR, GUITAR_OTHERWISE, GUITARS, SOLO_GUITARS
from models.sketch.prompt.reading import PromptReading
from models.sketch.prompt.wishes import Player
from models.sketch.styles import Role

LEADING: frozenset[Role] = frozenset({"melody", "counter"})


@dataclass(frozen=True)
class Casting:
    """See `Intent`."""

    instruments: tuple[RequestedInstrument, ...]
    exclusive: bool
    without: frozenset[str]
    drums_wanted: bool
    drum_pieces: tuple[str, ...]


def cast(reading: PromptReading, style_id: str, genre: Genre) -> Casting:
    """Who was named comes first; a genre's own players only where nobody plays alone."""
    named = [_in_style(player, style_id, genre) for player in reading.players]
    named = [asked for asked in named if asked.voice not in reading.without]
    exclusive = reading.exclusive and (bool(named) or reading.drums_wanted)
    without = set(reading.without)
    wanted, pieces = reading.drums_wanted, reading.drum_pieces
    brought: list[RequestedInstrument] = []
    if not exclusive:
        voices = {asked.voice for asked in named}
        without |= set(genre.without) - voices
        if genre.drums is False and not wanted:
            without.add("drums")
        wanted = wanted or (genre.drums is True and "drums" not in without)
        if "drums" not in without:
            pieces = tuple(dict.fromkeys((*pieces, *(p for p in genre.pieces if p not in reading.without))))
        brought = [asked for asked in genre.players if asked.voice not in reading.without | voices]
    unlike = (_not_leading(asked, reading.not_soloing, without) for asked in (*named, *brought))
    instruments = tuple(dict.fromkeys(asked for asked in unlike if asked.roles))
    return Casting(instruments, exclusive, frozenset(without), wanted, pieces)


def _in_style(player: Player, style_id: str, genre: Genre) -> RequestedInstrument:
    """A guitar of no said kind is the genre's, or the style's."""
    if player.instrument.voice != GUITAR:
        return player.instrument
    of_genre = next((asked.voice for asked in genre.players if asked.voice in FAMILIES[GUITAR]), None)
    of_style = GUITARS.get(style_id, GUITAR_OTHERWISE)
    solo = SOLO_GUITARS.get(style_id) if player.solos else None
    voice = solo or of_genre or of_style
    return (
        RequestedInstrument(voice, ("chords",)) if voice == "power_guitar" else replace(player.instrument, voice=voice)
    )


def _not_leading(asked: RequestedInstrument, unlike: frozenset[str], without: set[str]) -> RequestedInstrument:
    roles = tuple(
        role for role in asked.roles if role not in without and not (asked.voice in unlike and role in LEADING)
    )
    return replace(asked, roles=roles)

"""What of a prompt was used, in short phrases for whoever wrote it."""

from __future__ import annotations

from aural.types import MusicRequest
from models.sketch.prompt.reading import PromptReading
from models.sketch.prompt.wishes import LESS_DB


def heard(request: MusicRequest, reading: PromptReading, style_id: str, likeness: str | None) -> tuple[str, ...]:
    """Phrases like "style: jazz", "no drums", in a fixed order; none of what the request's fields say anyway."""
    phrases: list[str] = []
    if not request.style_id:
        phrases += _style(reading, style_id, likeness)
    if reading.emotion and not request.emotion:
        phrases.append(f"mood: {reading.emotion}")
    if not request.bpm:
        phrases += _tempo(reading)
    if not request.key:
        phrases += [f"key: {reading.key}"] if reading.key else [f"mode: {reading.mode}"] if reading.mode else []
    if reading.metre and not request.metre:
        phrases.append(f"metre: {reading.metre.name}")
    if reading.chords and not request.chords:
        phrases.append("chords: " + " ".join(reading.chords.replace("\u2013", "-").replace("|", " ").split()))
    phrases += _players(reading)
    phrases += [f"{'less' if db == LESS_DB else 'more'}: {target}" for target, db in reading.balance]
    phrases += list(reading.left_out)
    return tuple(phrase.encode("ascii", "replace").decode() for phrase in dict.fromkeys(phrases))


def _style(reading: PromptReading, style_id: str, likeness: str | None) -> list[str]:
    if likeness is not None:
        return [f"like: {likeness}"]
    named = [(name, genre) for name, genre in reading.genres if genre.style_id == style_id]
    if not named:
        return [f"style: {style_id}"] if reading.style_id == style_id else []
    name, genre = named[0]
    if reading.artist and reading.artist[0] == name:
        return [f"name: {name} -> {reading.artist[1]}"]
    plain = genre.style_id == name.replace(" ", "_")
    return [f"style: {name}"] if plain else [f"style: {genre.style_id} ({name})"]


def _tempo(reading: PromptReading) -> list[str]:
    if reading.bpm:
        return [f"tempo: {reading.bpm:g} bpm"]
    return [f"tempo: {reading.tempo}"] if reading.tempo else []


def _players(reading: PromptReading) -> list[str]:
    names = [reading.ensemble[0]] if reading.ensemble else []
    names += [player.name for player in reading.players]
    names += [piece.removesuffix("_hi").replace("_", " ") for piece in reading.drum_pieces]
    if reading.drums_wanted and not reading.drum_pieces and not reading.ensemble:
        names.append("drums")
    if not names:
        return []
    return [f"{'only' if reading.exclusive else 'with'}: {', '.join(dict.fromkeys(names))}"]

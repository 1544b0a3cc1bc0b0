"""How the tables write players: "trumpet melody counter, nylon chords"."""

from __future__ import annotations

from models.sketch.intent import RequestedInstrument
from models.sketch.styles import Role

_ROLES: dict[str, Role] = {
    "bass": "bass", "chords": "chords", "arp": "arp", "pad": "pad", "melody": "melody", "counter": "counter",
}  # fmt: skip


def player(text: str) -> RequestedInstrument:
    """A voice and its roles, in the order in which it would rather have them."""
    voice, *roles = text.split()
    return RequestedInstrument(voice, tuple(_ROLES[role] for role in roles))


def players(text: str) -> tuple[RequestedInstrument, ...]:
    """Players between commas; none where there is no text."""
    return tuple(player(part) for part in text.split(",") if part.strip())

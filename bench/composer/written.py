"""What the composer writes, before anything sounds. The one place of this bench that looks into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from aural.types import MusicRequest
from bench.composer.score import DRUMS, Score, read_score
from models.sketch.composer import Piece, SketchComposer, _compose_piece
from models.sketch.intent import Intent
from models.sketch.midi import midi_bytes


@dataclass(frozen=True, eq=False)
class Written:
    """`intent`: what the composer made of the request; `midi`: the notes."""

    intent: Intent
    piece: Piece
    midi: bytes

    @cached_property
    def score(self) -> Score:
        return read_score(self.midi)

    @property
    def voices(self) -> tuple[str, ...]:
        """Of all players that play, the drummer apart."""
        return tuple(part.voice for part in self.score.parts if part.role != DRUMS)

    @property
    def drum_strength(self) -> float:
        """Velocity of the drums a bar, at the level at which they are mixed."""
        struck = sum(note.velocity for note in self.score.notes_of(DRUMS))
        return struck / self.score.n_bars * 10 ** (self.piece.style.drums_db / 20)


def write(composer: SketchComposer, request: MusicRequest, *, notes: bool = True) -> Written:
    """Compose without sound. Without `notes` the file has key, tempo, sections and chords only."""
    intent = composer._steering.intent(request)
    piece = _compose_piece(request, intent, lambda: None)
    arrangement = piece.arrangement if notes else replace(piece.arrangement, parts=(), hits=[])
    return Written(intent, piece, midi_bytes(arrangement, piece.bars, intent, piece.grid, piece.span.body))

"""A prompt's intent and its written music, for tests that ask whether it was obeyed."""

from __future__ import annotations

from aural.types import MusicRequest
from models.sketch.arrange import Arrangement
from models.sketch.composer import _compose_piece
from models.sketch.intent import Intent
from models.sketch.prompt.interpreter import PromptInterpreter

DRUMS = "drums"
VOCALS = ("voice_ooh", "choir")


def decided(interpreter: PromptInterpreter, prompt: str, **fields: object) -> Intent:
    return interpreter.intent(MusicRequest(prompt, duration_s=30.0, seed=1, **fields))  # type: ignore[arg-type]


def written(interpreter: PromptInterpreter, prompt: str, **fields: object) -> Arrangement:
    request = MusicRequest(prompt, duration_s=30.0, seed=1, **fields)  # type: ignore[arg-type]
    return _compose_piece(request, interpreter.intent(request), lambda: None).arrangement


def band(arrangement: Arrangement) -> set[str]:
    """Who plays at least a note, the drummer among them."""
    return {part.voice for part in arrangement.parts if part.notes} | ({DRUMS} if arrangement.hits else set())

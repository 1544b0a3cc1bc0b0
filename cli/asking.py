"""Running what asks: one event loop, and every failure as a sentence and an exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from aural.settings import BadSetting
from aural_client import AuralError
from cli.exits import FAILED, INTERRUPTED, complain


def exit_code_of(work: Coroutine[Any, Any, int]) -> int:
    """What `work` returns; FAILED with a sentence where it fails, INTERRUPTED where Ctrl-C has ended it."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        complain("interrupted.")
        return INTERRUPTED
    except EXPECTED as error:
        complain(sentence_of(error))
        return FAILED


EXPECTED = (AuralError, BadSetting, OSError)


def sentence_of(error: Exception) -> str:
    """Of an error that is `EXPECTED`. A service's log knows the request; there is none for one in this process."""
    if isinstance(error, AuralError):
        return str(error) if error.code == "internal" else error.sentence
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    return str(error)

"""A file of any length, analysed: as it is where it is short, else window by window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from aural.audio.windows import stated_s
from aural.settings import MAX_INPUT_S, MAX_UPLOAD_BYTES
from aural_client import AsyncAural, TooLong
from cli.summary import Summary, Window, summarize
from cli.window_process import wav_windows

Told: TypeAlias = Callable[[float, float | None], object]
"""Is told the seconds of the file that have been listened to, and how long it is (None: the file does not say)."""


SURELY_LONG_S = MAX_INPUT_S + 1
"""What says that it is longer need not be sent to learn that it is too long."""


def untold(done_s: float, of_s: float | None) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class FileAnalysis:
    """`windows`: in order, without gaps; one where the file was sent as it is."""

    windows: tuple[Window, ...]
    summary: Summary


async def analyze_file(aural: AsyncAural, path: Path, told: Told = untold) -> FileAnalysis:
    """What is heard in a file. One that the service takes is sent as it is: up to 30 s and 30 MB. A longer one is
    decoded as it is read, by a process of its own, and its windows of at most 30 s are sent as WAV, mono at 48 kHz.

    Raises the client's errors, and OSError for what cannot be read.
    """
    windows: list[Window] = []
    if (whole := await _as_it_is(aural, path)) is not None:
        windows.append(whole)
        told(whole.end_s, whole.end_s)
    else:
        async with aclosing(_by_windows(aural, path)) as parts:
            async for window, of_s in parts:
                windows.append(window)
                told(window.end_s, of_s)
    return FileAnalysis(tuple(windows), summarize(windows))


async def _as_it_is(aural: AsyncAural, path: Path) -> Window | None:
    """None where it is longer than what is heard at once."""
    if path.stat().st_size > MAX_UPLOAD_BYTES or (await asyncio.to_thread(stated_s, path) or 0.0) > SURELY_LONG_S:
        return None
    try:
        analysis = await aural.analyze(path)
    except TooLong:
        return None
    return Window(0.0, analysis.details.duration_s, analysis)


async def _by_windows(aural: AsyncAural, path: Path) -> AsyncGenerator[tuple[Window, float | None], None]:
    async with aclosing(wav_windows(path)) as parts:
        async for part in parts:
            yield Window(part.start_s, part.end_s, await aural.analyze(part.wav)), part.of_s

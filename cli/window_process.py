"""A long file's windows, cut in a process of its own: a file that breaks the decoder costs that process and no more.

It writes each window to its standard output as a line of JSON and the bytes of a WAV, and waits where nobody reads on.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aural.audio.windows import AudioWindow, audio_windows
from aural.errors import AuralError as OurError
from aural_client import AuralError, NotAudio
from aural_client.errors import BY_CODE


@dataclass(frozen=True)
class WavWindow:
    """`of_s`: how long the file says it is; None where it does not."""

    start_s: float
    end_s: float
    of_s: float | None
    wav: bytes


async def wav_windows(path: Path) -> AsyncGenerator[WavWindow, None]:
    """As `aural.audio.windows` cuts them. Raises the client's errors, NotAudio for a file that breaks the decoder."""
    async with _running(path) as process:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            told = json.loads(line)
            if "code" in told:
                raise clients_error(**told)
            wav = await process.stdout.readexactly(told.pop("wav_bytes"))
            yield WavWindow(**told, wav=wav)
        if await process.wait() != 0:
            raise NotAudio("The file broke the decoder. It is damaged; export it again.")


@asynccontextmanager
async def _running(path: Path) -> AsyncIterator[Process]:
    """In a session of its own: Ctrl-C is this process's to answer, which ends that one."""
    process = await asyncio.create_subprocess_exec(*command(path), stdout=PIPE, start_new_session=True)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def command(path: Path) -> list[str]:
    """What is run."""
    code = f"import sys; sys.path[:] = {sys.path!r}; from cli.window_process import send; send(sys.argv[1])"
    return [sys.executable, "-c", code, str(path)]


def send(path: str) -> None:
    """That process's life. Whoever reads may leave at any time."""
    out = sys.stdout.buffer
    with contextlib.suppress(BrokenPipeError):
        try:
            for window in audio_windows(Path(path)):
                wav = wav_of(window)
                facts = {"start_s": window.start_s, "end_s": window.end_s, "of_s": window.of_s, "wav_bytes": len(wav)}
                out.write(json.dumps(facts).encode() + b"\n")
                out.write(wav)
        except OurError as error:
            out.write(json.dumps({"code": error.code, "sentence": error.sentence}).encode() + b"\n")
        out.flush()


@contextmanager
def as_the_clients() -> Iterator[None]:
    """Raises the client's error for one of ours."""
    try:
        yield
    except OurError as error:
        raise clients_error(error.code, error.sentence) from error


def clients_error(code: str, sentence: str) -> AuralError:
    return BY_CODE.get(code, AuralError)(sentence, code=code)


def wav_of(window: AudioWindow) -> bytes:
    """The very samples, as 32-bit floats."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, window.clip.samples, window.clip.rate_hz, format="WAV", subtype="FLOAT")
    return file.getvalue()

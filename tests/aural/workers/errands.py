"""What the pool's tests have workers do."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from aural.errors import CannotFinishInTime


def double(x: Any) -> Any:
    return 2 * x


def sleep_then(seconds: float, value: int) -> int:
    time.sleep(seconds)
    return value


def wait_for(mark: str, value: int) -> int:
    """Until the file is there."""
    while not Path(mark).exists():
        time.sleep(0.01)
    return value


def die_by(signum: int) -> None:
    os.kill(os.getpid(), signum)
    time.sleep(10)


class DiesWhilePickled:
    def __reduce__(self) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return "never"


def die_while_answering() -> DiesWhilePickled:
    return DiesWhilePickled()


def refuse_with_extra() -> None:
    raise CannotFinishInTime("Too much.", retry_after_s=3.0, extra={"longest_duration_s": 12.5})


class AwkwardError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_awkward() -> None:
    raise AwkwardError(1, 2)


def allocate(n_bytes: int) -> int:
    return len(np.ones(n_bytes, np.uint8))


def state() -> tuple[bool, str]:
    return "wave" in sys.modules, os.environ["OPENBLAS_NUM_THREADS"]


def warm_up() -> None:
    import wave  # noqa: F401


def fail_to_warm_up() -> None:
    raise ValueError("no weights")


def warm_where(mark: str) -> None:
    """Fails as long as the file is there."""
    assert not Path(mark).exists()


def die_once_by(signum: int, mark: str, value: int) -> int:
    """The first time, and where the file is not there yet."""
    if not Path(mark).exists():
        Path(mark).touch()
        die_by(signum)
    return value


def compute(seconds: float) -> float:
    """Of CPU time, not of a clock's."""
    until_s = time.process_time() + seconds
    while time.process_time() < until_s:
        pass
    return seconds


def open_files(count: int) -> int:
    with contextlib.ExitStack() as files:
        for _ in range(count):
            files.enter_context(Path(os.devnull).open())
    return count


KEPT: list[object] = []


def allocate_and_free(n_bytes: int) -> int:
    """In pieces that an allocator keeps."""
    pieces = [bytearray(64 * 1024) for _ in range(n_bytes // (64 * 1024))]
    keep = pieces[-1]
    KEPT.append(keep)  # at the heap's end: what lies before it cannot simply be cut off
    return len(pieces)


def allocate_and_keep(n_bytes: int) -> int:
    """As a library's cache does. Returns the process that does."""
    KEPT.append(np.ones(n_bytes, np.uint8))
    return os.getpid()

"""One worker process, from both sides: a fresh interpreter on a socket of its own.

Not `multiprocessing`, whose children run the caller's `__main__` again; and not a pool around one shared
queue (`concurrent.futures`, pebble), where a worker that is killed while it holds the queue's lock takes all
others with it.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aural.workers.limits import give_way, resident_bytes_after_trim, set_limit

END_PATIENCE_S = 2.0
MAX_FILES = 128
"""Open in a worker at once: a warm one has twenty."""
_ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)


class WorkerDied(Exception):
    """The process ended in the middle of the job. `status`: its exit status, minus the signal that ended it."""

    def __init__(self, sentence: str = "", status: int | None = None):
        super().__init__(sentence)
        self.status = status

    @property
    def killed_from_outside(self) -> bool:
        """By the kernel, where the machine runs out of memory, or by somebody: the job may be as good as any. What a
        job does itself ends in another signal (a crash, its CPU time) or in a status (its memory)."""
        return self.status in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)

    @property
    def out_of_cpu_time(self) -> bool:
        return self.status == -getattr(signal, "SIGXCPU", 0)


@dataclass(frozen=True)
class Limits:
    """Of a process while it does a job: its memory in all, and the CPU seconds of the job (whole ones, as the kernel
    counts)."""

    memory_bytes: int
    cpu_s: int


class JobTraceback(Exception):
    """The cause of what a job raised: the traceback in the worker, as text."""


@dataclass(frozen=True)
class Answer:
    """What came of a job: a value, or an error and its traceback."""

    value: Any = None
    error: Exception | None = None
    traceback: str = ""

    def result(self) -> Any:
        """The value. Raises the error."""
        if self.error is not None:
            raise self.error from JobTraceback(self.traceback)
        return self.value


class Worker:
    """One process, seen from its parent."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; from aural.workers.process import serve; serve({theirs.fileno()})"
        )
        with theirs:
            # Nothing is written to its stdin: that is a life line, which ends when the parent does.
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
            )
        self._pipe = Connection(ours.detach())
        self.resident_bytes = 0
        """After its last job."""

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, function: Callable[..., Any], args: tuple[Any, ...], limits: Limits) -> Answer:
        """Blocks. Raises WorkerDied, and what pickling raises."""
        job = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        try:
            self._pipe.send_bytes(pickle.dumps(limits))
            self._pipe.send_bytes(job)
            del job
            answer = self._pipe.recv_bytes()
            self.resident_bytes = int.from_bytes(self._pipe.recv_bytes(), "little")
        except (EOFError, OSError) as cause:
            status = self.end()
            raise WorkerDied(f"The worker ended with status {status} in the middle of its job.", status) from cause
        return pickle.loads(answer)  # type: ignore[no-any-return]

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> int:
        """Blocks until the process is gone, by itself or by force. Returns its exit status."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            return self._process.wait(END_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()


def serve(pipe_fd: int) -> None:
    """The worker's life: jobs in, answers out."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # they reach whole groups; the parent, draining, decides when to end
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _raise_oom_score()
    give_way()
    pipe = Connection(pipe_fd)
    set_limit("RLIMIT_NOFILE", MAX_FILES)
    while True:
        limits: Limits = pickle.loads(pipe.recv_bytes())
        set_limit("RLIMIT_DATA", limits.memory_bytes)  # the job's bytes count too
        set_limit("RLIMIT_CPU", math.ceil(time.process_time()) + limits.cpu_s)
        pipe.send_bytes(_run_next_job(pipe))
        pipe.send_bytes(resident_bytes_after_trim().to_bytes(8, "little"))


def _raise_oom_score() -> None:
    """Where the container runs out of memory all the same, a worker is to go before the service. Some containers keep
    /proc read-only: there the kernel chooses by size."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)


def _run_next_job(pipe: Connection) -> bytes:
    """The next job's answer. Neither the job's bytes nor its arguments are kept here while its answer is made."""
    job = pipe.recv_bytes()
    try:
        function, args = pickle.loads(job)
        del job
        work = partial(function, *args)
        del args
        return pickle.dumps(Answer(work()), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return _failure(error, traceback.format_exc())


def _failure(error: Exception, text: str) -> bytes:
    try:
        answer = pickle.dumps(Answer(error=error, traceback=text))
        pickle.loads(answer)
    except Exception:  # an exception class whose arguments are not its message does not come back
        return pickle.dumps(Answer(error=RuntimeError(f"{type(error).__name__}: {error}"), traceback=text))
    return answer

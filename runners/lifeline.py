"""How the service's processes end in order: runners leave when the gateway has, and nobody outlives who started him.

The process that starts the others (`runners.arbiter`) opens a pipe that nothing is written to. The gateway keeps its
writing end, runners close theirs: what they read ends when the gateway is gone and no other will be started.
"""

from __future__ import annotations

import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from aural.settings import LIFELINE, inherited_descriptors
from aural.workers.limits import give_way

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
MARGIN_S = 5.0
"""Beyond the longest request: whoever is not gone by then is killed."""
PARENT_LOOK_S = 1.0


@dataclass(frozen=True)
class Lifeline:
    """Both ends of the pipe, as descriptors."""

    read_end: int
    write_end: int

    @classmethod
    def open(cls) -> Self:
        """In the process that starts the others, which inherit it."""
        ends = cls(*os.pipe())
        for end in (ends.read_end, ends.write_end):
            os.set_inheritable(end, True)
        return ends

    @classmethod
    def inherited(cls) -> Self | None:
        """None in a process that was not started by `runners.arbiter`."""
        ends = inherited_descriptors()
        return cls(*ends) if ends else None

    @property
    def environment(self) -> dict[str, str]:
        return {LIFELINE: f"{self.read_end},{self.write_end}"}

    def close(self) -> None:
        os.close(self.read_end)
        os.close(self.write_end)

    def wait_for_its_end(self) -> None:
        """Blocks until every process that holds the writing end is gone."""
        os.read(self.read_end, 1)


def take_over_stop_signals(act: Callable[[], None]) -> Callable[[], None]:
    """From now on SIGTERM and SIGINT call `act`, in the main thread; what is returned does what the server would have
    done: it ends when its open requests have."""
    servers_own = signal.getsignal(signal.SIGTERM)
    assert callable(servers_own), "uvicorn handles signals before it starts the service"
    for signum in STOP_SIGNALS:
        signal.signal(signum, lambda _signum, _frame: act())
    return lambda: servers_own(signal.SIGTERM, None)


@contextmanager
def outliving_gateway(deadline_s: float) -> Iterator[None]:
    """Around the loading of a runner's model. From then on the runner ends when the gateway has; told to stop before,
    it goes on for the requests that the gateway has taken, no longer than the longest of them may last.

    While it loads, it ends at once with the gateway: nobody waits for it. Its priority is lower than the gateway's.
    """
    lifeline = Lifeline.inherited()
    close_foreign_sockets()
    if lifeline is None:
        yield
        return
    give_way()
    os.close(lifeline.write_end)
    leave: list[Callable[[], None]] = []

    def end_with_gateway() -> None:
        lifeline.wait_for_its_end()
        if leave:
            leave[0]()
        else:
            os._exit(0)

    threading.Thread(target=end_with_gateway, daemon=True, name="lifeline").start()
    yield

    def leave_after_longest() -> None:
        timer = threading.Timer(deadline_s + MARGIN_S, leave[0])
        timer.daemon = True
        timer.start()

    leave.append(take_over_stop_signals(leave_after_longest))


def end_with_parent() -> None:
    """In the gateway: SIGTERM to itself where the process that started it is gone, which could start it no more."""
    if Lifeline.inherited() is None:
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_LOOK_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def close_foreign_sockets() -> None:
    """Closes the listening sockets that a process of the service inherits for others: a runner has no business with the
    public one, a port is to be free when the gateway is gone, and a runner's when it is."""
    if "--fd" not in sys.argv or not os.path.isdir("/dev/fd"):
        return
    own = int(sys.argv[sys.argv.index("--fd") + 1])
    for descriptor in sorted(int(name) for name in os.listdir("/dev/fd")):
        if descriptor != own and _listens(descriptor):
            os.close(descriptor)


def _listens(descriptor: int) -> bool:
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return False
        with socket.socket(fileno=os.dup(descriptor)) as one:
            return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:  # the listing's own descriptor is closed by now
        return False

"""What starts the service's processes and ends them: BentoML's arbiter, with what it lacks.

Told to stop, BentoML's removes the runners' sockets first, ends all processes at once, and waits for them for a day;
told a second time, or while it is looking after a process, it only logs that it is busy. A process that died is missed
up to ten seconds later, and in a container one of several never.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import circus.arbiter  # type: ignore[import-untyped]
import psutil
from bentoml._internal.configuration.containers import BentoMLContainer
from bentoml._internal.utils import circus as bentoml_circus
from tornado import gen

from aural.settings import METRICS_FOLDER
from runners.lifeline import MARGIN_S, Lifeline

LOOK_S = 1.0
"""Between two looks at whether all processes live."""
BUSY_PAUSE_S = 0.05
KILLED_S = 2.0


class SupervisedArbiter(bentoml_circus.Arbiter):
    """Ends in order and in time. `patience_s`: until what has not ended by itself is killed."""

    patience_s = 60.0 + MARGIN_S

    def __init__(self, watchers: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(watchers, *args, **{**kwargs, "check_delay": LOOK_S})
        self._lifeline: Lifeline | None = None
        self._told_to_stop = False
        for watcher in watchers:
            watcher.graceful_timeout = self.patience_s
            if watcher.env and METRICS_FOLDER in watcher.env:
                self.exit_stack.callback(shutil.rmtree, watcher.env[METRICS_FOLDER], ignore_errors=True)

    def start(self, cb: Callable[[Any], Any] | None = None) -> None:
        try:
            super().start(cb)
        finally:
            self.exit_stack.close()

    def stop(self) -> Any:
        """At each signal. The second ends everything at once, with status 1."""
        if self._told_to_stop:
            self._kill_all()
        self._told_to_stop = True
        return self._stop_when_free()

    @gen.coroutine
    def _stop_when_free(self) -> Any:
        while self._exclusive_running_command is not None:
            yield gen.sleep(BUSY_PAUSE_S)
        for one in self.sockets.values():
            if not one.is_unix:
                one.close()  # who connects when the gateway has gone is refused, not left waiting for us
        yield circus.arbiter.Arbiter.stop(self)  # BentoML's own would remove the runners' sockets first

    def _start_watchers(self, *args: Any, **kwargs: Any) -> Any:
        self._lifeline = Lifeline.open()
        for watcher in self.watchers:
            watcher.env = {**(watcher.env or {}), **self._lifeline.environment}
        return super()._start_watchers(*args, **kwargs)

    def _stop_watchers(self, *args: Any, **kwargs: Any) -> Any:
        if self._lifeline is not None:
            self._lifeline.close()
            self._lifeline = None
        return super()._stop_watchers(*args, **kwargs)

    @gen.coroutine
    def manage_watchers(self) -> Any:
        """Each LOOK_S: who died is started again; in a container, which is to be started again as a whole, all end."""
        if self._stopping or self._exclusive_running_command is not None:
            return
        for watcher in self.watchers:
            lacking = watcher.numprocesses - len(watcher.get_active_processes())
            if lacking and not watcher.respawn:
                self._exception = RuntimeError(f"{lacking} of {watcher.numprocesses} processes of {watcher.name} died.")
                self._close_socket_of(watcher)
                yield self._stop_when_free()
                return
        yield super().manage_watchers()

    def _close_socket_of(self, watcher: Any) -> None:
        """Who still waits for the dead one learns of it at once."""
        socket_of_it = self.sockets.get(watcher.name.removeprefix("service_"))
        if socket_of_it is not None:
            socket_of_it.close()

    def _kill_all(self) -> None:
        children = psutil.Process().children(recursive=True)
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children, timeout=KILLED_S)
        self.exit_stack.close()
        os._exit(1)


def supervise(deadline_s: float) -> None:
    """In the process that is about to start the others: from here on BentoML makes its arbiter ours, and its metrics
    lie in a folder of this service alone. `deadline_s`: of the longest request."""
    SupervisedArbiter.patience_s = deadline_s + MARGIN_S
    bentoml_circus.Arbiter = SupervisedArbiter  # type: ignore[misc]
    folder = Path(BentoMLContainer.bentoml_home.get()) / "prometheus"
    _remove_abandoned(folder)
    BentoMLContainer.prometheus_multiproc_dir.set(str(folder / f"{socket.gethostname()}.{os.getpid()}"))


def _remove_abandoned(folder: Path) -> None:
    """Metrics of services of this machine that were killed."""
    for old in folder.glob(f"{socket.gethostname()}.*"):
        pid = old.suffix.removeprefix(".")
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(old, ignore_errors=True)

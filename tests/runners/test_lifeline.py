"""Runners outlive the gateway, and nobody outlives both."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aural.settings import LIFELINE
from examples.serving import ROOT
from runners.lifeline import Lifeline

RUNNER = """
    import signal, sys, threading, time
    from runners.lifeline import outliving_gateway

    left = threading.Event()
    signal.signal(signal.SIGTERM, lambda signum, frame: left.set())  # as uvicorn does it
    with outliving_gateway({deadline_s}):
        print("loading", flush=True)
        {loading}
    print("ready", flush=True)
    while not left.wait(0.02):
        pass
    print("left", flush=True)
"""


@contextmanager
def runner(
    lifeline: Lifeline | None, *, deadline_s: float = 600.0, loading: str = "pass", arguments: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[str]]:
    code = textwrap.dedent(RUNNER).format(deadline_s=deadline_s, loading=loading)
    told = lifeline.environment if lifeline else {}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**{name: value for name, value in os.environ.items() if name != LIFELINE}, **told},
        stdout=subprocess.PIPE,
        text=True,
        close_fds=False,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_runner_that_is_told_to_stop_waits_for_the_gateway() -> None:
    lifeline = Lifeline.open()
    with runner(lifeline) as process:
        assert [said(process), said(process)] == ["loading", "ready"]
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            process.send_signal(signum)
        time.sleep(0.3)
        assert process.poll() is None
        lifeline.close()  # as when the gateway is gone
        assert said(process) == "left"
        assert process.wait(30) == 0


def test_it_goes_with_the_gateway_though_nobody_told_it() -> None:
    lifeline = Lifeline.open()
    with runner(lifeline) as process:
        assert [said(process), said(process)] == ["loading", "ready"]
        lifeline.close()
        assert said(process) == "left"


def test_it_does_not_wait_longer_than_the_longest_request_may_last(monkeypatch: pytest.MonkeyPatch) -> None:
    lifeline = Lifeline.open()
    with runner(lifeline, deadline_s=-4.5) as process:  # and five seconds
        assert [said(process), said(process)] == ["loading", "ready"]
        process.send_signal(signal.SIGTERM)
        assert said(process) == "left"
    lifeline.close()


def test_while_it_loads_it_ends_with_the_gateway_at_once() -> None:
    lifeline = Lifeline.open()
    with runner(lifeline, loading="time.sleep(600)") as process:
        assert said(process) == "loading"
        lifeline.close()
        assert process.wait(30) == 0


def test_alone_on_a_machine_it_ends_as_the_server_does() -> None:
    with runner(None) as process:
        assert [said(process), said(process)] == ["loading", "ready"]
        process.send_signal(signal.SIGTERM)
        assert said(process) == "left"


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="descriptors are not listed here")
def test_it_closes_the_sockets_that_others_listen_on() -> None:
    own, public = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    for one in (own, public):
        one.set_inheritable(True)
    address = public.getsockname()
    with own, public, runner(None, arguments=("--fd", str(own.fileno()))) as process:
        assert [said(process), said(process)] == ["loading", "ready"]
        public.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5)
        socket.create_connection(own.getsockname(), timeout=5).close()
        assert process.poll() is None

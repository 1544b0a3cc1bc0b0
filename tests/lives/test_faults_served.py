"""Each process of the service is halted and killed under load; at last they are all told to stop at once."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from aural.workers.limits import NICE
from tests.lives.conftest import Processes
from tests.lives.load import Load, ask
from tests.lives.stopped import stop_under_load
from tests.serving import Served, serve

DEADLINE_S = 60.0
SETTINGS = {"AURAL_DEADLINE_S": f"{DEADLINE_S:g}", "AURAL_WORKERS": "2"}
TARGET = "tests.http.humming_service:AuralArchitect"
HEALED_S = 45.0
"""15 s on a machine that does nothing else, of which half is what a runner takes to load."""
RUNNERS = ("pitch", "feeling", "composer")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("l"), SETTINGS, target=TARGET) as served:
        yield served


@contextlib.contextmanager
def halted(process: psutil.Process, seconds: float) -> Iterator[None]:
    process.suspend()
    try:
        time.sleep(seconds)
        yield
    finally:
        process.resume()


@pytest.mark.parametrize(("role", "seconds"), [("pitch", 1.5), ("feeling", 1.5), ("composer", 8.0)])
def test_a_runner_that_is_halted(served: Served, role: str, seconds: float) -> None:
    """A short halt is waited out; a longer one than the watch's patience is told by /health and /readyz."""
    load = Load(served)
    with load.running():
        time.sleep(0.5)
        with halted(Processes(served).of(role), seconds):
            unwell = {path: load.unwell(path) for path in ("/health", "/readyz")}
        load.healed_after_s(time.monotonic(), HEALED_S)
    load.assert_contract()
    load.assert_probes_quick()
    if seconds > 6:
        assert all(unwell.values()), "five seconds without a word, and the second until it is asked again"


def test_a_gateway_that_is_halted_answers_late_and_right(served: Served) -> None:
    load = Load(served)
    with load.running():
        time.sleep(0.5)
        with halted(Processes(served).of("gateway"), 2.0):
            pass
        load.healed_after_s(time.monotonic(), HEALED_S)
    assert {one.status for one in load.answers} == {200}
    load.assert_contract()


def test_workers_that_are_halted_make_it_late(served: Served) -> None:
    load = Load(served)
    with load.running(), contextlib.ExitStack() as both:
        for worker in Processes(served).workers():
            both.enter_context(halted(worker, 1.0))
        load.assert_probes_quick()
    load.healed_after_s(time.monotonic(), HEALED_S)
    load.assert_contract()


@pytest.mark.parametrize("count", [1, 2])
def test_workers_that_are_killed_cost_nobody_anything(served: Served, count: int) -> None:
    """Two: all that there are."""
    load = Load(served)
    with load.running():
        time.sleep(0.5)
        for worker in Processes(served).workers()[:count]:
            worker.kill()
        load.healed_after_s(time.monotonic(), HEALED_S)
    assert {one.status for one in load.answers} == {200}
    load.assert_contract()
    load.assert_probes_quick()


@pytest.mark.parametrize("role", RUNNERS)
def test_a_runner_that_is_killed_is_back(served: Served, role: str) -> None:
    load, processes = Load(served), Processes(served)
    with load.running():
        time.sleep(0.5)
        processes.of(role).kill()
        load.healed_after_s(time.monotonic(), HEALED_S)
    load.assert_contract()
    load.assert_probes_quick()


def test_a_gateway_that_is_killed_is_back_and_its_workers_are_gone(served: Served) -> None:
    load, processes = Load(served), Processes(served)
    with load.running():
        time.sleep(0.5)
        workers, gateway = processes.workers(), processes.of("gateway")
        gateway.kill()
        load.healed_after_s(time.monotonic(), 2 * HEALED_S)  # its workers warm up, and it listens to a clip first
    load.assert_contract(broken=True)
    assert psutil.wait_procs(workers, timeout=10)[1] == []


def test_runners_do_not_hold_the_public_socket(served: Served) -> None:
    port = int(served.url.rsplit(":", 1)[1])
    processes = Processes(served)
    listening = {
        role: {connection.laddr.port for connection in processes.of(role).net_connections("tcp")}
        for role in (*RUNNERS, "gateway")
    }
    assert [role for role, ports in listening.items() if port in ports] == ["gateway"]


def test_what_computes_gives_way_to_what_answers(served: Served) -> None:
    processes = Processes(served)
    computing = [*map(processes.of, RUNNERS), *processes.workers()]
    assert {one.nice() for one in computing} == {processes.of("gateway").nice() + NICE}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets another process's limits")
def test_a_gateway_without_descriptors_serves_again_when_there_are_some(served: Served) -> None:
    """Connections that it cannot accept wait; who was inside is served."""
    gateway = Processes(served).of("gateway")
    before = gateway.rlimit(psutil.RLIMIT_NOFILE)
    host, port = served.url.removeprefix("http://").split(":")
    load = Load(served)
    gateway.rlimit(psutil.RLIMIT_NOFILE, (gateway.num_fds() + 6, before[1]))
    try:
        with contextlib.ExitStack() as connections:
            for _ in range(40):
                connections.enter_context(socket.create_connection((host, int(port)), timeout=10))
            time.sleep(1.0)
            assert gateway.is_running()
    finally:
        gateway.rlimit(psutil.RLIMIT_NOFILE, before)
    load.healed_after_s(time.monotonic(), HEALED_S)
    load.assert_contract()
    assert gateway.pid == Processes(served).of("gateway").pid, "it did not end of it"


def test_two_services_share_a_home_and_neither_touches_the_others_metrics(served: Served) -> None:
    """The second one ends as its starter is killed: with nobody left, and the first one none the wiser."""

    def served_requests(one: Served) -> float:
        text = httpx.get(f"{one.url}/metrics", timeout=30).text
        rows = re.findall(r'^aural_takes_total{.*?outcome="done".*?} (\S+)$', text, re.MULTILINE)
        return sum(float(value) for value in rows)

    ask(served, "/generate")
    before = served_requests(served)
    own = {**SETTINGS, "AURAL_WORKERS": "1", "BENTOML_HOME": str(served.home / "bentoml")}
    with serve(served.home / "2", own, target=TARGET) as second:
        assert served_requests(second) == 0
        ask(second, "/generate")
        assert (served_requests(second), served_requests(served)) == (1, before)
        family = psutil.Process(second.process.pid).children(recursive=True)
        stopped = stop_under_load(second, lambda main: main.kill(), clients=4, seconds=20.0, patience_s=10.0)
        assert psutil.wait_procs(family, timeout=DEADLINE_S + 5.0)[1] == []
        assert [one for one in stopped.lost if one.outcome != "stopping"] == []
    ask(served, "/generate")
    assert served_requests(served) == before + 1


def test_a_signal_to_every_process_at_once_loses_nothing(served: Served) -> None:
    """What a supervisor does that signals a whole group; the last test here, since nothing is left."""

    def tell(main: psutil.Process) -> None:
        for process in (*main.children(recursive=True), main):
            process.send_signal(signal.SIGINT)

    stopped = stop_under_load(served, tell, seconds=20.0)
    assert stopped.lost == []
    assert stopped.finished_late >= 1, stopped.outcomes
    assert stopped.gone_s < DEADLINE_S + 5.0
    assert stopped.left_over == []

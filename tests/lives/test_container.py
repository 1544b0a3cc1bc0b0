"""In a container nothing is started again inside: a process that dies ends the service, with a code, for the container
to be started again; what can still be answered is answered first."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest

from tests.lives.conftest import Processes
from tests.lives.load import Load
from tests.serving import Served, serve

TARGET = "tests.http.humming_service:AuralArchitect"
SETTINGS = {"BENTOML_CONTAINERIZED": "true", "AURAL_WORKERS": "1", "AURAL_DEADLINE_S": "20"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("l"), SETTINGS, target=TARGET) as served:
        yield served


def test_a_runner_that_is_killed_ends_the_service_with_a_code(served: Served) -> None:
    load, processes = Load(served), Processes(served)
    family = psutil.Process(served.process.pid).children(recursive=True)
    with load.running():
        time.sleep(0.5)
        began_s = time.monotonic()
        processes.of("feeling").kill()
        status = served.process.wait(25.0)
        gone_s = time.monotonic() - began_s
    assert status == 1
    assert gone_s < 15.0, "before the deadline of who waited for it"
    assert psutil.wait_procs(family, timeout=5.0)[1] == []
    told = [one for one in load.answers if one.status != 0 or one.began_s < began_s]
    load.answers[:] = told
    load.assert_contract()
    assert "1 of 1 processes of service_feeling died." in served.log()

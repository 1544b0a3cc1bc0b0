"""The pretrained set, on small checkpoints: its runners are halted and killed under load, and at last it is told to
stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lives.conftest import Processes
from tests.lives.load import Load
from tests.lives.stopped import stop_under_load
from tests.serving import Served, serve

HEALED_S = 90.0
"""Most of it is what torch and transformers take to be imported."""


@pytest.fixture(scope="module")
def pretrained(hub_cache: Path, no_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    environment = {
        "AURAL_MODELS": "pretrained",
        "AURAL_WEIGHTS": str(hub_cache),
        "AURAL_WEIGHTS_RECORD": str(no_record),
        "AURAL_COMPOSER_THREADS": "1",
        "AURAL_WORKERS": "1",
        "OMP_NUM_THREADS": "1",
    }
    with serve(tmp_path_factory.mktemp("l"), environment) as served:
        yield served


@pytest.mark.parametrize("role", ["feeling", "composer"])
def test_a_runner_that_is_halted_and_then_killed(pretrained: Served, role: str) -> None:
    load, processes = Load(pretrained), Processes(pretrained)
    with load.running():
        time.sleep(0.5)
        processes.of(role).suspend()
        time.sleep(1.0)
        processes.of(role).kill()
        load.healed_after_s(time.monotonic(), HEALED_S)
    load.assert_contract()
    load.assert_probes_quick()


def test_sigterm_under_load_loses_nothing(pretrained: Served) -> None:
    stopped = stop_under_load(pretrained, clients=4, seconds=4.0)
    assert stopped.lost == []
    assert stopped.finished_late >= 1, stopped.outcomes
    assert stopped.left_over == []

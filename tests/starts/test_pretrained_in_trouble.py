"""The pretrained set, on small checkpoints: its runners are halted and killed under load, and at last it is told to
stop."""

from __future__ import annotations

import time

from tests.lives.conftest import Processes
from tests.lives.load import Load
from tests.lives.stopped import stop_under_load
from tests.serving import Served

HEALED_S = 90.0
"""Most of it is what torch and transformers take to be imported."""
RUNNERS = ("feeling", "composer")
"""Listening asks the first of them, composing from words alone the other: each call has its own trouble."""


def test_runners_that_are_halted_and_then_killed(pretrained: Served) -> None:
    load, processes = Load(pretrained), Processes(pretrained)
    with load.running():
        time.sleep(0.5)
        halted = [processes.of(role) for role in RUNNERS]
        for runner in halted:
            runner.suspend()
        time.sleep(1.0)
        for runner in halted:
            runner.kill()
        load.healed_after_s(time.monotonic(), HEALED_S)
    load.assert_contract()
    load.assert_probes_quick()
    assert not {processes.of(role).pid for role in RUNNERS} & {runner.pid for runner in halted}


def test_sigterm_under_load_loses_nothing(pretrained: Served) -> None:
    stopped = stop_under_load(pretrained, clients=4, seconds=4.0)
    assert stopped.lost == []
    assert stopped.finished_late >= 1, stopped.outcomes
    assert stopped.left_over == []

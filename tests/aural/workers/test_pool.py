"""A job that crashes, hangs or is given up costs itself only."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from aural.errors import CannotFinishInTime, DeadlineExceeded
from aural.workers.pool import WorkerDied, Workers
from tests.aural.workers.errands import (
    allocate,
    die_by,
    die_while_answering,
    double,
    fail_to_warm_up,
    raise_awkward,
    refuse_with_extra,
    sleep_then,
    state,
    wait_for,
    warm_up,
    warm_where,
)

Result = TypeVar("Result")
LONG_S = 1200.0
PATIENT_S = 100.0  # for what is done in an instant, on a machine that has much else to do


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What waits for LONG_S never comes to its end."""
    return asyncio.run(asyncio.wait_for(coroutine, LONG_S / 10))


async def with_workers(count: int, jobs: Any, **how: Any) -> Any:
    async with Workers(count, **how) as workers:
        return await jobs(workers)


def test_arrays_go_there_and_come_back() -> None:
    samples = np.random.default_rng(0).standard_normal(1_500_000).astype(np.float32)

    async def jobs(workers: Workers) -> Any:
        return await workers.run(double, samples, timeout_s=PATIENT_S)

    assert np.array_equal(run(with_workers(1, jobs)), 2 * samples)


def test_jobs_run_side_by_side_in_other_processes() -> None:
    async def jobs(workers: Workers) -> set[int]:
        # More jobs than workers: the rest waits its turn.
        async def pid_after_a_while() -> int:
            await workers.run(time.sleep, 0.05, timeout_s=PATIENT_S)
            return await workers.run(os.getpid, timeout_s=PATIENT_S)

        return set(await asyncio.gather(*(pid_after_a_while() for _ in range(9))))

    pids = run(with_workers(3, jobs))
    assert len(pids) == 3
    assert os.getpid() not in pids


@pytest.mark.parametrize("signum", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_crash_costs_its_own_job_only(signum: int) -> None:
    async def jobs(workers: Workers) -> list[Any]:
        crash = workers.run(die_by, signum, timeout_s=PATIENT_S)
        others = [workers.run(sleep_then, 0.3, i, timeout_s=PATIENT_S) for i in range(3)]
        outcomes = await asyncio.gather(crash, *others, return_exceptions=True)
        again = await asyncio.gather(*(workers.run(sleep_then, 0.1, i, timeout_s=PATIENT_S) for i in range(8)))
        return [*outcomes, again]

    crash, *others, again = run(with_workers(4, jobs))
    assert isinstance(crash, WorkerDied)
    assert f"status -{int(signum)} " in str(crash)
    assert others == [0, 1, 2]
    assert again == list(range(8))


def test_a_worker_that_is_killed_in_the_middle_of_its_answer_harms_nobody() -> None:
    async def jobs(workers: Workers) -> list[Any]:
        crash = workers.run(die_while_answering, timeout_s=PATIENT_S)
        others = [workers.run(sleep_then, 0.1, i, timeout_s=PATIENT_S) for i in range(6)]
        return await asyncio.gather(crash, *others, return_exceptions=True)

    crash, *others = run(with_workers(2, jobs))
    assert isinstance(crash, WorkerDied)
    assert others == list(range(6))


def test_a_worker_that_died_while_idle_is_replaced_unnoticed() -> None:
    async def jobs(workers: Workers) -> int:
        os.kill(await workers.run(os.getpid, timeout_s=PATIENT_S), signal.SIGKILL)
        await asyncio.sleep(0.1)
        return await workers.run(double, 21, timeout_s=PATIENT_S)

    assert run(with_workers(1, jobs)) == 42


def test_time_that_is_over_ends_the_job_and_its_process() -> None:
    async def jobs(workers: Workers) -> int:
        pid: int = await workers.run(os.getpid, timeout_s=PATIENT_S)
        with pytest.raises(DeadlineExceeded, match=r"not done after 0\.2 s"):
            await workers.run(time.sleep, LONG_S, timeout_s=0.2)
        assert await workers.run(double, 1, timeout_s=PATIENT_S) == 2
        return pid

    pid = run(with_workers(1, jobs))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_wait_for_a_free_worker_counts(tmp_path: Path) -> None:
    mark = tmp_path / "go on"

    async def jobs(workers: Workers) -> int:
        long = asyncio.create_task(workers.run(wait_for, str(mark), 7, timeout_s=LONG_S))
        await asyncio.sleep(0.05)
        with pytest.raises(DeadlineExceeded):
            await workers.run(double, 1, timeout_s=0.2)
        mark.touch()
        return await long

    assert run(with_workers(1, jobs)) == 7, "who ran is not disturbed by who gave up waiting"


@pytest.mark.parametrize("timeout_s", [0.0, -0.2])
def test_a_job_that_is_late_is_refused_and_no_worker_dies_of_it(timeout_s: float) -> None:
    async def jobs(workers: Workers) -> tuple[int, int]:
        before = await workers.run(os.getpid, timeout_s=PATIENT_S)
        with pytest.raises(DeadlineExceeded, match="No time is left"):
            await workers.run(os.getpid, timeout_s=timeout_s)
        return before, await workers.run(os.getpid, timeout_s=PATIENT_S)

    before, after = run(with_workers(1, jobs))
    assert before == after


def test_a_cancelled_caller_ends_its_job() -> None:
    async def jobs(workers: Workers) -> tuple[int, int]:
        pid = await workers.run(os.getpid, timeout_s=PATIENT_S)
        given_up = asyncio.create_task(workers.run(time.sleep, LONG_S, timeout_s=LONG_S))
        await asyncio.sleep(0.1)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        return pid, await workers.run(os.getpid, timeout_s=PATIENT_S)

    before, after = run(with_workers(1, jobs))
    assert before != after


def test_errors_for_the_caller_arrive_whole() -> None:
    async def jobs(workers: Workers) -> CannotFinishInTime:
        with pytest.raises(CannotFinishInTime) as refused:
            await workers.run(refuse_with_extra, timeout_s=PATIENT_S)
        return refused.value

    error = run(with_workers(1, jobs))
    assert (error.sentence, error.retry_after_s) == ("Too much.", 3.0)
    assert error.extra == {"longest_duration_s": 12.5}
    assert "refuse_with_extra" in str(error.__cause__), "the worker's traceback comes along"


def test_what_cannot_be_pickled_is_an_error_and_the_worker_lives_on() -> None:
    async def jobs(workers: Workers) -> tuple[int, int]:
        before = await workers.run(os.getpid, timeout_s=PATIENT_S)
        with pytest.raises(RuntimeError, match="AwkwardError: 1 and 2"):
            await workers.run(raise_awkward, timeout_s=PATIENT_S)
        with pytest.raises((AttributeError, TypeError)):
            await workers.run(threading.Lock, timeout_s=PATIENT_S)
        with pytest.raises((AttributeError, TypeError)):
            await workers.run(double, lambda: None, timeout_s=PATIENT_S)
        return before, await workers.run(os.getpid, timeout_s=PATIENT_S)

    before, after = run(with_workers(1, jobs))
    assert before == after


def test_workers_are_warm_and_single_threaded() -> None:
    async def jobs(workers: Workers) -> tuple[Any, ...]:
        return tuple(await asyncio.gather(*(workers.run(state, timeout_s=PATIENT_S) for _ in range(2))))

    assert run(with_workers(2, jobs, warm_up=warm_up)) == ((True, "1"), (True, "1"))


def test_a_warm_up_that_fails_is_seen_at_the_start() -> None:
    with pytest.raises(ValueError, match="no weights"):
        run(with_workers(2, double, warm_up=fail_to_warm_up))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory this way")
def test_memory_is_limited() -> None:
    async def jobs(workers: Workers) -> int:
        with pytest.raises(MemoryError):
            await workers.run(allocate, 2**30, timeout_s=PATIENT_S)
        with pytest.raises(MemoryError):
            await workers.run(allocate, 2**20, timeout_s=PATIENT_S, memory_bytes=2**20)
        assert await workers.run(allocate, 2**30, timeout_s=PATIENT_S, memory_bytes=2**31) == 2**30
        with pytest.raises((MemoryError, WorkerDied)):
            await workers.run(len, bytes(2**28), timeout_s=PATIENT_S, memory_bytes=2**28)
        return await workers.run(allocate, 2**20, timeout_s=PATIENT_S)

    assert run(with_workers(1, jobs)) == 2**20


def test_stopping_ends_what_still_runs() -> None:
    async def stop_in_the_middle() -> None:
        workers = Workers(2)
        await workers.start()
        running = asyncio.create_task(workers.run(time.sleep, LONG_S, timeout_s=LONG_S))
        await asyncio.sleep(0.1)
        await workers.stop()
        with pytest.raises(WorkerDied):
            await running

    run(stop_in_the_middle())


def test_a_pool_that_could_not_warm_up_can_be_started_again(tmp_path: Path) -> None:
    mark = tmp_path / "no memory"
    mark.touch()

    async def scene() -> int:
        workers = Workers(2, partial(warm_where, str(mark)))
        with pytest.raises(AssertionError):
            await workers.start()
        mark.unlink()
        await workers.start()
        try:
            return await workers.run(double, 21, timeout_s=PATIENT_S)
        finally:
            await workers.stop()
            await workers.stop()

    assert asyncio.run(scene()) == 42

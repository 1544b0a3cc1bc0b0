"""What a worker may have, whose fault its end is, and what it gives back."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from aural.workers import pool
from aural.workers.pool import WorkerDied, Workers
from tests.aural.workers.errands import (
    allocate_and_free,
    allocate_and_keep,
    compute,
    die_by,
    die_once_by,
    double,
    open_files,
    sleep_then,
    wait_for,
)
from tests.aural.workers.test_pool import PATIENT_S, run, with_workers

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process this way")
MB = 2**20


async def resident_mb(workers: Workers) -> float:
    pid = await workers.run(os.getpid, timeout_s=PATIENT_S)
    resident: int = psutil.Process(pid).memory_info().rss
    return resident / MB


def test_a_job_whose_worker_is_killed_from_outside_is_done_again(tmp_path: Path) -> None:
    async def jobs(workers: Workers) -> list[int]:
        marks = [str(tmp_path / str(number)) for number in range(2)]
        killed = (workers.run(die_once_by, signal.SIGKILL, mark, 7, timeout_s=PATIENT_S) for mark in marks)
        return await asyncio.gather(*killed)

    assert run(with_workers(2, jobs)) == [7, 7], "both workers at once"


def test_once_and_not_for_ever(tmp_path: Path) -> None:
    async def jobs(workers: Workers) -> WorkerDied:
        with pytest.raises(WorkerDied) as died:
            await workers.run(die_by, signal.SIGKILL, timeout_s=PATIENT_S)
        assert await workers.run(double, 1, timeout_s=PATIENT_S) == 2
        return died.value

    assert run(with_workers(1, jobs)).killed_from_outside


def test_a_job_that_crashes_by_itself_is_not_done_again(tmp_path: Path) -> None:
    async def jobs(workers: Workers) -> WorkerDied:
        with pytest.raises(WorkerDied) as died:
            await workers.run(die_once_by, signal.SIGSEGV, str(tmp_path / "mark"), 7, timeout_s=PATIENT_S)
        return died.value

    died = run(with_workers(2, jobs))
    assert (died.status, died.killed_from_outside, died.out_of_cpu_time) == (-signal.SIGSEGV, False, False)


def test_a_killed_job_is_done_again_within_its_time_alone() -> None:
    async def jobs(workers: Workers) -> float:
        job = asyncio.create_task(workers.run(sleep_then, 600.0, 1, timeout_s=2.0))
        await asyncio.sleep(0.3)
        for worker in workers._all:
            worker.kill()
        began_s = time.monotonic()
        with pytest.raises(Exception, match=r"not done after 2\.0 s"):
            await job
        return time.monotonic() - began_s

    assert run(with_workers(1, jobs)) < 20


@only_linux
def test_cpu_time_is_limited_by_job() -> None:
    async def jobs(workers: Workers) -> WorkerDied:
        for _ in range(2):  # each has its own second
            assert await workers.run(compute, 0.9, timeout_s=PATIENT_S, cpu_s=2) == 0.9
        with pytest.raises(WorkerDied) as died:
            await workers.run(compute, 60.0, timeout_s=PATIENT_S, cpu_s=1)
        assert await workers.run(double, 1, timeout_s=PATIENT_S) == 2
        return died.value

    died = run(with_workers(1, jobs))
    assert (died.out_of_cpu_time, died.killed_from_outside) == (True, False)


@only_linux
def test_descriptors_are_limited_and_the_worker_lives_on() -> None:
    async def jobs(workers: Workers) -> tuple[int, int]:
        before = await workers.run(os.getpid, timeout_s=PATIENT_S)
        with pytest.raises(OSError, match="Too many open files"):
            await workers.run(open_files, 200, timeout_s=PATIENT_S)
        assert await workers.run(open_files, 60, timeout_s=PATIENT_S) == 60
        return before, await workers.run(os.getpid, timeout_s=PATIENT_S)

    before, after = run(with_workers(1, jobs))
    assert before == after


@only_linux
def test_what_a_job_freed_is_given_back() -> None:
    async def jobs(workers: Workers) -> tuple[float, float]:
        before = await resident_mb(workers)
        await workers.run(allocate_and_free, 700 * MB, timeout_s=PATIENT_S)
        return before, await resident_mb(workers)

    before, after = run(with_workers(1, jobs))
    assert after - before < 50


@only_linux
def test_a_worker_that_keeps_too_much_is_renewed_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "RENEW_BYTES", 200 * MB)

    async def jobs(workers: Workers) -> Any:
        heavy = await workers.run(allocate_and_keep, 300 * MB, timeout_s=PATIENT_S)
        renewing = {await workers.run(os.getpid, timeout_s=PATIENT_S)}
        while (pid := await workers.run(os.getpid, timeout_s=PATIENT_S)) == heavy:
            renewing.add(pid)
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        return heavy, renewing, pid, len(workers._all), psutil.pid_exists(heavy)

    heavy, renewing, after, count, lives = run(with_workers(1, jobs))
    assert renewing == {heavy}, "it works on until the other is warm"
    assert after != heavy
    assert (count, lives) == (1, False)


@only_linux
def test_a_heavy_worker_that_is_busy_then_ends_after_its_job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pool, "RENEW_BYTES", 200 * MB)
    mark = tmp_path / "another is there"

    async def until_there_are(count: int, workers: Workers) -> None:
        async with asyncio.timeout(PATIENT_S):
            while len(workers._all) != count or workers._replacing:
                await asyncio.sleep(0.01)

    async def jobs(workers: Workers) -> int:
        await workers.run(allocate_and_keep, 300 * MB, timeout_s=PATIENT_S)
        busy = asyncio.create_task(workers.run(wait_for, str(mark), 5, timeout_s=PATIENT_S))
        await until_there_are(2, workers)
        assert not busy.done()
        mark.touch()
        done = await busy
        await until_there_are(1, workers)
        return done

    assert run(with_workers(1, jobs)) == 5

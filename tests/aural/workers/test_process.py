"""No worker outlives its parent, and no parent's `__main__` runs twice."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

PARENT = """
    import asyncio, os, sys, time
    print("main runs", flush=True)
    from aural.workers.pool import Workers

    async def main():
        workers = Workers(2)
        await workers.start()
        idle = await workers.run(os.getpid, timeout_s=10)
        busy = asyncio.create_task(workers.run(time.sleep, 60, timeout_s=60))
        await asyncio.sleep(0.1)
        print(idle, await workers.run(os.getpid, timeout_s=10), flush=True)
        {then}

    asyncio.run(main())
"""


def parent(tmp_path: Path, then: str) -> subprocess.Popen[str]:
    """A script without a `__main__` guard that starts two workers, keeps one busy, and prints their ids."""
    script = tmp_path / "parent.py"
    script.write_text(textwrap.dedent(PARENT).format(then=then))
    return subprocess.Popen(
        [sys.executable, "-X", "dev", str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pids: list[int], within_s: float = 5.0) -> bool:
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="/proc lists no children")
def test_no_worker_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    with parent(tmp_path, then="time.sleep(60)") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "main runs\n"
        assert process.stdout.readline()
        workers = children_of(process.pid)
        assert len(workers) == 2
        process.kill()
        process.communicate()
        assert gone(workers)


def test_a_clean_stop_says_nothing_and_main_runs_once(tmp_path: Path) -> None:
    with parent(tmp_path, then="busy.cancel(); await workers.stop()") as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out.count("main runs") == 1
    assert err == ""

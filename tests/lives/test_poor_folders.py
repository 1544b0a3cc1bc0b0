"""A home that cannot be written to, folders for temporary files that are missing, read-only and full, a full disk: it
starts, and serves on.

At last it is told to stop twice.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from examples.serving import ROOT
from runners.metric_room import ROOM_BYTES, with_room
from tests.lives.conftest import Processes
from tests.lives.load import Load
from tests.lives.stopped import stop_under_load
from tests.serving import Served, band, serve, wav_of

TARGET = "tests.http.humming_service:AuralArchitect"


def mount(folder: Path, options: str) -> None:
    """A disk in memory. Skips where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    program = shutil.which("mount")
    if sys.platform != "linux" or program is None or os.geteuid() != 0:
        pytest.skip("only root mounts, on Linux")
    done = subprocess.run(
        [program, "-t", "tmpfs", "-o", options, "none", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.decode().strip()}")


@contextlib.contextmanager
def disk(folder: Path, options: str) -> Iterator[Path]:
    mount(folder, options)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    """To the last byte."""
    with (folder / "full").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Python takes the first of TMPDIR, TEMP and TMP that it can write to."""
    home = tmp_path_factory.mktemp("l")
    with disk(home / "bentoml", "size=24m"), disk(home / "user", "size=1m,ro"), disk(home / "t", "size=8m"):
        environment = {
            "HOME": str(home / "user"),
            "XDG_CACHE_HOME": str(home / "user" / "cache"),
            "TMPDIR": str(home / "missing"),
            "TEMP": str(home / "user"),
            "TMP": str(home / "t"),
            "AURAL_WORKERS": "1",
        }
        with serve(home, environment, target=TARGET) as served:
            yield served


def test_without_a_home_to_write_to_and_without_tmpdir_it_serves(served: Served) -> None:
    assert list((served.home / "t").glob("bentoml-uds-*")), "the first two are passed over"
    load = Load(served)
    with load.running():
        time.sleep(2.0)
    assert {one.status for one in (*load.answers, *load.probes)} == {200}
    load.assert_contract()


def test_a_full_disk_costs_no_answer_and_no_process(served: Served) -> None:
    """Errors of all kinds count what was never counted before, and a runner that starts now finds no room at all."""
    processes = Processes(served)
    before = {role: processes.of(role).pid for role in ("gateway", "pitch", "feeling", "composer")}
    load = Load(served)
    for full in ("bentoml", "t"):
        fill(served.home / full)
    large = wav_of(band(29.0, rate_hz=48_000), 48_000)
    with load.running():
        sent = httpx.post(f"{served.url}/analyze", files={"file": ("large.wav", large)}, timeout=60)
        assert (sent.status_code, sent.json()["key"]) == (200, "C major"), "an upload this large is no file anywhere"
        for path, wanted in (("/nowhere", 404), ("/analyze", 400), ("/generate", 400), ("/compose", 400)):
            assert httpx.post(f"{served.url}{path}", json={}, timeout=60).status_code == wanted
        assert httpx.get(f"{served.url}/metrics", timeout=60).status_code == 200
        time.sleep(1.0)
    assert {one.status for one in load.answers} == {200}
    assert {role: processes.of(role).pid for role in before} == before
    load.assert_contract()
    processes.of("pitch").kill()
    load.healed_after_s(time.monotonic(), 60.0)
    load.assert_contract()


def test_a_second_signal_ends_at_once(served: Served) -> None:
    def tell(main: psutil.Process) -> None:
        main.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert main.is_running(), "100 s of music take five"
        main.send_signal(signal.SIGTERM)

    stopped = stop_under_load(served, tell, seconds=100.0)
    assert stopped.gone_s < 15.0, "sixty seconds might be waited for"
    assert stopped.left_over == []
    assert stopped.status == 1


def test_metrics_without_room_are_counted_in_memory(tmp_path: Path) -> None:
    with disk(tmp_path / "small", f"size={2 * ROOM_BYTES}") as folder:
        first = with_room(str(folder / "counter_1.db"))
        assert (first, Path(first).stat().st_blocks * 512 >= ROOM_BYTES) == (str(folder / "counter_1.db"), True)
        assert with_room(first) == first
        fill(folder)
        other = with_room(str(folder / "counter_2.db"))
        assert other.startswith("/proc/self/fd/")
        with open(other, "a+b") as file:
            file.write(b"room")
        assert Path(folder / "counter_2.db").stat().st_size == 0
        os.close(int(other.rsplit("/", 1)[1]))


def test_a_read_only_bentoml_home_ends_the_start_and_is_named(tmp_path: Path) -> None:
    with disk(tmp_path / "ro", "size=1m,ro") as folder:
        env = {**os.environ, "BENTOML_HOME": str(folder / "bentoml"), "BENTOML_DO_NOT_TRACK": "True"}
        command = [sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect", "--port", "0"]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode != 0
        assert f"Read-only file system: '{folder / 'bentoml'}'" in done.stderr


def test_a_tmpdir_too_long_for_sockets_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 61)
    long.mkdir()
    env = {**os.environ, "TMPDIR": str(long), "BENTOML_HOME": str(tmp_path), "BENTOML_DO_NOT_TRACK": "True"}
    command = [sys.executable, "-m", "bentoml", "serve", "service:AuralArchitect", "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("aural-architect cannot start: the folder for temporary files")
    assert "at most 60" in line

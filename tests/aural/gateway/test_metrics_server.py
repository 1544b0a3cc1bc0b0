"""Metrics at an address of their own: those of every process, until it is stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from aural.gateway.metrics_server import MetricsServer, check_free
from aural.setting_values import Address, BadSetting
from tests.serving import free_port
from tests.test_imports import ROOT


def test_it_serves_what_all_processes_counted_and_leaves_its_port(tmp_path: Path) -> None:
    """In processes of their own: prometheus_client decides as it is imported whether there are several."""
    count = "from prometheus_client import Counter; Counter('a_thing', 'It.').inc(2)"
    code = f"""
import httpx
{count}
from aural.gateway.metrics_server import Address, MetricsServer, check_free
from tests.serving import free_port
address = Address("127.0.0.1", free_port())
server = MetricsServer(address)
server.start()
print(httpx.get(f"http://127.0.0.1:{{address.port}}/metrics").text)
server.stop()
check_free(address)
"""
    env = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": "", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", count], env=env, cwd=ROOT, check=True)
    told = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "a_thing_total 4.0" in told.stdout.splitlines()


def test_an_address_that_is_taken_or_not_ours_is_told_before_anything_starts() -> None:
    taken = Address("127.0.0.1", free_port())
    with (
        socket.create_server((taken.host, taken.port)),
        pytest.raises(BadSetting, match=rf"nothing can listen at 127\.0\.0\.1, port {taken.port}: Address already in"),
    ):
        check_free(taken)
    check_free(taken)
    with pytest.raises(BadSetting, match=r"nothing can listen at 192\.0\.2\.1"):
        check_free(Address("192.0.2.1", taken.port))


def test_a_service_that_cannot_listen_there_ends_in_one_sentence() -> None:
    env = {**os.environ, "AURAL_METRICS_ADDRESS": "192.0.2.1:9090"}
    code = "from runners.preflight import settings_or_exit; settings_or_exit()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("aural-architect cannot start: AURAL_METRICS_ADDRESS: nothing can listen at 192.0.2.1")


def test_stopping_what_did_not_start_is_nothing() -> None:
    MetricsServer(Address("127.0.0.1", 1)).stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get("http://127.0.0.1:1/metrics")

"""A served checkout where there is no network but the loopback: it works, tells nobody, leaves no file behind; and its
keys are asked for, named and limited."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from examples.serving import ROOT
from tests.http.alone import BUSY, HASHED, PLAIN, RATE, Seen
from tests.http.tracing import Trace, leaves


def works(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
TRACED = ("strace", "-f", "-qq", "-y", "--seccomp-bpf", "-e", "trace=%network", "true")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    home = tmp_path_factory.mktemp("alone")
    alone = ALONE if works(*ALONE, "true") else ()
    command = [*alone, sys.executable, "-m", "tests.http.alone", str(home), *(["--strace"] if works(*TRACED) else [])]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:] + (home / "server.log").read_text()[-3000:]
    return Seen(**json.loads(done.stdout))


def test_with_the_loopback_alone_it_starts_serves_every_call_and_stops(seen: Seen) -> None:
    if not works(*ALONE, "true"):
        pytest.skip("the kernel gives no network of our own here (unshare --net)")
    served = {what: status for what, status in seen.statuses.items() if what.startswith(("/analyze", "/gen", "/comp"))}
    assert served.pop("/analyze broken") == 415
    assert served.pop("/generate bad") == 400
    assert set(served.values()) == {200}, served
    assert seen.stopped == 0


def test_no_process_asks_a_name_server_or_sends_anything_to_another_machine(seen: Seen) -> None:
    """Though the environment asked for each maker's telemetry (`alone.environment`)."""
    if not seen.traced_calls:
        pytest.skip("strace is not here, or may not trace")
    assert seen.reached == []
    assert seen.traced_calls > 1000, "what was traced is not the service"


@pytest.mark.parametrize(
    ("family", "rest", "elsewhere"),
    [
        ("AF_INET", ', sin_port=htons(443), sin_addr=inet_addr("20.42.65.90")', True),
        ("AF_INET", ', sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")', True),
        ("AF_INET", ', sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")', True),
        ("AF_INET6", ', sin6_port=htons(443), inet_pton(AF_INET6, "2600::1", &sin6_addr)', True),
        ("AF_INET", ', sin_port=htons(8000), sin_addr=inet_addr("127.0.0.1")', False),
        ("AF_INET6", ', sin6_port=htons(8000), inet_pton(AF_INET6, "::1", &sin6_addr)', False),
        ("AF_UNIX", ', sun_path="/tmp/a.sock"', False),
    ],
)
def test_an_address_of_another_machine_is_told_from_one_of_this(family: str, rest: str, elsewhere: bool) -> None:
    assert leaves(family, rest) == elsewhere


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ('7 openat(AT_FDCWD</srv>, "/tmp/a.wav", O_RDWR|O_CREAT|O_EXCL, 0600) = 3</tmp/a.wav>', "/tmp/a.wav"),
        ('7 openat(AT_FDCWD</srv>, "spool", O_WRONLY|O_CREAT|O_TRUNC, 0666 <unfinished ...>', "/srv/spool"),
        ('7 openat(9</home/x>, "spool", O_WRONLY|O_CREAT, 0666) = 4</home/x/spool>', "/home/x/spool"),
        ('7 open("/var/tmp/b", O_RDWR|O_CREAT, 0600) = 3', "/var/tmp/b"),
        ('7 rename("/tmp/a.part", "/tmp/a") = 0', "/tmp/a"),
        ('7 renameat2(AT_FDCWD</srv>, "a.part", AT_FDCWD</srv>, "a", RENAME_NOREPLACE) = 0', "/srv/a"),
        ('7 linkat(5</x>, "b", AT_FDCWD</srv>, "/y/a", 0) = 0', "/y/a"),
        ('7 symlink("/x", "/y/z") = 0', "/y/z"),
        ('7 openat(AT_FDCWD</srv>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 3', None),
    ],
)
def test_a_file_that_is_made_is_seen(line: str, made: str | None, tmp_path: Path) -> None:
    (tmp_path / "trace").write_text(line + "\n")
    assert Trace(tmp_path / "trace").created() == ([made] if made else [])


def test_no_file_outlives_the_request_that_made_it(seen: Seen) -> None:
    """Wherever on this machine: the kernel tells of all."""
    if not seen.traced_calls:
        pytest.skip("strace is not here, or may not trace")
    assert seen.outlived == {}
    assert seen.traced_files > 0


def test_all_that_is_left_are_bentomls_own_metrics(seen: Seen) -> None:
    assert [path for path in seen.made if not path.startswith("bentoml/prometheus_multiproc_dir/")] == []


def test_what_stays_open_with_keys_is_a_short_list(seen: Seen) -> None:
    opened = {
        what.removesuffix(" without a key"): status for what, status in seen.statuses.items() if "without" in what
    }
    assert opened.pop("/info") == 401, "closed by AURAL_CLOSED_PATHS"
    assert opened.pop("/metrics") == 404, "served elsewhere by AURAL_METRICS_ADDRESS"
    assert opened.pop("/") in (200, 307)
    assert set(opened) == {"/livez", "/readyz", "/healthz", "/health", "/docs", "/docs.json", "/schema.json"}
    assert set(opened.values()) == {200}
    assert seen.statuses["/info with a key"] == 200


def test_each_key_is_let_in_and_nothing_else_is(seen: Seen) -> None:
    """400 is the body's: the key was right."""
    assert {what: seen.statuses[what] for what in ("hashed", "BEARER")} == {"hashed": 400, "BEARER": 400}
    wrong = ("no key", "wrong", "the hash itself", "a scheme of another name")
    assert {seen.statuses[what] for what in wrong} == {401}


def test_the_log_names_the_key_and_never_tells_it(seen: Seen) -> None:
    for name in ("key", "robot", "bee"):
        assert f"with the key {name} " in seen.log
    for secret in (PLAIN, HASHED, f"Bearer {BUSY}"):
        assert secret not in seen.log


def test_more_than_a_key_may_ask_in_a_minute_is_429_and_says_when(seen: Seen) -> None:
    assert [status for status, _, _ in seen.limited] == [400] * RATE + [429] * 2
    for _, code, retry_after in seen.limited[RATE:]:
        assert code == "busy"
        assert 1 <= int(retry_after) <= 60
    assert seen.other_key_after == 400, "another key has its own minute"


def test_more_than_a_key_may_ask_at_once_is_429(seen: Seen) -> None:
    refused = [(code, retry_after) for status, code, retry_after in seen.at_once if status == 429]
    assert len(refused) >= 3
    assert set(refused) == {("busy", "2")}


def test_metrics_are_served_at_their_own_address_for_all_processes(seen: Seen) -> None:
    assert "aural_takes_total" in seen.metrics, "the composer's"
    assert "bentoml_service_request_total" in seen.metrics, "the gateway's"


def test_it_listens_to_this_machine_alone(seen: Seen) -> None:
    assert seen.listening == ["127.0.0.1:metrics", "127.0.0.1:public"]

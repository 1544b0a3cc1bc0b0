"""aural check: what would keep the service from starting is found, named, and ends with 1."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.checks import all_checks, codecs, packages
from cli.main import app


def checked(port: int = 0) -> dict[str, tuple[str, str]]:
    return {one.name: (one.state, one.told) for one in all_checks(port)}


def test_this_machine_can_serve_the_built_in_models() -> None:
    ended = CliRunner().invoke(app, ["check", "--port", "0", "--json"])
    told: Any = json.loads(ended.stdout)
    assert (ended.exit_code, told["ok"]) == (0, True)
    names = [one["name"] for one in told["checks"]]
    assert names == ["python", "packages", "codecs", "settings", "device", "weights", "memory", "port"]


@pytest.mark.parametrize(
    ("environment", "name", "state", "said"),
    [
        ({"AURAL_WORKERS": "many"}, "settings", "fault", "AURAL_WORKERS is 'many'; it must be a number."),
        ({"AURAL_DEVICE": "cuda:99"}, "device", "fault", "AURAL_DEVICE is cuda:99"),
        ({"AURAL_MODELS": "pretrained", "AURAL_WEIGHTS": "."}, "weights", "fault", "facebook/musicgen-small"),
        ({"AURAL_MODELS": "pretrained", "HF_HUB_CACHE": "."}, "weights", "note", "the service downloads them"),
        ({"AURAL_MODELS": "pretrained", "AURAL_MUSICGEN": "melody"}, "weights", "fault", "AURAL_MUSICGEN is 'melody'"),
        ({"AURAL_ADAPTER": "none.pt"}, "weights", "fault", "none.pt"),
        ({"LOGS": "true", "AURAL_LOG_DIR": "/dev/null"}, "records", "note", "cannot be written to"),
    ],
)
def test_what_would_not_do_is_found(
    environment: dict[str, str], name: str, state: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cli.checks.load_composer", lambda settings: None)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    found = checked()[name]
    assert (found[0], said in found[1]) == (state, True), found


def test_a_port_in_use_is_a_fault() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = CliRunner().invoke(app, ["check", "--port", str(port)])
    assert ended.exit_code == 1
    assert f"Port {port}: Address already in use. Serve on another one (--port)." in ended.stdout
    assert "The service cannot start" in ended.stdout


def test_what_ffmpeg_or_the_machine_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.checks.CODECS", ("flac", "no_such_codec"))
    assert (codecs().state, "does not read no_such_codec" in codecs().told) == ("note", True)
    monkeypatch.setattr("cli.checks.PACKAGES", ("numpy", "no-such-package"))
    assert (packages().state, "Not installed: no-such-package." in packages().told) == ("fault", True)

"""What `bentoml build` takes along; that it serves is what most tests of this folder ask it (`builtin`)."""

from __future__ import annotations

from pathlib import Path

import psutil

from aural.telemetry import SWITCHED_OFF
from tests.serving import Served


def test_the_bento_holds_the_bundle_and_no_litter(bento: Path) -> None:
    held = {str(path.relative_to(bento / "src")) for path in (bento / "src").rglob("*") if path.is_file()}
    assert {"service.py", "models/adapter.pt", "runners/composer.py", "README.md", "requirements.txt"} <= held
    assert not [name for name in held if "__pycache__" in name or name.startswith(("tests", "client", "out", "."))]
    assert sum((bento / "src" / name).stat().st_size for name in held) < 35e6


def test_the_dockerfile_names_the_base_and_the_packages(bento: Path) -> None:
    dockerfile = (bento / "env" / "docker" / "Dockerfile").read_text()
    assert "FROM nvidia/cuda:12.8" in dockerfile
    assert "ffmpeg" in dockerfile
    assert "AURAL_MODELS" in dockerfile
    assert "--python 3.12" in dockerfile


def test_the_image_alone_listens_to_others_and_tells_nobody(bento: Path) -> None:
    """BentoML writes `ARG NAME=VALUE`, then `ENV NAME=$NAME`, for each of bentofile.yaml's `envs`."""
    lines = set((bento / "env" / "docker" / "Dockerfile").read_text().splitlines())
    for name, value in {"BENTOML_HOST": "0.0.0.0", **SWITCHED_OFF}.items():
        assert {f"ARG {name}={value}", f"ENV {name}=${name}"} <= lines


def test_outside_of_the_image_the_bento_listens_to_this_machine_alone(builtin: Served) -> None:
    server = psutil.Process(builtin.process.pid)
    port = int(builtin.url.rsplit(":", 1)[1])
    listening = {
        one.laddr.ip
        for process in (server, *server.children(recursive=True))
        for one in process.net_connections("inet")
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port
    }
    assert listening == {"127.0.0.1"}

"""What several tests share: servers, since starting one takes longer than most tests, and a hub cache."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from examples.serving import ROOT
from models.weights import use_hub_cache
from tests.serving import Served, serve

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as many processes as cores are at work already

# A process can read from one hub cache only, fixed before any test module imports transformers.
HUB_CACHE = Path(tempfile.mkdtemp(prefix="aural-hub-cache-"))
atexit.register(shutil.rmtree, HUB_CACHE)
use_hub_cache(HUB_CACHE)

# httpx reads the world's certificates for every client, and for every `httpx.get`: 20 ms of a core each, thousands of
# times. They are the same ones: once is enough.
pytest.MonkeyPatch().setattr(httpx._transports.default, "create_ssl_context", cache(httpx.create_ssl_context))

TOGETHER = {
    "tests/http/": "servers",
    "tests/starts/test_pretrained": "pretrained service",
    "tests/page/": "servers",
    "tests/cli/": "models in this process",
    "tests/models/sketch/": "renderings",
}
"""Folders and files that share something, and what."""
APART = ("tests/http/test_alone.py",)
"""What lies there and shares nothing: it can go to another process."""
LONG = ("tests/starts/", "tests/lives/", *TOGETHER, "tests/training/")
"""Folders whose tests take longest: they come first, so that the processes end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For `make test`, which runs as many processes as there are cores: what shares something stays together.

    (xdist's own groups write to a field that pytest has given up.)
    """
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Together(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            if file in APART:
                return file
            return next((shared for folder, shared in TOGETHER.items() if file.startswith(folder)), file)

    return Together(config, log)


@pytest.fixture(scope="session")
def bento(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `bentoml build` made."""
    home = tmp_path_factory.mktemp("bento")
    env = {**os.environ, "BENTOML_HOME": str(home), "BENTOML_DO_NOT_TRACK": "True"}
    command = [sys.executable, "-m", "bentoml", "build", "--output", "tag"]
    built = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]
    tag = built.stdout.strip().splitlines()[-1].removeprefix("__tag__:")
    return home / "bentos" / tag.replace(":", "/")


@pytest.fixture(scope="session")
def hub_cache() -> Path:
    """A hub-cache folder that holds the pretrained set, small and random, and the stereo MusicGen."""
    from tests.checkpoints import write_hub_cache

    return write_hub_cache(HUB_CACHE)


@pytest.fixture(scope="session")
def no_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record in which nothing was recorded: small checkpoints are not the published ones."""
    return tmp_path_factory.mktemp("record") / "recorded.json"


@pytest.fixture(scope="session")
def builtin(bento: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with nothing set, as it was built: out of its own folder, without the checkout."""
    home = tmp_path_factory.mktemp("b")
    with serve(home, {}, folder=home, target=str(bento)) as served:
        yield served

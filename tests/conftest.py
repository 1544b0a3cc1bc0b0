"""What several tests share: servers, since starting one takes longer than most tests, and a hub cache."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.weights import use_hub_cache
from tests.serving import Served, serve

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as many processes as cores are at work already

# A process can read from one hub cache only, fixed before any test module imports transformers.
HUB_CACHE = Path(tempfile.mkdtemp(prefix="aural-hub-cache-"))
atexit.register(shutil.rmtree, HUB_CACHE)
use_hub_cache(HUB_CACHE)


SERVERS = ("builtin", "humming", "pretrained")
LONG = ("http", "training", "sketch")
"""Folders whose tests take longest: they come first, so that the processes end together."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `make test`, which runs as many processes as there are cores: all that one server answers stays together, and
    so does a file."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        server = next((name for name in SERVERS if name in names), None)
        item.add_marker(pytest.mark.xdist_group(server or item.path.stem))
    items.sort(key=lambda item: item.path.parent.name not in LONG)


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
def builtin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service as a fresh checkout starts it."""
    with serve(tmp_path_factory.mktemp("builtin"), {}) as served:
        yield served

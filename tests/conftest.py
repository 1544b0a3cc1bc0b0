"""What several tests share: servers, since starting one takes longer than most tests, and a hub cache."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.weights import use_hub_cache
from tests.serving import Served, serve

# A process can read from one hub cache only, fixed before any test module imports transformers.
HUB_CACHE = Path(tempfile.mkdtemp(prefix="aural-hub-cache-"))
atexit.register(shutil.rmtree, HUB_CACHE)
use_hub_cache(HUB_CACHE)


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


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With a key, a 3 s deadline, room for two calls, and records of at most 1 MB."""
    home = tmp_path_factory.mktemp("strict")
    settings = {
        "AURAL_API_KEY": "sesame",
        "AURAL_DEADLINE_S": "3",
        "AURAL_MAX_IN_FLIGHT": "2",
        "AURAL_COMPOSER_THREADS": "1",
        "AURAL_LOG_DIR": str(home / "records"),
        "AURAL_LOG_MAX_MB": "1",
        "LOGS": "true",
    }
    with serve(home, settings) as served:
        yield served

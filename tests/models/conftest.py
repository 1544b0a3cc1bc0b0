"""One hub-cache folder of small checkpoints for all tests of models: a process can read from one only."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

import pytest

from models.weights import use_hub_cache
from tests.checkpoints import write_hub_cache

HUB_CACHE = Path(tempfile.mkdtemp(prefix="aural-hub-cache-"))
atexit.register(shutil.rmtree, HUB_CACHE)
use_hub_cache(HUB_CACHE)  # before any test module imports transformers


@pytest.fixture(scope="session")
def hub_cache() -> Path:
    """A hub-cache folder that holds the pretrained set, small and random, and the stereo MusicGen."""
    return write_hub_cache(HUB_CACHE)


@pytest.fixture(scope="session")
def no_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record in which nothing was recorded: small checkpoints are not the published ones."""
    return tmp_path_factory.mktemp("record") / "recorded.json"

"""A hub with the published repositories, and a service that begins there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import Hub
from tests.published import publish
from tests.serving import Served, serve


@pytest.fixture(scope="session")
def hub(hub_cache: Path) -> Iterator[Hub]:
    """Everything is listed as it is published; and one repository that is no MusicGen."""
    with Hub() as hub:
        publish(hub, hub_cache)
        hub.publish("someone/gpt", {"config.json": b'{"model_type": "gpt2"}', "model.safetensors": b"weights"})
        yield hub


@pytest.fixture(scope="session")
def pretrained(hub: Hub, no_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Started without weights: it downloads them first. test_pretrained.py asks it, and after that
    test_pretrained_in_trouble.py halts it, kills its runners and ends it."""
    home = tmp_path_factory.mktemp("l")
    with serve(
        home,
        {
            "AURAL_MODELS": "pretrained",
            "HF_ENDPOINT": hub.url,
            "HF_HUB_CACHE": str(home / "cache"),
            "OMP_NUM_THREADS": "1",  # layers this small only wait for each other on more
            "AURAL_COMPOSER_THREADS": "1",
            "AURAL_WORKERS": "1",
            "AURAL_WEIGHTS_RECORD": str(no_record),
        },
    ) as served:
        yield served

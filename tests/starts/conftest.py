"""A hub with the published repositories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import Hub
from tests.published import publish


@pytest.fixture(scope="session")
def hub(hub_cache: Path) -> Iterator[Hub]:
    """Everything is listed as it is published; and one repository that is no MusicGen."""
    with Hub() as hub:
        publish(hub, hub_cache)
        hub.publish("someone/gpt", {"config.json": b'{"model_type": "gpt2"}', "model.safetensors": b"weights"})
        yield hub

"""A server whose composer hums, and a hub with the published repositories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import Hub
from tests.published import publish
from tests.serving import Served, serve


@pytest.fixture(scope="session")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """20 times real time, two slots, a 4 s deadline, a key, room for eight calls, and records of at most 24 MB."""
    home = tmp_path_factory.mktemp("humming")
    settings = {
        "AURAL_DEADLINE_S": "4",
        "AURAL_API_KEY": "sesame",
        "AURAL_MAX_IN_FLIGHT": "8",
        "AURAL_LOG_DIR": str(home / "records"),
        "AURAL_LOG_MAX_MB": "24",
        "LOGS": "true",
    }
    with serve(home, settings, target="tests.http.humming_service:AuralArchitect") as served:
        yield served


@pytest.fixture(scope="session")
def hub(hub_cache: Path) -> Iterator[Hub]:
    """Everything is listed as it is published; and one repository that is no MusicGen."""
    with Hub() as hub:
        publish(hub, hub_cache)
        hub.publish("someone/gpt", {"config.json": b'{"model_type": "gpt2"}', "model.safetensors": b"weights"})
        yield hub

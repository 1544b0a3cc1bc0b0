"""A server whose composer hums, and what a reader of the documentation has on the path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reading import programs
from tests.serving import Served, serve


@pytest.fixture(scope="session")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """20 times real time, two slots, a 4 s deadline, a key, room for eight calls, pages of one other origin, and
    records of at most 24 MB."""
    home = tmp_path_factory.mktemp("humming")
    settings = {
        "AURAL_DEADLINE_S": "4",
        "AURAL_API_KEY": "sesame",
        "AURAL_CORS_ORIGINS": "https://app.example.com",
        "AURAL_MAX_IN_FLIGHT": "8",
        "AURAL_LOG_DIR": str(home / "records"),
        "AURAL_LOG_MAX_MB": "24",
        "LOGS": "true",
        "AURAL_WORKERS": "1",
    }
    with serve(home, settings, target="tests.http.humming_service:AuralArchitect") as served:
        yield served


@pytest.fixture(scope="session")
def program_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return programs(tmp_path_factory.mktemp("programs"))

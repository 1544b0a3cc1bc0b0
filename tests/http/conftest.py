"""A server whose composer hums."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, serve


@pytest.fixture(scope="session")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """20 times real time, two slots, a 4 s deadline, records."""
    home = tmp_path_factory.mktemp("humming")
    settings = {"AURAL_DEADLINE_S": "4", "LOGS": "true", "AURAL_LOG_DIR": str(home / "records")}
    with serve(home, settings, target="tests.http.humming_service:AuralArchitect") as served:
        yield served

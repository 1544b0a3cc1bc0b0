"""Servers that several tests share: starting one takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, serve


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
        "AURAL_LOG_DIR": str(home / "records"),
        "AURAL_LOG_MAX_MB": "1",
        "LOGS": "true",
    }
    with serve(home, settings) as served:
        yield served

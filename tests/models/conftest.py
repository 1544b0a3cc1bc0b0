"""A hub that holds T5, and where to download it to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import Hub
from tests.models.t5_on_a_hub import T5, t5_files


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as hub:
        hub.publish(T5, t5_files())
        yield hub


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "weights"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "recorded.json"

"""Metrics belong to a process, and one process here makes several of what a runner makes one of."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY


@pytest.fixture(autouse=True)
def _fresh_metrics() -> None:
    for collector in set(REGISTRY._collector_to_names):
        if "aural_batch_size" in str(REGISTRY._collector_to_names[collector]):
            REGISTRY.unregister(collector)

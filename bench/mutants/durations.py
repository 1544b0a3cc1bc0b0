"""A pytest plugin: how long each test function took, all its cases and what it set up together, as JSON."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

_TOOK_S: dict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _TOOK_S[report.nodeid.split("[")[0]] += report.duration


def pytest_sessionfinish() -> None:
    Path(os.environ["AURAL_DURATIONS"]).write_text(json.dumps(_TOOK_S))

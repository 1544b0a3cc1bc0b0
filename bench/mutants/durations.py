"""A pytest plugin: how long each test function took, all its cases and what it set up together, and which failed: as
JSON."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

_TOOK_S: dict[str, float] = defaultdict(float)
_FAILED: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    test = report.nodeid.split("[")[0]
    _TOOK_S[test] += report.duration
    if report.failed:
        _FAILED.add(test)


def pytest_sessionfinish() -> None:
    Path(os.environ["AURAL_DURATIONS"]).write_text(json.dumps({"took_s": _TOOK_S, "failed": sorted(_FAILED)}))

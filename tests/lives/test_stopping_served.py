"""Told to stop under load, the service loses nothing that it took, and is gone in time with all that belongs to it."""

from __future__ import annotations

from pathlib import Path

from tests.lives.stopped import Stopped, stop_under_load
from tests.serving import serve

DEADLINE_S = 20.0
SETTINGS = {"AURAL_DEADLINE_S": f"{DEADLINE_S:g}", "AURAL_WORKERS": "1"}
TARGET = "tests.http.humming_service:AuralArchitect"


def assert_nothing_lost(stopped: Stopped) -> None:
    assert stopped.lost == []
    assert stopped.finished_late >= 1, stopped.outcomes
    assert stopped.outcomes["stopping"] >= 1, "who came later was told why he was refused"
    assert stopped.gone_s < DEADLINE_S + 5.0
    assert stopped.left_over == []


def test_sigterm_under_load_loses_nothing(home: Path) -> None:
    with serve(home, SETTINGS, target=TARGET) as served:
        stopped = stop_under_load(served, seconds=20.0)
        assert_nothing_lost(stopped)
        assert stopped.status == 0
        assert "Traceback" not in served.log()
        assert not list((home / "bentoml" / "prometheus").iterdir()), "its metrics went with it"

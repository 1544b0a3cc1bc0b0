"""What Prometheus reads of the composer, from its first moment on. In a process of its own: metrics are a process's."""

from __future__ import annotations

import subprocess
import sys

from examples.serving import ROOT

SCRIPT = """
from prometheus_client import generate_latest
from models.musicgen.scheduler import StepStats
from runners.metrics import PrometheusMetrics

metrics = PrometheusMetrics()
print(generate_latest().decode())
print("THEN")
metrics.composing(2)
metrics.waited(0.2)
metrics.first_audio(3.0)
metrics.ended("done")
metrics.ended("done")
metrics.ended("refused")
metrics.stepped(StepStats(slots=3, positions=30, frames=3, prefilled=False, took_s=0.25))
print(generate_latest().decode())
"""


def test_all_figures_begin_at_nothing_and_count_what_happens() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    first, then = (figures(part) for part in ran.stdout.split("THEN"))
    assert first["aural_composing"] == 0
    assert set(first.values()) == {0.0}
    assert {name: value for name, value in then.items() if value and not name.startswith("aural_queue")} == {
        "aural_composing": 2.0,
        "aural_steps_total": 1.0,
        "aural_step_seconds_total": 0.25,
        "aural_frames_total": 3.0,
        'aural_takes_total{outcome="done"}': 2.0,
        'aural_takes_total{outcome="refused"}': 1.0,
        **{name: then[name] for name in then if name.startswith("aural_first_audio") and then[name]},
    }
    assert then['aural_queue_wait_seconds_bucket{le="0.1"}'] == 0
    assert then['aural_queue_wait_seconds_bucket{le="0.25"}'] == 1
    assert then['aural_first_audio_seconds_bucket{le="2.5"}'] == 0
    assert then["aural_first_audio_seconds_sum"] == 3.0


def figures(text: str) -> dict[str, float]:
    """Ours; when each began to be counted left out."""
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("aural_"))
    return {name: float(value) for name, value in rows if "_created" not in name}

"""The composer's figures for Prometheus; BentoML shows them on the gateway's /metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.metrics_sink import OUTCOMES, Outcome

if TYPE_CHECKING:
    from models.musicgen.scheduler import StepStats

WAIT_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60)


class PrometheusMetrics:
    """One per runner process (see `models.metrics_sink.MetricsSink`)."""

    def __init__(self) -> None:
        # Imported late: BentoML names prometheus_client's folder for several processes after our modules load.
        from prometheus_client import Counter, Gauge, Histogram

        self._waited = Histogram(
            "aural_queue_wait_seconds", "From a request's arrival at the composer to its job.", buckets=WAIT_BUCKETS_S
        )
        self._first_audio = Histogram(
            "aural_first_audio_seconds",
            "From a request's arrival at the composer to its first block of music, streamed or not.",
            buckets=WAIT_BUCKETS_S,
        )
        self._composing = Gauge("aural_composing", "Occupied slots of the composer.", multiprocess_mode="livesum")
        self._composing.set(0)
        self._steps = Counter("aural_steps", "Steps of MusicGen's decoder, each of all occupied slots.")
        self._step_s = Counter("aural_step_seconds", "Seconds that these steps took.")
        self._frames = Counter("aural_frames", "Frames that MusicGen completed, 50 to a second of music.")
        takes = Counter(
            "aural_takes",
            "Requests at the composer, by how they ended: done, cancelled (the client left), expired, refused (full, or"
            " cannot finish in time), failed.",
            ["outcome"],
        )
        self._ended = {outcome: takes.labels(outcome=outcome) for outcome in OUTCOMES}

    def waited(self, wait_s: float) -> None:
        self._waited.observe(wait_s)

    def first_audio(self, after_s: float) -> None:
        self._first_audio.observe(after_s)

    def composing(self, slots: int) -> None:
        self._composing.set(slots)

    def ended(self, outcome: Outcome) -> None:
        self._ended[outcome].inc()

    def stepped(self, step: StepStats) -> None:
        """In the engine's thread, after each step."""
        self._steps.inc()
        self._step_s.inc(step.took_s)
        self._frames.inc(step.frames)

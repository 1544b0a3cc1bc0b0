"""BentoML's usage statistics: they are off as well where BentoML's own command was there before us."""

from __future__ import annotations

from bentoml._internal.utils.analytics import usage_stats


def read_again() -> None:
    """`bentoml serve` asks whether to track before it imports a service, and keeps the answer: it is to ask again, now
    that the environment says no (`aural.telemetry`). It sends nothing before the service is imported."""
    usage_stats.do_not_track.cache_clear()

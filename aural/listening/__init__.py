"""Listening: what a clip's tempo, key and energy are."""

from __future__ import annotations

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.energy import energy_curve
from aural.listening.key import estimate_key
from aural.listening.tempo import estimate_tempo
from aural.wire import Heard


def listen(clip: Clip) -> Heard:
    """Tempo with beats, key, tuning and energy curve of a clip at any rate; all heard at 16 kHz."""
    heard_at = clip.at(ANALYSIS_RATE_HZ)
    key, tuning_cents = estimate_key(heard_at.samples)
    return Heard(
        tempo=estimate_tempo(heard_at.samples),
        key=key,
        tuning_cents=tuning_cents,
        energy_curve=energy_curve(heard_at),
    )

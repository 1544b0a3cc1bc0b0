"""Listening: what a clip's tempo, key and energy are."""

from __future__ import annotations

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.energy import energy_of, or_none, rounded
from aural.listening.key import key_of
from aural.listening.loudness import measure_loudness
from aural.listening.tempo import tempo_of
from aural.listening.trimming import TrimmedSignal
from aural.types import Heard, Loudness


def listen(clip: Clip, meter: Loudness | None = None) -> Heard:
    """Tempo with beats, key, tuning, energy and loudness of a clip at any rate.

    `meter`: its loudness, where that was measured at a higher rate; all else is heard at 16 kHz, and each spectrum made
    once: tempo, key and energy share the sounding trimmed's.
    """
    meter = measure_loudness(clip) if meter is None else meter
    trimmed = TrimmedSignal.of(clip.resampled_to(ANALYSIS_RATE_HZ).samples)
    key, tuning_cents = key_of(trimmed)
    energy = energy_of(meter, trimmed)
    return Heard(
        tempo=tempo_of(trimmed),
        key=key,
        tuning_cents=tuning_cents,
        energy_curve=rounded(energy.curve),
        lufs=or_none(energy.lufs, 1),
        onsets_per_s=or_none(energy.onsets_per_s, 2),
        brightness_hz=or_none(energy.brightness_hz, 0),
        integrated_lufs=meter.integrated_lufs,
        loudness_range_lu=meter.range_lu,
    )

"""Listening: what a clip's tempo, key and energy are."""

from __future__ import annotations

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.energy import energy_curve, loudness, weighted_power
from aural.listening.key import key_of_part
from aural.listening.semitones import stft
from aural.listening.sounding import sounding_part
from aural.listening.tempo import tempo_of_part
from aural.wire import Heard


def listen(clip: Clip) -> Heard:
    """Tempo with beats, key, tuning and energy curve of a clip at any rate; all heard at 16 kHz."""
    heard_at = clip.at(ANALYSIS_RATE_HZ)
    part, start = sounding_part(heard_at.samples)
    magnitude = stft(part)  # tempo and key share it
    key, tuning_cents = key_of_part(part, magnitude)
    power = weighted_power(heard_at)  # and so do the curve and the loudness
    loud = loudness(heard_at, power)
    return Heard(
        tempo=tempo_of_part(part, magnitude, start / ANALYSIS_RATE_HZ),
        key=key,
        tuning_cents=tuning_cents,
        energy_curve=energy_curve(heard_at, power),
        integrated_lufs=loud.integrated_lufs,
        loudness_range_lu=loud.range_lu,
    )

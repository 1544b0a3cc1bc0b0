"""Listening: what a clip's tempo, key and energy are."""

from __future__ import annotations

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.energy import energy_of, or_none, rounded
from aural.listening.key import key_of
from aural.listening.loudness import loudness, weighted_power
from aural.listening.sounding import Part
from aural.listening.tempo import tempo_of
from aural.wire import Heard


def listen(clip: Clip) -> Heard:
    """Tempo with beats, key, tuning, energy and loudness of a clip at any rate; all heard at 16 kHz.

    One decode, and each spectrum once: tempo, key and energy share the sounding part's, energy and loudness the
    weighted signal.
    """
    heard_at = clip.at(ANALYSIS_RATE_HZ)
    part, power = Part.of(heard_at.samples), weighted_power(heard_at)
    key, tuning_cents = key_of(part)
    loud, energy = loudness(heard_at, power), energy_of(heard_at, power, part)
    return Heard(
        tempo=tempo_of(part),
        key=key,
        tuning_cents=tuning_cents,
        energy_curve=rounded(energy.curve),
        lufs=or_none(energy.lufs, 1),
        onsets_per_s=or_none(energy.onsets_per_s, 2),
        brightness_hz=or_none(energy.brightness_hz, 0),
        integrated_lufs=loud.integrated_lufs,
        loudness_range_lu=loud.range_lu,
    )

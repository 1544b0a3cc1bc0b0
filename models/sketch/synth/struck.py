"""Bars, bells and tines: a few decaying partials that need not be harmonic, and FM for electric pianos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.synth.envelope import adsr
from models.sketch.synth.noise import band_noise
from models.sketch.synth.tone import TOP_HZ, midi_to_hz


@dataclass(frozen=True)
class Struck:
    """`partials`: (frequency ratio, level, decay time constant in s at A3). `release_s`: damping after the gate."""

    partials: tuple[tuple[float, float, float], ...]
    release_s: float = 0.6
    knock: float = 0.1
    knock_hz: tuple[float, float] = (800.0, 5000.0)
    tremolo: float = 0.0
    tremolo_hz: float = 5.5


@dataclass(frozen=True)
class Fm:
    """Two-operator FM pairs: (carrier ratio, modulator ratio, index, index decay s, level, decay s)."""

    pairs: tuple[tuple[float, float, float, float, float, float], ...]
    sustain: float = 0.0
    attack_s: float = 0.002
    release_s: float = 0.18
    tremolo: float = 0.0
    tremolo_hz: float = 4.6


def strike(struck: Struck, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render a note. Returns (1 or 2, time) at 32 kHz."""
    pitch_hz = midi_to_hz(midi)
    slow = (220 / pitch_hz) ** 0.5
    longest_s = max(decay_s for _, _, decay_s in struck.partials) * slow
    length_s = min(gate_s + struck.release_s, 6 * longest_s)
    n = max(64, round(length_s * TAKE_RATE_HZ))
    times = np.arange(n) / TAKE_RATE_HZ
    sound = np.zeros(n)
    hardness = 2 ** (1.5 * (velocity - 0.7) + 0.8 * brightness)
    for place, (ratio, level, decay_s) in enumerate(struck.partials):
        if ratio * pitch_hz < TOP_HZ:
            loud = level * (hardness if place else 1.0)
            sound += loud * np.sin(2 * np.pi * pitch_hz * ratio * times) * np.exp(-times / (decay_s * slow))
    sound *= 0.28 * velocity**1.4 * adsr(n, length_s - struck.release_s, 0.0015, 1.0, 1.0, struck.release_s)
    if struck.knock:
        burst = min(n, 640)
        noise = band_noise(burst, *struck.knock_hz, np.random.default_rng(seed))
        sound[:burst] += 0.25 * struck.knock * velocity**1.6 * noise * np.hanning(2 * burst)[burst:] ** 3
    return _trembled(sound, times, struck.tremolo, struck.tremolo_hz)


def render_fm_note(fm: Fm, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render a note. `seed` is unused: nothing here is random. Returns (1 or 2, time) at 32 kHz."""
    del seed
    pitch_hz = midi_to_hz(midi)
    slow = (220 / pitch_hz) ** 0.4
    n = max(64, round((gate_s + fm.release_s) * TAKE_RATE_HZ))
    times = np.arange(n) / TAKE_RATE_HZ
    turn = 2 * np.pi * pitch_hz * times
    sound = np.zeros(n)
    for carrier, modulator, index, index_s, level, decay_s in fm.pairs:
        # Carson: keep the highest sideband of note under the band's top.
        reach = max(0.0, (TOP_HZ / pitch_hz - carrier) / modulator - 1)
        if pitch_hz * carrier > TOP_HZ:
            continue
        depth = min(index * 2 ** (2.2 * (velocity - 0.7) + 0.7 * brightness), reach)
        swing = depth * (0.25 + 0.75 * np.exp(-times / index_s))
        body = fm.sustain + (1 - fm.sustain) * np.exp(-times / (decay_s * slow))
        sound += level * body * np.sin(carrier * turn + swing * np.sin(modulator * turn))
    sound *= 0.28 * velocity**1.3 * adsr(n, gate_s, fm.attack_s, 1.0, 1.0, fm.release_s)
    return _trembled(sound, times, fm.tremolo, fm.tremolo_hz)


def _trembled(sound: np.ndarray, times: np.ndarray, depth: float, rate_hz: float) -> Floats:
    """Stereo tremolo: what leaves one side comes to the other."""
    if not depth:
        return np.asarray(sound[None], np.float32)
    wave = depth * np.sin(2 * np.pi * rate_hz * times)
    return np.stack([sound * (1 + wave), sound * (1 - wave)]).astype(np.float32)

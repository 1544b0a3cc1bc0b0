"""Sampled instruments: a `Sampled` plays a preset of the bank, a `SampledDrum` a key of one of its kits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.samples.bank import shipped_bank
from models.sketch.samples.zone import Zone
from models.sketch.synth.envelope import stereo_tremolo

SILENT_DB = 60.0  # a release is over where it has fallen by this
LONGEST_RELEASE_S = 2.0
FADE_S = 0.006  # what ends before it is silent
SHORTEST_ATTACK_S = 0.001
VELOCITY = 0.79  # the font's velocity 100, at which its presets were read
SOFTER_DB, BRIGHTER_DB = 14.0, 5.0  # of the upper shelf: per unit of velocity, per unit of brightness
SHELF_HZ = 1400.0
VARIATION_CENTS = 2.0
STROKE_CENTS = (-9, -3, 3, 9)  # takes of a drum
STROKE_S = 2.6


@dataclass(frozen=True)
class Sampled:
    """A preset as a voice.

    `semitones`: the preset is played so much higher than written. `attack_s`, `release_s` (by 100 dB), `cutoff_hz`:
    instead of the preset's own. `decay_s`: the note falls by 100 dB in it, whatever the preset does; `skip_s`: of the
    recording's beginning. `spread_cents`: two players, one a side, so far apart. `width`: -1..1, low keys stand left,
    high ones right. `tremolo`: between the sides, 0..1. `direct`: recorded without an amplifier,
    which a layer with drive has.
    """

    preset: str
    semitones: int = 0
    level_db: float = 0.0
    attack_s: float | None = None
    decay_s: float | None = None
    release_s: float | None = None
    cutoff_hz: float | None = None
    skip_s: float = 0.0
    spread_cents: float = 0.0
    width: float = 0.0
    tremolo: float = 0.0
    tremolo_hz: float = 5.0
    direct: bool = False


@dataclass(frozen=True)
class SampledDrum:
    """A key of a kit. `cents`: higher than recorded. `tuned`: to the key of the piece; then `key` is its pitch."""

    preset: str
    key: int
    level: float = 1.0
    cents: int = 0
    ring_s: float = STROKE_S
    tuned: bool = False


def play_sample(voice: Sampled, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render a note. `gate_s`: key down; `brightness`: -1..1. Returns (1 or 2, time) at 32 kHz, at ease near 0.3."""
    bank = shipped_bank()
    zones = bank.zones(voice.preset, midi + voice.semitones)
    drift = np.random.default_rng([seed, midi]).uniform(-VARIATION_CENTS, VARIATION_CENTS)
    players: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    if voice.spread_cents:
        players = ((-0.5 * voice.spread_cents, -0.8), (0.5 * voice.spread_cents, 0.8))
    skip = round(voice.skip_s * TAKE_RATE_HZ)
    heard: list[tuple[Floats, float]] = []
    for zone in zones:
        release_s = _release_s(voice, zone)
        length_s = gate_s + release_s * SILENT_DB / 100
        for cents, side in players:
            pitch = midi + voice.semitones + round(drift + cents) / 100
            running = bank.sounding(zone, pitch, length_s + voice.skip_s)[skip : skip + round(length_s * TAKE_RATE_HZ)]
            sound = running * _envelope(voice, zone, len(running), gate_s, release_s)
            heard.append(
                (_voiced(sound, voice.cutoff_hz or zone.cutoff_hz, midi, velocity, brightness), zone.pan + side)
            )
    sound = _placed(heard, voice.width * max(-1.0, min(1.0, (midi - 62) / 30)))
    sound *= np.float32(velocity**1.4 * 10 ** (voice.level_db / 20) / len(players) ** 0.5)
    if voice.tremolo:
        sound = sound * stereo_tremolo(sound.shape[1], voice.tremolo, voice.tremolo_hz)
    return np.asarray(sound, np.float32)


def strike_sample(drum: SampledDrum, velocity: float, rng: np.random.Generator) -> Floats:
    """Render a stroke, its level not yet set: (time,) at 32 kHz. `rng` draws one of a few takes."""
    bank = shipped_bank()
    zone = bank.zones(drum.preset, drum.key)[0]
    cents = drum.cents + (0 if drum.tuned else int(rng.choice(STROKE_CENTS)))
    running = bank.sounding(zone, drum.key + cents / 100, drum.ring_s)[: round(drum.ring_s * TAKE_RATE_HZ)]
    n = len(running)
    left = (n - np.arange(n)) / n
    sound = running * np.float32(10 ** (zone.gain_db / 20)) * np.minimum(1, 2.5 * left).astype(np.float32)
    return _shelved(sound, SHELF_HZ, SOFTER_DB * (velocity - 1) * 0.7)


def _release_s(voice: Sampled, zone: Zone) -> float:
    release_s = zone.release_s if voice.release_s is None else voice.release_s
    return max(0.02, min(release_s, LONGEST_RELEASE_S))


def _envelope(voice: Sampled, zone: Zone, n: int, gate_s: float, release_s: float) -> Floats:
    """(n,) 0..1, times the zone's gain: attack, hold, a fall in dB, a release in dB, and no click at either end."""
    times = np.arange(n, dtype=np.float32) / np.float32(TAKE_RATE_HZ)
    attack_s = max(SHORTEST_ATTACK_S, zone.attack_s if voice.attack_s is None else voice.attack_s)
    if voice.decay_s is None:
        fall_db = np.clip((times - attack_s - zone.hold_s) * (100 / max(zone.decay_s, 0.01)), 0, zone.sustain_db)
    else:
        fall_db = np.maximum(0, times - attack_s) * np.float32(100 / voice.decay_s)
    fall_db += np.maximum(0, times - np.float32(gate_s)) * np.float32(100 / release_s)
    level = np.exp((zone.gain_db - fall_db) * np.float32(np.log(10) / 20))
    rise = min(n, round(attack_s * TAKE_RATE_HZ))
    level[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    fade = min(n, round(FADE_S * TAKE_RATE_HZ))
    level[n - fade :] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / fade)
    return np.asarray(level, np.float32)


def _voiced(sound: Floats, cutoff_hz: float | None, midi: int, velocity: float, brightness: float) -> Floats:
    """Softer is darker: a low-pass where the preset has one, and a shelf above the note."""
    if cutoff_hz is not None:
        moved_hz = cutoff_hz * 2 ** (1.2 * (velocity - VELOCITY) + 0.6 * brightness)
        sound = _low_passed(sound, min(moved_hz, 0.45 * TAKE_RATE_HZ))
    pivot_hz = SHELF_HZ * 2 ** max(0.0, (midi - 72) / 24)
    return _shelved(sound, pivot_hz, SOFTER_DB * (velocity - VELOCITY) + BRIGHTER_DB * brightness)


def _placed(heard: list[tuple[Floats, float]], pan: float) -> Floats:
    """(1, time) where all stands in the middle, (2, time) else."""
    n = max(len(sound) for sound, _ in heard)
    sides = [max(-1.0, min(1.0, place + pan)) for _, place in heard]
    mixed = np.zeros((2 if any(sides) else 1, n), np.float32)
    for (sound, _), side in zip(heard, sides, strict=True):
        gains = (1.0,) if len(mixed) == 1 else (np.cos((side + 1) * np.pi / 4), np.sin((side + 1) * np.pi / 4))
        for channel, gain in enumerate(gains):
            mixed[channel, : len(sound)] += np.float32(gain * len(gains) ** 0.5) * sound
    return mixed


def _shelved(sound: Floats, pivot_hz: float, gain_db: float) -> Floats:
    """A first-order high shelf."""
    warped, gain = np.tan(np.pi * pivot_hz / TAKE_RATE_HZ), 10 ** (gain_db / 20)
    above = np.array([gain + warped, warped - gain], np.float32) / np.float32(1 + warped)
    below = np.array([1, (warped - 1) / (1 + warped)], np.float32)
    return np.asarray(lfilter(above, below, sound), np.float32)


def _low_passed(sound: Floats, cutoff_hz: float) -> Floats:
    """A second-order Butterworth low-pass."""
    above, below = _butterworth(cutoff_hz)
    return np.asarray(lfilter(above, below, sound), np.float32)


def _butterworth(cutoff_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    warped = np.tan(np.pi * cutoff_hz / TAKE_RATE_HZ)
    scale = 1 / (1 + 2**0.5 * warped + warped**2)
    below = np.array([1, 2 * (warped**2 - 1) * scale, (1 - 2**0.5 * warped + warped**2) * scale])
    return warped**2 * scale * np.array([1, 2, 1.0]), below

"""Drums: recorded, or synthesised; then skins are falling sines, metal is inharmonic squares and noise, hands noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.synth.envelope import decay
from models.sketch.synth.noise import band_noise
from models.sketch.synth.sampled import SampledDrum, strike_sample

# Partials of struck metal, after the six oscillators of an analogue drum machine's cymbals.
METAL_RATIOS = (1.0, 1.342, 1.573, 1.812, 2.166, 2.613)


@dataclass(frozen=True)
class Skin:
    """A drum head: a sine that falls from `top_hz` to `hz`, with a click and maybe a second mode."""

    hz: float
    top_hz: float
    fall_s: float
    ring_s: float
    click: float = 0.2
    click_hz: tuple[float, float] = (1500.0, 6000.0)
    mode: float = 0.0  # level of the second mode at 1.59 times the first
    drive: float = 0.0
    level: float = 1.0


@dataclass(frozen=True)
class Snare:
    """A head and its wires."""

    hz: float = 190.0
    ring_s: float = 0.07
    body: float = 0.5
    wires_hz: tuple[float, float] = (1800.0, 12000.0)
    wires_s: float = 0.11
    wires: float = 0.5
    drive: float = 0.0
    level: float = 1.0


@dataclass(frozen=True)
class Metal:
    """A cymbal, hat or bell."""

    hz: float = 420.0
    band_hz: tuple[float, float] = (6000.0, 16000.0)
    ring_s: float = 0.04
    noise: float = 0.5
    attack_s: float = 0.0008
    level: float = 1.0


@dataclass(frozen=True)
class Burst:
    """Noise in a band: `repeats` close bursts make a clap, a slow `attack_s` a shaker or a brush."""

    band_hz: tuple[float, float]
    ring_s: float
    attack_s: float = 0.001
    repeats: int = 1
    spacing_s: float = 0.011
    level: float = 1.0


@dataclass(frozen=True)
class Block:
    """Wood or a small bell: a few short sines."""

    partials: tuple[tuple[float, float], ...]  # (hz, level)
    ring_s: float
    click: float = 0.1
    level: float = 1.0


Drum = Skin | Snare | Metal | Burst | Block | SampledDrum


def hit(drum: Drum, velocity: float, rng: np.random.Generator) -> Floats:
    """Render one stroke: (time,) float32 at 32 kHz, peak near .8 at full velocity."""
    shapes = {
        Skin: _skin, Snare: _snare, Metal: _metal, Burst: _burst, Block: _block, SampledDrum: strike_sample,
    }  # fmt: skip
    shape = shapes[type(drum)]
    sound = shape(drum, velocity, rng)  # type: ignore[operator]
    return np.asarray(0.8 * drum.level * velocity**1.3 * sound, np.float32)


def _length(seconds: float) -> int:
    return round(seconds * TAKE_RATE_HZ)


def _times(n: int) -> np.ndarray:
    return np.arange(n) / TAKE_RATE_HZ


def _pitch_drop_phase(hz: float, top_hz: float, fall_s: float, times: np.ndarray) -> np.ndarray:
    """Phase in radians of a tone that falls from `top_hz` to `hz`: the integral of its exponential sweep."""
    return np.asarray(2 * np.pi * (hz * times + (top_hz - hz) * fall_s * (1 - np.exp(-times / fall_s))))


def _skin(drum: Skin, velocity: float, rng: np.random.Generator) -> np.ndarray:
    n = _length(min(5.5 * drum.ring_s, 2.5))
    times = _times(n)
    phase = _pitch_drop_phase(drum.hz, drum.hz + (drum.top_hz - drum.hz) * (0.6 + 0.4 * velocity), drum.fall_s, times)
    sound = np.sin(phase) * decay(n, drum.ring_s)
    if drum.mode:
        sound += drum.mode * np.sin(1.59 * phase + 0.5) * decay(n, 0.45 * drum.ring_s)
    click = min(n, _length(0.02))
    sound[:click] += drum.click * velocity * 0.5 * band_noise(click, *drum.click_hz, rng) * decay(click, 0.004)
    if drum.drive:
        sound = np.tanh(sound * (1 + drum.drive)) / np.tanh(1 + drum.drive)
    return np.asarray(sound)


def _snare(drum: Snare, velocity: float, rng: np.random.Generator) -> np.ndarray:
    n = _length(max(5.5 * drum.wires_s, 5.5 * drum.ring_s))
    times = _times(n)
    head = np.sin(_pitch_drop_phase(drum.hz, 1.6 * drum.hz, 0.012, times)) * decay(n, drum.ring_s)
    head += 0.5 * np.sin(_pitch_drop_phase(1.78 * drum.hz, 2.4 * drum.hz, 0.01, times)) * decay(n, 0.6 * drum.ring_s)
    wires = band_noise(n, *drum.wires_hz, rng) * decay(n, drum.wires_s * (0.7 + 0.3 * velocity))
    sound = drum.body * head + 0.35 * drum.wires * wires
    if drum.drive:
        sound = np.tanh(sound * (1 + drum.drive)) / np.tanh(1 + drum.drive)
    return np.asarray(sound)


def _metal(drum: Metal, velocity: float, rng: np.random.Generator) -> np.ndarray:
    n = _length(min(5.5 * drum.ring_s, 2.8))
    times = _times(n)
    ring = np.zeros(n)
    for ratio in METAL_RATIOS:
        start = rng.random()
        for harmonic in (1, 3, 5, 7, 9, 11, 13):  # an odd-harmonic square, kept under Nyquist
            partial_hz = drum.hz * ratio * harmonic
            if drum.band_hz[0] * 0.7 < partial_hz < 0.48 * TAKE_RATE_HZ:
                ring += np.sin(2 * np.pi * (partial_hz * times + start * harmonic)) / harmonic**0.5
    noise = band_noise(n, *drum.band_hz, rng)
    sound = (1 - drum.noise) * ring * 0.16 + drum.noise * 0.28 * noise
    return np.asarray(sound * decay(n, drum.ring_s * (0.75 + 0.35 * velocity), drum.attack_s))


def _burst(drum: Burst, velocity: float, rng: np.random.Generator) -> np.ndarray:
    del velocity
    tail = _length(drum.attack_s + 5.5 * drum.ring_s)
    step = _length(drum.spacing_s)
    sound = np.zeros(tail + step * (drum.repeats - 1))
    for repeat in range(drum.repeats):
        last = repeat == drum.repeats - 1
        n = tail if last else min(tail, 2 * step)
        ring_s = drum.ring_s if last else 0.5 * drum.spacing_s
        start = repeat * step
        n = min(n, len(sound) - start)
        sound[start : start + n] += 0.3 * band_noise(n, *drum.band_hz, rng) * decay(n, ring_s, drum.attack_s)
    return sound


def _block(drum: Block, velocity: float, rng: np.random.Generator) -> np.ndarray:
    n = _length(5.5 * drum.ring_s)
    times = _times(n)
    sound = np.asarray(sum(level * np.sin(2 * np.pi * hz * times) for hz, level in drum.partials))
    sound = sound * decay(n, drum.ring_s)
    click = min(n, _length(0.01))
    sound[:click] += drum.click * velocity * band_noise(click, 2000, 9000, rng) * decay(click, 0.0025)
    return np.asarray(0.6 * sound)

"""Harmonic instruments: a `Tone` describes one, `play` renders a note of it from a wave surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.synth import surface
from models.sketch.synth.envelope import adsr
from models.sketch.synth.noise import band_noise

RATE_HZ = TAKE_RATE_HZ
TOP_HZ = 0.45 * RATE_HZ
A4_HZ, A4_MIDI = 440.0, 69


@dataclass(frozen=True)
class Tone:
    """A harmonic instrument.

    `wave`: name of its harmonic series (see `harmonics`), or the amplitudes themselves. `cutoff_hz`: low-pass at
    middle C and velocity .7; `keytrack`: octaves the cutoff follows per octave of pitch; `bite` octaves higher at
    the onset, gone after about `bite_s` (negative: opens slowly). `decay_s` falls to `sustain` of the level;
    `damping`: how much sooner upper harmonics die. `unison` voices `detune_cents` apart make it stereo.
    `formants`: (hz, gain dB, width in octaves). `breath`, `knock`: levels of steady and onset noise.
    """

    wave: str | tuple[float, ...] = "saw"
    cutoff_hz: float = 4000.0
    keytrack: float = 0.5
    bite: float = 0.0
    bite_s: float = 0.15
    resonance: float = 0.0
    attack_s: float = 0.005
    decay_s: float = 0.5
    sustain: float = 0.8
    release_s: float = 0.08
    damping: float = 0.0
    unison: int = 1
    detune_cents: float = 0.0
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.2
    vibrato_after_s: float = 0.25
    tremolo: float = 0.0
    tremolo_hz: float = 5.0
    glide_cents: float = 0.0
    formants: tuple[tuple[float, float, float], ...] = ()
    breath: float = 0.0
    breath_hz: tuple[float, float] = (1500.0, 6000.0)
    knock: float = 0.0
    knock_hz: tuple[float, float] = (300.0, 4000.0)
    knock_s: float = 0.012
    drive: float = 0.0
    scrambled: bool = False  # harmonic phases spread out, for a lower crest


def midi_to_hz(midi: float) -> float:
    return float(A4_HZ * 2 ** ((midi - A4_MIDI) / 12))


def harmonics(wave: str | tuple[float, ...], count: int) -> NDArray[np.float64]:
    """Amplitudes of the first `count` harmonics."""
    k = np.arange(1, count + 1, dtype=np.float64)
    if not isinstance(wave, str):
        given = np.asarray(wave[:count], np.float64)
        return np.concatenate([given, np.zeros(count - len(given))])
    if wave.startswith("pulse"):
        duty = int(wave[5:]) / 100
        return np.abs(np.sin(np.pi * k * duty)) * np.sign(np.sin(np.pi * k * duty)) / k
    if wave.startswith("pluck"):  # a string plucked at this share of its length
        at = int(wave[5:]) / 100
        return np.abs(np.sin(np.pi * k * at)) / k
    if wave == "hammer":  # a struck string: softer top than a plucked one
        return np.abs(np.sin(np.pi * k / 8.3)) / k**1.25
    odd = k % 2
    return {
        "saw": 1 / k,
        "square": odd / k,
        "triangle": odd / k**2 * np.where(k % 4 == 1, 1, -1),
        "hollow": (odd + 0.08) / k**1.3,
        "string": 1 / k**0.9,
        "brass": np.minimum(1, k / 2) / k,
        "reed": (0.6 + 0.4 * odd) / k**0.7,
        "soft": 1 / k**2,
    }[wave]


def play(tone: Tone, midi: int, gate_s: float, velocity: float, brightness: float, seed: int) -> Floats:
    """Render a note. `gate_s`: key down; `brightness`: -1..1. Returns (1 or 2, time) at 32 kHz, at ease near 0.3."""
    rng = np.random.default_rng(seed)
    pitch_hz = midi_to_hz(midi)
    ring_s = tone.decay_s * (220 / pitch_hz) ** 0.4 if tone.sustain == 0 else tone.decay_s
    length_s = gate_s + tone.release_s
    n = max(8, round(length_s * RATE_HZ))
    times = np.arange(n) / RATE_HZ
    frames_s = _frame_times(length_s)
    table = _note_wavetable(tone, pitch_hz, frames_s, ring_s, velocity, brightness, rng)
    frame = np.interp(times, frames_s, np.arange(len(frames_s))).astype(np.float32)
    bend = _bend(tone, times)
    cycles = np.cumsum(pitch_hz * 2 ** (bend / 1200)) / RATE_HZ if bend is not None else times * pitch_hz
    sound = _unison_voices(tone, table, cycles, frame, rng)
    if tone.breath:
        sound = sound + 0.25 * tone.breath * band_noise(n, *tone.breath_hz, rng)
    envelope = adsr(n, gate_s, tone.attack_s, ring_s, tone.sustain, tone.release_s)
    if tone.tremolo:
        envelope = envelope * (1 - tone.tremolo * (0.5 - 0.5 * np.cos(2 * np.pi * tone.tremolo_hz * times)))
    sound = sound * (velocity**1.4 * envelope).astype(np.float32)
    if tone.knock:
        sound = sound + tone.knock * velocity**1.6 * _knock(tone, n, rng)
    if tone.drive:
        sound = np.tanh(sound * (1 + 4 * tone.drive)) / (1 + 1.5 * tone.drive)
    return np.asarray(sound, np.float32)


def _frame_times(length_s: float) -> NDArray[np.float64]:
    """Key frames, dense at the onset where sounds change most."""
    return np.concatenate([[0.0], np.geomspace(0.006, max(length_s, 0.02), 15)])


def _note_wavetable(
    tone: Tone,
    pitch_hz: float,
    frames_s: NDArray[np.float64],
    ring_s: float,
    velocity: float,
    brightness: float,
    rng: np.random.Generator,
) -> Floats:
    count = int(max(1, min(TOP_HZ / pitch_hz, surface.TABLE // 2 - 1)))
    k = np.arange(1, count + 1)
    base = harmonics(tone.wave, count)
    for centre_hz, gain_db, octaves in tone.formants:
        base = base * 10 ** (gain_db / 20 * np.exp(-((np.log2(k * pitch_hz / centre_hz) / octaves) ** 2)))
    tuned = tone.cutoff_hz * (pitch_hz / 261.6) ** tone.keytrack * 2 ** (1.6 * (velocity - 0.7) + 0.9 * brightness)
    cutoff = np.minimum(tuned * 2 ** (tone.bite * np.exp(-frames_s / tone.bite_s)), TOP_HZ)[:, None]
    ratio = k[None, :] * pitch_hz / cutoff
    gain = 1 / np.sqrt(1 + ratio**4)
    if tone.resonance:
        gain = gain * (1 + tone.resonance * np.exp(-((np.log2(ratio) / 0.28) ** 2)))
    if tone.damping:
        gain = gain * np.exp(-frames_s[:, None] * tone.damping * (k[None, :] - 1) / ring_s)
    # The top octave under Nyquist fades, so that vibrato and linear interpolation stay clean.
    gain = gain * np.clip((TOP_HZ - k * pitch_hz) / (0.1 * TOP_HZ), 0, 1)[None, :]
    amplitudes = base[None, :] * gain
    loudest = np.sqrt(np.max(np.sum(amplitudes**2, axis=1)) / 2) + 1e-9
    phases = rng.uniform(0, 2 * np.pi, count) if tone.scrambled else np.zeros(count)
    return surface.build_wavetable(amplitudes * (0.2 / loudest), phases)


def _bend(tone: Tone, times: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Cents over time: vibrato that sets in, and a glide into the note."""
    if not (tone.vibrato_cents or tone.glide_cents):
        return None
    onset = np.clip((times - tone.vibrato_after_s) / 0.3, 0, 1)
    vibrato = tone.vibrato_cents * onset * np.sin(2 * np.pi * tone.vibrato_hz * times)
    return np.asarray(vibrato + tone.glide_cents * np.exp(-times / 0.03))


def _unison_voices(tone: Tone, table: Floats, cycles: surface.Phase, frame: Floats, rng: np.random.Generator) -> Floats:
    """One voice is mono; several are spread in pitch and between the two sides."""
    if tone.unison == 1:
        return surface.read_wavetable(table, cycles, frame)[None]
    sides = [np.zeros(len(cycles), np.float32), np.zeros(len(cycles), np.float32)]
    spread = np.linspace(-1, 1, tone.unison)
    # Two or three strings of one note start together, or their sum in mono could be silent for seconds.
    scatter = 1.0 if tone.unison > 3 else 0.12
    for index, place in enumerate(spread):
        ratio = 2 ** (place * tone.detune_cents / 1200)
        sides[index % 2] += surface.read_wavetable(table, cycles * ratio + scatter * rng.random(), frame)
    right = tone.unison // 2
    left = tone.unison - right
    if tone.unison % 2:  # the last of an odd number stands left of the middle: a little of it on the right too
        sides[1] = 0.9 * sides[1] + 0.1 * sides[0]
    return np.stack([sides[0] / np.float32(left**0.5), sides[1] / np.float32(right**0.5)])


def _knock(tone: Tone, n: int, rng: np.random.Generator) -> Floats:
    """The stick, hammer, pick or key: a short burst of band noise."""
    length = min(n, round(6 * tone.knock_s * RATE_HZ))
    decay = np.exp(-np.arange(length) / (tone.knock_s * RATE_HZ))
    attack = np.minimum(1, np.arange(length) / 24)
    burst = band_noise(length, *tone.knock_hz, rng) * decay * attack
    # End at zero: what is left after six time constants is -52 dB, and the note may be shorter than that.
    burst *= np.minimum(1, (length - np.arange(length)) / 64)
    return np.asarray(np.concatenate([0.3 * burst, np.zeros(n - length)]), np.float32)

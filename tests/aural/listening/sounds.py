"""Sounds whose tempo and key are known because they were made so; and sounds that have none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from aural.audio.clip import Clip
from aural.theory.keys import Key

RATE_HZ = 16_000
Sound = NDArray[np.float64]

# Amplitudes of the harmonics, and the time constant of the decay in s.
TIMBRES: dict[str, tuple[list[float], float]] = {
    "organ": ([1, 0.5, 0.3, 0.2, 0.1], np.inf),
    "saw": ([1 / k for k in range(1, 13)], np.inf),
    "piano": ([1, 0.7, 0.3, 0.25, 0.1, 0.05], 0.8),
    "pluck": ([1, 0.6, 0.5, 0.3, 0.25, 0.2, 0.1], 0.4),
}


def clip_of(sound: Sound, rate_hz: int = RATE_HZ) -> Clip:
    return Clip(sound.astype(np.float32), rate_hz, rate_hz, 1, "test")


def sine(hz: float, duration_s: float, rate_hz: int, dbfs: float = 0.0) -> Sound:
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * time_s)


def via(sound: Sound, source_rate_hz: int, rate_hz: int = 48_000) -> Clip:
    """The clip that decoding would give, had the sound come in a file of that rate."""
    source = soxr.resample(sound, RATE_HZ, source_rate_hz)
    return Clip(soxr.resample(source, source_rate_hz, rate_hz).astype(np.float32), rate_hz, source_rate_hz, 1, "test")


def placed(hits: list[tuple[float, Sound]], duration_s: float) -> Sound:
    """Sounds laid down at their times in s, peak .7."""
    out = np.zeros(round(duration_s * RATE_HZ))
    for at_s, hit in hits:
        begin = round(at_s * RATE_HZ)
        fitting = hit[: max(0, len(out) - begin)]
        out[begin : begin + len(fitting)] += fitting
    return np.asarray(0.7 * out / np.abs(out).max())


def decaying(hz: float, time_constant_s: float) -> Sound:
    time_s = np.arange(round(8 * time_constant_s * RATE_HZ)) / RATE_HZ
    return np.sin(2 * np.pi * hz * time_s) * np.exp(-time_s / time_constant_s)


def rattle(time_constant_s: float, seed: int = 0) -> Sound:
    time_s = np.arange(round(8 * time_constant_s * RATE_HZ)) / RATE_HZ
    return np.random.default_rng(seed).standard_normal(len(time_s)) * np.exp(-time_s / time_constant_s)


CLICKS = {"beep": decaying(1_000, 0.02), "stick": rattle(0.01), "thud": decaying(70, 0.04), "impulse": np.ones(1)}


def beats_of(bpm: float, duration_s: float, first_s: float = 0.1) -> Sound:
    return np.arange(first_s, duration_s - 0.02, 60 / bpm)


def clicks(bpm: float, duration_s: float = 15.0, kind: str = "beep", first_s: float = 0.1) -> Sound:
    return placed([(float(beat), CLICKS[kind]) for beat in beats_of(bpm, duration_s, first_s)], duration_s)


def drum_loop(bpm: float, duration_s: float = 12.0) -> Sound:
    """Kick on one and three, snare on two and four, hats in eighths."""
    kick, snare, hat = 2.0 * decaying(60, 0.06), rattle(0.05), 0.4 * rattle(0.012, seed=1)
    hits = []
    for index, beat in enumerate(beats_of(bpm, duration_s)):
        hits += [(float(beat), snare if index % 2 else kick), (float(beat), hat), (float(beat + 30 / bpm), hat)]
    return placed(hits, duration_s)


def tone(pitch: float, duration_s: float, timbre: str) -> Sound:
    """A note of a timbre; `pitch` in semitones, MIDI's numbers."""
    amplitudes, decay_s = TIMBRES[timbre]
    time_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    hz = 440 * 2 ** ((pitch - 69) / 12)
    partials = [a * np.sin(2 * np.pi * k * hz * time_s + k) for k, a in enumerate(amplitudes, 1) if k * hz < 7_000]
    edges = np.clip(time_s / 0.01, 0, 1) * np.clip((duration_s - time_s) / 0.03, 0, 1)
    return np.asarray(np.sum(partials, axis=0) * edges * np.exp(-time_s / decay_s))


def cadence(key: Key, timbre: str = "organ", *, cents: float = 0.0, chord_s: float = 0.75, times: int = 2) -> Sound:
    """I IV V I (minor: i iv V i), close triads over a bass."""
    third = 4 if key.mode == "major" else 3
    chords = [(0, third), (5, third), (7, 4), (0, third)] * times
    hits = []
    for index, (root, its_third) in enumerate(chords):
        above = [60 + (key.tonic + root + step) % 12 for step in (0, its_third, 7)]
        notes = [*above, 36 + (key.tonic + root) % 12]
        chord = np.sum([tone(note + cents / 100, chord_s, timbre) for note in notes], axis=0)
        hits.append((index * chord_s, chord))
    return placed(hits, len(chords) * chord_s)


def noise(slope: float, duration_s: float, seed: int = 0) -> Sound:
    """Power falling as 1 / f^slope: 0 white, 1 pink, 2 brown."""
    samples = round(duration_s * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** (slope / 2)
    spectrum[0] = 0
    sound = np.fft.irfft(spectrum, samples)
    return np.asarray(0.5 * sound / np.abs(sound).max())


def syllables(duration_s: float, seed: int = 0) -> Sound:
    """Noise bursts as of speech: random formants, lengths and pauses."""
    random = np.random.default_rng(seed)
    hits, at_s = [], 0.0
    while at_s < duration_s:
        length_s = random.uniform(0.05, 0.3)
        burst = random.standard_normal(round(length_s * RATE_HZ)) * np.hanning(round(length_s * RATE_HZ))
        formant_hz = random.uniform(300, 2_500)
        band = butter(2, [0.7 * formant_hz, 1.4 * formant_hz], "band", fs=RATE_HZ, output="sos")
        hits.append((at_s, random.uniform(0.2, 1) * sosfilt(band, burst)))
        at_s += length_s + random.exponential(0.12) + (random.uniform(0.3, 1) if random.random() < 0.12 else 0)
    return placed(hits, duration_s)


def nothings() -> Iterator[tuple[str, Sound]]:
    """What has neither tempo nor key, by name."""
    time_s = np.arange(12 * RATE_HZ) / RATE_HZ
    random = np.random.default_rng(5)
    yield "silence", np.zeros(len(time_s))
    yield "a constant", np.full(len(time_s), 0.3)
    yield "converter noise", 1e-4 * random.standard_normal(len(time_s))
    yield "two seconds of white noise", noise(0, 2.0)
    for name, slope in (("white", 0.0), ("pink", 1.0), ("brown", 2.0), ("blue", -1.0)):
        yield f"{name} noise", noise(slope, 12.0)
    for seed in range(3):
        yield f"syllables {seed}", syllables(12.0, seed)
    yield "a click", placed([(4.0, CLICKS["stick"])], 12.0)
    yield "a sine", 0.5 * np.sin(2 * np.pi * 440 * time_s)
    yield "a vibrato", 0.5 * np.sin(2 * np.pi * 440 * time_s + 8 * np.sin(2 * np.pi * 5.3 * time_s))
    yield "mains hum", np.sum([np.sin(2 * np.pi * 50 * k * time_s + k) / (4 * k) for k in (1, 2, 3, 5)], axis=0)
    yield "a sweep", 0.5 * np.sin(2 * np.pi * (100 * time_s + 100 * time_s**2))
    drops = (random.random(len(time_s)) < 0.002) * random.exponential(1, len(time_s))
    yield "rain", sosfilt(butter(1, 200, fs=RATE_HZ, output="sos"), drops)

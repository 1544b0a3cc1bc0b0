"""Descriptors against physics: what each should be on sounds whose truth is known, and what must not move it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from aural.audio.clip import Clip
from aural.listening.descriptors import describe
from aural.types import KeyGuess
from aural.wording.descriptors import DESCRIPTORS, MEANINGS

RATE_HZ = 16_000


def row(samples: NDArray[np.floating], bpm: float | None = None, rate_hz: int = RATE_HZ) -> dict[str, float]:
    clip = Clip(np.asarray(samples, np.float32), rate_hz, rate_hz, 1, "synthesised")
    return dict(zip(DESCRIPTORS, describe(clip, bpm=bpm).tolist(), strict=True))


def seconds(duration_s: float) -> NDArray[np.float64]:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def chords(progression: Sequence[tuple[int, ...]], chord_s: float = 1.0) -> NDArray[np.float64]:
    """Harmonic tones of MIDI pitches, one chord after the other."""
    t = seconds(chord_s)
    return np.concatenate([
        sum(
            np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * h * t) / h**2 for pitch in chord for h in range(1, 6)
        ) * np.exp(-t / 0.8)
        for chord in progression
    ])  # fmt: skip


MAJOR_CADENCE = [(60, 64, 67), (65, 69, 72), (67, 71, 74), (60, 64, 67)] * 2
MINOR_CADENCE = [(60, 63, 67), (65, 68, 72), (67, 71, 74), (60, 63, 67)] * 2


def clicks(per_s: float, duration_s: float = 10.0) -> NDArray[np.float64]:
    t = seconds(duration_s)
    return np.random.default_rng(0).standard_normal(len(t)) * np.exp(-(t % (1 / per_s)) / 0.015)


def noise(duration_s: float = 5.0) -> NDArray[np.float64]:
    return 0.1 * np.random.default_rng(1).standard_normal(round(duration_s * RATE_HZ))


def test_every_name_has_a_meaning_and_a_place() -> None:
    assert len(DESCRIPTORS) == len(set(DESCRIPTORS)) == 82
    assert all(MEANINGS.values())
    clip = Clip(noise().astype(np.float32), RATE_HZ, RATE_HZ, 1, "synthesised")
    assert describe(clip, bpm=None).shape == (82,)
    assert describe(clip, bpm=None).dtype == np.float32


def test_pulse_and_onsets_of_clicks() -> None:
    for per_s in (1.5, 2.0, 3.0):
        heard = row(clicks(per_s), bpm=60 * per_s)
        assert heard["rhythm.onset_rate_per_s"] == pytest.approx(per_s, abs=0.15)
        assert heard["rhythm.interval_octaves"] == pytest.approx(np.log2(1 / per_s / 0.5), abs=0.05)
        assert heard["rhythm.pulse_clarity"] > 0.7
        assert heard["rhythm.tempo_octaves"] == pytest.approx(np.log2(per_s / 2))
    assert row(clicks(2.0))["rhythm.percussive_share"] > 0.8
    assert row(noise())["rhythm.pulse_clarity"] < 0.3
    assert row(clicks(2.0))["rhythm.modulation_2_hz"] > row(clicks(1.0))["rhythm.modulation_2_hz"]


def test_loudness_and_crest_of_a_full_scale_tone() -> None:
    """BS.1770: a 997 Hz full-scale sine in one channel is -3.01 LUFS; a sine's crest is 3.01 dB."""
    heard = row(np.sin(2 * np.pi * 997 * seconds(5)))
    assert heard["dynamics.loudness_lufs"] == pytest.approx(-3.01, abs=0.1)
    assert heard["dynamics.crest_db"] == pytest.approx(3.01, abs=0.1)
    assert heard["dynamics.range_lu"] < 1.5


def test_dynamics_of_a_crescendo() -> None:
    t = seconds(10)
    swell = np.sin(2 * np.pi * 440 * t) * 10 ** ((t - 10) * 2 / 20)  # 20 dB over 10 s
    assert row(swell)["dynamics.slope_db"] == pytest.approx(20, abs=2)
    assert row(swell[::-1])["dynamics.slope_db"] == pytest.approx(-20, abs=2)
    assert row(swell)["dynamics.range_lu"] == pytest.approx(17, abs=2)


def test_spectrum_of_tones_and_noise() -> None:
    tone = row(np.sin(2 * np.pi * 2000 * seconds(5)))
    assert tone["spectral.centroid_octaves"] == pytest.approx(1.0, abs=0.05)
    assert tone["spectral.rolloff85_octaves"] == pytest.approx(1.0, abs=0.05)
    assert tone["spectral.zero_crossing_octaves"] == pytest.approx(2.0, abs=0.05)
    assert tone["spectral.share_2000_hz_db"] > -3.5
    white = row(noise())
    assert white["spectral.centroid_octaves"] == pytest.approx(2.0, abs=0.1)
    assert white["spectral.flatness_db"] == pytest.approx(-2.5, abs=1.0)  # of a chi-square: Euler's constant in dB
    assert tone["spectral.flatness_db"] < -30
    assert tone["tonal.peak_share"] > 0.9 > white["tonal.peak_share"] + 0.2


def test_mode_of_cadences() -> None:
    """In all twelve transpositions."""
    for shift in range(12):
        major, minor = (
            row(chords([tuple(p + shift for p in chord) for chord in cadence]))
            for cadence in (MAJOR_CADENCE, MINOR_CADENCE)
        )
        assert major["tonal.mode_strength"] > 0 > minor["tonal.mode_strength"]
        assert major["tonal.third_balance"] > 0 > minor["tonal.third_balance"]
        assert major["tonal.minor_chord_share"] < 0.2
        assert minor["tonal.minor_chord_share"] > 0.5
        assert min(major["tonal.key_clarity"], minor["tonal.key_clarity"]) > 0.5


def test_roughness_register_and_entropy() -> None:
    t = seconds(4)
    fifth, second = (np.sin(2 * np.pi * 440 * t) + np.sin(2 * np.pi * hz * t) for hz in (660, 466.16))
    assert row(second)["tonal.roughness"] > 10 * row(fifth)["tonal.roughness"]
    low, high = row(chords([(48, 52, 55)])), row(chords([(60, 64, 67)]))
    assert high["tonal.register_semitones"] - low["tonal.register_semitones"] == pytest.approx(12, abs=1)
    cluster = row(chords([tuple(range(60, 72))]))
    assert cluster["tonal.chroma_entropy_bits"] > high["tonal.chroma_entropy_bits"] + 0.5
    still, moving = row(chords([(60, 64, 67)] * 4)), row(chords([(60, 64, 67), (66, 70, 73)] * 2))
    assert moving["tonal.harmonic_change"] > 2 * still["tonal.harmonic_change"]


def test_gain_moves_loudness_and_nothing_else() -> None:
    music = chords(MAJOR_CADENCE) + 0.2 * clicks(2.0, 8.0)
    loud, soft = row(0.1 * music), row(0.001 * music)
    assert loud.pop("dynamics.loudness_lufs") - soft.pop("dynamics.loudness_lufs") == pytest.approx(40, abs=0.01)
    assert soft == pytest.approx(loud, rel=1e-3, abs=1e-3)


def test_the_rate_of_the_source_hardly_matters() -> None:
    import soxr

    music = chords(MAJOR_CADENCE) + 0.2 * clicks(2.0, 8.0)
    at_16, at_48 = row(music), row(soxr.resample(music, RATE_HZ, 48_000), rate_hz=48_000)
    for name in (
        "rhythm.onset_rate_per_s",
        "tonal.mode_strength",
        "spectral.centroid_octaves",
        "tonal.roughness",
    ):
        assert at_48[name] == pytest.approx(at_16[name], abs=0.05, rel=0.05)


@pytest.mark.parametrize("length", [1, 2, 100, 1000, 1599, 1600, 4000, 20_000])
def test_always_finite(length: int) -> None:
    rng = np.random.default_rng(length)
    impulse = np.zeros(length)
    impulse[length // 2] = 1.0
    for samples in (
        np.zeros(length),
        np.ones(length),
        impulse,
        1e-7 * rng.standard_normal(length),
        impulse - 0.3,
    ):
        assert np.isfinite(list(row(samples).values())).all()


def test_silence_is_all_zeros() -> None:
    assert not any(row(np.zeros(RATE_HZ), bpm=None).values())


def test_thirty_seconds_take_little_time() -> None:
    samples = noise(30.0)
    row(samples)
    start_s = time.process_time()
    row(samples)
    assert time.process_time() - start_s < 0.8  # .1 s on an idle core


def test_the_key_estimate_is_told() -> None:
    clip = Clip(noise().astype(np.float32), RATE_HZ, RATE_HZ, 1, "synthesised")
    key = KeyGuess("C major", 0.7, probabilities=(("C major", 0.7), ("A minor", 0.2), ("G major", 0.1)))
    told = dict(zip(DESCRIPTORS, describe(clip, bpm=None, key=key).tolist(), strict=True))
    assert told["tonal.major_probability"] == pytest.approx(0.8)
    assert (told["tonal.key_confidence"], told["tonal.modulates"]) == (pytest.approx(0.7), 0)
    moved = replace(key, parts=((0.0, "C major"), (8.0, "E minor")))
    assert describe(clip, bpm=None, key=moved)[DESCRIPTORS.index("tonal.modulates")] == 1
    assert row(noise())["tonal.major_probability"] == 0.5

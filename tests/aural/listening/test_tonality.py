"""Tonality: partials are found where they are, modes are told apart, and beating tones are rough."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.spectra import stft
from aural.listening.tonality import (
    HOP,
    PARTIALS,
    WINDOW,
    chroma_of,
    entropy_bits,
    harmonic_change,
    minor_chord_share,
    mode_descriptors,
    partials,
    roughness,
    tonal,
)
from aural.types import Floats

RATE_HZ = 16_000
C_MAJOR, C_MINOR = (60, 64, 67), (60, 63, 67)


def hz_of(midi: float) -> float:
    return float(440 * 2 ** ((midi - 69) / 12))


def chord(notes: tuple[float, ...], seconds: float = 2.0) -> Floats:
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = [np.sin(2 * np.pi * hz_of(one) * time_s) for one in notes]
    return np.asarray(0.1 * np.sum(tones, axis=0), np.float32)


def one_frame(*hz: float) -> tuple[np.ndarray, np.ndarray]:
    row = np.full((1, PARTIALS), 50.0)
    strength = np.zeros((1, PARTIALS))
    row[0, : len(hz)], strength[0, : len(hz)] = hz, 1.0
    return row, strength


@pytest.mark.parametrize("midi", [40.2, 57.0, 75.3, 90.0])
def test_the_strongest_partial_is_the_tone(midi: float) -> None:
    hz, strength, share = partials(stft(chord((midi,)), WINDOW, HOP))
    inner = slice(2, -2)
    np.testing.assert_allclose(hz[inner, 0], hz_of(midi), rtol=2e-3)
    assert (strength[inner, 0] > 50 * strength[inner, 1]).all()
    assert share > 0.95


def test_noise_has_no_partials_to_speak_of() -> None:
    noise = np.random.default_rng(0).standard_normal(3 * RATE_HZ).astype(np.float32)
    assert partials(stft(noise, WINDOW, HOP))[2] < 0.3


def test_a_tone_between_two_pitch_classes_is_shared() -> None:
    chroma = chroma_of(*one_frame(hz_of(60.5)))
    assert chroma.sum() == pytest.approx(1)
    assert chroma[0, 0] == pytest.approx(chroma[0, 1])
    assert chroma_of(*one_frame(hz_of(64)))[0, 4] == pytest.approx(1)


def test_major_is_brighter_than_minor() -> None:
    major, minor = (tonal(chord(notes)) for notes in (C_MAJOR, C_MINOR))
    assert major["tonal.mode_strength"] > 0.05 > -0.05 > minor["tonal.mode_strength"]
    assert major["tonal.third_balance"] > 0.5 > -0.5 > minor["tonal.third_balance"]
    assert major["tonal.minor_chord_share"] == 0
    assert minor["tonal.minor_chord_share"] == 1
    assert major["tonal.key_clarity"] > mode_descriptors(np.random.default_rng(0).random(12))["tonal.key_clarity"]
    assert mode_descriptors(np.ones(12)) == {
        "tonal.mode_strength": 0.0,
        "tonal.third_balance": 0.0,
        "tonal.key_clarity": 0.0,
    }


def test_an_octave_up_is_twelve_semitones() -> None:
    low, high = (tonal(chord((midi,)))["tonal.register_semitones"] for midi in (57, 69))
    assert high - low == pytest.approx(12, abs=0.2)


def test_tones_a_quarter_of_a_critical_band_apart_are_rough_and_octaves_are_smooth() -> None:
    base = hz_of(69)
    rough = roughness(*one_frame(base, base + 0.25 * 110))
    assert rough > 5 * roughness(*one_frame(base, 2 * base))
    assert roughness(*one_frame(base)) == pytest.approx(0)
    assert rough > roughness(*one_frame(base, base + 200)) > 0


def test_entropy_and_change() -> None:
    assert entropy_bits(np.ones(12)) == pytest.approx(np.log2(12))
    assert entropy_bits(np.eye(12)[0]) == pytest.approx(0, abs=1e-6)
    held = np.tile(np.eye(12)[0], (20, 1))
    moved = held.copy()
    moved[10:] = np.eye(12)[6]
    assert harmonic_change(held) == pytest.approx(0, abs=1e-9)
    assert harmonic_change(moved) > 0.1
    assert harmonic_change(held[:2]) == 0
    assert minor_chord_share(np.tile(np.isin(np.arange(12), (9, 0, 4)) / 3, (10, 1))) == 1


def test_silence_gives_a_flat_row() -> None:
    row = tonal(np.zeros(RATE_HZ, np.float32))
    assert all(np.isfinite(value) for value in row.values())
    assert row["tonal.peak_share"] == 0

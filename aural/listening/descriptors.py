"""A clip's descriptors: one fixed row of numbers, for the adapter. What each means stands in `aural.wording`.

All but `dynamics.loudness_lufs` are the same at any gain: the clip is brought to one loudness first.
"""

from __future__ import annotations

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.audio.loudness import k_weighting
from aural.listening import texture, tonality
from aural.types import NO_KEY, Floats, KeyGuess
from aural.wording.descriptors import DESCRIPTORS, MEANINGS

REFERENCE_LUFS = -20.0


def describe(clip: Clip, *, bpm: float | None, key: KeyGuess = NO_KEY) -> Floats:
    """The row of `DESCRIPTORS`, (n,) float32, always finite; all zeros for digital silence.

    `bpm`, `key`: as the tempo and key estimates gave them. Clips of other rates are heard at 16 kHz.
    """
    samples = clip.resampled_to(ANALYSIS_RATE_HZ).samples.astype(np.float32)
    samples = samples - samples.mean()
    loudness_lufs = texture.sounding_lufs(samples, k_weighting(ANALYSIS_RATE_HZ))
    if loudness_lufs < -100:
        return np.zeros(len(DESCRIPTORS), np.float32)
    levelled = samples * np.float32(10 ** ((REFERENCE_LUFS - loudness_lufs) / 20))
    view = texture.spectra(levelled)
    values = {
        **texture.rhythm(view, bpm),
        "dynamics.loudness_lufs": loudness_lufs,
        **texture.dynamics(view, levelled),
        **texture.spectral(view, levelled),
        **texture.timbre(view),
        **tonality.tonal(levelled),
        **key_descriptors(key),
    }
    assert values.keys() == MEANINGS.keys(), values.keys() ^ MEANINGS.keys()
    return np.array([values[name] for name in DESCRIPTORS], np.float32)


def key_descriptors(key: KeyGuess) -> dict[str, float]:
    """What the key estimate adds."""
    major = sum(probability for name, probability in key.probabilities if name.endswith("major"))
    return {
        "tonal.major_probability": major if key.probabilities else 0.5,
        "tonal.key_confidence": key.confidence,
        "tonal.modulates": float(key.modulates),
    }

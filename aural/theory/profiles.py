"""Key profiles: how much each pitch class belongs to a key, and which key a distribution of them fits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aural.theory.keys import ALL_KEYS

# Probe-tone ratings of Krumhansl and Kessler (1982), C major and C minor.
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
PROFILES = np.array([np.roll(MAJOR if key.mode == "major" else MINOR, key.tonic) for key in ALL_KEYS])
CENTRED = PROFILES - PROFILES.mean(axis=1, keepdims=True)


def key_fits(pitch_classes: NDArray[np.floating]) -> NDArray[np.float64]:
    """(24,) how far the weights of the pitch classes, (12,) from C, correlate with each of `ALL_KEYS`' profiles.

    They must not all be alike.
    """
    # np.corrcoef's own steps, to the bit, without what it asks about its arguments: a form is planned by thousands.
    centred = np.concatenate((CENTRED, (pitch_classes - pitch_classes.mean())[None]))
    covariances = np.dot(centred, centred.T) * (1 / (len(pitch_classes) - 1))
    deviations = np.sqrt(np.diagonal(covariances))
    return np.asarray(np.clip(covariances[-1, :-1] / deviations[-1] / deviations[:-1], -1, 1))

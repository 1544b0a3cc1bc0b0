"""Key profiles: a key fits its own scale best."""

from __future__ import annotations

import numpy as np
import pytest

from aural.theory.keys import ALL_KEYS, Key
from aural.theory.profiles import PROFILES, key_fits

MAJOR_SCALE, HARMONIC_MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


@pytest.mark.parametrize("key", ALL_KEYS, ids=str)
def test_a_scale_with_a_firm_tonic_triad_fits_its_key(key: Key) -> None:
    weights = np.zeros(12)
    weights[[(key.tonic + step) % 12 for step in (MAJOR_SCALE if key.mode == "major" else HARMONIC_MINOR)]] = 1.0
    weights[[(key.tonic + step) % 12 for step in (0, 4 if key.mode == "major" else 3, 7)]] += 1.0
    assert ALL_KEYS[int(key_fits(weights).argmax())] == key


def test_each_profile_fits_itself_alone() -> None:
    fits = np.array([key_fits(profile) for profile in PROFILES])
    np.testing.assert_allclose(np.diag(fits), 1.0)
    assert (fits - np.eye(24)).max() < 0.95


def test_weights_may_have_any_scale() -> None:
    weights = np.arange(12.0)
    np.testing.assert_allclose(key_fits(weights), key_fits(3 * weights + 5))

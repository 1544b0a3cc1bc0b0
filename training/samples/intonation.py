"""How far a recording is from the pitch that its font says it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FROM_S, TO_S = 0.08, 2.5  # after the onset; by then notes of decaying instruments are still clear
HARMONICS = 4
ROUNDS = 5
FIRST_CENTS, NEAR_CENTS = 70.0, 45.0  # to each side: looked at first, and once it is known about where the pitch is
WORTH_CENTS = 2.0
MOST_CENTS = 60.0
AGREE_CENTS = 18.0


def deviation_cents(sound: NDArray[np.float32], rate_hz: int, expected_hz: float) -> float:
    """Where most of the power around the first harmonics is, against where it should be, in cents; vibrato and the
    players of a section are averaged.

    0 where the two halves of what is heard do not agree to `AGREE_CENTS`, or it is further off than tuning is.
    """
    heard = sound[round(FROM_S * rate_hz) : round(TO_S * rate_hz)]
    if len(heard) < 12 * rate_hz / expected_hz:
        return 0.0
    half = len(heard) // 2
    whole, early, late = (_centre_cents(part, rate_hz, expected_hz) for part in (heard, heard[:half], heard[half:]))
    steady = max(abs(whole - early), abs(whole - late)) < AGREE_CENTS
    return whole if steady and WORTH_CENTS < abs(whole) < MOST_CENTS else 0.0


def _centre_cents(sound: NDArray[np.float32], rate_hz: int, expected_hz: float) -> float:
    size = 1 << max(17, (4 * len(sound)).bit_length())
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size)) ** 2
    step_hz = rate_hz / size
    cents = 0.0
    for turn in range(ROUNDS):
        reach = FIRST_CENTS if turn == 0 else NEAR_CENTS
        moment = total = 0.0
        for harmonic in range(1, HARMONICS + 1):
            middle_hz = harmonic * expected_hz * 2 ** (cents / 1200)
            if middle_hz > 0.47 * rate_hz:
                break
            low, high = (round(middle_hz * 2 ** (side * reach / 1200) / step_hz) for side in (-1, 1))
            bins = np.arange(low, high + 1)
            near = power[low : high + 1]
            moment += float(np.sum(near * 1200 * np.log2(bins * step_hz / (harmonic * expected_hz))))
            total += float(np.sum(near))
        cents = moment / max(total, 1e-30)
    return cents

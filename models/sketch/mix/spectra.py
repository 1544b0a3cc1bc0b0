"""What records of a style sound like by and large: level per octave, in dB of the whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CENTRES_HZ = np.array([45.0, 90.0, 180.0, 360.0, 720.0, 1440.0, 2880.0, 5760.0, 11520.0])
# Of popular records at large: about -2 dB an octave, -3 dB above 1 kHz, -5 dB in the last. Chosen by hand.
RECORDS_DB = (-9.0, -5.0, -6.5, -8.0, -10.0, -12.5, -15.0, -18.0, -23.0)
# Medians of 8 to 211 real clips per style (docs/explanation/figures/composer.md tells of them), rounded; the highest
# octave, which those clips lack, by hand. A style without one is led towards records at large.
SPECTRA_DB: dict[str, tuple[float, ...]] = {
    "classical": (-28, -17, -9.5, -4.5, -6.5, -12.5, -18, -26, -34),
    "electronic": (-8.5, -7.5, -10, -10.5, -11.5, -15, -17.5, -19, -23),
    "pop": (-13.5, -8, -7, -8, -9, -11.5, -13.5, -15.5, -20),
    "rock": (-13.5, -6, -7, -9, -10, -12.5, -13.5, -15.5, -20),
    "jazz": (-20, -7, -9.5, -6.5, -8, -11, -16.5, -21.5, -28),
    "hiphop": (-6.5, -5.5, -9.5, -11.5, -11, -13, -13.5, -14.5, -20),
    "country": (-14, -8, -8, -7, -7.5, -10, -13, -19.5, -25),
    "reggae": (-8.5, -5.5, -10, -10.5, -10.5, -11, -13, -15, -21),
    "metal": (-12, -7.5, -7.5, -11, -11.5, -12.5, -7.5, -11.5, -18),
    "blues": (-28, -11, -7, -5.5, -9.5, -12, -16, -22.5, -30),
    "disco_funk": (-13, -6, -8, -10.5, -10, -10, -11, -13.5, -18),
    "rnb_soul": (-16, -10, -8, -8, -7.5, -9, -10.5, -15.5, -21),
    "latin": (-16, -9.5, -9, -8, -8, -8.5, -11.5, -15, -21),
    "cinematic": (-26, -10.5, -5.5, -7, -9.5, -12, -12, -16.5, -24),
    "folk": (-19.5, -8.5, -7, -6.5, -7, -12, -14.5, -17.5, -26),
}


def spectrum_db(style_id: str) -> NDArray[np.float64]:
    """What a mix in that style is led towards, per octave around `CENTRES_HZ`."""
    return np.array(SPECTRA_DB.get(style_id, RECORDS_DB))

"""Tempi an octave apart: half and double are the same pulse, counted otherwise."""

from __future__ import annotations

import math


def octave_invariant_error(bpm: float, meant: float) -> float:
    """How far `bpm` is from `meant`, or from the nearest octave of it, as a share."""
    octaves = math.log2(bpm / meant)
    return math.exp2(abs(octaves - round(octaves))) - 1

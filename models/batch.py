"""What may share a batch: one item that cannot be heard gets its own error and fails no other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aural.errors import AuralError, NotAudio


def flaw(samples: NDArray[np.float32]) -> AuralError | None:
    """Why these samples cannot be heard, or None: they must be (time,) float32, finite and not empty."""
    if samples.dtype != np.float32 or samples.ndim != 1:
        return NotAudio(f"Samples are {samples.dtype} of shape {samples.shape}; they must be float32, mono, (time,).")
    if len(samples) == 0:
        return NotAudio("There are no samples; send a clip with sound in it.")
    if not np.isfinite(samples).all():
        return NotAudio("Samples hold values that are not finite; decode the clip anew.")
    return None

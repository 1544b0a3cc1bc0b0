"""Excerpts as the ears get them: real clips and the composer's are brought to the same cut, codec and level.

Resampled by scipy, as when the goals were set: soxr keeps more of what lies over 7 kHz, and distances to real clips are
then a twentieth smaller.
"""

from __future__ import annotations

import io
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.types import TAKE_RATE_HZ, Floats

HEARD_S, DESCRIBED_S = 12.0, 16.0
CODED_RATE_HZ = 22_050
PREPARATION = 1
"""Counts the changes of what this file does to a clip, so that nothing kept from before one is taken for it."""
CODED_PEAK, HEARD_RMS_DB, DESCRIBED_PEAK = 0.9, -18.0, 0.8


def middle(samples: Floats, rate_hz: int, seconds: float) -> Floats:
    """The middle `seconds` of (time,), or all of it where it is shorter."""
    spare = max(0, len(samples) - round(seconds * rate_hz))
    return samples[spare // 2 : len(samples) - (spare - spare // 2)]


def as_real_clips_come(samples: Floats, rate_hz: int) -> Floats:
    """The middle 12 s through Ogg Vorbis at 22.05 kHz, as the real clips were stored; then as `for_tagger`."""
    cut = _resampled(middle(samples, rate_hz, HEARD_S), rate_hz, CODED_RATE_HZ)
    coded = io.BytesIO()
    soundfile.write(coded, cut / _peak(cut) * CODED_PEAK, CODED_RATE_HZ, format="OGG", subtype="VORBIS")
    coded.seek(0)
    return for_tagger(*_read(coded))


def real_clip(path: Path) -> Floats:
    """A stored clip, as `for_tagger`."""
    return for_tagger(*_read(path))


def for_tagger(samples: Floats, rate_hz: int) -> Floats:
    """The middle 12 s at 16 kHz and -18 dB RMS, (time,) float32."""
    heard = _resampled(middle(samples, rate_hz, HEARD_S), rate_hz, ANALYSIS_RATE_HZ)
    rms = float(np.sqrt(np.mean(np.square(heard)))) + 1e-9
    return np.asarray(heard * (10 ** (HEARD_RMS_DB / 20) / rms), np.float32)


def for_descriptors(samples: Floats) -> Clip:
    """The middle 16 s of a take, (time,) mono at its rate."""
    cut = middle(samples, TAKE_RATE_HZ, DESCRIBED_S)
    cut = np.asarray(cut / _peak(cut) * DESCRIBED_PEAK, np.float32)
    return Clip(cut, TAKE_RATE_HZ, TAKE_RATE_HZ, 1, "take").resampled_to(ANALYSIS_RATE_HZ)


def _resampled(samples: Floats, rate_hz: int, to_rate_hz: int) -> Floats:
    common = gcd(rate_hz, to_rate_hz)
    return np.asarray(resample_poly(samples, to_rate_hz // common, rate_hz // common), np.float32)


def _peak(samples: Floats) -> float:
    return float(np.abs(samples).max()) + 1e-9


def _read(source: io.BytesIO | Path) -> tuple[Floats, int]:
    samples, rate_hz = soundfile.read(source, dtype="float32", always_2d=True)
    return samples.mean(axis=1), int(rate_hz)

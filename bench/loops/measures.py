"""What is measured of a loop, from its samples alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aural.finishing.loudness import body_lufs, true_peak_dbfs
from aural.types import TAKE_RATE_HZ, Doubles, Floats

AROUND_S, SIZE = 0.05, 1024  # RMS windows; samples of a spectrum: 32 ms
NEAR_BEAT_S, STEP = 0.02, 160  # where a beat's flux is looked for, and how finely
FLOOR = 1e-9
LOWEST_THIRD_HZ, HIGHEST_THIRD_HZ = 50.0, 12_500.0


def seam(loop: Floats, follows: Floats, beats: int) -> dict[str, float]:
    """What happens where `follows` (the loop's start, as it is heard then) meets the loop's end. (2, time) each.

    `flux_rank`: share of the body's own beats that break out less than the seam does; `step_dbfs`: from the last sample
    to the first; `jump_db`: RMS of 50 ms after against before; `jump_as_bars_db`: that against the median of the same
    at the body's own bars.
    """
    joined = np.concatenate([loop, follows], axis=1)
    mono, at = joined.mean(axis=0), loop.shape[1]
    length = loop.shape[1] / beats
    rises = [flux_near(mono, round(beat * length)) for beat in range(1, beats)]
    step = float(np.abs(joined[:, at] - joined[:, at - 1]).max())
    jumps = [jump_db(mono, round(bar * 4 * length)) for bar in range(1, beats // 4)]
    own = jump_db(mono, at)
    return {
        "flux_rank": float(np.mean(np.array(rises) < flux_near(mono, at))) if rises else 0.0,
        "step_dbfs": 20 * np.log10(step + FLOOR),
        "jump_db": own,
        "jump_as_bars_db": own - float(np.median(jumps)) if jumps else own,
    }


def flux_near(mono: Floats, at: int) -> float:
    """The greatest spectral flux within 20 ms: what rises, in log magnitude, from one 32 ms window to the next."""
    reach = round(NEAR_BEAT_S * TAKE_RATE_HZ)
    return max(flux(mono, near) for near in range(at - reach, at + reach + 1, STEP))


def flux(mono: Floats, at: int) -> float:
    window = np.hanning(SIZE)
    before, after = (np.abs(np.fft.rfft(_part(mono, start, SIZE) * window)) for start in (at - SIZE, at))
    return float(np.maximum(np.log1p(100 * after) - np.log1p(100 * before), 0).sum())


def jump_db(mono: Floats, at: int) -> float:
    size = round(AROUND_S * TAKE_RATE_HZ)
    before, after = (float(np.square(_part(mono, start, size)).mean()) for start in (at - size, at))
    return float(10 * np.log10((after + FLOOR) / (before + FLOOR)))


def _part(mono: Floats, start: int, size: int) -> Floats:
    part = mono[max(0, start) : max(0, start + size)]
    return np.pad(part, (0, size - len(part)))


def with_tail(body: Floats, tail: Floats) -> Floats:
    """The loop's start with the tail fading over it: (2, time)."""
    size = tail.shape[1]
    turn = np.linspace(0, 1, size, dtype=np.float32)
    return np.concatenate([body[:, :size] * turn + tail * (1 - turn), body[:, size:]], axis=1)


def level(body: Floats) -> dict[str, float]:
    mid = body.mean(axis=0)
    sides = np.square(third_octaves(body[0])) + np.square(third_octaves(body[1]))
    folded = 10 * np.log10((2 * np.square(third_octaves(mid)) + FLOOR) / (sides + FLOOR))
    left, right = body
    power = float(np.sqrt(np.square(left).sum() * np.square(right).sum()))
    return {
        "lufs": body_lufs(body) or -120.0,
        "true_peak_dbfs": true_peak_dbfs(body),
        "dc_dbfs": 20 * float(np.log10(np.abs(body.mean(axis=1)).max() + FLOOR)),
        "correlation": float((left * right).sum() / power) if power else 1.0,
        "fold_down_db": float(folded[sides > sides.max() * 1e-4].min()),
    }


def fold_change_db(sides: Floats, mono: Floats) -> float:
    """How far (2, time) folded down lies from the mono, (time,), that it was made of, in the worst third-octave."""
    folded, meant = third_octaves(sides.mean(axis=0)), third_octaves(mono)
    sounding = meant > meant.max() * 1e-3
    return float(np.abs(20 * np.log10(folded[sounding] / meant[sounding])).max())


def third_octaves(mono: Floats) -> Doubles:
    """(bands,) RMS of each third of an octave."""
    # A window: what its ends break off would leak from the loud bands into the soft ones.
    power = np.abs(np.fft.rfft(mono * np.hanning(len(mono)))) ** 2 / len(mono) ** 2
    hz = np.arange(len(power)) * TAKE_RATE_HZ / len(mono)
    bands = int(3 * np.log2(HIGHEST_THIRD_HZ / LOWEST_THIRD_HZ))
    edges = LOWEST_THIRD_HZ * 2 ** (np.arange(bands + 1) / 3)
    sums: NDArray[Any] = np.concatenate([[0.0], np.cumsum(power)])
    places = np.searchsorted(hz, edges)
    return np.asarray(np.sqrt(2 * np.maximum(sums[places[1:]] - sums[places[:-1]], 0)), np.float64)


def bpm_of(beats_s: Doubles, near_bpm: float) -> float | None:
    """The tempo of a beat track by least squares, octave-folded to `near_bpm`; None for fewer than eight beats.

    Beats that lie over 50 ms off the line are left out, once.
    """
    if len(beats_s) < 8:
        return None
    spans = np.diff(beats_s)
    numbers = np.concatenate([[0], np.cumsum(np.maximum(1, np.rint(spans / np.median(spans))))])
    line = np.polyfit(numbers, beats_s, 1)
    kept = np.abs(np.polyval(line, numbers) - beats_s) < 0.05
    if kept.sum() >= 8:
        line = np.polyfit(numbers[kept], beats_s[kept], 1)
    bpm = 60 / float(line[0])
    return float(bpm / 2.0 ** round(math.log2(bpm / near_bpm)))

"""Stretch: sound at another speed and pitch, each instant where it should be, by Signalsmith Stretch (MIT)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from python_stretch.Signalsmith import Stretch
from scipy.signal import fftconvolve, firwin

from aural.types import TAKE_RATE_HZ, Doubles, Floats

SEED = 1  # the library draws phases where it must: the same sound must give the same bytes
# One block cannot do: 80 ms put the partials of a triad up to 44 cents off at a speed of 8 %, 200 ms smear attacks.
LOW_BLOCK, HIGH_BLOCK, SPLIT_HZ = 6400, 1920, 1000.0  # 200 and 60 ms
_BELOW = firwin(1025, SPLIT_HZ, fs=TAKE_RATE_HZ).astype(np.float32)
CONTEXT_S = 0.4  # two of the longer windows: at the very edges of what it is given they are half empty
JOINT_S = 0.03
REACH_S = 0.004  # how far a piece may move to meet the wave of the one before it
INAUDIBLE_SPEED = 1e-3  # 1.7 cents: resampling moves the pitch by less than can be heard, and smears no attack


@dataclass(frozen=True, eq=False)
class Warp:
    """What goes where: `sources` to `targets`, (n,) in samples, both ascending; linear between and beyond."""

    sources: Doubles
    targets: Doubles

    @classmethod
    def steady(cls, speed: float) -> Warp:
        """From the first sample on, `speed` samples of the source to each of the target."""
        return cls(np.array([0.0, speed * TAKE_RATE_HZ]), np.array([0.0, float(TAKE_RATE_HZ)]))

    @property
    def speeds(self) -> Doubles:
        """(n - 1,) source samples per target sample of each piece."""
        return np.diff(self.sources) / np.diff(self.targets)


def warped(samples: Floats, warp: Warp, length: int, semitones: float = 0.0) -> Floats:
    """The first `length` samples after the warp, transposed: (channels, time) in and out. Past what there is: silence.

    A warp of one speed is one piece of work. Where speeds change the pieces meet in 30 ms, the later one moved by up to
    4 ms to where the waves agree: best where little sounds, just before a beat.
    """
    edges = [-np.inf, *warp.targets[1:-1].tolist(), np.inf]
    joint = round(JOINT_S * TAKE_RATE_HZ)
    out = np.zeros((len(samples), length), np.float32)
    for piece, speed in enumerate(warp.speeds):
        start = max(0, round(max(edges[piece], 0)) - joint)
        stop = length if piece == len(warp.speeds) - 1 else min(length, round(edges[piece + 1]))
        if stop <= start:
            continue
        source = warp.sources[piece] + (start - warp.targets[piece]) * speed
        if piece and start + joint <= stop:
            reach = round(REACH_S * TAKE_RATE_HZ)
            made = _stretch_segment(samples, source - reach * speed, speed, stop - start + 2 * reach, semitones)
            made = made[:, _splice_offset(out[:, start : start + joint], made) :][:, : stop - start]
            fade = np.linspace(0, 1, joint, dtype=np.float32)
            out[:, start : start + joint] *= 1 - fade
            made[:, :joint] *= fade
            out[:, start:stop] += made
        else:
            out[:, start:stop] = _stretch_segment(samples, source, speed, stop - start, semitones)
    return out


def _splice_offset(before: Floats, after: Floats) -> int:
    """Where in `after` its wave is likest to the end of what came before."""
    size = before.shape[1]
    reach = 2 * round(REACH_S * TAKE_RATE_HZ)
    mono, later = before.sum(axis=0), after.sum(axis=0)[: size + reach]
    windows = np.lib.stride_tricks.sliding_window_view(later, size)
    likeness = windows @ mono / np.sqrt(np.square(windows).sum(axis=1) + 1e-9)
    return int(np.argmax(likeness))


def _stretch_segment(samples: Floats, source: float, speed: float, length: int, semitones: float) -> Floats:
    """`length` samples at one speed, the first of them from `source`.

    The pitch is moved by resampling and the length then made right by stretching, which keeps pitches: the library's
    own transposition puts a bass of 55 Hz up to 60 cents out of tune.
    """
    context = round(CONTEXT_S * TAKE_RATE_HZ)
    first, wanted = round(source - context * speed), round((length + 2 * context) * speed)
    pitch = 2 ** (semitones / 12)
    given = _padded(samples, first, wanted)
    if abs(speed / pitch - 1) <= INAUDIBLE_SPEED:
        pitch = speed  # then there is nothing to stretch
    if pitch != 1:
        given = soxr.resample(given.T, TAKE_RATE_HZ * pitch, TAKE_RATE_HZ).T
    if pitch != speed:
        given = _stretched(given, length + 2 * context)
    return np.asarray(_padded(given, context, length), np.float32)


def _stretched(samples: Floats, length: int) -> Floats:
    """In two bands: a block that tells close low tones apart smears attacks, one that keeps attacks detunes tones."""
    low = np.asarray(fftconvolve(samples, _BELOW[None], mode="same", axes=1), np.float32)
    return _stretch_band(low, length, LOW_BLOCK) + _stretch_band(samples - low, length, HIGH_BLOCK)


def _stretch_band(samples: Floats, length: int, block: int) -> Floats:
    stretch = Stretch(SEED)
    stretch.configure(len(samples), block, block // 4)
    stretch.timeFactor = samples.shape[1] / length
    return np.asarray(stretch.process(np.ascontiguousarray(samples, np.float32)), np.float32)


def _padded(samples: Floats, first: int, length: int) -> Floats:
    """Samples first .. first + length - 1, silence where there are none."""
    inside = samples[:, max(0, first) : max(0, first + length)]
    before = min(length, max(0, -first))
    return np.pad(inside, ((0, 0), (before, length - before - inside.shape[1])))

"""Beats: the chain of onsets that best keeps a given tempo (dynamic programming, Ellis 2007)."""

from __future__ import annotations

import numpy as np

from aural.listening.onsets import FRAMES_PER_S
from aural.listening.spectra import peak_offset
from aural.types import Doubles, Floats

RISE_LEADS_S = 0.007  # the rise of a click peaks that long before the click: its window sees it coming
ON_THE_EDGE_S = 0.03
TIGHTNESS = 300.0  # cost of leaving the tempo, per squared log ratio, in units of an envelope of RMS 1


def beat_times_s(envelope: Floats, bpm: float) -> Doubles:
    """Beat times in seconds from the first frame. `envelope`: (frames,) onsets at 100 per second, zero mean."""
    period = 60 * FRAMES_PER_S / bpm
    strength = envelope.astype(np.float64)
    strength /= max(float(np.sqrt(np.mean(np.square(strength)))), 1e-9)
    score, before = beat_track_dp(strength, period)
    tail = len(score) - max(1, round(period))
    here = max(0, tail) + int(np.argmax(score[max(0, tail) :]))
    frames = []
    while here >= 0:
        frames.append(here)
        here = before[here]
    peaks = np.array([interpolate_peak_frame(strength, frame) for frame in reversed(frames)])
    times_s = peaks / FRAMES_PER_S + RISE_LEADS_S
    # A clip's very first sound makes no onset, since no silence comes before it: a beat due there is added.
    lead_s = times_s[0] - period / FRAMES_PER_S
    return np.concatenate([[max(lead_s, 0.0)], times_s]) if abs(lead_s) < ON_THE_EDGE_S else times_s


def beat_track_dp(strength: Doubles, period: float) -> tuple[Doubles, list[int]]:
    """The best total of a chain that ends at each frame, and the beat before it (-1: none)."""
    lags = np.arange(max(1, round(period / 2)), round(2 * period) + 1)
    cost = TIGHTNESS * np.log(lags / period) ** 2
    reach = int(lags[-1])
    # Frames before the clip, of score 0: a chain may begin anywhere at no cost.
    score = np.zeros(reach + len(strength))
    before = [-1] * len(strength)
    for frame, gain in enumerate(strength):
        offers = score[frame + reach - lags] - cost
        best = int(np.argmax(offers))
        score[frame + reach] = gain + max(float(offers[best]), 0.0)
        if offers[best] > 0:
            before[frame] = frame - int(lags[best])
    return score[reach:], before


def interpolate_peak_frame(strength: Doubles, frame: int) -> float:
    """The top of the parabola through a frame and its neighbours, where it is a peak."""
    if not 0 < frame < len(strength) - 1:
        return float(frame)
    left, top, right = (float(value) for value in strength[frame - 1 : frame + 2])
    if top < max(left, right):
        return float(frame)
    return frame + float(peak_offset(left, top, right))

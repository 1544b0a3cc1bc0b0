"""Tempo by rule: what repeats, what swings, and how fast people tap."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from aural.listening.beats import beat_times_s
from aural.listening.onsets import RATE_HZ, envelope, onsets
from aural.listening.pulse import GRID_BPM, Pulse, oscillation, pulse
from aural.listening.sounding import Doubles, sounding_part
from aural.wire import Floats, Tempo

SHORTEST_S = 1.5
# Round numbers, chosen by what bench/listening.py scored on all its clips; neighbouring values score the same.
REPEAT_WEIGHTS = np.array([1.0, 1.0, 0.3, 0.5])
SWING_WEIGHT, SWING_FLOOR = 1.5, 0.3
TAPPING_BPM, TAPPING_OCTAVES = 103.0, 0.65
EMPTY_BEATS, EMPTY_SWING = 0.3, 0.1
TEMPERATURE = 0.4  # mean confidence .73 where 76 % of dev and 71 % of test are right
# None of 1040 noises, bursts and babbles of 2 to 30 s comes up to this; of the bench's 218 clips 9 do not either (6 of
# them piano in free time), 4 of which the rule would read right.
LEAST_CLARITY, SHORT_S = 6.0, 1.5
LEAST_RISE = 1.0
MOST_READINGS = 5
NEAR = 0.04
REFINE_WITHIN, REFINE_STEPS = 0.02, 81
NO_TEMPO = Tempo(bpm=None, confidence=0.0)


def estimate_tempo(samples: Floats, *, guess: bool = False) -> Tempo:
    """Tempo of `samples`, (time,) at 16 kHz, with other readings and beats; `bpm` None where nothing pulses.

    `guess`: name the best tempo also where the pulse is too weak to tell from chance, as benches ask.
    """
    part, start = sounding_part(samples)
    if len(part) < SHORTEST_S * RATE_HZ:
        return NO_TEMPO
    heard = onsets(part)
    rises = envelope(heard)
    measured = pulse(rises)
    scores = plausibility(measured)
    enough = LEAST_CLARITY * (1 + SHORT_S * RATE_HZ / len(part))
    pulses = heard.rise >= LEAST_RISE and clarity(measured, int(np.argmax(scores))) >= enough
    if not pulses and not guess:
        return NO_TEMPO
    (coarse, confidence), *others = readings(scores)
    bpm = refined(rises, coarse)
    return Tempo(
        bpm=round(bpm, 2),
        confidence=round(confidence, 3),
        alternatives=tuple((round(refined(rises, other), 2), round(weight, 3)) for other, weight in others),
        beats_s=tuple(round(float(beat), 3) for beat in beat_times_s(rises, bpm) + start / RATE_HZ),
    )


def clarity(measured: Pulse, best: int) -> float:
    """How far a tempo's repetitions stand out of chance, in deviations of white noise's autocorrelation."""
    return float(REPEAT_WEIGHTS @ measured.repeats[:, best] / REPEAT_WEIGHTS.sum() * np.sqrt(measured.frames))


def plausibility(measured: Pulse) -> Doubles:
    """Log plausibility of every tempo of the grid, (480,)."""
    one, two, three, _ = np.maximum(measured.repeats, 0.0)
    swing, double_swing = measured.swings
    comb = np.log(np.maximum(REPEAT_WEIGHTS @ measured.repeats, 0.02))
    motion = SWING_WEIGHT * np.log(swing + double_swing + SWING_FLOOR)
    tapping = -0.5 * (np.log2(GRID_BPM / TAPPING_BPM) / TAPPING_OCTAVES) ** 2
    # Too fast: two or three beats repeat but one does not, so most beats are empty.
    too_fast = np.minimum(0.0, np.log((one + 0.02) / (EMPTY_BEATS * np.maximum(two, three) + 0.02)))
    # Too slow: nothing tells a beat from the instant halfway to the next.
    too_slow = np.minimum(0.0, np.log((swing + 0.005) / (EMPTY_SWING * double_swing + 0.005)))
    return np.asarray(comb + motion + tapping + too_fast + too_slow)


def readings(scores: Doubles) -> list[tuple[float, float]]:
    """(bpm, weight) of the best peaks, best first, and of the best one's half and double; weights sum to 1."""
    walled = np.pad(scores, 1, constant_values=-np.inf)
    peaks = np.flatnonzero((scores >= walled[:-2]) & (scores > walled[2:]))
    chosen = [int(peak) for peak in peaks[np.argsort(-scores[peaks])][:MOST_READINGS]]
    for ratio in (0.5, 2.0):
        near = np.flatnonzero(np.abs(GRID_BPM / (ratio * GRID_BPM[chosen[0]]) - 1) < NEAR)
        if len(near) and not set(chosen) & set(near.tolist()):
            chosen.append(int(near[np.argmax(scores[near])]))
    weights = softmax(scores[chosen] / TEMPERATURE)
    return [(float(GRID_BPM[index]), float(weight)) for index, weight in zip(chosen, weights, strict=True)]


def refined(rises: Floats, bpm: float) -> float:
    """The tempo near `bpm` at which the oscillations of 1, 2 and 4 per beat are strongest together."""
    near = bpm * np.linspace(1 - REFINE_WITHIN, 1 + REFINE_WITHIN, REFINE_STEPS)
    strength = oscillation(rises, np.concatenate([near, 2 * near, 4 * near]) / 60).reshape(3, -1).sum(axis=0)
    top = int(np.argmax(strength))
    if not 0 < top < REFINE_STEPS - 1:
        return bpm  # it only rises towards an edge: no peak of its own, as in free time
    left, middle, right = strength[top - 1 : top + 2]
    return float(near[top] + 0.5 * (left - right) / (left - 2 * middle + right) * (near[1] - near[0]))

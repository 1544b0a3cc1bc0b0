"""Whether the metre that was asked is in the music: in its notation, and in where its accents fall."""

from __future__ import annotations

import numpy as np

from aural.listening.onsets import FRAMES_PER_S
from aural.theory.metre import METRES, Metre
from aural.types import Doubles, Floats
from bench.composer.score import Score

AROUND_S = 0.04  # of a pulse, in which its onset is looked for


def accents_at_bar(onset_curve: Floats, score: Score, asked: str) -> bool:
    """Whether the autocorrelation of the pulses' strength is highest at one bar of the metre `asked`.

    Pulses: quarters in x/4, eighths in x/8. Of the lags from two pulses to under two bars; those that divide the bar
    into whole felt beats are no rivals, since every bar is full of beats.
    """
    metre = METRES[asked]
    return best_lag(pulse_strengths(onset_curve, score, metre), metre) == metre.numerator


def pulse_strengths(onset_curve: Floats, score: Score, metre: Metre) -> Doubles:
    """(pulses,): the strongest onset near each pulse of the whole bars. `onset_curve`: 100 frames a second."""
    pulse = 4 / metre.denominator
    reach = round(AROUND_S * FRAMES_PER_S)
    frames = [round(score.seconds(n * pulse) * FRAMES_PER_S) for n in range(int(score.end / pulse))]
    return np.array([onset_curve[max(0, at - reach) : at + reach + 1].max() for at in frames if at < len(onset_curve)])


def best_lag(strengths: Doubles, metre: Metre) -> int:
    """In pulses, the rival or the bar at which the strengths are most like themselves."""
    bar, beat = metre.numerator, metre.numerator // metre.beats
    excess = strengths - strengths.mean()
    lags = [lag for lag in range(2, min(2 * bar, len(excess))) if lag == bar or bar % lag or lag % beat]
    return max(lags, key=lambda lag: float(np.mean(excess[:-lag] * excess[lag:])))

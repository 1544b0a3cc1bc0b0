"""What the windows of a file say together. Pure: arithmetic over their analyses."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aural.theory.keys import Key
from aural_client.analysis import Analysis

Name = TypeVar("Name", str, int)

AGREE_WITHIN = 0.04
"""Of a tempo, or of an octave of it: MIREX's tolerance for tempi that are the same."""
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0


@dataclass(frozen=True)
class Window:
    """A part of a file, and what is heard in it."""

    start_s: float
    end_s: float
    analysis: Analysis

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Summary:
    """Of a whole file. A window counts by its length.

    `bpm`: the mean of the windows whose tempi agree, octaves aside, in the octave that most of them are in;
    `bpm_confidence`: their confidence, with those that disagree as none. `key`: the likeliest by the summed
    probabilities, whose share is `key_confidence`. `emotion`, `style_id`: the weightiest word, by its confidence or its
    probability. `valence`, `arousal`: means. Silent windows have no say in these. `loudness_lufs`: of one window its
    integrated loudness; of several the mean power of their half seconds behind BS.1770's two gates (which that norm
    has over blocks of 400 ms that overlap). `energy_curve`: joined, one value per `energy_step_s`. `prompt`: of the
    window that is most like the whole.
    """

    duration_s: float
    bpm: float | None
    bpm_confidence: float
    key: str | None
    key_confidence: float
    camelot: str | None
    emotion: str
    valence: float
    arousal: float
    style_id: str
    loudness_lufs: float | None
    energy_curve: tuple[float, ...]
    energy_step_s: float
    prompt: str

    @property
    def energy_mean(self) -> float:
        return sum(self.energy_curve) / len(self.energy_curve) if self.energy_curve else 0.0


def summarize(windows: Sequence[Window]) -> Summary:
    """One window or more, in order."""
    sounding = [one for one in windows if any(one.analysis.energy_curve)] or list(windows)
    bpm, bpm_confidence = _tempo(windows)
    key, key_confidence = _key(windows)
    emotion = _weightiest(
        (one.analysis.emotion, one.length_s * one.analysis.details.emotion.confidence) for one in sounding
    )
    style = _weightiest(
        (style.style_id, one.length_s * style.probability) for one in sounding for style in one.analysis.details.styles
    )
    return Summary(
        duration_s=round(windows[-1].end_s, 3),
        bpm=bpm,
        bpm_confidence=round(bpm_confidence, 4),
        key=key,
        key_confidence=round(key_confidence, 4),
        camelot=None if key is None else Key.parse(key).camelot,
        emotion=emotion,
        valence=round(_mean((one.analysis.details.emotion.valence, one.length_s) for one in sounding), 3),
        arousal=round(_mean((one.analysis.details.emotion.arousal, one.length_s) for one in sounding), 3),
        style_id=style,
        loudness_lufs=_loudness(windows),
        energy_curve=tuple(value for one in windows for value in one.analysis.energy_curve),
        energy_step_s=windows[0].analysis.details.energy_step_s,
        prompt=_typical(sounding, (key, emotion, style), bpm).prompt,
    )


def octaves_apart(bpm: float, other: float) -> int | None:
    """How many octaves `bpm` is over `other`, 0 where they are the same; None where they do not agree."""
    octaves = round(math.log2(bpm / other))
    return octaves if abs(bpm / 2**octaves / other - 1) <= AGREE_WITHIN else None


def _tempo(windows: Sequence[Window]) -> tuple[float | None, float]:
    pulses = [
        (one.analysis.bpm, one.length_s * one.analysis.details.tempo.confidence, one.length_s)
        for one in windows
        if one.analysis.bpm is not None
    ]
    if not pulses:
        return None, 0.0
    groups = [
        [(bpm, weight, octave) for bpm, weight, _ in pulses if (octave := octaves_apart(bpm, centre)) is not None]
        for centre, _, _ in pulses
    ]
    group = max(groups, key=lambda one: sum(weight for _, weight, _ in one))
    octave = _weightiest((octave, weight) for _, weight, octave in group)
    bpm = _mean((bpm * 2.0 ** (octave - own), weight) for bpm, weight, own in group)
    return round(bpm, 2), sum(weight for _, weight, _ in group) / sum(length_s for *_, length_s in pulses)


def _key(windows: Sequence[Window]) -> tuple[str | None, float]:
    """A window that is tonal but gives no probabilities (an older service) has its key and its confidence alone."""
    said: list[tuple[str, float]] = []
    tonal_s = 0.0
    for one in windows:
        details = one.analysis.details.key
        if one.analysis.key is not None:
            tonal_s += one.length_s
            probabilities = details.probabilities or {one.analysis.key: details.confidence}
            said += [(key, one.length_s * share) for key, share in probabilities.items()]
    if not said:
        return None, 0.0
    shares = _summed(said)
    key = max(shares, key=lambda one: shares[one])
    return key, shares[key] / tonal_s


def _loudness(windows: Sequence[Window]) -> float | None:
    if len(windows) == 1:
        return windows[0].analysis.details.loudness.integrated_lufs
    lufs = [value for one in windows for value in one.analysis.details.energy.lufs if value is not None]
    loud = [value for value in lufs if value >= ABSOLUTE_GATE_LUFS]
    if not loud:
        return None
    gate = _mean_lufs(loud) + RELATIVE_GATE_LU
    return round(_mean_lufs([value for value in loud if value >= gate]), 1)


def _mean_lufs(lufs: Sequence[float]) -> float:
    """Of the power, not of the logarithms."""
    return 10 * math.log10(sum(10 ** (value / 10) for value in lufs) / len(lufs))


def _typical(windows: Sequence[Window], words: tuple[str | None, ...], bpm: float | None) -> Analysis:
    """The first of those that share most with the whole."""

    def shared(analysis: Analysis) -> int:
        own = (analysis.key, analysis.emotion, analysis.style_id)
        same_tempo = analysis.bpm is not None and bpm is not None and octaves_apart(analysis.bpm, bpm) == 0
        return sum(one == other for one, other in zip(own, words, strict=True)) + same_tempo

    return max((one.analysis for one in windows), key=shared)


def _weightiest(weights: Iterable[tuple[Name, float]]) -> Name:
    """Of equals the first."""
    summed = _summed(weights)
    return max(summed, key=lambda name: summed[name])


def _summed(weights: Iterable[tuple[Name, float]]) -> Mapping[Name, float]:
    sums: dict[Name, float] = defaultdict(float)
    for name, weight in weights:
        sums[name] += weight
    return sums


def _mean(weighted: Iterable[tuple[float, float]]) -> float:
    """Weights that are all zero count the same."""
    pairs = list(weighted)
    total = sum(weight for _, weight in pairs)
    if not total:
        return sum(value for value, _ in pairs) / len(pairs)
    return sum(value * weight for value, weight in pairs) / total

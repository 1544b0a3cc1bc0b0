"""Our own answers: the best guess, what the service would say, the reliability of what it says, and what it cost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening import listen
from aural.listening.key import estimate_key
from aural.listening.loudness import measure_loudness
from aural.listening.tempo import estimate_tempo
from aural.types import KeyGuess, Tempo
from bench.listening.scores import Answer


@dataclass(frozen=True)
class Told:
    """`answer`: the best guess; `tempo`, `key`: what the service says, null included; `lufs`, `lra`: of the whole clip.
    CPU seconds of what the service does.
    """

    answer: Answer
    tempo: Tempo
    key: KeyGuess
    lufs: float | None
    lra: float | None
    confidence: tuple[float, float]
    cpu_s: float


def hear(clip: Clip) -> Told:
    """All but CREPE: tempo, beats, bars, key, energy and loudness."""
    heard_at = clip.resampled_to(ANALYSIS_RATE_HZ)
    began_s = time.process_time()
    heard = listen(heard_at, measure_loudness(clip))
    cpu_s = time.process_time() - began_s
    tempo = heard.tempo if heard.tempo.bpm else estimate_tempo(heard_at.samples, guess=True)
    key = heard.key if heard.key.key else estimate_key(heard_at.samples, guess=True)[0]
    confidence = (tempo.confidence, key.confidence)
    loud = (heard.integrated_lufs, heard.loudness_range_lu)
    return Told(Answer(tempo.bpm, key.key), heard.tempo, heard.key, *loud, confidence, cpu_s)


def reliability(confidence: list[float], right: list[bool]) -> list[tuple[str, int, float, float]]:
    """(bin, answers, their mean confidence in percent, percent right)."""
    edges, table = (0.0, 0.4, 0.6, 0.75, 0.9, 1.001), []
    sure, hit = np.array(confidence), np.array(right)
    for low, high in pairwise(edges):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            table.append(
                (
                    f"{low:.2f}-{min(high, 1):.2f}",
                    int(inside.sum()),
                    100 * float(sure[inside].mean()),
                    100 * float(hit[inside].mean()),
                )
            )
    return table

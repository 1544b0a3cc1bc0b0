"""Our own answers: the best guess, what the service would say, the reliability of what it says, and what it cost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening.energy import energy_curve
from aural.listening.key import key_of_part
from aural.listening.semitones import stft
from aural.listening.sounding import sounding_part
from aural.listening.tempo import tempo_of_part
from aural.wire import Floats, KeyGuess, Tempo
from bench.listening.scores import Answer


@dataclass(frozen=True)
class Told:
    """`answer`: the best guess; `tempo`, `key`: what the service says, null included. CPU seconds of the latter."""

    answer: Answer
    tempo: Tempo
    key: KeyGuess
    confidence: tuple[float, float]
    cpu_s: float


def hear(clip: Clip) -> Told:
    """All but CREPE: tempo, beats, bars, key and energy."""
    heard_at = clip.at(ANALYSIS_RATE_HZ)
    began_s = time.process_time()
    part, start = sounding_part(heard_at.samples)
    magnitude = stft(part)
    tempo, (key, _) = tempo_of_part(part, magnitude, start / ANALYSIS_RATE_HZ), key_of_part(part, magnitude)
    energy_curve(heard_at)
    cpu_s = time.process_time() - began_s
    tempo_guess = tempo if tempo.bpm else tempo_of_part(part, magnitude, 0.0, guess=True)
    key_guess = key if key.key else key_of_part(part, magnitude, guess=True)[0]
    answer = Answer(tempo_guess.bpm, key_guess.key)
    return Told(answer, tempo, key, (tempo_guess.confidence, key_guess.confidence), cpu_s)


def key_of_cut(samples: Floats, start: int, end: int) -> str | None:
    part, _ = sounding_part(samples[max(0, start) : end])
    return key_of_part(part, stft(part), guess=True)[0].key


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

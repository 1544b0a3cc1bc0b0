"""Three ways to a loop: ours, and two others' rebuilt from their descriptions."""

from __future__ import annotations

from dataclasses import dataclass

import librosa
import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.finishing.finish import finish_to_target
from aural.listening.tempo import tempo_of
from aural.listening.trimming import TrimmedSignal
from aural.types import TAKE_RATE_HZ, Floats, Measurements, Take
from bench.loops.cases import Case

BLEND = 100


@dataclass(frozen=True, eq=False)
class Loop:
    """`body` (2, time); `tail` (2, time) what follows it, empty where the method gives none. `wanted`: its length as
    it should be, in samples."""

    body: Floats
    tail: Floats
    wanted: int
    measurements: Measurements | None = None


def ours(case: Case, take: Take) -> Loop:
    made = finish_to_target(take, case.target)
    return Loop(made.samples[:, : made.loop_end], made.samples[:, made.loop_end :], case.length, made.measurements)


def truncation(case: Case, take: Take) -> Loop:
    """The first bars x 240 / bpm seconds of a take that was asked for in that tempo."""
    return Loop(take.samples[:, : int(case.bars * 240 / case.bpm * TAKE_RATE_HZ)], take.samples[:, :0], case.length)


def downbeats(case: Case, take: Take) -> Loop:
    """As many bars between detected downbeats as are a power of two, stretched to the asked tempo, 100 samples blended.

    As looping MusicGen services do. The beats are our tracker's, since theirs has no wheel here; the stretching is
    librosa's phase vocoder.
    """
    mono = Clip(take.samples.mean(axis=0), TAKE_RATE_HZ, TAKE_RATE_HZ, 2, "take").resampled_to(ANALYSIS_RATE_HZ)
    heard = tempo_of(TrimmedSignal.of(mono.samples), guess=True).downbeats_s
    if len(heard) < 2:
        return truncation(case, take)
    bars = 2 ** int(np.log2(min(len(heard) - 1, case.bars)))
    start, stop = (round(heard[place] * TAKE_RATE_HZ) for place in (0, bars))
    wanted = round(bars * 240 / case.bpm * TAKE_RATE_HZ)
    stretched = librosa.effects.time_stretch(take.samples[:, start:stop], rate=(stop - start) / wanted)
    body = np.asarray(stretched, np.float32)
    fade = np.linspace(0, 1, BLEND, dtype=np.float32)
    before = take.samples[:, max(0, start - BLEND) : start]
    if before.shape[1] == BLEND:
        body[:, -BLEND:] = body[:, -BLEND:] * (1 - fade) + before * fade
    return Loop(body, take.samples[:, :0], wanted)


METHODS = {"ours": ours, "truncation": truncation, "downbeats": downbeats}

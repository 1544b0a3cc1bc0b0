"""What sounds in a clip, and the spectra that tempo, key and energy share: each is made once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ
from aural.listening.chroma import Chroma, chroma
from aural.listening.onsets import Onsets, onsets
from aural.listening.pitchgram import CHANGE_HOP, CHANGE_WINDOW
from aural.listening.spectra import stft
from aural.types import Floats

QUIETEST_PEAK = 10 ** (-75 / 20)  # below it there is nothing but dither and converter noise
EDGE_BELOW_PEAK = 10 ** (-60 / 20)


@dataclass(frozen=True, eq=False)
class TrimmedSignal:
    """`samples`: (time,) at 16 kHz with an RMS of 0.1, from `start_s` on; so silence around the music, and its gain,
    change nothing that is heard in it. Empty where nothing sounds.
    """

    samples: Floats
    start_s: float

    @classmethod
    def of(cls, samples: Floats) -> TrimmedSignal:
        """From the first to the last of the samples, (time,) float32, that come within 60 dB of the peak; none where
        the peak stays under -75 dBFS."""
        loud = np.abs(samples)
        peak = float(loud.max(initial=0.0))
        if peak < QUIETEST_PEAK:
            return cls(samples[:0], 0.0)
        inside = np.flatnonzero(loud >= EDGE_BELOW_PEAK * peak)
        start, stop = int(inside[0]), int(inside[-1]) + 1
        sounding = samples[start:stop]
        rms = float(np.sqrt(np.mean(np.square(sounding, dtype=np.float64))))
        return cls(sounding * np.float32(0.1 / rms), start / ANALYSIS_RATE_HZ)

    @property
    def duration_s(self) -> float:
        return len(self.samples) / ANALYSIS_RATE_HZ

    @cached_property
    def magnitude(self) -> Floats:
        """(frames, 2049): Hann windows of 256 ms every 64 ms."""
        return stft(self.samples, CHANGE_WINDOW, CHANGE_HOP)

    @cached_property
    def onsets(self) -> Onsets:
        return onsets(self.samples)

    @cached_property
    def chroma(self) -> Chroma:
        """Of every other spectrum."""
        return chroma(self.magnitude[::2])

"""Decoded frames -> mono at `FULL_RATE_HZ`, block by block."""

from __future__ import annotations

from typing import Any

import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.audio.plane import AudioPlane
from numpy.typing import NDArray

from aural.audio.clip import FULL_RATE_HZ
from aural.errors import NotAudio

MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 384_000
MAX_CHANNELS = 64
# An int24 stored as float passes, and a sum of fourth powers over 30 s stays below float32's 3.4e38.
MAX_SAMPLE = 2.0**24
# FFmpeg's name -> dtype, the value that means silence, the value of full scale.
_SAMPLE_FORMATS: dict[str, tuple[type, float, float]] = {
    "u8": (np.uint8, 2.0**7, 2.0**7),
    "s16": (np.int16, 0.0, 2.0**15),
    "s32": (np.int32, 0.0, 2.0**31),
    "flt": (np.float32, 0.0, 1.0),
    "dbl": (np.float64, 0.0, 1.0),
}


def check_rate_and_channels(rate_hz: int, channels: int) -> None:
    """Raise NotAudio for what headers may claim but recordings never have. 0 is: not stated."""
    if rate_hz and not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise NotAudio(f"Sample rate is {rate_hz} Hz; {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz are read. Resample it.")
    if channels > MAX_CHANNELS:
        raise NotAudio(f"Audio has {channels} channels; at most {MAX_CHANNELS} are read. Mix it down.")


class Downmix:
    """Frames in, mono at `FULL_RATE_HZ` out. A file may change its rate and channels midway (chained Ogg)."""

    def __init__(self) -> None:
        self.duration_s = 0.0
        self.source_rate_hz = 0
        self.source_channels = 0
        self._rate_hz = FULL_RATE_HZ
        self._resampler: soxr.ResampleStream | None = None
        self._blocks: list[NDArray[np.float32]] = []

    def add(self, frame: AudioFrame) -> None:
        """Raises NotAudio for samples out of all bounds, and for rates and channels that are not read."""
        if frame.samples == 0:
            return
        rate_hz, channels = frame.sample_rate, frame.layout.nb_channels
        check_rate_and_channels(rate_hz, channels)
        if self.source_rate_hz == 0:
            self.source_rate_hz, self.source_channels = rate_hz, channels
        if rate_hz != self._rate_hz:
            self._resample_from(rate_hz)
        self.duration_s += frame.samples / rate_hz
        mono = _mono(frame)
        self._blocks.append(mono if self._resampler is None else self._resampler.resample_chunk(mono))

    def drained(self) -> NDArray[np.float32]:
        """(time,) what has come of the frames so far, which is let go here."""
        blocks, self._blocks = self._blocks, []
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def samples(self) -> NDArray[np.float32]:
        """(time,) float32, all that is left; nothing can be added afterwards."""
        self._resample_from(FULL_RATE_HZ)
        return self.drained()

    def _resample_from(self, rate_hz: int) -> None:
        if self._resampler is not None:
            self._blocks.append(self._resampler.resample_chunk(np.zeros(0, np.float32), last=True))
            self._resampler = None
        if rate_hz != FULL_RATE_HZ:
            self._resampler = soxr.ResampleStream(rate_hz, FULL_RATE_HZ, 1, dtype="float32")
        self._rate_hz = rate_hz


def _mono(frame: AudioFrame) -> NDArray[np.float32]:
    """(time,) float32: the mean over channels, full scale 1.0. Raises NotAudio for samples out of bounds."""
    dtype, zero, full_scale = _SAMPLE_FORMATS[frame.format.packed.name]
    with np.errstate(invalid="ignore", over="ignore"):  # infinities meet: refused below
        mean = (np.mean(_channels(frame, dtype), axis=0, dtype=np.float64) - zero) / full_scale
    peak = np.abs(mean).max()
    if not np.isfinite(peak):
        raise NotAudio("Audio holds samples that are not finite numbers. Export it again.")
    if peak > MAX_SAMPLE:
        raise NotAudio(f"Audio holds samples of {peak:.0e} where full scale is 1. Normalise it.")
    return np.asarray(mean, np.float32)


def _channels(frame: AudioFrame, dtype: type) -> list[NDArray[Any]]:
    """Each channel's samples as the file has them.

    Not by `frame.to_ndarray()`: up to PyAV 18.1 it looks for the end of a planar frame of 8 or more channels
    behind its last plane, and crashes.
    """
    n = frame.layout.nb_channels
    if frame.format.is_planar:
        return [np.frombuffer(_plane(frame, i), dtype, frame.samples) for i in range(n)]
    packed: NDArray[Any] = np.frombuffer(_plane(frame, 0), dtype, frame.samples * n)
    return [packed[i::n] for i in range(n)]


def _plane(frame: AudioFrame, index: int) -> memoryview:
    return memoryview(AudioPlane(frame, index))

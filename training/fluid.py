"""MIDI to audio through libfluidsynth and a General MIDI soundfont, any program on every pitched channel.

Needs the Debian packages fluidsynth and fluid-soundfont-gm (and timgm6mb-soundfont for a second font).
"""

from __future__ import annotations

import ctypes
import ctypes.util
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from training.midi import Event

DRUM_CHANNEL = 9


def require_fluidsynth(soundfont: Path) -> str:
    """The library's name. Raises FileNotFoundError where it or the soundfont is missing."""
    name = ctypes.util.find_library("fluidsynth")
    if name is None:
        raise FileNotFoundError("libfluidsynth is not installed. Debian: apt-get install fluidsynth.")
    if not soundfont.is_file():
        raise FileNotFoundError(f"There is no soundfont {soundfont}. Debian: apt-get install fluid-soundfont-gm.")
    return name


class Synthesizer:
    """One soundfont, loaded once. Use as a context manager."""

    def __init__(self, soundfont: Path, rate_hz: int):
        self._lib: Any = ctypes.CDLL(require_fluidsynth(soundfont))
        for function in ("new_fluid_settings", "new_fluid_synth"):
            getattr(self._lib, function).restype = ctypes.c_void_p
        self.rate_hz = rate_hz
        self._settings = ctypes.c_void_p(self._lib.new_fluid_settings())
        self._lib.fluid_settings_setnum(self._settings, b"synth.sample-rate", ctypes.c_double(rate_hz))
        self._lib.fluid_settings_setnum(self._settings, b"synth.gain", ctypes.c_double(0.4))
        self._synth = ctypes.c_void_p(self._lib.new_fluid_synth(self._settings))
        self._font = self._lib.fluid_synth_sfload(self._synth, str(soundfont).encode(), 1)
        if self._font < 0:
            raise ValueError(f"{soundfont} is not a soundfont that fluidsynth can read.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lib.delete_fluid_synth(self._synth)
        self._lib.delete_fluid_settings(self._settings)

    def render(
        self, events: list[Event], program: int, *, start_s: float, end_s: float, kit: int = 0
    ) -> NDArray[np.float32]:
        """(time,) float32 mono from `start_s` to `end_s`, the peak at .8. The file's own programs are ignored.

        `kit`: the drum channel's program; a font that lacks it plays its standard kit.
        """
        self._lib.fluid_synth_system_reset(self._synth)
        for channel in range(16):
            bank, number = (128, kit) if channel == DRUM_CHANNEL else (0, program)
            if self._lib.fluid_synth_program_select(self._synth, channel, self._font, bank, number) < 0:
                self._lib.fluid_synth_program_select(self._synth, channel, self._font, bank, 0)
        pieces, done = [], 0
        for event in events:
            if event.time_s >= end_s:
                break
            until = int(event.time_s * self.rate_hz)
            pieces.append(self._samples(until - done))
            done = until
            self._send(event)
        pieces.append(self._samples(int(end_s * self.rate_hz) - done))
        audio = np.concatenate(pieces)[int(start_s * self.rate_hz) :]
        return np.asarray(audio / (np.abs(audio).max() + 1e-6) * 0.8, np.float32)

    def _send(self, event: Event) -> None:
        kind, channel = event.status & 0xF0, event.status & 0x0F
        if kind == 0x90 and event.data[1]:
            self._lib.fluid_synth_noteon(self._synth, channel, *event.data)
        elif kind in (0x80, 0x90):
            self._lib.fluid_synth_noteoff(self._synth, channel, event.data[0])
        elif kind == 0xB0:
            self._lib.fluid_synth_cc(self._synth, channel, *event.data)

    def _samples(self, count: int) -> NDArray[np.float32]:
        stereo = np.zeros((2, max(count, 0)), np.float32)
        if count > 0:
            left, right = (side.ctypes.data_as(ctypes.c_void_p) for side in stereo)
            self._lib.fluid_synth_write_float(self._synth, count, left, 0, 1, right, 0, 1)
        return np.asarray(stereo.mean(axis=0), np.float32)

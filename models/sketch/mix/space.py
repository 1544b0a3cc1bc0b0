"""Echo and reverb."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.fft import next_fast_len
from scipy.signal import butter, sosfilt

from aural.types import Floats
from models.sketch.mix.filtering import Tick, butterworth, filtered

BLOCK_S = 8.0


@lru_cache(maxsize=32)  # as many as there are styles, a megabyte each at most
def impulse(decay_s: float, rate_hz: int) -> Floats:
    """A room: stereo noise, its highs dying sooner than its lows, after a pre-delay. (2, time), of unit energy.

    Read-only: others have it too.
    """
    rng = np.random.default_rng(1)  # the room is the same for every piece
    n = round(min(decay_s, 4.0) * rate_hz)
    times = np.arange(n) / rate_hz
    room = np.zeros((2, n))
    bands = ((120, 700, 1.0), (700, 2500, 0.85), (2500, 6000, 0.55), (6000, 12000, 0.3))
    for low_hz, high_hz, share in bands:
        band = butter(2, (low_hz, high_hz), "bandpass", fs=rate_hz, output="sos")
        room += sosfilt(band, rng.standard_normal((2, n))) * np.exp(-6.9 * times / (decay_s * share)) * share**0.5
    room *= np.clip(times / 0.012, 0, 1) ** 2 * np.clip((times[-1] - times) / 0.05, 0, 1)
    early = np.zeros((2, n))
    for delay_s, left, right in (
        (0.011, 0.5, 0.2),
        (0.017, 0.2, 0.5),
        (0.023, 0.4, 0.15),
        (0.031, 0.15, 0.35),
    ):
        if delay_s < times[-1]:
            early[:, round(delay_s * rate_hz)] = left, right
    room = room / np.sqrt(np.sum(room**2, axis=1, keepdims=True)) + 0.35 * early
    made = np.asarray(room / np.sqrt(np.sum(room**2) / 2), np.float32)
    made.flags.writeable = False
    return made


def reverberate(send: Floats, room: Floats, tick: Tick, rate_hz: int) -> Floats:
    """Convolve each side with its side of the room, block by block. `tick` is called once per block."""
    n, size = send.shape[1], round(BLOCK_S * rate_hz)
    wet = np.zeros((2, n + room.shape[1]), np.float32)
    width = next_fast_len(size + room.shape[1], real=True)
    spectrum = np.fft.rfft(room, width)
    for start in range(0, n, size):
        block = send[:, start : start + size]
        tick()
        out = np.fft.irfft(np.fft.rfft(block, width) * spectrum, width)[:, : block.shape[1] + room.shape[1]]
        wet[:, start : start + out.shape[1]] += out
    return wet[:, :n]


def echo(send: Floats, delay: int, tick: Tick, feedback: float = 0.42, repeats: int = 5) -> Floats:
    """Ping-pong echo: darker and softer with each repeat, sides in turn. `delay`: samples."""
    sections = butterworth(1, (250, 4200), "bandpass")
    wet = np.zeros_like(send)
    mono = send.mean(axis=0, keepdims=True)
    for repeat in range(1, repeats + 1):
        offset = repeat * delay
        if offset >= mono.shape[1] or not mono.any():
            break
        mono = filtered(sections, mono, tick)
        wet[(repeat + 1) % 2, offset:] += feedback ** (repeat - 1) * mono[0, : mono.shape[1] - offset]
        wet[repeat % 2, offset:] += 0.3 * feedback ** (repeat - 1) * mono[0, : mono.shape[1] - offset]
    return wet

"""The end of a file: that it does not click, and a fade-out that is asked for."""

from __future__ import annotations

import numpy as np

from aural.types import TAKE_RATE_HZ, Floats

END_FADE_S = 0.01
LONGEST_FADE_S, FADED_SHARE = 8.0, 0.25
"""A written fade-out takes a quarter of the body, and no longer than that."""
FADE_DEPTH_DB = 60.0


def fade_out(sound: Floats) -> Floats:
    """The last ten milliseconds fade, (channels, time): played to its end, a file does not click."""
    size = min(round(END_FADE_S * TAKE_RATE_HZ), sound.shape[1])
    fade = np.cos(np.linspace(0, np.pi / 2, size, dtype=np.float32)) ** 2
    return np.concatenate([sound[:, : sound.shape[1] - size], sound[:, sound.shape[1] - size :] * fade], axis=1)


def written_fade(start: int, stop: int, loop_end: int) -> Floats:
    """Gains (stop - start,) of a written fade-out, for the samples from `start` on of a body that ends at `loop_end`.

    Even in dB, as a fader that is drawn down steadily, but that it comes to nothing at the body's end: within 1 dB of
    the straight line down to -40 dB. What follows the body is silent.
    """
    size = min(round(LONGEST_FADE_S * TAKE_RATE_HZ), round(FADED_SHARE * loop_end))
    done = np.clip((np.arange(start, stop) - (loop_end - size)) / max(1, size), 0, 1)
    floor = 10 ** (-FADE_DEPTH_DB / 20)
    gains: Floats = ((floor**done - floor) / (1 - floor)).astype(np.float32)
    return gains


def fade_written(block: Floats, start: int, loop_end: int) -> Floats:
    """(channels, n) that begin at sample `start`, with their part of a written fade-out."""
    return block * written_fade(start, start + block.shape[1], loop_end)

"""Take -> WAV: stereo, 32 kHz, PCM16, with the loop in a `smpl` chunk and the facts in a LIST INFO chunk."""

from __future__ import annotations

import logging
import struct

import numpy as np

from aural.files.tags import Tags, chunk, info_chunk
from aural.wire import TAKE_RATE_HZ, Floats, Take

log = logging.getLogger(__name__)

FULL_SCALE = 2**15
MIDI_MIDDLE_C = 60
CHANNELS = 2
BYTES_PER_SAMPLE = 4  # of both channels


class WavParts:
    """A file whose length is known before its samples are: `head`, then `pcm` of each block, then `tail`.

    `samples`: per channel, tail included. Raises ValueError for a loop that ends outside of them.
    """

    def __init__(self, samples: int, tags: Tags):
        if not 0 < tags.loop_end <= samples:
            raise ValueError(f"The loop ends at sample {tags.loop_end} of {samples}.")
        pcm_format, bits = 1, 16
        bytes_per_s = TAKE_RATE_HZ * BYTES_PER_SAMPLE
        form = struct.pack("<HHIIHH", pcm_format, CHANNELS, TAKE_RATE_HZ, bytes_per_s, BYTES_PER_SAMPLE, bits)
        data_bytes = samples * BYTES_PER_SAMPLE
        inside = b"WAVE" + chunk(b"fmt ", form) + struct.pack("<4sI", b"data", data_bytes)
        self.tail = _smpl_chunk(tags.loop_end) + info_chunk(tags)
        self.head = b"RIFF" + struct.pack("<I", len(inside) + data_bytes + len(self.tail)) + inside
        self.size_bytes = len(self.head) + data_bytes + len(self.tail)

    @staticmethod
    def pcm(samples: Floats) -> bytes:
        """Of (2, n). Raises ValueError for what is not finite."""
        return pcm16(samples).T.astype("<i2").tobytes()


def wav_bytes(take: Take, tags: Tags) -> bytes:
    """The whole file. The same take and tags give the same bytes.

    Raises ValueError for samples that are not finite or not stereo, and for a loop that ends outside of them.
    """
    if take.samples.ndim != 2 or len(take.samples) != CHANNELS:
        raise ValueError(f"A take's samples are (2, time), not {take.samples.shape}.")
    parts = WavParts(take.samples.shape[1], tags)
    return parts.head + parts.pcm(take.samples) + parts.tail


def pcm16(samples: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """The same shape in int16: times 2^15, to the nearest (ties to even), no dither, so that bytes repeat.

    What exceeds full scale is clipped, with a warning in the log. Raises ValueError for what is not finite.
    """
    if not np.isfinite(samples).all():
        raise ValueError("Samples are not finite.")
    scaled = np.rint(samples.astype(np.float64) * FULL_SCALE)
    # 1.0 itself has no int16: one step less is not clipping.
    n_clipped = int(np.count_nonzero((scaled > FULL_SCALE) | (scaled < -FULL_SCALE)))
    if n_clipped:
        log.warning("Clipped %d samples beyond full scale.", n_clipped)
    return np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def _smpl_chunk(loop_end: int) -> bytes:
    """One endless forward loop over samples 0 to `loop_end` - 1: the chunk counts the last one in."""
    n_loops, no_sampler_data = 1, 0
    sampler = (0, 0, 10**9 // TAKE_RATE_HZ, MIDI_MIDDLE_C, 0, 0, 0, n_loops, no_sampler_data)
    cue, forward, start, fraction, endless = 0, 0, 0, 0, 0
    return chunk(b"smpl", struct.pack("<15I", *sampler, cue, forward, start, loop_end - 1, fraction, endless))

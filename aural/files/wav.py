"""Take -> WAV: stereo, 32 kHz, PCM16, with the loop and the facts in the chunks that tools look for."""

from __future__ import annotations

import logging
import struct

import numpy as np
from numpy.typing import NDArray

from aural.files.embedded import acid_chunk, id3_chunk, info_chunk, smpl_chunk
from aural.files.markup import ixml_chunk, xmp_chunk
from aural.files.riff import chunk
from aural.files.tags import Tags
from aural.types import TAKE_RATE_HZ, Floats, Take

log = logging.getLogger(__name__)

CHANNELS = 2
BITS = 16
WAVE_BYTES = 4


class WavParts:
    """A file whose length is known before its samples are: `head`, then `pcm` of each block, then `tail`.

    `samples`: per channel, tail included. `bits`: of one. `chunks`: head and tail in pieces, the RIFF header and each
    chunk; of `data` what stands before the samples. Raises ValueError for a loop that ends outside of the samples.
    """

    def __init__(self, samples: int, tags: Tags, bits: int = BITS):
        if not 0 < tags.loop_end <= samples:
            raise ValueError(f"The loop ends at sample {tags.loop_end} of {samples}.")
        pcm_format, frame_bytes = 1, CHANNELS * bits // 8
        bytes_per_s = TAKE_RATE_HZ * frame_bytes
        shape = struct.pack("<HHIIHH", pcm_format, CHANNELS, TAKE_RATE_HZ, bytes_per_s, frame_bytes, bits)
        data_bytes = samples * frame_bytes
        form, mark = chunk(b"fmt ", shape), struct.pack("<4sI", b"data", data_bytes)
        written = (smpl_chunk, acid_chunk, info_chunk, ixml_chunk, xmp_chunk, id3_chunk)
        after = [piece for write in written if (piece := write(tags))]
        self.tail = b"".join(after)
        riff = struct.pack("<4sI4s", b"RIFF", WAVE_BYTES + len(form) + len(mark) + data_bytes + len(self.tail), b"WAVE")
        self.head = riff + form + mark
        self.chunks = (riff, form, mark, *after)
        self.size_bytes = len(self.head) + data_bytes + len(self.tail)

    @staticmethod
    def pcm(samples: Floats) -> bytes:
        """Of (2, n). Raises ValueError for what is not finite."""
        return pcm16(samples).T.astype("<i2").tobytes()


def wav_bytes(take: Take, tags: Tags) -> bytes:
    """The whole file. The same take and tags give the same bytes.

    Raises ValueError for samples that are not finite or not stereo, and for a loop that ends outside of them.
    """
    parts = parts_of(take.samples, tags)
    return parts.head + parts.pcm(take.samples) + parts.tail


def parts_of(samples: Floats, tags: Tags, bits: int = BITS) -> WavParts:
    """For samples that are there. Raises ValueError as `wav_bytes` does."""
    if samples.ndim != 2 or len(samples) != CHANNELS:
        raise ValueError(f"A take's samples are (2, time), not {samples.shape}.")
    if not np.isfinite(samples).all():
        raise ValueError("Samples are not finite.")
    return WavParts(samples.shape[1], tags, bits)


def pcm16(samples: Floats) -> NDArray[np.int16]:
    """The same shape in int16, as `pcm` does it."""
    return pcm(samples, BITS).astype(np.int16)


def pcm(samples: Floats, bits: int) -> NDArray[np.int32]:
    """The same shape in integers: times full scale, to the nearest (ties to even), no dither, so that bytes repeat.

    What exceeds full scale is clipped, with a warning in the log. Raises ValueError for what is not finite.
    """
    if not np.isfinite(samples).all():
        raise ValueError("Samples are not finite.")
    full_scale = 2 ** (bits - 1)
    scaled = np.rint(samples.astype(np.float64) * full_scale)
    # 1.0 itself has no integer: one step less is not clipping.
    n_clipped = int(np.count_nonzero((scaled > full_scale) | (scaled < -full_scale)))
    if n_clipped:
        log.warning("Clipped %d samples beyond full scale.", n_clipped)
    whole: NDArray[np.int32] = np.clip(scaled, -full_scale, full_scale - 1).astype(np.int32)
    return whole

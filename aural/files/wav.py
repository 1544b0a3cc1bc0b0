"""Take -> WAV: stereo, in integers or floats, with the loop and the facts in the chunks that tools look for."""

from __future__ import annotations

import logging
import struct
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aural.files.embedded import acid_chunk, id3_chunk, info_chunk, smpl_chunk
from aural.files.markup import ixml_chunk, xmp_chunk
from aural.files.riff import chunk
from aural.files.tags import Tags
from aural.types import Floats, Take

log = logging.getLogger(__name__)

BitDepth = Literal[16, 24, "32f"]
BIT_DEPTHS: tuple[BitDepth, ...] = get_args(BitDepth)
CHANNELS = 2
BITS: BitDepth = 16
FLOAT_BITS = 32
INTEGER_FORMAT, FLOAT_FORMAT = 1, 3
WAVE_BYTES = 4
PIECE = 2**18  # samples that are turned into bytes at once: on the way they are eight bytes each


class WavParts:
    """A file whose length is known before its samples are: `head`, then `pcm` of each block, then `tail`.

    `samples`: per channel, tail included. `bits`: of one, "32f" for floats. `chunks`: head and tail in pieces, the RIFF
    header and each chunk; of `data` what stands before the samples. Raises ValueError for a loop that ends outside of
    the samples.
    """

    def __init__(self, samples: int, tags: Tags, bits: BitDepth = BITS):
        if not 0 < tags.loop_end <= samples:
            raise ValueError(f"The loop ends at sample {tags.loop_end} of {samples}.")
        floats = bits == "32f"
        sample_bits = FLOAT_BITS if bits == "32f" else bits
        frame_bytes = CHANNELS * sample_bits // 8
        data_bytes = samples * frame_bytes
        sample_format = FLOAT_FORMAT if floats else INTEGER_FORMAT
        shape = (sample_format, CHANNELS, tags.rate_hz, tags.rate_hz * frame_bytes, frame_bytes, sample_bits)
        form, mark = chunk(b"fmt ", struct.pack("<HHIIHH", *shape)), struct.pack("<4sI", b"data", data_bytes)
        if floats:  # what is no PCM says that it has no extension, and how many samples there are
            form = chunk(b"fmt ", struct.pack("<HHIIHHH", *shape, 0)) + chunk(b"fact", struct.pack("<I", samples))
        written = (smpl_chunk, acid_chunk, info_chunk, ixml_chunk, xmp_chunk, id3_chunk)
        after = [piece for write in written if (piece := write(tags))]
        self.tail = b"".join(after)
        riff = struct.pack("<4sI4s", b"RIFF", WAVE_BYTES + len(form) + len(mark) + data_bytes + len(self.tail), b"WAVE")
        self.head = riff + form + mark
        self.chunks = (riff, form, mark, *after)
        self.size_bytes = len(self.head) + data_bytes + len(self.tail)
        self.tags = tags
        self._bits = bits

    def pcm(self, samples: Floats) -> bytes:
        """Of (2, n), little-endian, both channels in turn. Raises ValueError for what is not finite."""
        if self._bits == "32f":
            return _finite(samples).T.astype("<f4").tobytes()
        whole = pcm(samples, self._bits).T
        if self._bits == BITS:
            return whole.astype("<i2").tobytes()
        # The upper byte of four is no more than the sign.
        return np.ascontiguousarray(whole, "<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def wav_bytes(take: Take, tags: Tags, bits: BitDepth = BITS) -> bytes:
    """The whole file. The same take and tags give the same bytes. Floats are the take's own, and nothing clips them.

    Raises ValueError for samples that are not finite or not stereo, and for a loop that ends outside of them.
    """
    parts = parts_of(take.samples, tags, bits)
    starts = range(0, take.samples.shape[1], PIECE)
    return b"".join([parts.head, *(parts.pcm(take.samples[:, at : at + PIECE]) for at in starts), parts.tail])


def parts_of(samples: Floats, tags: Tags, bits: BitDepth = BITS) -> WavParts:
    """For samples that are there. Raises ValueError as `wav_bytes` does."""
    if samples.ndim != 2 or len(samples) != CHANNELS:
        raise ValueError(f"A take's samples are (2, time), not {samples.shape}.")
    return WavParts(_finite(samples).shape[1], tags, bits)


def pcm16(samples: Floats) -> NDArray[np.int16]:
    """The same shape in int16, as `pcm` does it."""
    return pcm(samples, 16).astype(np.int16)


def pcm(samples: Floats, bits: int) -> NDArray[np.int32]:
    """The same shape in integers: times full scale, to the nearest (ties to even), no dither, so that bytes repeat.

    What exceeds full scale is clipped, with a warning in the log. Raises ValueError for what is not finite.
    """
    full_scale = 2 ** (bits - 1)
    scaled = np.rint(_finite(samples).astype(np.float64) * full_scale)
    # 1.0 itself has no integer: one step less is not clipping.
    n_clipped = int(np.count_nonzero((scaled > full_scale) | (scaled < -full_scale)))
    if n_clipped:
        log.warning("Clipped %d samples beyond full scale.", n_clipped)
    whole: NDArray[np.int32] = np.clip(scaled, -full_scale, full_scale - 1).astype(np.int32)
    return whole


def _finite(samples: Floats) -> Floats:
    if not np.isfinite(samples).all():
        raise ValueError("Samples are not finite.")
    return samples

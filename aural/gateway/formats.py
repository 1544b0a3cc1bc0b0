"""The formats that music leaves in, and what their samples can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from aural.errors import BadField
from aural.files.bundle import zip_bytes
from aural.files.compressed import FLAC_DEPTHS, OPUS_RATE_HZ, flac_bytes, m4a_bytes, mp3_bytes, ogg_bytes, opus_bytes
from aural.files.resampling import resampled_take
from aural.files.tags import Tags
from aural.files.takes_bundle import takes_zip_bytes
from aural.files.wav import BIT_DEPTHS, BITS, BitDepth, wav_bytes
from aural.types import TAKE_RATE_HZ, Take

Rate = Literal[32_000, 44_100, 48_000]
Write = Callable[[Take, Tags, BitDepth], bytes]


@dataclass(frozen=True)
class SampleFormat:
    """What the samples of an answer are."""

    rate_hz: int = TAKE_RATE_HZ
    bits: BitDepth = BITS

    @property
    def sample_bytes(self) -> int:
        return {16: 2, 24: 3, "32f": 4}[self.bits]


@dataclass(frozen=True)
class Format:
    """`media`: what the answer says it is. `stems`: it has the parts and the notes as well. `depths`: those that its
    samples can have; none where it is lossy. `rate_hz`: the only rate that it has, None where any will do."""

    suffix: str
    media: str
    write: Write
    stems: bool = False
    depths: tuple[BitDepth, ...] = ()
    rate_hz: int | None = None

    def sample_format(self, rate_hz: int | None, bits: BitDepth | None) -> SampleFormat:
        """What is asked, and what the format has where nothing is. Raises BadField for what it cannot hold."""
        if bits is not None and not self.depths:
            raise BadField(
                f"bit_depth: {self.suffix.upper()} is lossy, its samples have no depth. Leave bit_depth out, or accept"
                " audio/wav or audio/flac."
            )
        if bits is not None and bits not in self.depths:
            known = " or ".join(map(str, self.depths))
            raise BadField(
                f"bit_depth: {self.suffix.upper()} has {known} bits, no floats. Send one of these, or accept audio/wav."
            )
        if self.rate_hz is not None and rate_hz not in (None, self.rate_hz):
            raise BadField(
                f"rate: {self.suffix.upper()} is {self.rate_hz} Hz, whatever goes in. Send {self.rate_hz}, leave rate"
                " out, or accept another format."
            )
        return SampleFormat(rate_hz or self.rate_hz or TAKE_RATE_HZ, BITS if bits is None else bits)

    def file_of(self, take: Take, samples: SampleFormat, *, loops: bool) -> tuple[Tags, bytes]:
        """The file, and what it says of itself. `loops`: the body's end leads into its start."""
        made = resampled_take(take, samples.rate_hz, loops=loops)
        tags = Tags.of(made)
        return tags, self.write(made, tags, samples.bits)


def _lossy(write: Callable[[Take, Tags], bytes]) -> Write:
    def written(take: Take, tags: Tags, bits: BitDepth) -> bytes:
        del bits
        return write(take, tags)

    return written


EVENTS = "text/event-stream"
WAV = Format("wav", "application/octet-stream", wav_bytes, depths=BIT_DEPTHS)
OPUS_IN_OGG = "audio/ogg; codecs=opus"
BY_MEDIA = {
    "application/octet-stream": WAV,
    "audio/wav": Format("wav", "audio/wav", wav_bytes, depths=BIT_DEPTHS),
    "audio/flac": Format("flac", "audio/flac", flac_bytes, depths=FLAC_DEPTHS),
    "audio/ogg": Format("ogg", "audio/ogg", _lossy(ogg_bytes)),
    "audio/mpeg": Format("mp3", "audio/mpeg", _lossy(mp3_bytes)),
    "audio/mp4": Format("m4a", "audio/mp4", _lossy(m4a_bytes)),
    "audio/opus": Format("opus", "audio/opus", _lossy(opus_bytes), rate_hz=OPUS_RATE_HZ),
    OPUS_IN_OGG: Format("opus", OPUS_IN_OGG, _lossy(opus_bytes), rate_hz=OPUS_RATE_HZ),
    "application/zip": Format("zip", "application/zip", zip_bytes, stems=True, depths=BIT_DEPTHS),
}
"""What there is, the likeliest first: of what a client likes equally well it gets that."""
TAKES = Format("zip", "application/zip", takes_zip_bytes, depths=BIT_DEPTHS)

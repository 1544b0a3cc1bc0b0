"""Take -> FLAC or OGG Vorbis, with the facts as Vorbis comments. FFmpeg writes the sound of both, bit-exactly."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aural.files import flac, ogg
from aural.files.embedded import short_key
from aural.files.tags import Tags, facts_json
from aural.files.vorbis_comment import packed
from aural.files.wav import BITS, CHANNELS, parts_of, pcm
from aural.types import TAKE_RATE_HZ, Floats, Take

BLOCK = 1 << 14
VORBIS_QUALITY = 7  # of 10: some 220 kbit/s
LAMBDA = 118  # FFmpeg's unit of quality
FLAC_LEVEL = 5
STEM_BITS = 24
FLAC_FORMATS = {16: "s16", 24: "s32"}  # what FFmpeg takes samples of so many bits in, from the top bit down
EXACT = {"fflags": "+bitexact"}  # no version, no random serial number: the same take gives the same bytes


def flac_bytes(take: Take, tags: Tags) -> bytes:
    """16 bits: the very samples of the WAV, and its chunks. Raises ValueError as `wav_bytes` does."""
    return _flac(take.samples, tags, comments(tags), BITS)


def stem_bytes(samples: Floats, tags: Tags, name: str) -> bytes:
    """FLAC in 24 bits of one part, (2, time), with the facts of the whole. Raises ValueError as `wav_bytes` does."""
    return _flac(samples, tags, {**comments(tags), "TITLE": name}, STEM_BITS)


def ogg_bytes(take: Take, tags: Tags) -> bytes:
    """Vorbis, as long as the WAV to the sample. Raises ValueError as `wav_bytes` does."""
    parts_of(take.samples, tags)  # for its checks
    options = {"flags": "+qscale+bitexact", "global_quality": str(VORBIS_QUALITY * LAMBDA)}
    sound = _encoded("ogg", "libvorbis", np.ascontiguousarray(take.samples, np.float32), "fltp", options)
    return ogg.with_comments(sound, packed(comments(tags)))


def comments(tags: Tags) -> dict[str, str]:
    """Vorbis comments by the names that players, DJ programs and game engines look for. LOOPLENGTH is in samples."""
    told = {
        "TITLE": tags.title,
        "DESCRIPTION": tags.description,
        "PROMPT": tags.description,
        "GENRE": tags.style_id or "",
        "COPYRIGHT": tags.licence,
        "LICENSE": tags.licence,
        "ENCODER": tags.software,
        "SOFTWARE": tags.software,
        "BPM": "" if tags.bpm is None else f"{tags.bpm:g}",
        "INITIALKEY": short_key(tags.key),
        "KEY": tags.key or "",
        "SEED": str(tags.seed),
        "MODEL": tags.model,
        "BARS": str(tags.bars or ""),
        "METRE": tags.metre or "",
        "LOOPSTART": "0",
        "LOOPLENGTH": str(tags.loop_end),
        "DIGITALSOURCETYPE": tags.source_type,
        "COMMENT": facts_json(tags),
    }
    return {name: value for name, value in told.items() if value}


def _flac(samples: Floats, tags: Tags, told: dict[str, str], bits: int) -> bytes:
    parts = parts_of(samples, tags, bits)
    sample_format = FLAC_FORMATS[bits]
    whole = pcm(samples, bits).T
    wide = (whole << 32 - bits) if sample_format == "s32" else whole.astype(np.int16)
    options = {"flags": "+bitexact", "compression_level": str(FLAC_LEVEL)}
    sound = _encoded("flac", "flac", np.ascontiguousarray(wide).reshape(1, -1), sample_format, options)
    return flac.with_comments(sound, packed(told), foreign=parts.chunks)


def _encoded(form: str, codec: str, samples: NDArray[Any], sample_format: str, options: dict[str, str]) -> bytes:
    """`samples`: (1, time x 2) interleaved, or (2, time) where the format is planar.

    Imported here: every process of the service would load FFmpeg, and most answers are WAV.
    """
    import av
    from av.audio.frame import AudioFrame

    out = io.BytesIO()
    step = BLOCK * (CHANNELS if len(samples) == 1 else 1)
    with av.open(out, "w", format=form, options=EXACT, container_options=EXACT) as container:
        stream: Any = container.add_stream(codec, rate=TAKE_RATE_HZ, options=options)
        stream.layout, stream.format = "stereo", sample_format
        stream.time_base = Fraction(1, TAKE_RATE_HZ)
        for start in range(0, samples.shape[1], step):
            block = np.ascontiguousarray(samples[:, start : start + step])
            frame = AudioFrame.from_ndarray(block, format=sample_format, layout="stereo")
            frame.sample_rate, frame.pts = TAKE_RATE_HZ, start * BLOCK // step
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()

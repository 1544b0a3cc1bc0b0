"""Take -> FLAC, OGG Vorbis, Opus, MP3, M4A, each with the facts. FFmpeg writes the sound, bit-exactly."""

from __future__ import annotations

import numpy as np

from aural.files import flac, mp3, mp4, ogg
from aural.files.embedded import id3_tag, short_key
from aural.files.encoding import Encoder
from aural.files.tags import Tags, facts_json
from aural.files.vorbis_comment import packed
from aural.files.wav import BITS, BitDepth, parts_of, pcm
from aural.types import Floats, Take

LAMBDA = 118  # FFmpeg's unit of quality
VORBIS_QUALITY = 7  # of 10: some 220 kbit/s
MP3_QUALITY = 0  # LAME's V0, its best: 200 to 280 kbit/s
OPUS_BITS_PER_S = 160_000
AAC_BITS_PER_S = 256_000
AAC_WAVES = {"aac_coder": "fast", "aac_pns": "0", "aac_is": "0"}
"""Of FFmpeg's coders the one that is nearest to the waves at this rate, by 2 to 6 dB on sketches; and no band is
replaced by noise or by the sum of both channels, as at lower rates. Its other coder peaks 2.7 dB over loud noise."""
OPUS_RATE_HZ = 48_000
"""Whatever goes in: a decoder gives 48 kHz."""
FLAC_LEVEL = 5
STEM_BITS: BitDepth = 24
FLAC_DEPTHS: tuple[BitDepth, ...] = (16, 24)
FLAC_FORMATS = {16: "s16", 24: "s32"}  # what FFmpeg takes samples of so many bits in, from the top bit down
LOOP = ("LOOPSTART", "LOOPLENGTH")
NOT_IN_ID3 = ("PROMPT", "KEY", "LICENSE", "SEED", "MODEL", "BARS", "METRE", *LOOP, "DIGITALSOURCETYPE")
NOT_IN_ITUNES = ("INITIALKEY", *NOT_IN_ID3)


def flac_bytes(take: Take, tags: Tags, bits: BitDepth = BITS) -> bytes:
    """The very samples of the WAV of so many bits, and its chunks. Raises ValueError as `wav_bytes` does, and for
    floats."""
    return _flac(take.samples, tags, comments(tags), bits)


def stem_bytes(samples: Floats, tags: Tags, name: str) -> bytes:
    """FLAC in 24 bits of one part, (2, time), with the facts of the whole. Raises ValueError as `wav_bytes` does."""
    return _flac(samples, tags, {**comments(tags), "TITLE": name}, STEM_BITS)


def ogg_bytes(take: Take, tags: Tags) -> bytes:
    """Vorbis, as long as the WAV to the sample. Raises ValueError as `wav_bytes` does."""
    options = {"flags": "+qscale+bitexact", "global_quality": str(VORBIS_QUALITY * LAMBDA)}
    sound = Encoder("ogg", "libvorbis", "fltp", options).encode(_checked(take, tags), tags.rate_hz)
    return ogg.with_comments(sound, packed(comments(tags)))


def opus_bytes(take: Take, tags: Tags) -> bytes:
    """Opus in OGG (RFC 7845): pre-skip and the last page's position make it as long as the take to the sample.

    Raises ValueError as `wav_bytes` does, and for another rate than 48 kHz.
    """
    if tags.rate_hz != OPUS_RATE_HZ:
        raise ValueError(f"Opus is 48 kHz, not {tags.rate_hz} Hz.")
    interleaved = np.ascontiguousarray(_checked(take, tags).T).reshape(1, -1)
    options = {"flags": "+bitexact", "b": str(OPUS_BITS_PER_S), "vbr": "on", "compression_level": "10"}
    sound = Encoder("ogg", "libopus", "flt", options).encode(interleaved, tags.rate_hz)
    return ogg.with_comments(sound, packed(comments(tags)))


def mp3_bytes(take: Take, tags: Tags) -> bytes:
    """MP3 of variable bit rate, whose LAME header makes it as long as the WAV to the sample. Raises ValueError as
    `wav_bytes` does."""
    options = {"flags": "+qscale+bitexact", "global_quality": str(MP3_QUALITY * LAMBDA)}
    encoder = Encoder("mp3", "libmp3lame", "fltp", options, {"id3v2_version": "0", "write_xing": "1"})
    sound = encoder.encode(_checked(take, tags), tags.rate_hz)
    told = comments(tags)
    tag = id3_tag(tags, {name: told[name] for name in NOT_IN_ID3 if name in told})
    return mp3.with_tag(sound, tag, take.samples.shape[1])


def m4a_bytes(take: Take, tags: Tags) -> bytes:
    """AAC in MP4, whose edit list and iTunSMPB say where the music begins and ends. Raises ValueError as `wav_bytes`
    does."""
    options = {"flags": "+bitexact", "b": str(AAC_BITS_PER_S), **AAC_WAVES}
    in_samples = {"movie_timescale": str(tags.rate_hz)}  # in which an edit list counts; FFmpeg's own is a millisecond
    sound = Encoder("ipod", "aac", "fltp", options, in_samples).encode(_checked(take, tags), tags.rate_hz)
    told = comments(tags)
    standard: dict[bytes, str | int] = {
        b"\xa9nam": tags.title,
        b"\xa9gen": tags.style_id or "",
        b"cprt": tags.licence,
        b"\xa9too": tags.software,
        mp4.COMMENT: facts_json(tags),
        b"tmpo": 0 if tags.bpm is None else round(tags.bpm),
    }
    named = {name: told[name] for name in NOT_IN_ITUNES if name in told}
    known = {name: value for name, value in standard.items() if value}
    return mp4.with_facts(sound, known, named | {"iTunSMPB": mp4.gapless(sound, take.samples.shape[1])})


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


def _checked(take: Take, tags: Tags) -> Floats:
    """The samples, as an encoder takes them."""
    parts_of(take.samples, tags)  # for its checks
    return np.ascontiguousarray(take.samples, np.float32)


def _flac(samples: Floats, tags: Tags, told: dict[str, str], bits: BitDepth) -> bytes:
    if bits == "32f":
        raise ValueError("FLAC has no floats.")
    parts = parts_of(samples, tags, bits)
    sample_format = FLAC_FORMATS[bits]
    whole = pcm(samples, bits).T
    wide = (whole << 32 - bits) if sample_format == "s32" else whole.astype(np.int16)
    options = {"flags": "+bitexact", "compression_level": str(FLAC_LEVEL)}
    encoder = Encoder("flac", "flac", sample_format, options)
    sound = encoder.encode(np.ascontiguousarray(wide).reshape(1, -1), tags.rate_hz)
    return flac.with_comments(sound, packed(told), foreign=parts.chunks)

"""Odd files that players play: each kind comes out whole, and what cannot be read is named."""

from __future__ import annotations

import contextlib
import io
import struct
from typing import Any

import av
import numpy as np
import pytest

from aural.audio.decode import decode
from aural.audio.repair import (
    MAX_LINKS,
    fix_wav_valid_bits,
    split_chained_ogg,
    whole_flac_frames,
    without_leading_tags,
)
from aural.errors import AuralError, NotAudio, TooLong, TooShort
from tests.aural.audio.audio_files import by_pyav, by_soundfile, noise, tone

RATE_HZ = 8_000
FLAC = by_soundfile(tone(3.0, RATE_HZ), RATE_HZ, "FLAC", "PCM_16")
WAV = by_soundfile(tone(1.0, RATE_HZ, 2), RATE_HZ, "WAV", "PCM_16")


def id3(size: int, footer: bool = False) -> bytes:
    """An ID3v2.4 tag with `size` bytes of zeros in it."""
    sizes = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    head = b"ID3\4\0" + (b"\x10" if footer else b"\0") + sizes
    return head + bytes(size) + (b"3DI" + head[3:] if footer else b"")


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), b"APETAGEX" + bytes(24), noise(0.1, 8_000).tobytes()])
@pytest.mark.parametrize("rate_hz", [8_000, 44_100])
def test_what_follows_the_last_frame_of_flac_costs_no_sound(tail: bytes, rate_hz: int) -> None:
    flac = by_soundfile(tone(3.0, rate_hz), rate_hz, "FLAC", "PCM_16")
    clip, plain = decode(flac + tail), decode(flac)
    np.testing.assert_array_equal(clip.samples, plain.samples)


def test_whole_frames_end_where_their_checksum_does() -> None:
    frames = FLAC[FLAC.index(b"\xff\xf8") :]
    assert whole_flac_frames(frames + b"TAG") == frames
    assert whole_flac_frames(b"TAG and no frame") == b""


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "DOUBLE", "PCM_U8"])
@pytest.mark.parametrize("missing", [1, 2, 3])
def test_half_a_sample_at_the_end_costs_that_sample_alone(subtype: str, missing: int) -> None:
    wav = by_soundfile(tone(0.55, 44_100, 2), 44_100, "WAV", subtype)
    assert decode(wav[:-missing]).duration_s == pytest.approx(0.55, abs=3.5 / 44_100)


@pytest.mark.parametrize("tags", [id3(2**20 + 5), id3(10) + id3(300), id3(200, footer=True), id3(20) + bytes(1000)])
@pytest.mark.parametrize("kind", ["flac", "wav", "adts", "ac3", "mp3"])
def test_tags_of_any_size_and_number_stand_before_any_format(kind: str, tags: bytes) -> None:
    files = {
        "flac": lambda: FLAC,
        "wav": lambda: WAV,
        "adts": lambda: by_pyav(tone(1.0, 44_100), 44_100, "adts", "aac"),
        "ac3": lambda: by_pyav(tone(1.0, 44_100), 44_100, "ac3", "ac3"),
        "mp3": lambda: by_soundfile(tone(1.0, 44_100), 44_100, "MP3", "MPEG_LAYER_III"),
    }
    data = files[kind]()
    np.testing.assert_array_equal(decode(tags + data).samples, decode(data).samples)


@pytest.mark.parametrize("data", [b"ID3", b"ID3\4\0\0\0\0", id3(500)[:200], id3(5), b"no tag"])
def test_what_is_no_tag_before_a_file_stays(data: bytes) -> None:
    assert without_leading_tags(data) == data


@pytest.mark.parametrize(("container_bytes", "valid_bits"), [(4, 24), (4, 20), (3, 20), (2, 12)])
def test_samples_that_do_not_fill_their_bytes_are_integers(container_bytes: int, valid_bits: int) -> None:
    signal = tone(0.6, 44_100, 2).astype(np.float64)
    full = np.round(signal * 2.0 ** (8 * container_bytes - 1)).astype(np.int64)
    full &= -(1 << (8 * container_bytes - valid_bits))
    samples = full.astype("<i8").tobytes()
    samples = b"".join(samples[at : at + container_bytes] for at in range(0, len(samples), 8))
    fmt = struct.pack(
        "<HHIIHH", 0xFFFE, 2, 44_100, 44_100 * 2 * container_bytes, 2 * container_bytes, 8 * container_bytes
    )
    guid = b"\1\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71"
    fmt += struct.pack("<HHI", 22, valid_bits, 3) + guid
    chunks = b"JUNK" + struct.pack("<I", 3) + b"odd\0" + b"fmt " + struct.pack("<I", len(fmt)) + fmt
    chunks += b"data" + struct.pack("<I", len(samples)) + samples
    clip = decode(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    assert clip.duration_s == pytest.approx(0.6, abs=1e-4)
    assert np.abs(clip.samples).max() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("block_bytes", [9, 0xFA01, 0xFFFF])
def test_samples_of_more_bits_than_there_are_is_a_wave_file_left_alone(block_bytes: int) -> None:
    """Found by fuzzing: eight times the block's bytes are more than the header's field holds."""
    extensible = by_soundfile(tone(0.6, 44_100), 44_100, "WAVEX", "PCM_24")
    at = extensible.index(b"fmt ") + 8 + 12
    file = extensible[:at] + struct.pack("<H", block_bytes) + extensible[at + 2 :]
    assert fix_wav_valid_bits(file) == file
    with contextlib.suppress(AuralError):
        decode(file)


def test_a_wave_file_that_breaks_off_anywhere_or_says_nothing_of_valid_bits_is_left_alone() -> None:
    plain = by_soundfile(tone(0.1, 44_100, 2), 44_100, "WAV", "PCM_16")
    extensible = by_soundfile(tone(0.1, 44_100, 2), 44_100, "WAVEX", "PCM_24")
    for file in (plain, extensible):
        assert fix_wav_valid_bits(file) == file
        for size in range(120):
            assert fix_wav_valid_bits(file[:size]) == file[:size]
    other = extensible.replace(b"fmt ", b"fmx ")
    assert fix_wav_valid_bits(other) == other


@pytest.mark.parametrize("codec", ["libopus", "libvorbis"])
def test_a_chain_may_change_its_channels(codec: str) -> None:
    first, second = (by_pyav(tone(1.0, 48_000, channels), 48_000, "ogg", codec) for channels in (2, 1))
    for chain in (first + second, second + first, first + second + first):
        expected_s = sum(decode(link).duration_s for link in split_chained_ogg(chain))
        assert expected_s >= len(split_chained_ogg(chain)) * 0.99
        assert decode(chain).duration_s == pytest.approx(expected_s, abs=1e-3)
    assert split_chained_ogg(FLAC) == [FLAC]
    with pytest.raises(NotAudio, match="more than 64 pieces"):
        decode(first * (MAX_LINKS + 1))


def two_tracks(container: str, codec: str, default: int | None = None) -> bytes:
    """A loud tone and a soft one, at different rates."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as out:
        streams: list[Any] = [out.add_stream(codec, rate=rate, layout="stereo") for rate in (48_000, 44_100)]
        for number, stream in enumerate(streams):
            stream.disposition = 1 if number == default else 0
        for stream, rate_hz, level in zip(streams, (48_000, 44_100), (1.0, 0.1), strict=True):
            sound = np.ascontiguousarray(tone(1.0, rate_hz, 2) * level).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(sound, format="flt", layout="stereo")
            frame.sample_rate = rate_hz
            converted = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=rate_hz)
            for piece in converted.resample(frame):
                for packet in stream.encode(piece):
                    out.mux(packet)
            for packet in stream.encode(None):
                out.mux(packet)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("container", "codec", "default", "level"),
    [
        ("matroska", "pcm_s16le", None, 0.5),
        ("matroska", "pcm_s16le", 1, 0.05),
        ("matroska", "pcm_s16le", 0, 0.5),
        ("ogg", "libvorbis", None, 0.5),
    ],
)
def test_the_default_track_is_heard_else_the_first(
    container: str, codec: str, default: int | None, level: float
) -> None:
    assert np.abs(decode(two_tracks(container, codec, default)).samples).max() == pytest.approx(level, rel=0.05)


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz"),
    [("adts", "aac", 8_000), ("mp3", "libmp3lame", 8_000), ("mp3", "libmp3lame", 44_100), ("ac3", "ac3", 32_000)],
)
def test_thirty_seconds_pass_with_the_codecs_own_padding(container: str, codec: str, rate_hz: int) -> None:
    options = {"write_xing": "0"} if container == "mp3" else None  # without it nothing tells the padding
    assert decode(by_pyav(tone(30.0, rate_hz), rate_hz, container, codec, options=options)).duration_s < 30.5
    with pytest.raises(TooLong):
        decode(by_pyav(tone(30.6, rate_hz), rate_hz, container, codec, options=options))


def test_refusals_do_not_contradict_themselves() -> None:
    with pytest.raises(TooShort, match=r"Audio is 0\.49 s; at least 0\.5 s"):
        decode(by_soundfile(tone(0.4975, RATE_HZ), RATE_HZ, "WAV", "PCM_16"))
    with pytest.raises(TooLong, match=r"Audio is 30\.1 s; at most 30 s"):
        decode(by_soundfile(tone(30.13, RATE_HZ), RATE_HZ, "WAV", "PCM_16"))


@pytest.mark.parametrize(
    ("container", "codec", "name"),
    [("avi", "libmp3lame", "AVI"), ("mpegts", "aac", "MPEG-TS"), ("flv", "libmp3lame", "FLV")],
)
def test_containers_that_are_not_read_are_named(container: str, codec: str, name: str) -> None:
    with pytest.raises(NotAudio, match=f"^{name} is a video container that is not read. Send an audio file"):
        decode(by_pyav(tone(1.0, 44_100), 44_100, container, codec))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"MThd\0\0\0\6" + bytes(20), "MIDI has notes"),
        (b"PK\3\4" + bytes(40), "a ZIP archive"),
        (b"%PDF-1.7" + bytes(40), "a PDF"),
        (b"#EXTM3U\nhttp://example.org/a.mp3\n", "A playlist names other files"),
        (b"no sound at all" * 10, "cannot be decoded as audio"),
    ],
)
def test_what_is_no_audio_is_named(data: bytes, said: str) -> None:
    with pytest.raises(NotAudio, match=said):
        decode(data)


def test_what_is_protected_is_said() -> None:
    m4a = by_pyav(tone(1.0, 44_100), 44_100, "ipod", "aac")
    for entry in (b"drms", b"enca"):
        with pytest.raises(NotAudio, match="protected"):
            decode(m4a.replace(b"mp4a", entry))
    with pytest.raises(NotAudio, match="protected"):
        decode(m4a[:8] + b"aax " + m4a[12:])
    assert decode(m4a).duration_s == pytest.approx(1.0, abs=0.06)


def test_a_windows_media_file_says_that_it_is_protected() -> None:
    asf = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
    encryption = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
    with pytest.raises(NotAudio, match="protected"):
        decode(asf + bytes(60) + encryption + bytes(100))
    for harmless in (asf + bytes(200), bytes(60) + encryption + bytes(100)):
        with pytest.raises(NotAudio, match="cannot be decoded"):
            decode(harmless)

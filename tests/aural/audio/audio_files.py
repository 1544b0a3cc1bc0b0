"""Files to decode, made by the encoders that PyAV and soundfile carry."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Signal = NDArray[np.float32]

TONE_HZ = 440.0
TONE_PEAK = 0.5


def tone(seconds: float, rate_hz: int, channels: int = 1, hz: float = TONE_HZ) -> Signal:
    """(time, channels): the same sine in each."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.repeat((TONE_PEAK * np.sin(2 * np.pi * hz * t)).astype(np.float32)[:, None], channels, axis=1)


def noise(seconds: float, rate_hz: int, channels: int = 1) -> Signal:
    """(time, channels): what no codec can make small."""
    rng = np.random.default_rng(0)
    return rng.uniform(-TONE_PEAK, TONE_PEAK, (round(seconds * rate_hz), channels)).astype(np.float32)


def by_soundfile(signal: Signal, rate_hz: int, container: str, subtype: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, signal, rate_hz, format=container, subtype=subtype)
    return buffer.getvalue()


def by_pyav(
    signal: Signal,
    rate_hz: int,
    container: str,
    codec: str,
    layout: str | None = None,
    sample_format: str | None = None,
    bit_rate: int | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """`layout`: FFmpeg's name, by default mono or stereo as `signal` has it."""
    layout = layout or {1: "mono", 2: "stereo"}[signal.shape[1]]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container, options=options or {}) as out:
        stream: Any = out.add_stream(codec, rate=rate_hz, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        if sample_format:
            stream.codec_context.format = sample_format
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(signal).reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    return buffer.getvalue()


@dataclass(frozen=True)
class Format:
    """One way to store audio. `lossy_db`: how far the level of a tone may be off."""

    encode: Callable[[Signal, int], bytes]
    codec: str
    rate_hz: int = 44_100
    channels: int = 2
    lossy_db: float = 0.1
    padding_s: float = 0.0

    def file(self, seconds: float) -> bytes:
        """A tone."""
        return _file(self, seconds)

    def file_of_noise(self, seconds: float) -> bytes:
        return self.encode(noise(seconds, self.rate_hz, self.channels), self.rate_hz)


@cache
def _file(kind: Format, seconds: float) -> bytes:
    return kind.encode(tone(seconds, kind.rate_hz, kind.channels), kind.rate_hz)


def _sf(container: str, subtype: str, codec: str, **how: Any) -> Format:
    return Format(lambda signal, rate_hz: by_soundfile(signal, rate_hz, container, subtype), codec, **how)


def _av(container: str, encoder: str, codec: str, *, encoding: dict[str, Any] | None = None, **how: Any) -> Format:
    return Format(
        lambda signal, rate_hz: by_pyav(signal, rate_hz, container, encoder, **(encoding or {})), codec, **how
    )


FORMATS: dict[str, Format] = {
    "wav-u8": _sf("WAV", "PCM_U8", "pcm_u8"),
    "wav-s16": _sf("WAV", "PCM_16", "pcm_s16le"),
    "wav-s24": _sf("WAV", "PCM_24", "pcm_s24le"),
    "wav-s32": _sf("WAV", "PCM_32", "pcm_s32le"),
    "wav-f32": _sf("WAV", "FLOAT", "pcm_f32le"),
    "wav-f64": _sf("WAV", "DOUBLE", "pcm_f64le"),
    "wav-alaw": _sf("WAV", "ALAW", "pcm_alaw"),
    "wav-mulaw": _sf("WAV", "ULAW", "pcm_mulaw"),
    "wav-ima": _sf("WAV", "IMA_ADPCM", "adpcm_ima_wav", padding_s=0.05),
    "wav-ms": _sf("WAV", "MS_ADPCM", "adpcm_ms", padding_s=0.05),
    "wav-gsm": _sf("WAV", "GSM610", "gsm_ms", rate_hz=8_000, channels=1, lossy_db=1.0, padding_s=0.04),
    "wavex-s24": _sf("WAVEX", "PCM_24", "pcm_s24le"),
    "rf64-s16": _sf("RF64", "PCM_16", "pcm_s16le"),
    "w64-s24": _sf("W64", "PCM_24", "pcm_s24le"),
    "w64-f32": _sf("W64", "FLOAT", "pcm_f32le"),
    "aiff-s8": _sf("AIFF", "PCM_S8", "pcm_s8"),
    "aiff-s16": _sf("AIFF", "PCM_16", "pcm_s16be"),
    "aiff-s24": _sf("AIFF", "PCM_24", "pcm_s24be"),
    "aifc-f32": _sf("AIFF", "FLOAT", "pcm_f32be"),
    "aifc-mulaw": _sf("AIFF", "ULAW", "pcm_mulaw"),
    "aifc-ima": _sf("AIFF", "IMA_ADPCM", "adpcm_ima_qt", padding_s=0.05),
    "au-s16": _sf("AU", "PCM_16", "pcm_s16be"),
    "au-mulaw": _sf("AU", "ULAW", "pcm_mulaw"),
    "caf-s16": _sf("CAF", "PCM_16", "pcm_s16be"),
    "caf-f32": _sf("CAF", "FLOAT", "pcm_f32be"),
    "caf-alac": _sf("CAF", "ALAC_16", "alac", padding_s=0.06),
    "flac-16": _sf("FLAC", "PCM_16", "flac"),
    "flac-24": _sf("FLAC", "PCM_24", "flac"),
    "ogg-vorbis": _sf("OGG", "VORBIS", "vorbis", padding_s=0.005),
    "ogg-opus": _sf("OGG", "OPUS", "opus", rate_hz=48_000),
    "ogg-flac": _av("ogg", "flac", "flac"),
    "mp3-cbr": _av("mp3", "libmp3lame", "mp3", lossy_db=0.5),
    "mp3-vbr": _sf("MP3", "MPEG_LAYER_III", "mp3", lossy_db=0.5),
    "mp3-no-tag": _av(
        "mp3", "libmp3lame", "mp3", encoding={"options": {"write_xing": "0"}}, lossy_db=0.5, padding_s=0.06
    ),
    "mp2": _av("mp2", "mp2", "mp2", lossy_db=0.5, padding_s=0.06),
    "m4a-aac": _av("ipod", "aac", "aac", lossy_db=0.5, padding_s=0.06),
    "mp4-aac-moov-first": _av(
        "mp4", "aac", "aac", encoding={"options": {"moov_size": "100000"}}, lossy_db=0.5, padding_s=0.06
    ),
    "mp4-aac-fragmented": _av(
        "mp4",
        "aac",
        "aac",
        encoding={"options": {"movflags": "frag_keyframe+empty_moov"}},
        lossy_db=0.5,
        padding_s=0.06,
    ),
    "m4a-alac": _av("ipod", "alac", "alac", padding_s=0.06),
    "mov-s24": _av("mov", "pcm_s24le", "pcm_s24le"),
    "adts-aac": _av("adts", "aac", "aac", lossy_db=0.5, padding_s=0.06),
    "webm-opus": _av("webm", "libopus", "opus", rate_hz=48_000, lossy_db=0.5),
    "mkv-flac": _av("matroska", "flac", "flac"),
    "mkv-s16": _av("matroska", "pcm_s16le", "pcm_s16le"),
    "asf-wma": _av("asf", "wmav2", "wmav2", encoding={"bit_rate": 128_000}, lossy_db=0.5, padding_s=0.06),
    "ac3": _av("ac3", "ac3", "ac3", lossy_db=0.5, padding_s=0.06),
    "eac3": _av("eac3", "eac3", "eac3", lossy_db=0.5, padding_s=0.06),
    "amr": _av("amr", "libopencore_amrnb", "amr_nb", rate_hz=8_000, channels=1, lossy_db=1.5, padding_s=0.06),
    "3gp-amr": _av("3gp", "libopencore_amrnb", "amr_nb", rate_hz=8_000, channels=1, lossy_db=1.5, padding_s=0.06),
    "tta": _av("tta", "tta", "tta"),
    "wavpack": _av("wv", "wavpack", "wavpack"),
}

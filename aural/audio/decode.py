"""Bytes of any common audio file -> `Clip`: the only place where audio is validated.

PyAV's own FFmpeg decodes in memory, block by block, and stops at the limit: a small file that expands to
hours costs half a minute of it. What a stranger's file can do is bounded three ways: only the containers
and codecs named here are opened; none of them may open anything further; and `aural.workers.pool` runs it all in a
process whose memory and time are limited.

- Channels are averaged. Integer samples are scaled so that full scale is 1.0; float samples may exceed it.
- A file that was cut off is read as far as it goes. A damaged packet is skipped, as players do, and a warning
  logged; a file of which more than about `MAX_DAMAGED_FRACTION` is damaged is refused.
- Encoder delay and padding are removed where the file states them (MP3 with a LAME tag, MP4 edit lists, Ogg,
  Opus); raw ADTS has nowhere to state them and keeps its 20 to 50 ms.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Iterator
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition

from aural.audio.clip import FULL_RATE_HZ, Clip
from aural.audio.downmix import Downmix, check_rate_and_channels
from aural.audio.refusal import PROTECTED, SEND_AUDIO, is_protected, refusal_message
from aural.audio.repair import (
    fix_wav_valid_bits,
    pcm_block_bytes,
    split_chained_ogg,
    whole_flac_frames,
    without_leading_tags,
)
from aural.errors import NotAudio, TooLong, TooShort
from aural.settings import INPUT_SLACK_S, MAX_INPUT_S, MIN_INPUT_S

log = logging.getLogger(__name__)

FORMATS = (
    *("wav", "w64", "aiff", "au", "caf", "flac", "mp3", "ogg", "aac", "mov", "matroska", "asf"),
    *("ac3", "eac3", "amr", "ape", "tta", "wv"),
)
# What these state is an estimate from the bit rate of the first frames.
FORMATS_WITHOUT_DURATION = ("aac", "ac3", "eac3", "amr")
CODECS = (
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"),
    *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "gsm", "gsm_ms"),
    *("flac", "alac", "ape", "tta", "wavpack"),
    *(
        "mp1",
        "mp1float",
        "mp2",
        "mp2float",
        "mp3",
        "mp3float",
        "aac",
        "vorbis",
        "opus",
        "speex",
        "ac3",
        "eac3",
    ),
    *("wmav1", "wmav2", "wmapro", "amrnb", "amrwb"),
)
LONGEST_PLAUSIBLE_S = 24 * 3600.0
MAX_DAMAGED_FRACTION = 0.1
MAX_DAMAGED_AT_FIRST = 5
# IMA ADPCM at 192 kHz has 3000. PCM in packets of one sample would cost a minute and more.
MAX_PACKETS_PER_S = 4_000
ROUNDING_S = 1e-6
PADDED_CODECS = (
    *("mp1", "mp2", "mp3", "aac", "ac3", "eac3", "vorbis"),
    *("wmav1", "wmav2", "wmapro", "amrnb", "amrwb"),
)
PADDING_FRAMES = 3

_OPEN_OPTIONS = {
    "format_whitelist": ",".join(FORMATS),
    "codec_whitelist": ",".join(CODECS),
    "protocol_whitelist": "none",  # a protocol of that name does not exist
}


def decode(data: bytes, *, max_s: float = MAX_INPUT_S, min_s: float = MIN_INPUT_S) -> Clip:
    """Decode a file to mono at 48 kHz. `INPUT_SLACK_S` beyond `max_s` passes.

    Raises NotAudio for what cannot be decoded or whose samples are not finite, TooLong, TooShort.
    """
    if not data:
        raise NotAudio(f"The file is empty. {SEND_AUDIO}")
    if is_protected(data):
        raise NotAudio(PROTECTED)
    downmix = Downmix()
    links = split_chained_ogg(fix_wav_valid_bits(without_leading_tags(data)))
    try:
        codec, *_ = [_decode_into(downmix, link, max_s) for link in links]
    except (av.FFmpegError, MemoryError) as cause:
        raise NotAudio(refusal_message(data)) from cause
    if downmix.duration_s < min_s - ROUNDING_S:
        floor_s = math.floor(downmix.duration_s * 100) / 100  # rounded, it might read as long enough
        raise TooShort(f"Audio is {floor_s:.2f} s; at least {min_s:g} s. Send a longer clip.")
    return Clip(downmix.samples(), FULL_RATE_HZ, downmix.source_rate_hz, downmix.source_channels, codec)


def open_container(file: io.RawIOBase | io.BytesIO) -> InputContainer:
    """Opens this file, and nothing that it refers to. Raises FFmpegError where it is none that is read."""
    container = av.open(file, container_options=_OPEN_OPTIONS, metadata_errors="ignore", io_open=_refuse_external_file)
    assert isinstance(container, InputContainer)
    return container


def _decode_into(downmix: Downmix, data: bytes, max_s: float) -> str:
    """All sound of one file; returns its codec. Raises as `decode`."""
    with open_container(io.BytesIO(data)) as container:
        stream = audio_stream(container)
        codec: str = stream.codec_context.codec.canonical_name
        for frame in decoded_frames(container, stream):
            downmix.add(frame)
            if downmix.duration_s > max_s + _padding_allowance_s(codec, frame) + ROUNDING_S:
                raise _too_long_error(stated_duration_s(container, stream, len(data)), max_s)
        return codec


def _padding_allowance_s(codec: str, frame: AudioFrame) -> float:
    """What an encoder may add, where the file does not say to cut it off: a frame before the sound, two after it."""
    if codec in PADDED_CODECS:
        return max(INPUT_SLACK_S, PADDING_FRAMES * frame.samples / frame.sample_rate)
    return INPUT_SLACK_S


def _refuse_external_file(url: str, flags: int, options: dict[str, str]) -> None:  # noqa: ARG001
    """What FFmpeg would open a further file or address with: never allowed."""
    raise NotAudio(f"The file refers to other files, which are not opened. {SEND_AUDIO}")


def audio_stream(container: InputContainer) -> AudioStream:
    """The audio stream that players play: the one marked as default, else the first. Raises NotAudio without one."""
    streams = container.streams.audio
    if container.streams.best("audio") is None:
        raise NotAudio(f"The file holds no audio. {SEND_AUDIO}")
    stream = next((one for one in streams if one.disposition & Disposition.default), streams[0])
    # A stream of an unknown codec has no context.
    name = stream.codec_context.name if stream.codec_context else "unknown"
    if name not in CODECS:
        raise NotAudio(f"Audio in the codec {name!r} is not read. {SEND_AUDIO}")
    check_rate_and_channels(stream.codec_context.sample_rate, stream.codec_context.channels)
    stream.codec_context.thread_count = 1
    return stream


def decoded_frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decoded frames, up to where the file ends or is cut off. Raises NotAudio where too much is damaged."""
    n_packets, n_frames, n_damaged, heard_s = 0, 0, 0, 0.0
    for packet in _packets(container, stream):
        n_packets += 1
        if n_packets > MAX_PACKETS_PER_S * (heard_s + 1):
            raise NotAudio("The file is cut into crumbs: too many packets for its length. Export it again.")
        try:
            frames = stream.codec_context.decode(packet)
        except av.FFmpegError as cause:
            n_damaged += 1
            if n_damaged <= MAX_DAMAGED_AT_FIRST:
                frames = _frames_before_damage(stream, packet)
                n_frames += len(frames)
                yield from frames
            if n_damaged > MAX_DAMAGED_AT_FIRST + MAX_DAMAGED_FRACTION * n_frames:
                raise _damaged_error() from cause
            continue
        n_frames += len(frames)
        heard_s += sum(frame.samples / frame.sample_rate for frame in frames if frame.sample_rate)
        yield from frames
    if n_frames == 0 and (n_damaged or stream.duration):
        raise _damaged_error()
    if n_damaged:
        log.warning("Skipped %d damaged packets beside %d sound frames.", n_damaged, n_frames)


def _frames_before_damage(stream: AudioStream, packet: Packet[Any] | None) -> list[AudioFrame]:
    if packet is None or stream.codec_context.name != "flac":
        return []
    whole = whole_flac_frames(bytes(memoryview(packet)))
    try:
        return stream.codec_context.decode(Packet(whole)) if whole else []
    except av.FFmpegError:
        return []


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[Packet[Any] | None]:
    """The stream's packets, then None, for which the decoder gives out what it still holds.

    Of raw samples whole ones only: PyAV would throw a packet away for the half of one at its end.
    """
    block_bytes = pcm_block_bytes(stream.codec_context.name, stream.codec_context.channels)
    try:
        for packet in container.demux(stream):
            size = packet.size - packet.size % block_bytes
            if size:  # PyAV's own last packet is empty, and missing where the file is cut off
                yield packet if size == packet.size else Packet(bytes(memoryview(packet))[:size])
    except av.FFmpegError:
        log.warning("The file is cut off; it is read as far as it goes.")
    yield None


def _damaged_error() -> NotAudio:
    return NotAudio("The file is damaged: too much of its audio cannot be decoded. Export it again.")


def stated_duration_s(container: InputContainer, stream: AudioStream, n_bytes: int) -> float | None:
    """The duration that the file states, None where it states none or one that cannot be true."""
    if container.format.name in FORMATS_WITHOUT_DURATION:
        return None
    if stream.duration is not None and stream.time_base is not None:
        stated_s = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        stated_s = container.duration / av.time_base
    else:
        return None
    if stream.codec_context.name.startswith("pcm_"):
        # A recorder that writes to a pipe states 4 GiB of samples: the bytes cannot lie.
        stated_s = min(stated_s, n_bytes * 8 / (stream.codec_context.bit_rate or 1))
    return stated_s if stated_s < LONGEST_PLAUSIBLE_S else None


def _too_long_error(stated_s: float | None, max_s: float) -> TooLong:
    if stated_s is None or stated_s <= max_s:
        return TooLong(f"Audio is longer than {max_s:g} s, which is the most. Trim it.")
    told_s = max(stated_s, max_s + 0.1)  # rounded, it might read as short enough
    return TooLong(f"Audio is {told_s:.1f} s; at most {max_s:g} s. Trim it.")

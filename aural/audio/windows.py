"""A file of any length -> clips of its windows, decoded as it is read: it is never whole in memory."""

from __future__ import annotations

import io
import math
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from aural.audio.clip import FULL_RATE_HZ, Clip
from aural.audio.decode import audio_stream, decoded_frames, open_container, stated_duration_s
from aural.audio.downmix import Downmix
from aural.audio.refusal import PROTECTED, SEND_AUDIO, is_protected, refusal_message
from aural.audio.repair import fix_wav_valid_bits, split_chained_ogg, without_leading_tags
from aural.errors import NotAudio, TooShort
from aural.settings import MAX_INPUT_S, MIN_INPUT_S
from aural.types import ENERGY_STEP_S, Floats

STEP = round(ENERGY_STEP_S * FULL_RATE_HZ)
"""Windows begin at multiples of it, so that their energy curves join."""


@dataclass(frozen=True, eq=False)
class AudioWindow:
    """`of_s`: how long the file says it is; None where it does not."""

    start_s: float
    clip: Clip
    of_s: float | None

    @property
    def end_s(self) -> float:
        return self.start_s + self.clip.duration_s


def audio_windows(path: Path, longest_s: float = MAX_INPUT_S) -> Iterator[AudioWindow]:
    """Windows of equal length, none longer than `longest_s` and, where there are two, none under half of it.

    Only where a file does not say how long it is, or says it wrongly, its last two are of another length than the
    others. Raises NotAudio, TooShort, OSError.
    """
    mapped = _mapped(path)
    if is_protected(mapped):
        raise NotAudio(PROTECTED)
    try:
        yield from _cut(_Sound(), memoryview(mapped), round(longest_s * FULL_RATE_HZ))
    except (av.FFmpegError, MemoryError) as cause:
        raise NotAudio(refusal_message(mapped)) from cause


def stated_s(path: Path) -> float | None:
    """How long a file says it is; None where it does not say, or is none that is read. Raises OSError."""
    try:
        data = without_leading_tags(memoryview(_mapped(path)))
        with open_container(_Reading(data)) as container:
            return stated_duration_s(container, audio_stream(container), len(data))
    except (av.FFmpegError, NotAudio):
        return None


def _mapped(path: Path) -> mmap.mmap:
    """A file as it lies on the disk. Raises NotAudio for an empty one, OSError."""
    if not path.stat().st_size:
        raise NotAudio(f"The file is empty. {SEND_AUDIO}")
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # unmapped when nobody reads it any more


class _Sound:
    """What of the links of a file is decoded and not cut into windows yet."""

    def __init__(self) -> None:
        self.downmix = Downmix()
        self.codec = ""
        self.of_s: float | None = None
        self._start = 0
        self._blocks: list[Floats] = []
        self._held = 0

    @property
    def begun(self) -> bool:
        """Whether there was a window."""
        return self._start > 0

    def hold(self, block: Floats) -> int:
        """Says how much there is now."""
        self._blocks.append(block)
        self._held += len(block)
        return self._held

    def cut(self, length: int) -> AudioWindow:
        """The first `length` samples of what is held, at most all."""
        whole = np.concatenate(self._blocks)
        clip = Clip(
            whole[:length].copy(), FULL_RATE_HZ, self.downmix.source_rate_hz, self.downmix.source_channels, self.codec
        )
        window = AudioWindow(self._start / FULL_RATE_HZ, clip, self.of_s)
        self._blocks, self._start = [whole[length:]], self._start + len(clip.samples)
        self._held -= len(clip.samples)
        return window


def _cut(sound: _Sound, data: memoryview, longest: int) -> Iterator[AudioWindow]:
    length = longest
    for block in _blocks(sound, data):
        if sound.of_s is not None:
            length = _equal_length(sound.of_s, longest)
        held = sound.hold(block)
        while held >= 2 * length:
            yield sound.cut(length)
            held -= length
    held = sound.hold(sound.downmix.samples())
    if held < MIN_INPUT_S * FULL_RATE_HZ - 1 and not sound.begun:
        raise TooShort(f"Audio is {held / FULL_RATE_HZ:.2f} s; at least {MIN_INPUT_S:g} s. Send a longer clip.")
    if held > longest:
        yield sound.cut(math.ceil(held / 2 / STEP) * STEP)
    yield sound.cut(longest)


def _equal_length(of_s: float, longest: int) -> int:
    count = max(1, math.ceil(of_s * FULL_RATE_HZ / longest))
    return min(longest, math.ceil(of_s * FULL_RATE_HZ / count / STEP) * STEP)


def _blocks(sound: _Sound, data: memoryview) -> Iterator[Floats]:
    links = split_chained_ogg(fix_wav_valid_bits(without_leading_tags(data)))
    for link in links:
        with open_container(_Reading(memoryview(link))) as container:
            stream = audio_stream(container)
            sound.codec = sound.codec or stream.codec_context.codec.canonical_name
            sound.of_s = stated_duration_s(container, stream, len(link)) if len(links) == 1 else None
            for frame in decoded_frames(container, stream):
                sound.downmix.add(frame)
                yield sound.downmix.drained()


class _Reading(io.RawIOBase):
    """A file's bytes, as FFmpeg reads them."""

    def __init__(self, data: memoryview):
        self._data = data
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        end = len(self._data) if size < 0 else self._at + size
        piece = bytes(self._data[self._at : end])
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

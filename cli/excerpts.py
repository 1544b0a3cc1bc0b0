"""A part of a file, as a clip to follow."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from aural.audio.windows import AudioWindow, audio_windows
from aural_client import BadField
from cli.window_process import as_the_clients, wav_of

_TIME = r"(?:(\d+):)?(\d+(?:\.\d+)?)"
_EXCERPT = re.compile(rf"{_TIME}-{_TIME}")


def times_of(text: str) -> tuple[float, float]:
    """Start and end in seconds, of `60-90` or `1:00-1:30`. Raises BadField."""
    match = _EXCERPT.fullmatch(text.strip())
    if match is None:
        raise BadField(f"--excerpt is {text!r}; write it like 60-90 or 1:00-1:30.")
    start_s, end_s = (60 * float(match[at] or 0) + float(match[at + 1]) for at in (1, 3))
    if start_s >= end_s:
        raise BadField(f"--excerpt is {text!r}: it ends before it begins.")
    return start_s, end_s


def excerpt_wav(path: Path, text: str) -> bytes:
    """That part, as WAV. Raises BadField, what the client raises for a file that cannot be read, OSError."""
    start_s, end_s = times_of(text)
    parts: list[AudioWindow] = []
    of_s = 0.0
    with as_the_clients():
        for window in audio_windows(path):
            of_s = window.end_s
            if window.end_s > start_s:
                parts.append(window)
            if window.end_s >= end_s:
                break
    if not parts:
        raise BadField(f"--excerpt begins at {start_s:g} s, and {path.name} is {of_s:.1f} s long.")
    whole, rate_hz = np.concatenate([one.clip.samples for one in parts]), parts[0].clip.rate_hz
    first, last = (round((at_s - parts[0].start_s) * rate_hz) for at_s in (start_s, end_s))
    return wav_of(replace(parts[0], clip=replace(parts[0].clip, samples=whole[max(0, first) : last])))

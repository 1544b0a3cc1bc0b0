"""Standard MIDI files: just enough of them to render one (MIDI 1.0 specification, RP-001)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Event:
    """A channel message at `time_s`: status byte with channel, and its data bytes."""

    time_s: float
    status: int
    data: tuple[int, ...]


def read_midi(path: Path) -> list[Event]:
    """All channel messages in order of time. Raises ValueError where the file is not a MIDI file in ticks per beat."""
    content = path.read_bytes()
    if content[:4] != b"MThd":
        raise ValueError(f"{path} does not begin with a MIDI header.")
    header_size, _, n_tracks, division = struct.unpack(">IHHH", content[4:14])
    if division & 0x8000:
        raise ValueError(f"{path} counts time in SMPTE frames; only ticks per beat are read.")
    position = 8 + header_size
    messages: list[tuple[int, int, tuple[int, ...]]] = []
    for _ in range(n_tracks):
        if content[position : position + 4] != b"MTrk":
            raise ValueError(f"{path} holds something other than a track at byte {position}.")
        (size,) = struct.unpack(">I", content[position + 4 : position + 8])
        messages += _track(content[position + 8 : position + 8 + size])
        position += 8 + size
    return _timed(sorted(messages, key=lambda message: message[0]), division)


TEMPO = 0x51


def _track(data: bytes) -> list[tuple[int, int, tuple[int, ...]]]:
    """(tick, status, data) of one track; a tempo change has status TEMPO and microseconds per beat."""
    messages: list[tuple[int, int, tuple[int, ...]]] = []
    at, tick, status = 0, 0, 0
    while at < len(data):
        delta, at = _number(data, at)
        tick += delta
        if data[at] & 0x80:
            status, at = data[at], at + 1
        if status == 0xFF:
            kind = data[at]
            size, at = _number(data, at + 1)
            if kind == TEMPO:
                messages.append((tick, TEMPO, (int.from_bytes(data[at : at + size], "big"),)))
            at += size
        elif status in (0xF0, 0xF7):
            size, at = _number(data, at)
            at += size
        else:
            size = 1 if status & 0xF0 in (0xC0, 0xD0) else 2
            messages.append((tick, status, tuple(data[at : at + size])))
            at += size
    return messages


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length quantity at `at`, and where the next thing starts."""
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at


def _timed(messages: list[tuple[int, int, tuple[int, ...]]], ticks_per_beat: int) -> list[Event]:
    """Ticks to seconds, through the tempo changes (120 bpm before the first)."""
    events = []
    s_per_tick, last_tick, now_s = 0.5 / ticks_per_beat, 0, 0.0
    for tick, status, data in messages:
        now_s += (tick - last_tick) * s_per_tick
        last_tick = tick
        if status == TEMPO:
            s_per_tick = data[0] / 1e6 / ticks_per_beat
        else:
            events.append(Event(now_s, status, data))
    return events

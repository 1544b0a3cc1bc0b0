"""Which recording plays a key, and how."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stream:
    """One recording: an Ogg Vorbis stream of `bytes` bytes at `offset` of a file; `frames` frames at `rate_hz`."""

    file: str
    offset: int
    bytes: int
    frames: int
    rate_hz: int


@dataclass(frozen=True)
class Zone:
    """A recording on the keys from `low` to `high`.

    `root`: the pitch (MIDI, with a fraction) at which it sounds at its own rate. `loop`: its frames that go round while
    the key is down; None plays it once. `gain_db`, `pan` (-1..1): its place in the preset. The envelope rises in
    `attack_s`, stays for `hold_s`, falls by 100 dB in `decay_s` down to `sustain_db` below its top and, the key being
    up, by 100 dB in `release_s`. `cutoff_hz`: of its low-pass, None for none.
    """

    stream: Stream
    low: int
    high: int
    root: float
    loop: tuple[int, int] | None
    gain_db: float
    pan: float
    attack_s: float
    hold_s: float
    decay_s: float
    sustain_db: float
    release_s: float
    cutoff_hz: float | None

    def distance(self, midi: int) -> int:
        """Semitones from the keys that it is for; 0 on them."""
        return max(self.low - midi, midi - self.high, 0)

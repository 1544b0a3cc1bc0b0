"""Past the trained length: a window that slides on, keeps what it last played and starts counting anew."""

from __future__ import annotations

from dataclasses import dataclass

STRIDE_S = 18
"""audiocraft's `extend_stride`: what each further window adds; it keeps the rest of its length."""
OPENING_S = 10
"""How much of what it goes on from music hears, at most: a third of the first window, the rest is for what is new."""


@dataclass(frozen=True)
class Window:
    """Frames origin .. origin + length - 1 of a take; the first `prompt_length` were there before it."""

    origin: int
    prompt_length: int
    length: int


def windows_of(frames: int, longest: int, stride: int, prompt_length: int = 0) -> tuple[Window, ...]:
    """The windows that make so many frames, of which the first `prompt_length` are there already.

    One, if they fit into `longest`. As audiocraft's `_generate_tokens`.
    """
    windows = [Window(0, prompt_length, min(frames, longest))]
    while (end := windows[-1].origin + windows[-1].length) < frames:
        origin = windows[-1].origin + stride
        windows.append(Window(origin, end - origin, min(frames - origin, longest)))
    return tuple(windows)

"""A take that has everything, for what is written of it to be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aural.files.tags import Tags
from aural.types import BY_RULE, TAKE_RATE_HZ, Origin, Take

BODY = 2 * TAKE_RATE_HZ
SAMPLES = BODY + 9600
NASTY = 'Übermut 静か 🎹 "quoted" & <b> ]]> \0 \ud800 \x0b\r\n end'
READABLE = 'Übermut 静か 🎹 "quoted" & <b> ]]> \ufffd \ufffd \ufffd\r\n end'
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def take(bars: int = 1, origin: Origin = BY_RULE, key: str | None = "F# minor", samples: int = SAMPLES) -> Take:
    """A plucked string with its octaves, and hiss in the sides: two stems."""
    time_s = np.arange(samples) / TAKE_RATE_HZ
    string = sum(np.sin(2 * np.pi * 220 * octave * time_s) / octave for octave in (1, 2, 4))
    music = 0.2 * string * np.exp(-(time_s % 0.5) / 0.2)
    hiss = 0.001 * np.random.default_rng(0).standard_normal(samples)
    stems = {
        "tone": np.stack([music] * 2).astype(np.float32),
        "../hi ss": np.stack([hiss, -hiss]).astype(np.float32),
    }
    return Take(
        np.stack([music + hiss, music - hiss]).astype(np.float32),
        min(BODY, samples),
        42,
        "sketch-1",
        120.0,
        key,
        "CC0-1.0",
        exact=True,
        origin=origin,
        bars=bars,
        stems=stems,
        midi=b"MThd",
    )


def tags(prompt: str = "calm piano", made: Take | None = None) -> Tags:
    made = made or take()
    return Tags.of(replace(made, prompt=prompt, style_id="ambient"))

"""The mixing desk: stems at their levels into dry sound, room and echo, and all of it into a finished mix."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, sosfilt

from aural.keys import Key
from aural.wire import TAKE_RATE_HZ, Floats
from models.sketch.arrange import Arrangement, Part
from models.sketch.mix.balance import balanced
from models.sketch.mix.loudness import block_powers, gated_lufs
from models.sketch.mix.space import echo, impulse, reverberate
from models.sketch.mix.stem import Touch, distorted, duck_gain, panned, play_kit, play_notes
from models.sketch.score import Grid
from models.sketch.styles import Style
from models.sketch.synth.kits import kit_in

STEM_LUFS = -20.0  # of the drums; other stems by their `level_db` against it
BLOCK_S = 0.4
Tick = Callable[[], None]
# High-pass per role, Hz: only bass and drums own the bottom.
LOW_CUT_HZ = {"bass": 28.0, "chords": 120.0, "arp": 160.0, "pad": 140.0, "melody": 180.0, "counter": 180.0}
MONO_BELOW_HZ = 140.0


def mix(
    arrangement: Arrangement,
    style: Style,
    grid: Grid,
    *,
    samples: int,
    key: Key,
    brightness: float,
    seed: int,
    tick: Tick,
) -> Floats:
    """Render and mix everything. Returns (2, samples), level not yet set."""
    touch = Touch(round(style.human_ms * 1e-3 * TAKE_RATE_HZ), brightness)
    dry = np.zeros((2, samples), np.float32)
    room, delay = np.zeros_like(dry), np.zeros_like(dry)
    kicks = [grid.sample(hit.beat) for hit in arrangement.hits if hit.piece == "kick"]
    for index, part in enumerate(arrangement.parts):
        rng = np.random.default_rng([seed, 100 + index])
        stem = _stem(part, grid, samples, touch, rng, tick)
        if part.layer.ducks and kicks:
            stem *= duck_gain(kicks, samples, part.layer.ducks)
        dry += stem
        room += part.layer.reverb * stem
        if part.layer.delay:
            delay += part.layer.delay * stem
        tick()
    if arrangement.hits:
        rng = np.random.default_rng([seed, 99])
        kit = play_kit(
            arrangement.hits, kit_in(style.kit, key), grid=grid, samples=samples, touch=touch, rng=rng, tick=tick
        )
        gain = _gain(kit.dry, STEM_LUFS + style.drums_db)
        drums = kit.dry * gain
        if style.drum_drive:
            # Driven against its own level, so that a quiet kit is as round as a loud one.
            amount = style.drum_drive * 2.5
            drums = np.tanh(amount * drums) / np.float32(amount)
        dry += drums
        room += kit.room * gain
    tick()
    echoed = echo(delay, round(style.delay_beats * grid.beat_s * TAKE_RATE_HZ))
    room += 0.3 * echoed
    wet = reverberate(room, impulse(style.reverb_s, TAKE_RATE_HZ), tick, TAKE_RATE_HZ)
    wet *= np.float32(10 ** ((style.reverb_db + 12) / 20))
    tick()
    return _finished(dry + 0.5 * echoed + wet, brightness)


def _stem(part: Part, grid: Grid, samples: int, touch: Touch, rng: np.random.Generator, tick: Tick) -> Floats:
    layer = part.layer
    stem = play_notes(part.notes, part.voice, grid=grid, samples=samples, touch=touch, rng=rng, tick=tick)
    if layer.drive:
        stem = distorted(stem, layer.drive)
    cut = butter(2, LOW_CUT_HZ[layer.role], "highpass", fs=TAKE_RATE_HZ, output="sos")
    stem = np.asarray(sosfilt(cut, stem), np.float32)
    tick()
    return panned(stem * _gain(stem, STEM_LUFS + layer.level_db), layer.pan)


def _gain(stem: Floats, wanted_lufs: float) -> np.float32:
    """What brings a stem to a loudness, measured where it plays."""
    reached = gated_lufs(block_powers(stem, TAKE_RATE_HZ, BLOCK_S))
    return np.float32(10 ** ((wanted_lufs - reached) / 20)) if reached > -70 else np.float32(0)


def _finished(sound: Floats, brightness: float) -> Floats:
    """No rumble, bass in the middle, and a balanced spectrum."""
    sound = np.asarray(sosfilt(butter(2, 26, "highpass", fs=TAKE_RATE_HZ, output="sos"), sound), np.float32)
    mid, side = (sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2
    side = np.asarray(sosfilt(butter(2, MONO_BELOW_HZ, "highpass", fs=TAKE_RATE_HZ, output="sos"), side), np.float32)
    return balanced(np.stack([mid + side, mid - side]), brightness)

"""The mixing desk: stems at their levels into dry sound, room and echo, and all of it into a finished mix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter

from aural.keys import Key
from aural.wire import TAKE_RATE_HZ, Floats
from models.sketch.arrange import Arrangement, Part
from models.sketch.mix.balance import balanced
from models.sketch.mix.drive import distorted, saturated
from models.sketch.mix.filtering import Tick, filtered
from models.sketch.mix.loudness import block_powers, gated_lufs
from models.sketch.mix.space import echo, impulse, reverberate
from models.sketch.mix.stem import Touch, duck_gain, panned, play_kit, play_notes
from models.sketch.score import Grid, Hit
from models.sketch.styles import Style
from models.sketch.synth.kits import kit_in

STEM_LUFS = -20.0  # of the drums; other stems by their `level_db` against it
BLOCK_S = 0.4
# High-pass per role, Hz: only bass and drums own the bottom.
LOW_CUT_HZ = {"bass": 28.0, "chords": 120.0, "arp": 160.0, "pad": 140.0, "melody": 180.0, "counter": 180.0}
MONO_BELOW_HZ = 140.0
TOP_HZ = 0.45 * TAKE_RATE_HZ  # a veil above this would change nothing that is heard
RUMBLE_HZ = 26.0
ROOM_DB = 12.0  # of the unit-energy room, so that a style's `reverb_db` reads as on a mixing desk


@dataclass(eq=False)
class _Buses:
    """What stems are added to: (2, time) each."""

    dry: Floats
    room: Floats
    delay: Floats


def mix(
    arrangement: Arrangement,
    style: Style,
    grid: Grid,
    *,
    samples: int,
    key: Key,
    seed: int,
    tick: Tick,
) -> Floats:
    """Render and mix everything. Returns (2, samples), level not yet set."""
    touch = Touch(round(style.human_ms * 1e-3 * TAKE_RATE_HZ), style.brightness)
    buses = _Buses(*(np.zeros((2, samples), np.float32) for _ in range(3)))
    kicks = [grid.sample(hit.beat) for hit in arrangement.hits if hit.piece == "kick"]
    for index, part in enumerate(arrangement.parts):
        rng = np.random.default_rng([seed, 100 + index])
        stem = _stem(part, grid, samples, touch, rng, tick)
        if part.layer.ducks and kicks:
            stem *= duck_gain(kicks, samples, part.layer.ducks)
        buses.dry += stem
        buses.room += part.layer.reverb * stem
        if part.layer.delay:
            buses.delay += part.layer.delay * stem
        tick()
    if style.saturation:
        buses.dry = saturated(buses.dry, style.saturation, tick)
    if arrangement.hits:
        _add_drums(buses, arrangement.hits, style, grid, key=key, touch=touch, seed=seed, tick=tick)
    echoed = echo(buses.delay, round(style.delay_beats * grid.beat_s * TAKE_RATE_HZ), tick)
    buses.room += 0.3 * echoed
    wet = reverberate(buses.room, impulse(style.reverb_s, TAKE_RATE_HZ), tick, TAKE_RATE_HZ)
    tick()
    wet *= np.float32(10 ** ((style.reverb_db + ROOM_DB) / 20))
    return _finished(buses.dry + 0.5 * echoed + wet, style, tick)


def _stem(part: Part, grid: Grid, samples: int, touch: Touch, rng: np.random.Generator, tick: Tick) -> Floats:
    layer = part.layer
    stem = play_notes(part.notes, part.voice, grid=grid, samples=samples, touch=touch, rng=rng, tick=tick)
    if layer.drive:
        stem = distorted(stem, layer.drive, tick)
    stem = filtered(butter(2, LOW_CUT_HZ[layer.role], "highpass", fs=TAKE_RATE_HZ, output="sos"), stem, tick)
    gain = _gain(stem, STEM_LUFS + layer.level_db)
    tick()
    return panned(stem * gain, layer.pan)


def _add_drums(
    buses: _Buses, hits: list[Hit], style: Style, grid: Grid, *, key: Key, touch: Touch, seed: int, tick: Tick
) -> None:
    rng = np.random.default_rng([seed, 99])
    samples = buses.dry.shape[1]
    kit = play_kit(hits, kit_in(style.kit, key), grid=grid, samples=samples, touch=touch, rng=rng, tick=tick)
    gain = _gain(kit.dry, STEM_LUFS + style.drums_db)
    tick()
    buses.room += kit.room * gain
    drums = kit.dry * gain
    if style.drum_drive:
        # Driven against its own level, so that a quiet kit is as round as a loud one.
        amount = np.float32(2.5 * style.drum_drive)
        drums = np.tanh(amount * drums) / amount
    buses.dry += drums
    tick()


def _gain(stem: Floats, wanted_lufs: float) -> np.float32:
    """What brings a stem to a loudness, measured where it plays."""
    reached = gated_lufs(block_powers(stem, TAKE_RATE_HZ, BLOCK_S))
    return np.float32(10 ** ((wanted_lufs - reached) / 20)) if reached > -70 else np.float32(0)


def _finished(sound: Floats, style: Style, tick: Tick) -> Floats:
    """No rumble, bass in the middle, a balanced spectrum, and an end to it where the style has one."""
    sound = filtered(butter(2, RUMBLE_HZ, "highpass", fs=TAKE_RATE_HZ, output="sos"), sound, tick)
    mid, side = (sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2
    side = filtered(butter(2, MONO_BELOW_HZ, "highpass", fs=TAKE_RATE_HZ, output="sos"), side[None], tick)[0]
    whole = balanced(np.stack([mid + side, mid - side]), style.brightness, tick)
    if style.top_hz >= TOP_HZ:
        return whole
    return filtered(butter(2, style.top_hz, fs=TAKE_RATE_HZ, output="sos"), whole, tick)

"""The mixing desk: stems at their levels into dry sound, room and echo, and all of it into a finished mix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aural.theory.keys import Key
from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.arrange import Arrangement, Part
from models.sketch.band import DRUMS
from models.sketch.mix.balance import apply_eq_taps, tonal_balance_taps
from models.sketch.mix.block_power import block_powers, gated_lufs
from models.sketch.mix.drive import distorted, saturated
from models.sketch.mix.filtering import Tick, butterworth, filtered
from models.sketch.mix.space import echo, impulse, reverberate
from models.sketch.mix.spectra import spectrum_db
from models.sketch.mix.stem import Humanise, duck_gain, panned, play_kit, play_notes
from models.sketch.mix.stem_split import SaturationSplit, Share
from models.sketch.render_window import RenderWindow
from models.sketch.score import Grid, Hit
from models.sketch.styles import Style
from models.sketch.synth.kits import tuned_kit
from models.sketch.synth.orchestra import VOICES
from models.sketch.synth.sampled import Sampled

STEM_LUFS = -20.0  # of the drums; other stems by their `level_db` against it
BLOCK_S = 0.4
# High-pass per role, Hz: only bass and drums own the bottom.
LOW_CUT_HZ = {"bass": 28.0, "chords": 120.0, "arp": 160.0, "pad": 140.0, "melody": 180.0, "counter": 180.0}
MONO_BELOW_HZ = 140.0
TOP_HZ = 0.45 * TAKE_RATE_HZ  # a veil above this would change nothing that is heard
RUMBLE_HZ = 26.0
RECORDED_DRIVE = 0.2  # of a layer's: what was recorded has an amplifier's sound already
ROOM_DB = 12.0  # of the unit-energy room, so that a style's `reverb_db` reads as on a mixing desk


@dataclass(eq=False)
class _Buses:
    """What stems are added to: (2, time) each. `shares`: whose what is, where that is asked."""

    dry: Floats
    room: Floats
    delay: Floats
    shares: list[Share] | None

    def add(self, share: Share) -> None:
        self.dry += share.sound
        self.room += share.to_room
        sent = share.to_echo
        if sent is not None:
            self.delay += sent
        if self.shares is not None:
            self.shares.append(share)


@dataclass(frozen=True, eq=False)
class Mixed:
    """`whole`: (2, time), level not yet set; `parts`: of each player, together the whole; none unless asked."""

    whole: Floats
    parts: dict[str, Floats]


def render_mix(
    arrangement: Arrangement,
    style: Style,
    grid: Grid,
    *,
    span: RenderWindow,
    key: Key,
    seed: int,
    tick: Tick,
    stems: bool = False,
) -> Mixed:
    """Render and mix everything, over `span.samples`. `stems`: each player's part as well."""
    humanise = Humanise(round(style.human_ms * 1e-3 * TAKE_RATE_HZ), style.brightness)
    dry, room, delay = (np.zeros((2, span.samples), np.float32) for _ in range(3))
    buses = _Buses(dry, room, delay, [] if stems else None)
    kicks = span.starts_in_window([grid.sample(hit.beat) for hit in arrangement.hits if hit.piece == "kick"])
    for index, (name, part) in enumerate(zip(arrangement.names, arrangement.parts, strict=True)):
        if not part.notes:  # a mood thinned its pattern to nothing
            continue
        rng = np.random.default_rng([seed, 100 + index])
        stem = _stem(part, grid, span, humanise, rng, tick)
        if part.layer.ducks and kicks:
            stem *= duck_gain(kicks, span.samples, part.layer.ducks)
        buses.add(Share(name, stem, part.layer.reverb, part.layer.delay))
        tick()
    split = _saturated(buses, style, tick)
    if arrangement.hits:
        _add_drums(buses, arrangement.hits, style, grid, span, key=key, humanise=humanise, seed=seed, tick=tick)
    add_send_effects = _build_send_effects(style, grid, tick)
    whole = add_send_effects(buses.dry, buses.room, buses.delay)
    apply_master_filters = _build_master_filters(whole, style, tick)
    shares, parts = buses.shares or [], {}
    while shares:  # each is let go when its part is made: there may be a dozen, two minutes long
        share = shares.pop(0)
        dry = split.saturated_part(share) if split else share.sound
        parts[share.name] = apply_master_filters(add_send_effects(dry, share.to_room, share.to_echo))
    return Mixed(apply_master_filters(whole), parts)


def _saturated(buses: _Buses, style: Style, tick: Tick) -> SaturationSplit | None:
    """Push the band's bus. Returns how that is dealt out, where shares are kept."""
    if not style.saturation:
        return None
    pushed = saturated(buses.dry, style.saturation, tick)
    split = SaturationSplit.of(buses.shares, buses.dry, pushed, tick) if buses.shares else None
    buses.dry = pushed
    return split


def _build_send_effects(style: Style, grid: Grid, tick: Tick) -> Callable[[Floats, Floats, Floats | None], Floats]:
    """The room and the echo around dry sound, from what is sent to them: each (2, time)."""
    space = impulse(style.reverb_s, TAKE_RATE_HZ)
    delay = round(style.delay_beats * grid.beat_s * TAKE_RATE_HZ)
    level = np.float32(10 ** ((style.reverb_db + ROOM_DB) / 20))

    def add_send_effects(dry: Floats, room: Floats, sent: Floats | None) -> Floats:
        if sent is not None:
            echoed = echo(sent, delay, tick)
            dry, room = dry + 0.5 * echoed, room + 0.3 * echoed
        wet = reverberate(room, space, tick, TAKE_RATE_HZ)
        tick()
        return np.asarray(dry + level * wet, np.float32)

    return add_send_effects


def _stem(
    part: Part, grid: Grid, span: RenderWindow, humanise: Humanise, rng: np.random.Generator, tick: Tick
) -> Floats:
    layer = part.layer
    stem = play_notes(part.notes, part.voice, grid=grid, span=span, humanise=humanise, rng=rng, tick=tick)
    if layer.drive:
        voice = VOICES[part.voice]
        amplified = isinstance(voice, Sampled) and not voice.direct
        stem = distorted(stem, layer.drive * (RECORDED_DRIVE if amplified else 1.0), tick)
    stem = filtered(butterworth(2, LOW_CUT_HZ[layer.role], "highpass"), stem, tick)
    gain = _gain_to_lufs(stem, STEM_LUFS + layer.level_db)
    tick()
    return panned(stem * gain, layer.pan)


def _add_drums(
    buses: _Buses,
    hits: list[Hit],
    style: Style,
    grid: Grid,
    span: RenderWindow,
    *,
    key: Key,
    humanise: Humanise,
    seed: int,
    tick: Tick,
) -> None:
    rng = np.random.default_rng([seed, 99])
    kit = play_kit(hits, tuned_kit(style.kit, key), grid=grid, span=span, humanise=humanise, rng=rng, tick=tick)
    gain = _gain_to_lufs(kit.dry, STEM_LUFS + style.drums_db)
    tick()
    drums = kit.dry * gain
    if style.drum_drive:
        # Driven against its own level, so that a quiet kit is as round as a loud one.
        amount = np.float32(2.5 * style.drum_drive)
        drums = np.tanh(amount * drums) / amount
    buses.add(Share(DRUMS, drums, send=kit.room * gain, saturates=False))
    tick()


def _gain_to_lufs(stem: Floats, wanted_lufs: float) -> np.float32:
    """What brings a stem to a loudness, measured where it plays."""
    reached = gated_lufs(block_powers(stem, TAKE_RATE_HZ, BLOCK_S))
    return np.float32(10 ** ((wanted_lufs - reached) / 20)) if reached > -70 else np.float32(0)


def _build_master_filters(whole: Floats, style: Style, tick: Tick) -> Callable[[Floats], Floats]:
    """No rumble, bass in the middle, a balanced spectrum, and an end to it where the style has one: what that takes is
    heard in the whole, and done to whatever is given."""
    taps = tonal_balance_taps(_cut_rumble_mono_bass(whole, tick), spectrum_db(style.style_id), style.brightness, tick)

    def apply_master_filters(sound: Floats) -> Floats:
        balanced_ = apply_eq_taps(_cut_rumble_mono_bass(sound, tick), taps, tick)
        if style.top_hz >= TOP_HZ:
            return balanced_
        return filtered(butterworth(2, style.top_hz), balanced_, tick)

    return apply_master_filters


def _cut_rumble_mono_bass(sound: Floats, tick: Tick) -> Floats:
    sound = filtered(butterworth(2, RUMBLE_HZ, "highpass"), sound, tick)
    mid, side = (sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2
    side = filtered(butterworth(2, MONO_BELOW_HZ, "highpass"), side[None], tick)[0]
    return np.stack([mid + side, mid - side])

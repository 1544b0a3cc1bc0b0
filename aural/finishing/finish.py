"""Finishing: a take becomes what was asked for: in tempo, in key, a loop without a seam, at its level; and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from aural.finishing.correct import CorrectedTake, TempoKeyEstimate, correct_take
from aural.finishing.crossfade import LoopCrossfade
from aural.finishing.fade_out import fade_out, fade_written
from aural.finishing.loudness import CEILING_DBFS, body_lufs, normalising_gain, true_peak_dbfs
from aural.theory.keys import Key
from aural.theory.octaves import octave_invariant_error
from aural.types import TAKE_RATE_HZ, Floats, Measurements, Take, Target

AS_HEARD_S = 12.0  # a loop is heard again and again: a short one is measured so
TEMPO_TOLERANCE = 0.002
LOUDNESS_TOLERANCE_LU = 1.0
QUIET_END_DB, END_S = -45.0, 0.3


def finish_to_target(take: Take, target: Target) -> Take:
    """What was asked for, as near as this take comes to it; its `measurements` say what is off. Same in, same bytes.

    A take that is exact is joined and levelled, never bent. Another one is heard, aligned to tempo (within 8 %) and
    key (within three semitones), and cut: to the best run of whole bars for a loop, else to `target.duration_s`. What
    has no pulse to go by is cut by the clock. The tail of 300 ms is what follows the body, in the take itself; where a
    fade-out was to be written it is silent.
    """
    corrected = CorrectedTake(take) if take.exact else correct_take(take, target)
    made = corrected.take
    if target.fades:
        made = _map_mix_and_stems(made, lambda sound: fade_written(sound, 0, corrected.take.loop_end))
    gain = (
        normalising_gain(made.samples, made.loop_end, target.loudness_lufs)
        if _needs_normalising(take, target)
        else None
    )
    if gain is not None:
        made = _map_mix_and_stems(made, lambda sound: sound * gain)
    if target.loop:
        crossfade = LoopCrossfade.of(made.samples, made.loop_end)
        made = _under_ceiling(_map_mix_and_stems(made, crossfade.crossfaded))
    if target.loop or not take.exact:  # else its end is the composer's own, which fades: asked for alone it is the same
        made = _map_mix_and_stems(made, fade_out)
    return replace(made, measurements=_measure_take(made, target, corrected))


def _needs_normalising(take: Take, target: Target) -> bool:
    """An exact take's level is part of what it is; its limiter has seen to the peaks."""
    return target.loudness_lufs is not None or not take.exact


def _map_mix_and_stems(take: Take, change: Callable[[Floats], Floats]) -> Take:
    """The same done to the mix and to every stem."""
    stems = {name: change(stem) for name, stem in take.stems.items()}
    return replace(take, samples=change(take.samples), stems=stems)


def _under_ceiling(take: Take) -> Take:
    """Two sounds that meet at the seam may reach higher than either: then all of it is turned down a little."""
    over_db = true_peak_dbfs(take.samples) - CEILING_DBFS
    return take if over_db <= 0 else _map_mix_and_stems(take, lambda sound: sound * np.float32(10 ** (-over_db / 20)))


def _measure_take(take: Take, target: Target, corrected: CorrectedTake) -> Measurements:
    body = take.samples[:, : take.loop_end]
    as_heard = np.tile(body, -(-round(AS_HEARD_S * TAKE_RATE_HZ) // body.shape[1])) if target.loop else body
    heard = corrected.heard or TempoKeyEstimate.of(as_heard, None)
    lufs = body_lufs(body)
    bpm, key = heard.tempo.bpm, heard.key.key
    off = {
        "bpm": target.bpm is not None and not in_tempo(bpm, target.bpm),
        "key": target.key is not None and key != str(Key.parse(target.key)),
        "bars": target.loop and (not take.bars or (target.bars is not None and take.bars != target.bars)),
        "loudness": target.loudness_lufs is not None
        and (lufs is None or abs(lufs - target.loudness_lufs) > LOUDNESS_TOLERANCE_LU),
        "silence": not target.ends_softly and _ends_in_silence(take),
    }
    return Measurements(
        bpm=bpm,
        key=key,
        stretched=round(corrected.stretched, 5),
        transposed=round(corrected.transposed, 2),
        lufs=None if lufs is None else round(lufs, 2),
        true_peak_dbfs=round(true_peak_dbfs(take.samples), 2),
        off=tuple(name for name, is_off in off.items() if is_off),
    )


def in_tempo(bpm: float | None, asked: float) -> bool:
    """Within 0.2 % of it, or of an octave of it: no octave of a pulse is wrong."""
    return bpm is not None and octave_invariant_error(bpm, asked) <= TEMPO_TOLERANCE


def _ends_in_silence(take: Take) -> bool:
    """Whether the body's last 300 ms or the tail lie 45 dB under the body."""
    size = round(END_S * TAKE_RATE_HZ)
    ends = take.samples[:, max(0, take.loop_end - size) : take.loop_end], take.samples[:, take.loop_end :]
    power = float(np.square(take.samples).mean())
    return any(float(np.square(end).mean()) < power * 10 ** (QUIET_END_DB / 10) for end in ends if end.size)

"""What is done in worker processes. Imports stand in the jobs: only workers need what takes seconds to import."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.finishing.fade_out import fade_written
from aural.theory.metre import METRES
from aural.types import TAIL_S, TAKE_RATE_HZ, Floats, Heard, Loudness, Measurements, Take, Target

# Of a process; the worker's own 210 MB, and what listening to the longest take needs, are in the base.
FINISHING_BASE_BYTES, FINISHING_COPIES = 2**30, 5


@dataclass(frozen=True, eq=False)
class DecodedClip:
    """One decode, at the two rates that are listened at; its loudness is measured at its own.

    `opening`: its end at the rate of takes, where music is to go on from it.
    """

    analysis: Clip
    for_embedder: Clip
    loudness: Loudness
    opening: Floats | None = None


def decode_clip(data: bytes, embedder_rate_hz: int, opening_s: float = 0.0) -> DecodedClip:
    """`analysis` is at 16 kHz; `opening` the last `opening_s` seconds."""
    from aural.audio.decode import decode
    from aural.listening.loudness import measure_loudness

    clip = decode(data)
    opening = clip.resampled_to(TAKE_RATE_HZ).samples[-round(opening_s * TAKE_RATE_HZ) :] if opening_s else None
    return DecodedClip(
        clip.resampled_to(ANALYSIS_RATE_HZ), clip.resampled_to(embedder_rate_hz), measure_loudness(clip), opening
    )


def warm_up_wav(duration_s: float) -> bytes:
    """A WAV with a chord and clicks, for everything that listens to be tried on."""
    import soundfile

    time_s = np.arange(round(duration_s * ANALYSIS_RATE_HZ)) / ANALYSIS_RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6))
    clicks = np.random.default_rng(0).standard_normal(len(time_s)) * np.exp(-(time_s % 0.5) / 0.02)
    file = io.BytesIO()
    soundfile.write(file, 0.1 * chord + 0.2 * clicks, ANALYSIS_RATE_HZ, format="WAV")
    return file.getvalue()


def warm_worker() -> None:
    """Runs in every worker before its first job: imports and tables are paid for here, on four seconds of music."""
    decoded = decode_clip(warm_up_wav(4.0), ANALYSIS_RATE_HZ, opening_s=4.0)
    hear_clip(decoded.analysis, decoded.loudness)
    assert decoded.opening is not None
    sides = np.stack([decoded.opening, decoded.opening])
    finish_take(Take(sides, sides.shape[1], 0, "warm up"), Target(2.0, loop=True, loudness_lufs=-14.0))


def hear_clip(clip: Clip, meter: Loudness | None = None) -> tuple[Heard, Floats]:
    """Rhythm, harmony, energy, and the descriptors that the adapter wants. `meter`: as for `listen`."""
    from aural.listening import listen
    from aural.listening.descriptors import describe

    heard = listen(clip, meter)
    return heard, describe(clip, bpm=heard.tempo.bpm, key=heard.key)


def finishing_bytes(take: Take) -> int:
    """What a worker may need to finish a take."""
    sounds = [take.samples, *take.stems.values()]
    return FINISHING_BASE_BYTES + FINISHING_COPIES * sum(sound.nbytes for sound in sounds)


@dataclass(frozen=True, eq=False)
class FinishedTake:
    """`for_embedder`: (time,) the body as the embedder wants it, where it is to be compared with its prompt."""

    take: Take
    for_embedder: Floats | None = None


def finish_take(take: Take, target: Target, embedder_rate_hz: int | None = None) -> FinishedTake:
    """See `aural.finishing.finish`. `embedder_rate_hz`: None where it is not to be compared."""
    from aural.finishing.finish import finish_to_target

    made = finish_to_target(take, target)
    return FinishedTake(made, resampled_for_embedder(made, embedder_rate_hz) if embedder_rate_hz else None)


def resampled_for_embedder(take: Take, embedder_rate_hz: int) -> Floats:
    """(time,) the take's body as the embedder wants it."""
    mono = take.samples[:, : take.loop_end].mean(axis=0)
    return Clip(mono, TAKE_RATE_HZ, TAKE_RATE_HZ, len(take.samples), "take").resampled_to(embedder_rate_hz).samples


def cut_to_length(take: Take, target: Target) -> Take:
    """Cut to length by the clock, for when there is no time left to do it well: the measurements say so."""
    loop_end = take.loop_end if take.exact else round(target.duration_s * TAKE_RATE_HZ)
    if target.loop and not take.exact and target.bpm and target.bars:
        beats = target.bars * METRES[target.metre or take.metre].beats
        loop_end = round(beats * 60 / target.bpm * TAKE_RATE_HZ)
    samples = take.samples[:, : loop_end + round(TAIL_S * TAKE_RATE_HZ)]
    if target.fades:
        samples = fade_written(samples, 0, loop_end)
    return replace(take, samples=samples, loop_end=loop_end, measurements=Measurements(off=("unchecked",)))

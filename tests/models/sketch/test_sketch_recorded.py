"""Recorded voices: in tune over their ranges, without clicks, louder where struck harder, as loud as each other."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.samples.bank import shipped_bank
from models.sketch.synth.kit import hit
from models.sketch.synth.kits import KITS
from models.sketch.synth.orchestra import VOICES
from models.sketch.synth.ranges import MONOPHONIC, RANGES, STRUMMED
from models.sketch.synth.recorded import RECORDED
from models.sketch.synth.sampled import SampledDrum, play_sample
from models.sketch.synth.tone import midi_to_hz

TUNED_CENTS = 10.0
LOOSELY_TUNED = {
    "honky_tonk": 26.0,  # out of tune on purpose
    "tubular_bells": 20.0,  # inharmonic: the strike note is none of its partials
    "pizzicato": 42.0,  # a section, and gone before its pitch is clear
    "choir": 16.0,  # many singers
    "whistle": 13.0,
}
SUSTAINED = (
    "organ", "rock_organ", "church_organ", "accordion", "harmonica", "violin", "viola", "cello", "contrabass",
    "strings", "choir", "voice_ooh", "flute", "clarinet", "oboe", "bassoon", "trumpet", "trombone", "tuba", "horn",
    "brass", "sax", "alto_sax", "soprano_sax", "baritone_sax", "english_horn", "piccolo", "recorder",
)  # fmt: skip


def middle(name: str) -> int:
    return sum(RANGES[name]) // 2


def note(name: str, midi: int, gate_s: float = 0.8, velocity: float = 0.8, brightness: float = 0.0) -> Floats:
    return play_sample(RECORDED[name], midi, gate_s, velocity, brightness, 1)


def off_by_cents(sound: Floats, midi: int) -> float:
    """Where the power around the first four harmonics has its centre, against equal temperament."""
    mono = sound.mean(axis=0)[3200:25_000].astype(np.float64)
    size = 1 << 18
    power = np.asarray(np.abs(np.fft.rfft(mono * np.hanning(len(mono)), size)) ** 2, np.float64)
    hz = np.asarray(np.fft.rfftfreq(size, 1 / TAKE_RATE_HZ), np.float64)
    cents = 0.0
    for reach in (60, 45, 45, 45):
        moments = [_moment(power, hz, k * midi_to_hz(midi), cents, reach) for k in range(1, 5)]
        cents = sum(moment for moment, _ in moments) / sum(total for _, total in moments)
    return cents


def _moment(
    power: NDArray[np.float64], hz: NDArray[np.float64], at_hz: float, cents: float, reach: float
) -> tuple[float, float]:
    low, high = np.searchsorted(hz, [at_hz * 2 ** ((cents + side * reach) / 1200) for side in (-1, 1)])
    near = power[low:high] if high < len(hz) else power[:0]
    return float(np.sum(near * 1200 * np.log2(hz[low : low + len(near)] / at_hz))), float(near.sum())


@pytest.mark.parametrize("name", RECORDED)
def test_a_voice_is_in_tune_over_its_range(name: str) -> None:
    low, high = RANGES[name]
    worst = max((abs(off_by_cents(note(name, midi), midi)), midi) for midi in {*range(low, high + 1, 5), high})
    assert worst[0] <= LOOSELY_TUNED.get(name, TUNED_CENTS), f"{worst[0]:.0f} cents at {worst[1]}"


@pytest.mark.parametrize("name", SUSTAINED)
def test_a_held_note_goes_round_without_a_click(name: str) -> None:
    """Nothing in four seconds is much steeper than the note is anyhow: a jump would be."""
    sound = note(name, middle(name), gate_s=4.0)
    steepness = np.abs(np.diff(sound, axis=1)).max(axis=0)
    usual = np.percentile(steepness, 99)
    assert steepness.max() < 3.2 * usual
    level = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(sound[:, 16_000:120_000], 8, axis=1)]
    assert min(level) > 0.25 * max(level), "it is held"


@pytest.mark.parametrize("name", RECORDED)
def test_harder_is_louder_and_brighter_is_brighter(name: str) -> None:
    midi = middle(name)
    levels = [float(np.mean(note(name, midi, velocity=velocity) ** 2)) for velocity in (0.3, 0.6, 0.9)]
    assert levels[0] < 0.6 * levels[1] < 0.36 * levels[2]
    dull, bright = (_centroid_hz(note(name, midi, brightness=brightness)) for brightness in (-1.0, 1.0))
    assert bright > dull


def _centroid_hz(sound: Floats) -> float:
    power = np.abs(np.fft.rfft(sound.mean(axis=0).astype(np.float64))) ** 2
    return float(np.average(np.arange(len(power)), weights=power))


def test_voices_are_about_as_loud_as_each_other() -> None:
    levels = {
        name: 10 * np.log10(np.mean([np.mean(note(name, middle(name) + step)[:, :12_800] ** 2) for step in (-4, 0, 4)]))
        for name in RECORDED
    }
    usual = float(np.median(list(levels.values())))
    assert not {name: level for name, level in levels.items() if abs(level - usual) > 6}


def test_same_seed_same_note() -> None:
    one = play_sample(RECORDED["violin"], 70, 0.5, 0.7, 0.1, 5)
    assert one.tobytes() == play_sample(RECORDED["violin"], 70, 0.5, 0.7, 0.1, 5).tobytes()
    assert len({play_sample(RECORDED["violin"], 70, 0.5, 0.7, 0.1, seed).tobytes() for seed in range(8)}) > 2


def test_presets_and_kits_are_in_the_bank() -> None:
    bank = shipped_bank()
    drums = [drum for kit in KITS.values() for drum in kit.values() if isinstance(drum, SampledDrum)]
    used = {voice.preset for voice in RECORDED.values()} | {drum.preset for drum in drums}
    assert used == bank.presets
    for drum in drums:
        assert bank.zones(drum.preset, drum.key)[0].distance(drum.key) == 0


def test_a_drum_has_a_few_takes_that_differ_a_little() -> None:
    takes = [hit(KITS["rock"]["snare"], 0.8, np.random.default_rng(seed)) for seed in range(12)]
    different = {take.tobytes() for take in takes}
    assert 2 <= len(different) <= 4
    levels = [float(np.mean(take**2)) for take in takes]
    assert max(levels) < 1.2 * min(levels)


def test_every_voice_has_a_range_that_is_one() -> None:
    assert set(RANGES) == set(VOICES)
    assert all(21 <= low < high <= 108 and high - low >= 12 for low, high in RANGES.values())
    assert set(VOICES) >= MONOPHONIC | STRUMMED
    assert not MONOPHONIC & STRUMMED

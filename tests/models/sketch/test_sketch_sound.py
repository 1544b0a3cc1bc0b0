"""The sound: pitch, clean ends, the limiter's promise, the rider's aim."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from aural.listening.energy import CEILING_LUFS, FLOOR_LUFS
from aural.theory.keys import Key
from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.dynamics import Energy, intensity_per_bar, target_lufs
from models.sketch.mix.balance import apply_eq_taps, octave_levels_db, tonal_balance_taps
from models.sketch.mix.block_power import block_powers, gated_lufs, lufs
from models.sketch.mix.filtering import PIECE, filtered
from models.sketch.mix.follow import ride_gain_to_target
from models.sketch.mix.limiter import CEILING_DBFS, limiter_gain
from models.sketch.mix.space import echo, impulse, reverberate
from models.sketch.mix.spectra import spectrum_db
from models.sketch.render_window import RenderWindow
from models.sketch.synth import surface
from models.sketch.synth.kit import hit
from models.sketch.synth.kits import KITS, tuned_kit
from models.sketch.synth.orchestra import VOICES
from models.sketch.synth.ranges import RANGES
from models.sketch.synth.recorded import RECORDED
from models.sketch.synth.sampled import SampledDrum
from models.sketch.synth.tone import midi_to_hz
from models.sketch.synth.voices import render_note


def nothing() -> None:
    """A tick that nobody hears."""


def sine(frequency_hz: float, seconds: float, level: float = 0.5) -> Floats:
    times = np.arange(round(seconds * TAKE_RATE_HZ)) / TAKE_RATE_HZ
    return (level * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)


@pytest.mark.parametrize("name", VOICES)
def test_a_note_has_its_pitch_and_clean_ends(name: str) -> None:
    midi = sum(RANGES[name]) // 2
    sound = render_note(VOICES[name], midi, 0.8, 0.8, 0.0, 1)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert np.abs(sound[:, 0]).max() < 0.01, "starts with a click"
    assert np.abs(sound[:, -1]).max() < 0.003, "ends with a click"
    assert 0.05 < np.abs(sound).max() < 1.2
    if name in RECORDED:  # whose pitch test_sketch_recorded.py measures over all of their range
        return
    mono = sound.mean(axis=0)[3200 : 3200 + 16_000].astype(np.float64)
    size = 1 << 18
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), size)) ** 2
    # The common fundamental: the candidate whose first harmonics hold most.
    cents = np.arange(-300, 301, 2)
    candidates = midi_to_hz(midi) * 2 ** (cents / 1200)
    held = [sum(spectrum[round(k * f * size / TAKE_RATE_HZ)] for k in range(1, 6)) for f in candidates]
    assert abs(cents[int(np.argmax(held))]) <= 20  # a reese is 17 cents wide


def test_surface_is_band_limited() -> None:
    """A bright saw at 3 kHz: what folds back stays 50 dB under the tone."""
    sound = render_note(VOICES["saw_lead"], 102, 1.0, 0.9, 1.0, 1).mean(axis=0)[8000:24_000].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    bins = np.fft.rfftfreq(len(sound), 1 / TAKE_RATE_HZ)
    harmonic = np.zeros(len(bins), bool)
    for k in range(1, 6):
        harmonic |= np.abs(bins - k * midi_to_hz(102)) < 40 + 0.015 * k * midi_to_hz(102)
    assert 10 * np.log10(spectrum[~harmonic].sum() / spectrum.sum()) < -50


def test_surface_reads_what_was_built() -> None:
    table = surface.build_wavetable(np.array([[1.0, 0.0, 0.5]]), np.zeros(3))
    phase = np.linspace(0, 3, 500)
    expected = np.sin(2 * np.pi * phase) + 0.5 * np.sin(6 * np.pi * phase)
    assert np.allclose(surface.read_wavetable(table, phase, np.zeros(500, np.float32)), expected, atol=1e-3)


@pytest.mark.parametrize("kit", KITS)
def test_drums_speak_at_once_and_end_clean(kit: str) -> None:
    for piece, drum in KITS[kit].items():
        sound = hit(drum, 0.9, np.random.default_rng(1))
        energy = np.cumsum(sound.astype(np.float64) ** 2)
        late = ("brush", "cymbal", "shaker", "crash", "concert_bass_drum", "sleigh_bells", "taiko_lo", "snare_roll")
        assert np.searchsorted(energy, 0.1 * energy[-1]) < (0.06 if piece in late else 0.035) * TAKE_RATE_HZ, piece
        assert abs(sound[-1]) < 0.003, piece
        assert np.abs(sound).max() < 1.1, piece


def test_timpani_are_tuned_to_the_key() -> None:
    for key in ("C major", "Eb minor", "A minor"):
        drum = tuned_kit("orchestra", Key.parse(key))["timpani"]
        assert isinstance(drum, SampledDrum)
        assert drum.key % 12 == Key.parse(key).tonic
        assert 36 < drum.key < 51
        sound = hit(drum, 0.9, np.random.default_rng(1))[1600:33_600].astype(np.float64)
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
        # The principal tone; the mode a fifth above may be stronger.
        low, high = (round(midi_to_hz(drum.key + side) * (1 << 18) / TAKE_RATE_HZ) for side in (-2, 2))
        heard_hz = (low + np.argmax(spectrum[low:high])) * TAKE_RATE_HZ / (1 << 18)
        assert abs(12 * np.log2(heard_hz / midi_to_hz(drum.key))) < 0.35


def test_limiter_never_lets_a_sample_over() -> None:
    rng = np.random.default_rng(1)
    loud = rng.standard_normal((2, 64_000)).astype(np.float32) * np.linspace(0.1, 8, 64_000, dtype=np.float32)
    loud[:, ::7919] = 40.0
    gain = limiter_gain(loud, TAKE_RATE_HZ, nothing)
    assert gain is not None
    assert np.abs(loud * gain).max() <= 10 ** (CEILING_DBFS / 20) * 1.0001
    quiet = np.stack([sine(440, 0.5), sine(440, 0.5)])
    assert limiter_gain(quiet, TAKE_RATE_HZ, nothing) is None


def test_loudness_of_the_standards_own_tone() -> None:
    """BS.1770: a 997 Hz sine at 0 dBFS in one channel is -3.01 LKFS."""
    powers = block_powers(sine(997, 4, 1.0)[None], TAKE_RATE_HZ, 0.4)
    assert gated_lufs(powers) == pytest.approx(-3.01, abs=0.05)


def test_rider_brings_a_steady_tone_to_the_curve() -> None:
    span = RenderWindow(10 * TAKE_RATE_HZ)
    tone = np.stack([sine(440, 11)[: span.samples]] * 2)
    target = target_lufs(Energy(np.linspace(0.3, 0.7, 20), 10.0, True))
    ridden = ride_gain_to_target(tone, target, span, nothing).applied(tone)[:, : span.body]
    reached = lufs(block_powers(ridden.mean(axis=0, keepdims=True), TAKE_RATE_HZ, 0.5))
    assert np.abs(reached - target.at((np.arange(20) + 0.5) / 2)).max() < 1.5


def test_rider_of_a_loop_comes_round_and_crosses_a_jump_without_one() -> None:
    """The curve rises by 18 dB and falls back at the seam."""
    span = RenderWindow.of(round(3.217 * TAKE_RATE_HZ), loops=True)
    tone = np.stack([sine(440, 12)[: span.samples]] * 2)
    target = target_lufs(Energy(np.linspace(0.3, 0.7, 12), span.body / TAKE_RATE_HZ, True))
    gain = ride_gain_to_target(tone, target, span, nothing).gain
    assert gain.shape == (span.samples,)
    np.testing.assert_array_equal(gain[span.body :], gain[: -span.body])
    assert np.abs(np.diff(20 * np.log10(gain))).max() * TAKE_RATE_HZ < 60, "dB a second: nothing that clicks"
    once = 20 * np.log10(gain[span.metering_slice])
    assert 9 < once.max() - once.min() < 18


def test_energy_scales_down_as_a_whole() -> None:
    curve = Energy(np.array([0.2, 0.6, 1.0]), 3.0, True)
    wanted = (target_lufs(curve).values - FLOOR_LUFS) / (CEILING_LUFS - FLOOR_LUFS)
    assert np.corrcoef(wanted, curve.values)[0, 1] == pytest.approx(1)
    assert wanted.max() == pytest.approx(0.8)
    flat = intensity_per_bar(Energy(np.full(8, 0.7), 16.0, True), 8, 2.0)
    assert np.ptp(flat) == 0
    rising = intensity_per_bar(Energy(np.linspace(0.2, 0.8, 8), 16.0, True), 8, 2.0)
    assert (np.diff(rising) > 0).all()
    assert rising[0] < 0.1 < 0.9 < rising[-1]


def test_a_curve_of_half_seconds_is_followed_as_it_was_asked() -> None:
    """Not smoothed: each value is one that a listener will measure. Other curves are averaged over half seconds."""
    restless = np.array([0.5, 0.8, 0.4, 0.7])
    assert Energy(restless, 2.0, True).stepped().tolist() == restless.tolist()
    halves = Energy(np.array([0.2, 0.6]), 4.0, True).stepped()
    assert len(halves) == 8
    assert (np.diff(halves)[1:-1] > 0).all()
    assert halves[[0, -1]] == pytest.approx([0.2, 0.6])


def test_reverb_decays_as_long_as_it_says() -> None:
    click = np.zeros((2, 4 * TAKE_RATE_HZ), np.float32)
    click[:, 0] = 1
    wet = reverberate(click, impulse(2.0, TAKE_RATE_HZ), nothing, TAKE_RATE_HZ)
    energy = np.cumsum(wet[0, ::-1].astype(np.float64) ** 2)[::-1]
    decay_db = 10 * np.log10(energy / energy[0] + 1e-12)
    early, late = (int(np.argmax(decay_db < level)) / TAKE_RATE_HZ for level in (-5, -25))
    assert 3 * (late - early) == pytest.approx(2.0, rel=0.35)  # T20, extended to 60 dB


def test_reverb_in_blocks_is_one_convolution() -> None:
    rng = np.random.default_rng(2)
    send = rng.standard_normal((2, 18 * TAKE_RATE_HZ)).astype(np.float32)
    room = impulse(0.5, TAKE_RATE_HZ)
    at = 8 * TAKE_RATE_HZ  # a joint of two blocks
    wet = reverberate(send, room, nothing, TAKE_RATE_HZ)
    n = room.shape[1]
    direct = np.convolve(send[0, at - n : at + 2000], room[0])[n : n + 1000]
    assert np.allclose(wet[0, at : at + 1000], direct, atol=1e-3)


def test_echo_repeats_in_time() -> None:
    click = np.zeros((2, TAKE_RATE_HZ), np.float32)
    click[:, 100:132] = 1
    wet = np.abs(echo(click, 8000, nothing)).sum(axis=0)
    assert not wet[:8090].any()
    peaks = [int(np.argmax(wet[start : start + 8000])) + start for start in (8000, 16_000)]
    assert peaks[1] - peaks[0] == pytest.approx(8000, abs=60)


def test_filtering_in_pieces_is_filtering_at_once() -> None:
    noise = np.random.default_rng(3).standard_normal((2, PIECE + 5000)).astype(np.float32)
    sections = butter(2, 200, "highpass", fs=TAKE_RATE_HZ, output="sos")
    assert np.allclose(filtered(sections, noise, nothing), sosfilt(sections, noise), atol=1e-5)


def test_balance_moves_a_dull_mix_towards_records() -> None:
    rng = np.random.default_rng(5)
    dull = sosfilt(butter(1, 200, fs=TAKE_RATE_HZ, output="sos"), rng.standard_normal((2, 4 * TAKE_RATE_HZ)))
    sound = dull.astype(np.float32)
    records_db = spectrum_db("pop")
    before = octave_levels_db(sound.mean(axis=0)) - records_db
    after = (
        octave_levels_db(
            apply_eq_taps(sound, tonal_balance_taps(sound, records_db, 0.0, nothing), nothing).mean(axis=0)
        )
        - records_db
    )
    assert np.std(after) < 0.8 * np.std(before)

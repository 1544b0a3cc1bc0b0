"""CLAP over a small random checkpoint in the real layout: what holds whatever the weights are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from aural.errors import MissingWeights, NotAudio
from aural.types import ClipFeatures
from models.cards import CLAP
from models.clap import RATE_HZ, WINDOW, Clap, cut_windows

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def clap(hub_cache: Path, no_record: Path) -> Clap:
    return Clap.load(hub_cache, CPU, record=no_record)


def noise(duration_s: float, seed: int = 0) -> NDArray[np.float32]:
    return (0.1 * np.random.default_rng(seed).standard_normal(round(duration_s * RATE_HZ))).astype(np.float32)


def tone(hz: float, duration_s: float) -> NDArray[np.float32]:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(duration_s * RATE_HZ)) / RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize(
    ("duration_s", "starts_s"),
    [
        (10.0, [0]),
        (10.4, [0]),
        (14.0, [0, 4]),
        (20.0, [0, 10]),
        (25.0, [0, 7.5, 15]),
        (30.1, [0, 10.05, 20.1]),
    ],
)
def test_windows_are_fixed_and_reach_from_start_to_end(duration_s: float, starts_s: list[float]) -> None:
    ramp = np.arange(round(duration_s * RATE_HZ), dtype=np.float32)
    windows = cut_windows(ramp)
    assert [len(window) for window in windows] == [WINDOW] * len(starts_s)
    np.testing.assert_allclose([window[0] / RATE_HZ for window in windows], starts_s)


def test_a_short_clip_is_repeated_as_often_as_it_fits_whole() -> None:
    clip = noise(4.0)
    (window,) = cut_windows(clip)
    np.testing.assert_array_equal(window, np.concatenate([clip, clip, np.zeros(2 * RATE_HZ, np.float32)]))


def test_a_short_clip_hears_as_the_extractor_pads_it(clap: Clap) -> None:
    clip = noise(4.0)
    theirs = clap.extractor(clip, sampling_rate=RATE_HZ, return_tensors="np")["input_features"]
    ours = clap.extractor(cut_windows(clip), sampling_rate=RATE_HZ, return_tensors="np")["input_features"]
    np.testing.assert_array_equal(theirs, ours)


def test_one_window_is_what_transformers_says_of_it(clap: Clap) -> None:
    clip = noise(10.0)
    features = clap.extractor(clip, sampling_rate=RATE_HZ, return_tensors="pt")["input_features"]
    with torch.inference_mode():
        theirs = clap.model.get_audio_features(input_features=features.float()).pooler_output[0].numpy()
    np.testing.assert_allclose(clap.embed(clip).embedding, theirs / np.linalg.norm(theirs), atol=1e-5)


def test_a_clip_hears_alike_every_time_although_it_is_longer_than_a_window(clap: Clap) -> None:
    clip = noise(23.0)
    np.testing.assert_array_equal(clap.embed(clip).embedding, clap.embed(clip).embedding)


def test_company_changes_an_embedding_by_rounding_at_most(clap: Clap) -> None:
    clips = [noise(3.0, 1), tone(440.0, 25.0), noise(10.0, 2), tone(110.0, 12.0)]
    alone = [clap.embed(clip).embedding for clip in clips]
    for order in ([0, 1, 2, 3], [2, 3, 1, 0]):
        for index, heard in zip(order, clap.embed_many([clips[index] for index in order]), strict=True):
            assert isinstance(heard, ClipFeatures)
            # Measured: 0 on the CPUs tried (AVX2, AVX-512). float32 sums in another order: parts in 10^7.
            assert np.abs(heard.embedding - alone[index]).max() < 1e-5


def test_embeddings_are_unit_vectors_that_tell_clips_apart(clap: Clap) -> None:
    one, other, again = (clap.embed(clip) for clip in (noise(5.0, 1), tone(440.0, 5.0), noise(5.0, 3)))
    assert one.source == "clap"
    assert one.tags is None
    assert one.embedding.shape == (512,)
    assert one.embedding.dtype == np.float32
    assert np.linalg.norm(one.embedding) == pytest.approx(1, abs=1e-5)
    assert one.embedding @ again.embedding > one.embedding @ other.embedding + 0.05


def test_one_bad_clip_fails_alone(clap: Clap) -> None:
    good, refused = clap.embed_many([tone(440.0, 1.0), np.full(100, np.inf, np.float32)])
    assert isinstance(good, ClipFeatures)
    assert isinstance(refused, NotAudio)
    with pytest.raises(NotAudio):
        clap.embed(np.zeros(0, np.float32))


def test_a_sentence_embeds_alike_beside_longer_ones(clap: Clap) -> None:
    alone = clap.embed_text(["calm piano"])
    beside = clap.embed_text(["calm piano", "an aggressive metal track with very fast drums and a loud guitar"])
    assert beside.shape == (2, 512)
    np.testing.assert_allclose(beside[0], alone[0], atol=1e-5)
    assert np.abs(beside[1] - beside[0]).max() > 1e-3


def test_a_text_longer_than_the_context_is_cut(clap: Clap) -> None:
    long = "drums " * 200
    np.testing.assert_allclose(clap.embed_text([long]), clap.embed_text([long + "violin"]), atol=1e-6)


def test_a_prototype_is_the_mean_direction_of_its_phrasings(clap: Clap) -> None:
    phrasings = {"calm": ("calm piano", "a slow quiet song"), "rock": ("rock drums",)}
    calm, rock = clap.prototypes(phrasings)
    mean = clap.embed_text(phrasings["calm"]).mean(axis=0)
    np.testing.assert_allclose(calm, mean / np.linalg.norm(mean), atol=1e-5)
    np.testing.assert_allclose(rock, clap.embed_text(phrasings["rock"])[0], atol=1e-5)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=CLAP.repo):
        Clap.load(tmp_path, CPU)

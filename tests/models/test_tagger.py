"""The built-in ear: equal to the original TensorFlow graph, to librosa's mel, to itself whatever else is heard."""

from __future__ import annotations

from pathlib import Path

import librosa
import numpy as np
import pytest
import torch

from aural.errors import NotAudio
from aural.types import ClipFeatures, Floats
from models.tagger import (
    PATCH_FRAMES,
    PATCH_SAMPLES,
    Tagger,
    patches,
    repeated,
)
from training.tagger.reference_signal import reference_signal

REFERENCE = Path(__file__).parent / "data" / "tagger_reference.npz"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def tags_of(features: ClipFeatures) -> Floats:
    assert features.tags is not None
    return features.tags


def test_equals_the_original_graph(tagger: Tagger) -> None:
    """The file holds what musicnn 0.1.0 answered in TensorFlow (training/tagger/convert.py reference)."""
    recorded = np.load(REFERENCE)
    heard = tagger.embed(reference_signal())
    embedding = np.concatenate([recorded[f"0.{name}.embedding"].mean(axis=0) for name in ("msd", "mtt")])
    tags = np.concatenate([recorded[f"0.{name}.tags"].mean(axis=0) for name in ("msd", "mtt")])
    assert heard.tags is not None
    np.testing.assert_allclose(heard.embedding, embedding, atol=1e-4)
    np.testing.assert_allclose(heard.tags, tags, atol=2e-5)


def test_front_end_is_librosas(tagger: Tagger) -> None:
    samples = reference_signal()
    mel = librosa.feature.melspectrogram(y=samples, sr=16_000, n_fft=512, hop_length=256, n_mels=96, pad_mode="reflect")
    ours = tagger.networks[0].log_mel(torch.from_numpy(samples)).numpy()
    np.testing.assert_allclose(ours, np.log10(10_000 * mel.T + 1), atol=1e-4)


def test_a_clip_does_not_depend_on_its_company(tagger: Tagger) -> None:
    rng = np.random.default_rng(1)
    clips = [0.1 * rng.standard_normal(n).astype(np.float32) for n in (16_000, 50_000, 160_000)]
    together = list(tagger.embed_many(clips))
    for clip, heard in zip(reversed(clips), reversed(together), strict=True):
        alone = tagger.embed(clip)
        assert isinstance(heard, ClipFeatures)
        assert np.array_equal(alone.embedding, heard.embedding)
        assert np.array_equal(tags_of(alone), tags_of(heard))


def test_a_short_clip_is_heard_as_its_repetition(tagger: Tagger) -> None:
    short = reference_signal()[:20_000]
    assert np.array_equal(tags_of(tagger.embed(short)), tags_of(tagger.embed(np.resize(short, PATCH_SAMPLES))))
    assert len(repeated(short)) == PATCH_SAMPLES
    for silence in (np.zeros(1, np.float32), np.zeros(48_000, np.float32)):
        assert np.isfinite(tagger.embed(silence).embedding).all()


def test_patches_are_whole() -> None:
    frames = 3 * PATCH_FRAMES + 20
    log_mel = torch.arange(frames, dtype=torch.float32)[:, None].expand(frames, 96)
    cut = patches(log_mel)
    assert cut.shape == (3, PATCH_FRAMES, 96)
    assert cut[:, 0, 0].tolist() == [0, PATCH_FRAMES, 2 * PATCH_FRAMES]
    assert len(patches(log_mel[: PATCH_FRAMES - 1])) == 0


def test_one_bad_clip_fails_alone(tagger: Tagger) -> None:
    good, bad = reference_signal(), np.full(16_000, np.nan, np.float32)
    heard = list(tagger.embed_many([bad, good, bad[:0]]))
    assert [type(one) for one in heard] == [NotAudio, ClipFeatures, NotAudio]


def test_the_bigger_batch_of_an_accelerator_hears_the_same(tagger: Tagger) -> None:
    big = Tagger(tagger.networks, torch.device("cpu"))
    big._batch_patches = 10
    clips = [reference_signal(), reference_signal()[:80_000], reference_signal()[::-1].copy()]
    for one, other in zip(tagger.embed_many(clips), big.embed_many(clips), strict=True):
        assert isinstance(one, ClipFeatures)
        assert isinstance(other, ClipFeatures)
        np.testing.assert_allclose(tags_of(one), tags_of(other), atol=1e-5)
        np.testing.assert_allclose(one.embedding, other.embedding, atol=1e-4)

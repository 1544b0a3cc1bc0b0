"""The built-in ear: equal to the original TensorFlow graph, to librosa's mel, to itself whatever else is heard."""

from __future__ import annotations

import shutil
from pathlib import Path

import librosa
import numpy as np
import pytest
import torch

from aural.errors import MissingWeights
from aural.wire import Evidence, Floats
from aural.wording.tags import MSD_TAGS, MTT_TAGS, TAGS
from models.tagger import (
    FOLDER,
    PATCH_FRAMES,
    PATCH_SAMPLES,
    WEIGHT_FILES,
    Tagger,
    batches,
    patch_count,
    repeated,
)
from training.tagger.reference_signal import reference_signal

REFERENCE = Path(__file__).parent / "data" / "tagger_reference.npz"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def tags_of(evidence: Evidence) -> Floats:
    assert evidence.tags is not None
    return evidence.tags


def test_equals_the_original_graph(tagger: Tagger) -> None:
    """The file holds what musicnn 0.1.0 answered in TensorFlow (training/tagger/convert.py reference)."""
    recorded = np.load(REFERENCE)
    heard = tagger.hear(reference_signal())
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
    together = tagger.hear_many(clips)
    for clip, heard in zip(reversed(clips), reversed(together), strict=True):
        alone = tagger.hear(clip)
        assert np.array_equal(alone.embedding, heard.embedding)
        assert np.array_equal(tags_of(alone), tags_of(heard))


def test_a_short_clip_is_heard_as_its_repetition(tagger: Tagger) -> None:
    short = reference_signal()[:20_000]
    assert np.array_equal(tags_of(tagger.hear(short)), tags_of(tagger.hear(np.resize(short, PATCH_SAMPLES))))
    assert len(repeated(short)) == PATCH_SAMPLES
    assert patch_count(PATCH_SAMPLES) == 1
    for silence in (np.zeros(1, np.float32), np.zeros(48_000, np.float32)):
        assert np.isfinite(tagger.hear(silence).embedding).all()


def test_patches_are_whole_and_padded_to_one_shape() -> None:
    frames = 3 * PATCH_FRAMES + 20
    log_mel = torch.arange(frames, dtype=torch.float32)[:, None].expand(frames, 96)
    (batch,) = batches(log_mel, 10)
    assert batch.shape == (10, PATCH_FRAMES, 96)
    assert batch[:3, 0, 0].tolist() == [0, PATCH_FRAMES, 2 * PATCH_FRAMES]
    assert not batch[3:].any()
    assert [one.shape[0] for one in batches(log_mel, 1)] == [1, 1, 1]
    assert patch_count(30 * 16_000) == 10


def test_the_bigger_batch_of_an_accelerator_hears_the_same(tagger: Tagger) -> None:
    samples = torch.from_numpy(reference_signal())
    network = tagger.networks[0]
    with torch.inference_mode():
        big = network(batches(network.log_mel(samples), 10)[0])[1][:2]
        small = torch.cat([network(batch)[1] for batch in batches(network.log_mel(samples), 1)])
    np.testing.assert_allclose(big.numpy(), small.numpy(), atol=1e-5)


def test_it_tells_sounds_apart(tagger: Tagger) -> None:
    """Noise bursts in a steady pulse are drums and no piano; decaying harmonic tones are the reverse."""
    t = np.arange(6 * 16_000) / 16_000
    rng = np.random.default_rng(0)
    drums = (0.5 * rng.standard_normal(len(t)) * np.exp(-(t % 0.25) / 0.02)).astype(np.float32)
    hz = 261.63 * 2 ** (np.array([0, 4, 7, 12])[np.floor(t / 0.5).astype(int) % 4] / 12)
    phase = 2 * np.pi * np.cumsum(hz) / 16_000
    piano = sum(np.sin(h * phase) / h**2 for h in range(1, 8)) * np.exp(-(t % 0.5) / 0.4) * 0.3
    beat, keys = (dict(zip(TAGS, tags_of(tagger.hear(np.asarray(x, np.float32))), strict=True)) for x in (drums, piano))
    assert beat["mtt:beat"] + beat["mtt:drums"] > 3 * (keys["mtt:beat"] + keys["mtt:drums"])
    assert keys["mtt:piano"] > 3 * beat["mtt:piano"]


def test_missing_or_altered_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"tagger_msd\.safetensors is not in"):
        Tagger.load(folder=tmp_path)
    for name in WEIGHT_FILES:
        shutil.copy(FOLDER / name, tmp_path)
    with (tmp_path / "tagger_mtt.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    with pytest.raises(MissingWeights, match=r"tagger_mtt\.safetensors .* not the recorded file"):
        Tagger.load(folder=tmp_path)


def test_tags_are_named_once_each() -> None:
    assert len(MSD_TAGS) == len(MTT_TAGS) == 50
    assert len(set(TAGS)) == 100

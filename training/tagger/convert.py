"""Convert musicnn's TensorFlow checkpoints into models/tagger_*.safetensors, and record what the originals answer.

Runs in an environment of its own, beside the product's:

    uv venv --python 3.11 tagger-env
    uv pip install --python tagger-env "tensorflow-cpu==2.15.1" "numpy<2" "librosa==0.10.2" safetensors soundfile
    uv pip install --python tagger-env --no-deps "musicnn==0.1.0"
    tagger-env/bin/python -m training.tagger.convert convert
    tagger-env/bin/python -m training.tagger.convert reference --audio a.wav b.ogg --out tagger_reference.npz

`reference` runs the original graph on the authors' patches and stores what it answers; `python -m
training.tagger.compare FILE`, in the product's environment, compares the port with it. Without --audio it hears
`reference_signal()`, and its answer is the tests' fixture.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import librosa
import musicnn  # type: ignore[import-not-found]
import numpy as np
import tensorflow as tf
from musicnn import models as original
from safetensors.numpy import save_file

from training.tagger.reference_signal import reference_signal

tf.compat.v1.disable_eager_execution()
NETWORKS = {"msd": "MSD_musicnn", "mtt": "MTT_musicnn"}
MODELS = Path(__file__).resolve().parents[2] / "models"
FRAMES = 187


def checkpoint(name: str) -> str:
    """The folder is the prefix: its files are called `.index` and `.data-00000-of-00001`."""
    return f"{Path(musicnn.__file__).parent / name}/"


def convert(name: str) -> dict[str, np.ndarray]:
    """The checkpoint's variables under the port's names and in torch's axis order."""
    reader = tf.compat.v1.train.NewCheckpointReader(checkpoint(name))
    weights = {"mel": librosa.filters.mel(sr=16_000, n_fft=512, n_mels=96).astype(np.float32)}

    def numbered(kind: str, i: int) -> str:
        return f"{kind}_{i}" if i else kind

    def put(target: str, source: str, axes: tuple[int, ...]) -> None:
        kernel = reader.get_tensor(f"{source}/kernel").transpose(axes)
        if target.startswith("mid."):
            kernel = kernel[:, :, :, 0]  # the kernel spans the whole feature axis: a 1-d convolution over time
        weights[f"{target}.weight"] = np.ascontiguousarray(kernel)
        weights[f"{target}.bias"] = reader.get_tensor(f"{source}/bias")

    def put_norm(target: str, i: int) -> None:
        names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
        for ours, theirs in names.items():
            weights[f"{target}.{ours}"] = reader.get_tensor(f"{numbered('batch_normalization', i)}/{theirs}")
        weights[f"{target}.num_batches_tracked"] = np.zeros((), np.int64)

    put_norm("input_norm", 0)
    for i in range(5):
        put(f"front.{i}", numbered("conv2d", i), (3, 2, 0, 1))
        put_norm(f"front_norm.{i}", i + 1)
    for i in range(3):
        put(f"mid.{i}", numbered("conv2d", i + 5), (3, 1, 0, 2))
        put_norm(f"mid_norm.{i}", i + 6)
    put_norm("pool_norm", 9)
    put("dense", "dense", (1, 0))
    put_norm("dense_norm", 10)
    put("out", "dense_1", (1, 0))
    return weights


def patches(samples: np.ndarray) -> np.ndarray:
    """The authors' batch_data, in float32 (their float16 overflows on loud music) and with librosa 0.7's padding."""
    mel = librosa.feature.melspectrogram(
        y=samples, sr=16_000, n_fft=512, hop_length=256, n_mels=96, pad_mode="reflect"
    ).T
    log_mel = np.log10(10_000 * mel + 1).astype(np.float32)
    count = len(log_mel) // FRAMES
    return np.asarray(log_mel[: count * FRAMES].reshape(count, FRAMES, 96))


def answers(name: str, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the original graph says of each patch: (patches, 200) penultimate and (patches, 50) tags."""
    tf.compat.v1.reset_default_graph()
    x = tf.compat.v1.placeholder(tf.float32, [None, FRAMES, 96])
    training = tf.compat.v1.placeholder(tf.bool)
    logits, *_, penultimate = original.define_model(x, training, name, 50)
    with tf.compat.v1.Session() as session:
        tf.compat.v1.train.Saver().restore(session, checkpoint(name))
        penultimates, tags = session.run((penultimate, tf.sigmoid(logits)), {x: batch, training: False})
    return penultimates, tags


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("convert", "reference"))
    parser.add_argument("--audio", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=Path("tagger_reference.npz"))
    arguments = parser.parse_args()
    if arguments.step == "convert":
        for short, name in NETWORKS.items():
            path = MODELS / f"tagger_{short}.safetensors"
            save_file(convert(name), path)
            print(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        return
    sounds = [librosa.load(path, sr=16_000)[0] for path in arguments.audio] or [reference_signal()]
    out: dict[str, Any] = {}
    for i, samples in enumerate(sounds):
        if arguments.audio:
            out[f"{i}.samples"] = samples
        for short, name in NETWORKS.items():
            out[f"{i}.{short}.embedding"], out[f"{i}.{short}.tags"] = answers(name, patches(samples))
    np.savez_compressed(arguments.out, **out)


if __name__ == "__main__":
    main()

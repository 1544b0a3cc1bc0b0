"""The key network: what it does to the notes of an octave it does to all twelve pitch classes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from aural.listening.networks import KEY_FRAMES
from aural.listening.pitchgram import SEMITONES

OCTAVES = SEMITONES // 12


class KeyNet(nn.Module):
    """(batch, frames, SEMITONES) -> (batch, 24) scores, the twelve major keys from C first; the same for every
    KEY_FRAMES frames, (batch, 24, frames / KEY_FRAMES); and, in training, logits of the tones and the bass there.
    """

    def __init__(self, width: int = 64):
        super().__init__()
        self.near = nn.Sequential(
            nn.Conv2d(1, 20, (5, 5), padding=(2, 0)), nn.BatchNorm2d(20), nn.ELU(),
            nn.AvgPool2d((2, 1), ceil_mode=True),
            nn.Conv2d(20, 24, (5, 5), padding=(2, 0)), nn.BatchNorm2d(24), nn.ELU(),
            nn.AvgPool2d((KEY_FRAMES // 2, 1), ceil_mode=True),
        )  # fmt: skip
        self.fold = nn.Sequential(nn.Conv2d(24 * OCTAVES, width, 1), nn.BatchNorm2d(width), nn.ELU())
        self.far = nn.ModuleList(Around(width, step) for step in (1, 2, 4))
        self.tones = nn.Conv2d(width, 2, 1)
        self.local = nn.Conv2d(width, 2, 1)
        self.out = nn.Sequential(nn.Dropout(0.3), nn.Conv1d(3 * width, 2, 1))

    def forward(self, notes: Tensor) -> tuple[Tensor, ...]:
        x = notes[:, None]
        x = x - x.mean(dim=(2, 3), keepdim=True)
        for part in self.near:
            x = part(F.pad(x, (2, 2)) if isinstance(part, nn.Conv2d) else x)
        x = x.reshape(x.shape[0], x.shape[1], x.shape[2], OCTAVES, 12).permute(0, 1, 3, 2, 4).flatten(1, 2)
        x = first = self.far[0](self.fold(x))
        for layer in self.far[1:]:
            x = layer(x)
        ends = torch.stack([x[:, :, :3].mean(dim=2), x[:, :, -3:].mean(dim=2)]).mean(dim=0)
        scores = self.out(torch.cat([x.mean(dim=2), x.amax(dim=2), ends], dim=1)).flatten(1)
        local = self.local(x).transpose(2, 3).flatten(1, 2)
        return (scores, local, self.tones(first).transpose(2, 3).flatten(1, 2)) if self.training else (scores, local)


class Around(nn.Module):
    """One step in time, `apart` frames, and once round the circle of pitch classes: class c sees c .. c + 11."""

    def __init__(self, width: int, apart: int):
        super().__init__()
        self.apart = apart
        self.layers = nn.Sequential(
            nn.Conv2d(width, width, (3, 12), dilation=(apart, 1)), nn.BatchNorm2d(width), nn.ELU(), nn.Dropout2d(0.1)
        )

    def forward(self, x: Tensor) -> Tensor:
        circle = F.pad(torch.cat([x, x[..., :11]], dim=3), (0, 0, self.apart, self.apart))
        told: Tensor = x + self.layers(circle)
        return told

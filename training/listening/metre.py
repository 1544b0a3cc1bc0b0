"""Trains the network that hears which beats open a bar. `python -m training.listening.metre SONGS --out .../metre.onnx`

It hears what sounds on each beat and halfway to the next, as the beat tracker finds them, and says for each whether a
bar begins there.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from aural.listening.beats import beat_times_s
from aural.listening.tempo import Rhythm
from aural.listening.time_signature import beat_features, metre_of
from aural.listening.trimming import TrimmedSignal
from aural.types import Floats
from training.listening.learning import arguments, each_song, held_out, save
from training.listening.songs import load
from training.listening.sound import RATE_HZ

CUT_S = 30.0
NEAR_S = 0.07
LEAST_MATCHED = 0.7
BEATS = 64

Cut = tuple[Floats, Floats, int, int]
"""(beats, features), (beats,) 1 where a bar begins, the metre, the song's number."""


def cut_of(number: int, folder: Path) -> Cut | None:
    samples, truth = load(folder, number)
    part = TrimmedSignal.of(samples[: round(CUT_S * RATE_HZ)])
    rhythm = Rhythm.of(part)
    bpm = rhythm.measured.spectrum.peak_near(truth.bpm(0, CUT_S))
    beats_s = beat_times_s(rhythm.rises, bpm)
    true_s = truth.beats_s - part.start_s
    nearest = np.abs(true_s[None] - beats_s[:, None]).argmin(axis=1)
    matched = np.abs(true_s[nearest] - beats_s) <= NEAR_S
    if len(beats_s) < 8 or matched.mean() < LEAST_MATCHED:
        return None
    opens = (nearest % truth.metre == 0) & matched
    return beat_features(rhythm.curves, beats_s), opens.astype(np.float32), truth.metre, number


class MetreNet(nn.Module):
    """(batch, beats, features) -> (batch, beats) log odds of opening a bar."""

    def __init__(self, features: int, width: int = 40):
        super().__init__()
        self.first = nn.Conv1d(features, width, 9, padding=4)
        self.second = nn.Conv1d(width, width, 9, padding=4)
        self.third = nn.Conv1d(width, width, 9, padding=4)
        self.out = nn.Conv1d(width, 1, 1)
        self.dropout = nn.Dropout(0.25)

    def forward(self, beats: Tensor) -> Tensor:
        x = self.dropout(F.elu(self.first(beats.transpose(1, 2))))
        x = self.dropout(x + F.elu(self.second(x)))
        x = self.dropout(x + F.elu(self.third(x)))
        logits: Tensor = self.out(x)[:, 0]
        return logits


def train(cuts: list[Cut], epochs: int) -> MetreNet:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    net = MetreNet(cuts[0][0].shape[1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    steps = epochs * (len(cuts) // 32 + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(epochs):
        net.train()
        order = rng.permutation(len(cuts))
        for some in np.array_split(order, len(cuts) // 32 + 1):
            beats, opens, there = _batch([cuts[int(i)] for i in some], rng)
            logits = net(beats + 0.15 * torch.randn_like(beats))
            loss = (F.binary_cross_entropy_with_logits(logits, opens, reduction="none") * there).sum() / there.sum()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
    return net.eval()


def _batch(cuts: list[Cut], rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    features = cuts[0][0].shape[1]
    beats, opens, there = (
        np.zeros((len(cuts), BEATS, features)),
        np.zeros((len(cuts), BEATS)),
        np.zeros((len(cuts), BEATS)),
    )
    for row, (one, opening, _, _) in enumerate(cuts):
        start = int(rng.integers(max(1, len(one) - BEATS + 1)))
        count = min(BEATS, len(one) - start)
        beats[row, :count], opens[row, :count], there[row, :count] = (
            one[start : start + count],
            opening[start : start + count],
            1,
        )
    return torch.from_numpy(beats).float(), torch.from_numpy(opens).float(), torch.from_numpy(there).float()


@torch.no_grad()
def accuracy(net: nn.Module, cuts: list[Cut]) -> dict[str, float]:
    """Share of cuts whose metre is right (two read as four counted apart), and whose bars begin where they do."""
    metres, phases, doubled = [], [], []
    for beats, opens, metre, _ in cuts:
        bars = metre_of(net(torch.from_numpy(beats)[None])[0].double().numpy())
        metres.append(bars.beats == metre)
        doubled.append({bars.beats, metre} == {2, 4})
        found = np.arange(len(beats)) % max(bars.beats, 1) == bars.first
        phases.append(metres[-1] and bool((found == (opens > 0)).mean() > 0.8))
    return {"metre": float(np.mean(metres)), "two for four": float(np.mean(doubled)), "bars": float(np.mean(phases))}


def main() -> None:
    asked = arguments(__doc__, "metre", epochs=40).parse_args()
    cuts = [cut for cut in each_song(cut_of, asked) if cut is not None]
    kept_back = held_out([cut[3] for cut in cuts])
    net = train([cut for cut, back in zip(cuts, kept_back, strict=True) if not back], asked.epochs)
    print(json.dumps(accuracy(net, [cut for cut, back in zip(cuts, kept_back, strict=True) if back])))
    axes = {"beats": {1: "count"}, "opens": {1: "count"}}
    save(net, torch.zeros(1, 32, cuts[0][0].shape[1]), asked.out, given="beats", told="opens", axes=axes)


if __name__ == "__main__":
    main()

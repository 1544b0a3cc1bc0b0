"""Trains the network that ranks tempo candidates. `python -m training.listening.tempo SONGS --out .../tempo.onnx`

Each song is heard in several cuts. Which candidates are within 4 % of its tempo is known; the network learns to give
them all of the weight. Several networks from different seeds are averaged in one graph.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from aural.listening.tempo import SHORTEST_S, Rhythm
from aural.listening.trimming import TrimmedSignal
from aural.types import Floats
from training.listening.learning import Panel, arguments, bag, each_song, held_out, save
from training.listening.songs import load
from training.listening.sound import RATE_HZ

CUTS_S = ((30.0, 30.0), (4.0, 30.0), (2.4, 8.0))
"""How long the cuts of a song are, at random between these."""
MOST = 15
WITHIN = 0.04
HIDDEN = (96, 48)
NOISE, FEATURES_SEEN, FEATURES_FROM = 0.35, 0.6, 99


@dataclass(frozen=True, eq=False)
class Heard:
    """(cuts, MOST, features), (cuts, MOST) bpm (0: none); by cut: the truth, the song's number and its style."""

    rows: Floats
    bpms: Floats
    truth: Floats
    song: NDArray[np.int64]
    style: tuple[str, ...]


def heard_in(samples: Floats) -> tuple[Floats, Floats] | None:
    """(candidates, features) and their tempi."""
    part = TrimmedSignal.of(samples)
    if part.duration_s < SHORTEST_S:
        return None
    bpms, rows = Rhythm.of(part).candidates()
    return rows, bpms.astype(np.float32)


Cut = tuple[Floats, Floats, float, int, str]
"""ClipFeatures, tempi, truth, number, style."""


def cuts_of(number: int, folder: Path) -> list[Cut]:
    samples, truth = load(folder, number)
    rng = np.random.default_rng([number, 11])
    found: list[Cut] = []
    for shortest_s, longest_s in CUTS_S:
        length_s = min(float(rng.uniform(shortest_s, longest_s)), len(samples) / RATE_HZ - 0.1)
        start_s = float(rng.uniform(0, len(samples) / RATE_HZ - length_s))
        heard = heard_in(samples[round(start_s * RATE_HZ) : round((start_s + length_s) * RATE_HZ)])
        if heard is not None:
            found.append((*heard, truth.bpm(start_s, start_s + length_s), number, truth.style))
    return found


def together(songs: list[list[Cut]]) -> Heard:
    """All cuts of all songs."""
    cuts = [cut for song in songs for cut in song]
    width = cuts[0][0].shape[1]
    rows, bpms = np.zeros((len(cuts), MOST, width), np.float32), np.zeros((len(cuts), MOST), np.float32)
    for index, (features, tempi, *_) in enumerate(cuts):
        rows[index, : len(tempi)], bpms[index, : len(tempi)] = features, tempi
    truth = np.array([cut[2] for cut in cuts], np.float32)
    return Heard(rows, bpms, truth, np.array([cut[3] for cut in cuts]), tuple(cut[4] for cut in cuts))


class Ranker(nn.Module):
    """(candidates, features) -> (candidates,) scores; inputs are brought to mean 0 and deviation 1 inside.

    `seen`: (features,) 1 for those that it is given, 0 for those kept from it: what one member of a panel relies on,
    another must do without (Ho 1998, random subspaces).
    """

    def __init__(self, mean: Tensor, deviation: Tensor, seen: Tensor):
        super().__init__()
        self.mean, self.deviation, self.seen = nn.Buffer(mean), nn.Buffer(deviation), nn.Buffer(seen)
        self.layers = nn.Sequential(
            nn.Linear(len(mean), HIDDEN[0]), nn.GELU(), nn.Dropout(0.3),
            nn.Linear(HIDDEN[0], HIDDEN[1]), nn.GELU(), nn.Dropout(0.2), nn.Linear(HIDDEN[1], 1),
        )  # fmt: skip

    def forward(self, rows: Tensor) -> Tensor:
        normal = ((rows - self.mean) / self.deviation).clamp(-5, 5)
        if self.training:
            normal = normal + NOISE * torch.randn_like(normal)
        scores: Tensor = self.layers(normal * self.seen)[..., 0]
        return scores


def right(heard: Heard) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = (heard.bpms > 0) & (np.abs(heard.bpms / heard.truth[:, None] - 1) <= WITHIN)
    return near


def train(heard: Heard, *, seed: int, epochs: int, chosen: NDArray[np.bool_]) -> Ranker:
    torch.manual_seed(seed)
    correct = right(heard)
    used = np.flatnonzero(chosen & correct.any(axis=1))
    rows, there = torch.from_numpy(heard.rows), torch.from_numpy(heard.bpms > 0)
    known = rows[torch.from_numpy(used)][there[torch.from_numpy(used)]]
    drawn = torch.rand(known.shape[1], generator=torch.Generator().manual_seed(seed + FEATURES_FROM))
    ranker = Ranker(known.mean(dim=0), known.std(dim=0) + 1e-3, (drawn < FEATURES_SEEN).float())
    optimizer = torch.optim.AdamW(ranker.parameters(), lr=2e-3, weight_decay=2e-2)
    batch = 256
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=epochs * (len(used) // batch + 1))
    target = torch.from_numpy(correct)
    for epoch in range(epochs):
        order = torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(used))
        for some in torch.split(order, batch):
            scores = ranker(rows[some]).masked_fill(~there[some], -1e4)
            logs = scores.log_softmax(dim=-1)
            loss = -torch.logsumexp(logs.masked_fill(~target[some], -1e4), dim=-1).mean()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
    return ranker.eval()


@torch.no_grad()
def accuracy(panel: nn.Module, heard: Heard, chosen: NDArray[np.bool_]) -> dict[str, float]:
    scores = panel(torch.from_numpy(heard.rows[chosen])).masked_fill(torch.from_numpy(heard.bpms[chosen] == 0), -1e4)
    correct = right(heard)[chosen]
    first = scores.argmax(dim=-1).numpy()
    hits = correct[np.arange(len(first)), first]
    confidence = scores.softmax(dim=-1).amax(dim=-1).numpy()
    return {
        "cuts": int(chosen.sum()), "among": float(correct.any(axis=1).mean()), "right": float(hits.mean()),
        "rule": float(correct[:, 0].mean()), "confidence": float(confidence.mean()),
    }  # fmt: skip


def main() -> None:
    parser = arguments(__doc__, "tempo", epochs=20)
    parser.add_argument("--rankers", type=int, default=10)
    asked = parser.parse_args()
    heard = together(each_song(cuts_of, asked))
    kept_back = held_out(heard.song)
    tried = train(heard, seed=0, epochs=asked.epochs, chosen=~kept_back)
    print(json.dumps(accuracy(tried, heard, kept_back)))
    bags = [bag(heard.style, seed) for seed in range(asked.rankers)]
    panel = Panel([train(heard, seed=seed, epochs=asked.epochs, chosen=one) for seed, one in enumerate(bags)])
    axes = {"rows": {0: "candidates"}, "scores": {0: "candidates"}}
    save(panel, torch.zeros(3, heard.rows.shape[2]), asked.out, given="rows", told="scores", axes=axes)


if __name__ == "__main__":
    main()

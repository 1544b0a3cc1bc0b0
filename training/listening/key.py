"""Trains the key network. `python -m training.listening.key SONGS --out aural/listening/key.onnx`

It hears semitone spectra of cuts from anywhere in a song. What it does to the notes of an octave it does to all twelve:
circular convolutions over pitch classes, so that a transposed song has just a transposed answer.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from aural.listening.chroma import chroma
from aural.listening.semitones import HOP, SEMITONES, semitone_spectrum, stft
from aural.listening.sounding import sounding_part
from training.listening.learning import Panel, arguments, each_song, held_out, save
from training.listening.songs import load
from training.listening.sound import RATE_HZ

FRAMES_PER_S = RATE_HZ / HOP
CUT_S = (6.0, 30.0)
OCTAVES = SEMITONES // 12
BATCH = 32
MOST_SHIFT = 6


@dataclass(frozen=True, eq=False)
class Heard:
    """Per song: (frames, SEMITONES) float16, its key 0..23 (major first), its number."""

    notes: list[NDArray[np.float16]]
    keys: NDArray[np.int64]
    songs: NDArray[np.int64]


def notes_of(number: int, folder: Path) -> tuple[NDArray[np.float16], int, int] | None:
    samples, truth = load(folder, number)
    if truth.key is None:
        return None
    part, _ = sounding_part(samples)
    if len(part) < CUT_S[0] * RATE_HZ:
        return None
    notes = semitone_spectrum(part, chroma(stft(part)[::2]).tuning_cents)
    return notes.astype(np.float16), truth.key.tonic + 12 * (truth.key.mode == "minor"), number


def hear(folder: Path, processes: int) -> Heard:
    found = [one for one in each_song(notes_of, folder, processes) if one is not None]
    return Heard([one[0] for one in found], np.array([one[1] for one in found]), np.array([one[2] for one in found]))


class KeyNet(nn.Module):
    """(batch, frames, SEMITONES) -> (batch, 24) scores, the twelve major keys from C first."""

    def __init__(self, width: int = 48):
        super().__init__()
        self.near = nn.Sequential(
            nn.Conv2d(1, 20, (5, 5), padding=(2, 0)), nn.BatchNorm2d(20), nn.ELU(),
            nn.AvgPool2d((2, 1), ceil_mode=True),
            nn.Conv2d(20, 24, (5, 5), padding=(2, 0)), nn.BatchNorm2d(24), nn.ELU(),
            nn.AvgPool2d((2, 1), ceil_mode=True),
        )  # fmt: skip
        self.fold = nn.Conv2d(24 * OCTAVES, width, 1)
        self.first = nn.Conv2d(width, width, (3, 12))
        self.second = nn.Conv2d(width, width, (3, 12))
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for _ in range(3)])
        self.out = nn.Sequential(nn.Dropout(0.3), nn.Conv1d(3 * width, 2, 1))

    def forward(self, notes: Tensor) -> Tensor:
        x = notes[:, None]
        x = x - x.mean(dim=(2, 3), keepdim=True)
        for part in self.near:
            x = part(F.pad(x, (2, 2)) if isinstance(part, nn.Conv2d) else x)
        x = x.reshape(x.shape[0], x.shape[1], x.shape[2], OCTAVES, 12).permute(0, 1, 3, 2, 4).flatten(1, 2)
        x = F.elu(self.norms[0](self.fold(x)))
        x = x + F.elu(self.norms[1](self.first(_round(x))))
        x = x + F.elu(self.norms[2](self.second(_round(x))))
        quarter = torch.stack([x[:, :, :3].mean(dim=2), x[:, :, -3:].mean(dim=2)]).mean(dim=0)
        scores: Tensor = self.out(torch.cat([x.mean(dim=2), x.amax(dim=2), quarter], dim=1))
        return scores.flatten(1)


def _round(x: Tensor) -> Tensor:
    """Padded in time, and round the circle of pitch classes: class c sees c .. c + 11."""
    return F.pad(torch.cat([x, x[..., :11]], dim=3), (0, 0, 1, 1))


def cut(heard: Heard, index: int, rng: np.random.Generator, frames: int) -> tuple[NDArray[np.float32], int]:
    """A stretch of a song, transposed, its balance and level changed."""
    notes = heard.notes[index].astype(np.float32)
    start = int(rng.integers(max(1, len(notes) - frames + 1)))
    notes = notes[start : start + frames]
    shift = int(rng.integers(-MOST_SHIFT, MOST_SHIFT + 1))
    moved = np.zeros_like(notes)
    moved[:, max(0, shift) : SEMITONES + min(0, shift)] = notes[:, max(0, -shift) : SEMITONES - max(0, shift)]
    # Log magnitudes: a tone control multiplies, nearly, what is loud enough.
    bend = np.interp(np.arange(SEMITONES), np.linspace(0, SEMITONES, 6), rng.normal(0, 0.25, 6))
    moved = moved * np.float32(1 + np.clip(bend, -0.7, 0.7)).astype(np.float32)
    if rng.random() < 0.15:
        moved[:, int(rng.integers(48, 72)) :] = 0
    if rng.random() < 0.15:
        moved[:, : int(rng.integers(6, 24))] = 0
    moved = moved * np.float32(rng.uniform(0.7, 1.3))
    moved += np.abs(rng.normal(0, rng.choice([0.0, 0.02, 0.08]), moved.shape)).astype(np.float32)
    key = int(heard.keys[index])
    return moved, (key % 12 + shift) % 12 + 12 * (key // 12)


def batches(heard: Heard, chosen: NDArray[np.int64], rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    """Every chosen song once, in batches of one length each."""
    made = []
    for some in np.array_split(rng.permutation(chosen), max(1, len(chosen) // BATCH)):
        frames = round(float(rng.uniform(*CUT_S)) * FRAMES_PER_S)
        frames = min(frames, min(len(heard.notes[i]) for i in some))
        cuts = [cut(heard, int(i), rng, frames) for i in some]
        made.append((torch.from_numpy(np.stack([one[0] for one in cuts])), torch.tensor([one[1] for one in cuts])))
    return made


def train(
    heard: Heard, chosen: NDArray[np.int64], *, seed: int, epochs: int, validate: NDArray[np.int64] | None = None
) -> KeyNet:
    torch.manual_seed(seed)
    net, rng = KeyNet(), np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    steps = epochs * max(1, len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for epoch in range(epochs):
        began, losses = time.monotonic(), []
        net.train()
        for notes, keys in batches(heard, chosen, rng):
            loss = F.cross_entropy(net(notes), keys, label_smoothing=0.05)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss))
        told = (
            ""
            if validate is None
            else ", " + ", ".join(f"{name} {100 * v:.1f}" for name, v in accuracy(net, heard, validate).items())
        )
        print(
            f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.3f}{told}  ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
    return net.eval()


@torch.no_grad()
def accuracy(net: nn.Module, heard: Heard, chosen: NDArray[np.int64]) -> dict[str, float]:
    """Share of songs read right, from their first 30 s and from 15 s of their middle."""
    net.eval()
    hits: dict[str, list[bool]] = {"30 s": [], "middle": []}
    for index in chosen:
        notes = heard.notes[index].astype(np.float32)
        middle, half = len(notes) // 2, round(7.5 * FRAMES_PER_S)
        for name, part in (
            ("30 s", notes[: round(30 * FRAMES_PER_S)]),
            ("middle", notes[middle - half : middle + half]),
        ):
            hits[name].append(int(net(torch.from_numpy(part)[None])[0].argmax()) == heard.keys[index])
    return {name: float(np.mean(all_)) for name, all_ in hits.items()}


def main() -> None:
    parser = arguments(__doc__, "key", epochs=20)
    parser.add_argument("--nets", type=int, default=1)
    asked = parser.parse_args()
    heard = hear(asked.songs, asked.processes)
    kept_back = held_out(heard.songs)
    fitted, validate = np.flatnonzero(~kept_back), np.flatnonzero(kept_back)
    panel = Panel(
        [train(heard, fitted, seed=seed, epochs=asked.epochs, validate=validate) for seed in range(asked.nets)]
    )
    print(json.dumps(accuracy(panel, heard, validate)))
    axes = {"notes": {0: "batch", 1: "frames"}, "scores": {0: "batch"}}
    save(panel, torch.zeros(1, 120, SEMITONES), asked.out, given="notes", told="scores", axes=axes)


if __name__ == "__main__":
    main()

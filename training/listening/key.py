"""Trains the key network. `python -m training.listening.key SONGS --out aural/listening/key.onnx`

It hears semitone spectra of cuts from anywhere in a song. What it does to the notes of an octave it does to all twelve:
circular convolutions over pitch classes, so that a transposed song has just a transposed answer. Beside the clip's key
it says the key of every half second, and in training which tones sound and which of them is the bass: what it has to
hear to know, however new the instruments are.
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

from aural.listening.networks import KEY_FRAMES
from aural.listening.pitchgram import HOP, SEMITONES, pitchgram
from aural.listening.trimming import TrimmedSignal
from aural.theory.keys import Key
from training.listening.compose import compose
from training.listening.keynet import KeyNet
from training.listening.learning import Panel, arguments, each_song, held_out, save
from training.listening.songs import Truth, load
from training.listening.sound import RATE_HZ

FRAMES_PER_S = RATE_HZ / HOP
CUT_S = (6.0, 30.0)
BATCH = 32
MOST_SHIFT = 6
RELEASE_S = 0.1
HOME_SHARE = 0.35
"""A cut is in its song's home key where at least this much of it is; else in the key that most of it is in."""
LOCAL_WEIGHT, TONES_WEIGHT = 0.3, 0.5

Halves = NDArray[np.float16]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Song:
    """What is heard of a song, and what is true, by frame.

    `notes`: (frames, SEMITONES). `tones`: (frames, 24), which pitch classes sound, then which of them is the lowest.
    `local`: (frames,) key 0..23, major first; `home`: the song's.
    """

    number: int
    notes: Halves
    tones: Halves
    local: Numbers
    home: int


def key_index(key: Key) -> int:
    return key.tonic + 12 * (key.mode == "minor")


def song_of(number: int, folder: Path) -> Song | None:
    samples, truth = load(folder, number)
    if truth.key is None:
        return None
    part = TrimmedSignal.of(samples)
    if part.duration_s < CUT_S[0]:
        return None
    notes = pitchgram(part.samples, part.chroma.tuning_cents)
    times_s = part.start_s + np.arange(len(notes)) / FRAMES_PER_S
    starts_s = [at_s for at_s, _ in truth.regions]
    keys = np.array([key_index(key) for _, key in truth.regions])
    local = keys[np.maximum(np.searchsorted(starts_s, times_s, side="right") - 1, 0)]
    return Song(number, notes.astype(np.float16), tones_at(number, truth, times_s), local, key_index(truth.key))


def tones_at(number: int, truth: Truth, times_s: NDArray[np.float64]) -> Halves:
    """Which pitch classes sound at these instants, and which is the lowest: from the score that was played."""
    score = compose(number)
    faster = float(score.beats_s[-1] / truth.beats_s[-1])
    tones, lowest = np.zeros((len(times_s), 24), np.float16), np.full(len(times_s), 128)
    for note in score.notes:
        begin, end = np.searchsorted(times_s, (note.at_s / faster, (note.at_s + note.lasts_s) / faster + RELEASE_S))
        tones[begin:end, note.midi % 12] = 1
        lowest[begin:end] = np.minimum(lowest[begin:end], note.midi)
    sounding = np.flatnonzero(lowest < 128)
    tones[sounding, 12 + lowest[sounding] % 12] = 1
    return tones


@dataclass(frozen=True, eq=False)
class Cut:
    """As `Song`, of a stretch; `tones`, (24, frames), and `local` by KEY_FRAMES."""

    notes: NDArray[np.float32]
    tones: NDArray[np.float32]
    local: Numbers
    key: int


def cut(song: Song, rng: np.random.Generator, frames: int) -> Cut:
    """A stretch of a song, transposed, its balance and level changed."""
    start = int(rng.integers(max(1, len(song.notes) - frames + 1)))
    stretch = slice(start, start + frames)
    notes = song.notes[stretch].astype(np.float32)
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
    circles = np.roll(song.tones[stretch].astype(np.float32).reshape(-1, 2, 12), shift, axis=2)
    circles = np.pad(circles, ((0, -len(circles) % KEY_FRAMES), (0, 0), (0, 0)), mode="edge")
    tones = circles.reshape(-1, KEY_FRAMES, 24).mean(axis=1).T
    return Cut(
        moved,
        tones,
        _shifted(song.local[stretch][::KEY_FRAMES], shift),
        int(_shifted(np.array([key_of_cut(song.local[stretch], song.home)]), shift)[0]),
    )


def key_of_cut(local: Numbers, home: int) -> int:
    return home if np.mean(local == home) >= HOME_SHARE else int(np.bincount(local).argmax())


def _shifted(keys: Numbers, semitones: int) -> Numbers:
    return (keys % 12 + semitones) % 12 + 12 * (keys // 12)


def batches(songs: list[Song], rng: np.random.Generator) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Every song once, in batches of one length each: notes, keys, local keys, tones."""
    made = []
    for some in np.array_split(rng.permutation(len(songs)), max(1, len(songs) // BATCH)):
        frames = round(float(rng.uniform(*CUT_S)) * FRAMES_PER_S)
        frames = min(frames, min(len(songs[i].notes) for i in some))
        cuts = [cut(songs[i], rng, frames) for i in some]
        notes = torch.from_numpy(np.stack([one.notes for one in cuts]))
        local, tones = (torch.from_numpy(np.stack([getattr(one, name) for one in cuts])) for name in ("local", "tones"))
        made.append((notes, torch.tensor([one.key for one in cuts]), local, tones))
    return made


def train(songs: list[Song], *, seed: int, epochs: int, validate: list[Song] | None = None) -> KeyNet:
    torch.manual_seed(seed)
    net, rng = KeyNet(), np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-2)
    steps = epochs * max(1, len(songs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for epoch in range(epochs):
        began, losses = time.monotonic(), []
        net.train()
        for notes, keys, local, tones in batches(songs, rng):
            scores, local_scores, tone_logits = net(notes)
            loss = F.cross_entropy(scores, keys, label_smoothing=0.05)
            by_frame = F.cross_entropy(local_scores, local, label_smoothing=0.05)
            heard = F.binary_cross_entropy_with_logits(tone_logits, tones)
            optimizer.zero_grad()
            torch.autograd.backward(loss + LOCAL_WEIGHT * by_frame + TONES_WEIGHT * heard)
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append((loss.item(), by_frame.item(), heard.item()))
        told = ", ".join(f"{value:.3f}" for value in np.mean(losses, axis=0))
        if validate is not None:
            told += ", " + ", ".join(f"{name} {100 * v:.1f}" for name, v in accuracy(net, validate).items())
        print(f"epoch {epoch + 1}/{epochs}: loss {told}  ({time.monotonic() - began:.0f} s)", flush=True)
    return net.eval()


@torch.no_grad()
def accuracy(net: nn.Module, songs: list[Song]) -> dict[str, float]:
    """Share of songs read right, from their first 30 s and from 15 s of their middle."""
    net.eval()
    hits: dict[str, list[bool]] = {"30 s": [], "middle": []}
    for song in songs:
        middle, half = len(song.notes) // 2, round(7.5 * FRAMES_PER_S)
        stretches = {"30 s": slice(0, round(30 * FRAMES_PER_S)), "middle": slice(middle - half, middle + half)}
        for name, stretch in stretches.items():
            scores, _ = net(torch.from_numpy(song.notes[stretch].astype(np.float32))[None])
            hits[name].append(int(scores[0].argmax()) == key_of_cut(song.local[stretch], song.home))
    return {name: float(np.mean(all_)) for name, all_ in hits.items()}


def main() -> None:
    parser = arguments(__doc__, "key", epochs=14)
    parser.add_argument("--nets", type=int, default=1, help="how many are averaged")
    asked = parser.parse_args()
    songs = [song for song in each_song(song_of, asked) if song is not None]
    kept_back = held_out([song.number for song in songs])
    fitted = [song for song, kept in zip(songs, kept_back, strict=True) if not kept]
    validate = [song for song, kept in zip(songs, kept_back, strict=True) if kept]
    panel = Panel([train(fitted, seed=seed, epochs=asked.epochs, validate=validate) for seed in range(asked.nets)])
    print(json.dumps(accuracy(panel, validate)))
    axes = {"notes": {0: "batch", 1: "frames"}, "scores": {0: "batch"}, "local": {0: "batch", 2: "spans"}}
    save(panel, torch.zeros(1, 120, SEMITONES), asked.out, given="notes", told=("scores", "local"), axes=axes)


if __name__ == "__main__":
    main()

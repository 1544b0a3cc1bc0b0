"""What the three trainers share: hearing all songs, keeping some back, averaging networks, writing ONNX."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from training.listening.songs import PROCESSES, numbers_in

Result = TypeVar("Result")
STYLES_HEARD, ALWAYS_HEARD = 0.65, "metronome"
HELD_OUT = 0.12
"""The share of songs that no network is fitted to before it is judged."""


def arguments(doc: str | None, name: str, *, epochs: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m training.listening.{name}", description=doc)
    parser.add_argument("songs", type=Path)
    parser.add_argument("--out", type=Path, default=Path(f"aural/listening/{name}.onnx"))
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--most", type=int, help="how many of the songs are heard, from the first on")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    return parser


def each_song(hear: Callable[..., Result], asked: argparse.Namespace) -> list[Result]:
    """What `hear(number, folder=)`, a function of a module, makes of each song, by number. `asked`: of `arguments`."""
    folder, processes = asked.songs, asked.processes
    numbers = numbers_in(folder)[: asked.most]
    with ProcessPoolExecutor(processes) as pool:
        work = pool.map(partial(hear, folder=folder), numbers, chunksize=8)
        return list(tqdm(work, total=len(numbers), unit="song"))


def held_out(songs: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of these are of a song that is kept back: the same songs for every network."""
    numbers = np.asarray(songs)
    return np.asarray(np.random.default_rng(0).random(int(numbers.max()) + 1)[numbers] < HELD_OUT)


def bag(styles: Sequence[str], seed: int) -> NDArray[np.bool_]:
    """Which songs one network of a panel is fitted to: those of `STYLES_HEARD` of all styles, others for each seed.

    What all members agree on is then no habit of a few styles. Clicks are in every bag: they hold the octave.
    """
    names = sorted(set(styles))
    heard = np.random.default_rng(seed).permutation(names)[: round(STYLES_HEARD * len(names))]
    return np.isin(np.array(styles), [*heard, ALWAYS_HEARD])


class Panel(nn.Module):
    """The mean of several networks, output by output where they have more than one."""

    def __init__(self, members: Sequence[nn.Module]):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, given: Tensor) -> Tensor | tuple[Tensor, ...]:
        told = [member(given) for member in self.members]
        if isinstance(told[0], tuple):
            return tuple(torch.stack(outputs).mean(dim=0) for outputs in zip(*told, strict=True))
        return torch.stack(told).mean(dim=0)


def save(
    net: nn.Module,
    example: Tensor,
    path: Path,
    *,
    given: str,
    told: str | Sequence[str],
    axes: Mapping[str, dict[int, str]],
) -> None:
    """Write ONNX. `axes`: by input's and output's name, those that may have any length."""
    torch.onnx.export(
        net.eval(),
        (example,),
        str(path),
        input_names=[given],
        output_names=[told] if isinstance(told, str) else list(told),
        dynamic_axes=dict(axes),
        dynamo=False,
    )
    print(f"{path}: {path.stat().st_size / 1e3:.0f} kB")

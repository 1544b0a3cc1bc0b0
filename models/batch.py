"""Batches of clips: rows of several go through a network together, and one that cannot be heard fails no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from aural.errors import AuralError, NotAudio

Heard = TypeVar("Heard")


def packed(items: Sequence[Tensor], network: Callable[[Tensor], Tensor], size: int) -> Iterator[Tensor]:
    """What `network` makes of each item, in order, each as soon as its last row is through.

    `items`: (rows, ...) each. The rows of all go through `size` at a time, zeros at the very end: every pass has the
    same shape, so that an item's result does not depend on what else is there.
    """
    waiting = torch.cat(list(items)) if items else torch.zeros(0)
    done: list[Tensor] = []
    n_done, start = 0, 0
    for item in items:
        while n_done < start + len(item):
            rows = waiting[n_done : n_done + size]
            result = network(F.pad(rows, (0, 0) * (rows.ndim - 1) + (0, size - len(rows))))
            done.append(result[: len(rows)])
            n_done += len(rows)
        held = torch.cat(done)
        first = n_done - len(held)
        yield held[start - first : start - first + len(item)]
        start += len(item)
        done = [held[start - first :]]


def each_or_its_error(
    clips: Sequence[NDArray[np.float32]], hear: Callable[[list[NDArray[np.float32]]], Iterator[Heard]]
) -> Iterator[Heard | AuralError]:
    """In the order of `clips`: what `hear` makes of those that can be heard, together; and the others' errors."""
    errors = [sample_error(samples) for samples in clips]
    heard = hear([samples for samples, error in zip(clips, errors, strict=True) if not error])
    for error in errors:
        yield error or next(heard)


def sample_error(samples: NDArray[np.float32]) -> AuralError | None:
    """Why these samples cannot be heard, or None: they must be (time,) float32, finite and not empty."""
    if samples.dtype != np.float32 or samples.ndim != 1:
        return NotAudio(f"Samples are {samples.dtype} of shape {samples.shape}; they must be float32, mono, (time,).")
    if len(samples) == 0:
        return NotAudio("There are no samples; send a clip with sound in it.")
    if not np.isfinite(samples).all():
        return NotAudio("Samples hold values that are not finite; decode the clip anew.")
    return None

"""What the engine asks of the hardware: one step of the decoder for all slots that are occupied."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Ints = NDArray[np.int64]


class OutOfCacheMemory(MemoryError):
    """The device had no memory for that; nothing of the step was done, and smaller ones still work."""


class Step(Protocol):
    """Holds the keys and values of up to `slots` requests. Occupied slots are always 0 .. n-1; not thread-safe.

    Each slot is two rows: conditional (it hears the text) and unconditional: it hears the negative text, where there is
    one, else none (what cross-attention would add is exactly zero). What a slot gives does not depend on what other
    slots hold, nor on how many there are.
    """

    slots: int
    positions: int
    """How many positions a slot has room for."""

    def start_slot(self, slot: int, text: Tensor, negative: Tensor | None = None) -> None:
        """Begin anew in a slot. `text`, `negative`: (tokens, width) float32; their cross-attention is prepared here,
        once.

        Raises OutOfCacheMemory.
        """
        ...

    def __call__(self, tokens: Ints, positions: Ints) -> Tensor:
        """One position of slots 0 .. n-1. `tokens`: (n, codebooks), `positions`: (n,), each slot's own.

        Returns logits (n, 2, codebooks, CODEBOOK_SIZE) float32 on the step's device, conditional before unconditional;
        they may be overwritten by the next call. Positions below a slot's must have been given before; what lies at it
        or above is overwritten. Raises OutOfCacheMemory.
        """
        ...

    def prefill(self, slot: int, tokens: Ints, start: int) -> None:
        """Known tokens (count, codebooks) at positions start, start + 1, ... of one slot, in one parallel pass."""
        ...

    def copy_slot(self, source: int, target: int, filled: int) -> None:
        """Copy the first `filled` positions of a slot, and its texts, onto another slot."""
        ...

    def free(self, slot: int) -> None:
        """Nobody reads this slot before it is started again: its memory may go."""
        ...

"""Memory that is there only while it is filled, and that goes back to the system when it is not."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


@dataclass(frozen=True, eq=False)
class Room:
    """An array of zeros that take no memory until they are written (on Linux; elsewhere it is ordinary memory)."""

    array: NDArray[Any]
    memory: mmap.mmap

    @classmethod
    def of(cls, shape: tuple[int, ...], dtype: DTypeLike) -> Room:
        kind, count = np.dtype(dtype), int(np.prod(shape))
        memory = mmap.mmap(-1, count * kind.itemsize)
        return cls(np.frombuffer(memory, kind, count).reshape(shape), memory)

    def give_back(self, first: int, count: int) -> None:
        """What rows first .. first + count - 1 hold is lost, and their memory is free but for a page at the border."""
        if not hasattr(mmap, "MADV_DONTNEED"):
            return
        row_bytes = self.array[0].nbytes
        start = -(-first * row_bytes // mmap.PAGESIZE) * mmap.PAGESIZE
        length_bytes = (first + count) * row_bytes - start
        if length_bytes >= mmap.PAGESIZE:
            self.memory.madvise(mmap.MADV_DONTNEED, start, length_bytes)


def give_back_freed() -> None:
    """What was freed goes back to the system: glibc keeps hundreds of megabytes of weights otherwise."""
    with contextlib.suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)

"""Memory that is there only while it is filled, and that goes back to the system when it is not."""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_GIVES_BACK = sys.platform == "linux"


@dataclass(frozen=True, eq=False)
class ReleasableArray:
    """An array of zeros that take no memory until they are written (on Linux; elsewhere it is ordinary memory)."""

    array: NDArray[Any]
    memory: mmap.mmap | None

    @classmethod
    def zeros(cls, shape: tuple[int, ...], dtype: DTypeLike) -> ReleasableArray:
        kind, count = np.dtype(dtype), int(np.prod(shape))
        if not _GIVES_BACK:
            return cls(np.zeros(shape, kind), None)
        # Private: what is shared would stay in the system's keeping after it was given back here.
        memory = mmap.mmap(-1, count * kind.itemsize, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        with contextlib.suppress(OSError):  # a kernel without huge pages; they would fill rows that nobody wrote
            memory.madvise(mmap.MADV_NOHUGEPAGE)
        return cls(np.frombuffer(memory, kind, count).reshape(shape), memory)

    def release_rows(self, first: int, count: int) -> None:
        """What rows first .. first + count - 1 hold is lost, and their memory free but for a page at either border."""
        if self.memory is None:
            return
        row_bytes = self.array[0].nbytes
        start = -(-first * row_bytes // mmap.PAGESIZE) * mmap.PAGESIZE
        end = (first + count) * row_bytes // mmap.PAGESIZE * mmap.PAGESIZE
        if end > start:
            self.memory.madvise(mmap.MADV_DONTNEED, start, end - start)


def trim_malloc() -> None:
    """What was freed goes back to the system: glibc keeps hundreds of megabytes of weights otherwise."""
    with contextlib.suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)

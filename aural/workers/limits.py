"""What a process may have, and what it gives back."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

TRIM_BYTES = 350 * 2**20
"""A warm worker has 210 MB. Above this, what its last job freed is given back to the system before the next."""
NICE = 5
"""What computes gets a third of a core where it shares one with what answers."""


def give_way() -> None:
    """Lowers this process's priority below the gateway's: probes and refusals go out at once however much there is to
    compute."""
    os.nice(NICE)


def set_limit(name: str, most: int) -> None:
    """Of this process, as far as its own hard limit goes; on Linux, where all of them hold. `name`: RLIMIT_..."""
    if sys.platform != "linux":
        return
    import resource

    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def resident_bytes_after_trim() -> int:
    """Of this process; 0 where that is not known."""
    resident = _resident_bytes()
    if resident > TRIM_BYTES and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)  # glibc keeps what was freed
        resident = _resident_bytes()
    return resident


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

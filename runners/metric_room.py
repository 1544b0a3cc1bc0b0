"""Room for the metrics' files, which prometheus_client maps into memory without any: on a full disk the kernel would
kill the process that counts."""

from __future__ import annotations

import importlib
import logging
import os
from typing import Any

ROOM_BYTES = 2**19
"""Per file, of which a process has four or five; with bounded labels a fifth of it is used."""

logger = logging.getLogger("aural")


def allocate_metric_files() -> None:
    """In each process of the service, before its first metric. Linux only: elsewhere files stay as they are."""
    if not hasattr(os, "posix_fallocate") or not hasattr(os, "memfd_create"):
        return
    values: Any = importlib.import_module("prometheus_client.values")

    class Allocated(values.MmapedDict):
        def __init__(self, filename: str, read_mode: bool = False) -> None:
            super().__init__(filename if read_mode else with_room(filename), read_mode)

    values.MmapedDict = Allocated


def with_room(path: str) -> str:
    """The file, made with room where it is not there yet; where there is none, one in memory, which nobody collects:
    figures are missing then, and answers are not."""
    with open(path, "a+b") as file:
        if os.fstat(file.fileno()).st_size:
            return path
        try:
            os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
        except OSError as error:
            file.truncate(0)
            logger.error("No room for the metrics of this process in %s: %s.", path, error.strerror)
            return f"/proc/self/fd/{os.memfd_create(os.path.basename(path))}"
    return path

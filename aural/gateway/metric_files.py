"""prometheus_client's files of processes that are no more: what they counted is kept, the files go."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aural.settings import metrics_folder

SUMS = re.compile(r"(counter|histogram|summary)_([0-9]+)\.db")
GAUGES = re.compile(r"gauge_[a-z]+_([0-9]+)\.db")
KEPT = "{kind}_gone.db"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def fold_dead(folder: Path | None = None, is_alive: Callable[[int], bool] = _is_alive) -> None:
    """Adds what dead processes counted to one file for each kind of metric, and removes their files.

    A counter must not fall when a process is replaced: Prometheus would take that for a new start of all of them. What
    a gauge of a dead process says is no longer so. Nothing may read the files meanwhile.
    """
    folder = folder or metrics_folder()
    if folder is None or not folder.is_dir():
        return
    for file in sorted(folder.iterdir()):
        if (gauge := GAUGES.fullmatch(file.name)) and not is_alive(int(gauge[1])):
            file.unlink(missing_ok=True)
        elif (sums := SUMS.fullmatch(file.name)) and not is_alive(int(sums[2])):
            _add(file, folder / KEPT.format(kind=sums[1]))
            file.unlink(missing_ok=True)


def _add(file: Path, kept: Path) -> None:
    from prometheus_client import mmap_dict  # once BentoML has told it its folder

    files: Any = mmap_dict.MmapedDict  # it has no types
    total = files(str(kept))
    try:
        for key, value, timestamp, _ in files.read_all_values_from_file(str(file)):
            before, last = total.read_value(key)
            total.write_value(key, before + value, max(last, timestamp))
    finally:
        total.close()

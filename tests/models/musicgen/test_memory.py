"""Memory that is there only while it is filled."""

from __future__ import annotations

import gc
import mmap
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.musicgen_shapes import random_text
from models.musicgen.memory import ReleasableArray
from models.musicgen.step_onnx import OnnxStep
from tests.models.musicgen.weights import MONO, small_weights

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory goes back when the array does")


def written_mb() -> float:
    """What this process alone has written and holds, be it mapped as private or as shared: no neighbour counts."""
    told = re.search(r"^Private_Dirty: +(\d+) kB$", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    assert told is not None
    return int(told[1]) / 2**10


@linux_only
def test_what_is_given_back_is_gone_from_the_system_and_neighbours_stay() -> None:
    row_bytes = 64 * 2**20 + 100  # borders lie inside of pages
    before_mb = written_mb()
    room = ReleasableArray.zeros((4, row_bytes), np.int8)
    assert written_mb() - before_mb < 32, "nothing is there before it is written"
    room.array[:] = 7
    assert written_mb() - before_mb > 200
    room.release_rows(1, 2)
    assert written_mb() - before_mb < 160
    assert (room.array[[0, 3]] == 7).all()
    # Shared pages would leave the process but stay in the system, for whoever reads here again: they would be 7.
    assert (room.array[1:3] == 0).sum() >= 2 * row_bytes - 2 * mmap.PAGESIZE
    room.array[1:3] = 8
    assert (room.array[1:3] == 8).all()


def test_less_than_a_page_stays() -> None:
    room = ReleasableArray.zeros((3, 10), np.float32)
    room.array[:] = 1
    room.release_rows(1, 1)
    assert (room.array[[0, 2]] == 1).all()


@linux_only
def test_what_a_request_filled_goes_back_when_it_leaves() -> None:
    frames, slots = 2000, 16
    step = OnnxStep(small_weights(), slots=slots, positions=frames + 8, threads=1)
    rows, sides, number_bytes = 2, 2, 4
    cache_mb = slots * frames * rows * sides * MONO.layers * MONO.width * number_bytes / 2**20
    assert cache_mb > 60
    for slot in range(slots):
        step.start_slot(slot, random_text(MONO, 5, slot))
    known = np.zeros((frames, MONO.codebooks), np.int64)
    for slot in range(slots):
        for start in range(0, frames, 50):
            step.prefill(slot, known[start : start + 50], start)
    gc.collect()
    full_mb = written_mb()
    for slot in reversed(range(slots)):
        step.free(slot)
    assert full_mb - written_mb() > 0.9 * cache_mb

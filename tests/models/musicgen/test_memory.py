"""Memory that is there only while it is filled."""

from __future__ import annotations

import mmap
import sys

import numpy as np
import psutil
import pytest

from models.musicgen.memory import Room


def private_mb() -> float:
    """Of this process, with what it shares through the system."""
    memory = psutil.Process().memory_full_info()
    return float(memory.uss + psutil.virtual_memory().shared) / 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory goes back when the array does")
def test_what_is_given_back_is_gone_from_the_system_and_neighbours_stay() -> None:
    row_bytes = 64 * 2**20 + 100  # borders lie inside of pages
    before_mb = private_mb()
    room = Room.of((4, row_bytes), np.int8)
    assert private_mb() - before_mb < 32, "nothing is there before it is written"
    room.array[:] = 7
    assert private_mb() - before_mb > 200
    room.give_back(1, 2)
    assert private_mb() - before_mb < 160
    assert (room.array[[0, 3]] == 7).all()
    assert (room.array[1:3] == 0).sum() >= 2 * row_bytes - 2 * mmap.PAGESIZE
    room.array[1:3] = 8
    assert (room.array[1:3] == 8).all()


def test_less_than_a_page_stays() -> None:
    room = Room.of((3, 10), np.float32)
    room.array[:] = 1
    room.give_back(1, 1)
    assert (room.array[[0, 2]] == 1).all()

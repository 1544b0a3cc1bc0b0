"""One thread for torch: two take longer over models so small, since they mostly wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from models.musicgen.step import Step
from tests.models.musicgen.small_scheduler import small_step


@pytest.fixture(autouse=True, scope="package")
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def step() -> Step:
    """With room for a few requests, on small random weights."""
    return small_step()

"""Threads of networks wait asleep, unless the operator says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from examples.serving import ROOT


@pytest.mark.parametrize("room", ["aural", "models", "runners", "cli"])
@pytest.mark.parametrize(("said", "told"), [(None, "PASSIVE"), ("active", "active")])
def test_a_process_that_imports_a_room_says_so_before_torch_is_there(room: str, said: str | None, told: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if said:
        environment["OMP_WAIT_POLICY"] = said
    check = f"import os, sys, {room}; print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [told, "False"]

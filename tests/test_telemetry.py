"""Nothing is told to the makers of libraries: switched off before any of them is imported, whatever was said before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aural.telemetry import SWITCHED_OFF
from tests.test_imports import ROOT

TELL = ("onnxruntime", "huggingface_hub", "transformers")


def run(code: str, home: Path, **told: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in SWITCHED_OFF and name != "CI"}
    env |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), **told}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("room", ["aural", "models", "runners", "cli", "service"])
def test_importing_a_room_switches_it_off_before_anything_that_tells_is_there(room: str, tmp_path: Path) -> None:
    """`import ROOM` runs the first statements of all that lies in it."""
    code = f"""
import os, sys
late = []
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in {TELL!r} and os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
            late.append(name)
sys.meta_path.insert(0, Watch())
import {room}
print(late, [name for name, value in {SWITCHED_OFF!r}.items() if os.environ.get(name) != value])
"""
    assert run(code, tmp_path, ORT_DISABLE_TELEMETRY="0", BENTOML_DO_NOT_TRACK="1").strip() == "[] []"


def test_onnx_runtime_leaves_no_identity_and_no_events_behind(tmp_path: Path) -> None:
    run(
        "from models.sketch.encoder import SentenceEncoder; SentenceEncoder.load()", tmp_path, ORT_DISABLE_TELEMETRY="0"
    )
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not left


def test_the_command_of_bentoml_asks_again_once_the_service_is_there(tmp_path: Path) -> None:
    """It has asked before, and kept the answer."""
    code = """
from bentoml._internal.utils.analytics.usage_stats import do_not_track
before = do_not_track()
import service
print(before, do_not_track())
"""
    assert run(code, tmp_path).strip() == "False True"

"""MusicGen small's full shape in the published form loads and generates: `make test-slow`, minutes and 2 GB of disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.serving import ROOT
from models.published import PUBLISHED
from tests.slow.published_size import DURATION_S

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(os.environ.get("AURAL_SLOW") != "1", reason="2 GB and minutes: run `make test-slow`"),
]


def test_full_size_in_the_published_form_loads_and_generates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And its files are as large as the published ones: the same tensors in the same numbers."""

    def run(what: str) -> str:
        command = [sys.executable, "-m", "tests.slow.published_size", what, str(tmp_path)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    run("write")
    told = json.loads(run("play"))
    with capsys.disabled():
        print(f"\nMusicGen small, full size: {json.dumps(told)}")
    for repo, names in (
        ("facebook/musicgen-small", ("state_dict.bin", "compression_state_dict.bin")),
        ("t5-base", ("model.safetensors",)),
    ):
        for name in names:
            assert told["bytes"][name] == pytest.approx(PUBLISHED[repo].files[name].size_bytes, rel=2e-5)
    assert told["finite"]
    assert told["samples"] == round((DURATION_S + 0.3) * 32_000)
    assert told["rms"] > 1e-3

"""examples/notebook.ipynb runs from its first cell to its last, and is kept without what it printed."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
import soundfile
from nbclient import NotebookClient

from examples.serving import ROOT
from tests.serving import Served

NOTEBOOK = ROOT / "examples" / "notebook.ipynb"


def test_it_is_kept_without_outputs() -> None:
    notebook = nbformat.reads(NOTEBOOK.read_text(), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_it_runs(builtin: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {
        **os.environ,
        "AURAL_URL": builtin.url,
        "AURAL_CLIP": str(ROOT / "examples" / "clip_96bpm_e_minor.ogg"),
        "PYTHONPATH": str(ROOT / "client" / "src"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("JUPYTER_PATH", str(Path(sys.prefix) / "share" / "jupyter"))
    notebook = nbformat.reads(NOTEBOOK.read_text(), as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute(env=environment)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "E minor" in printed
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    bpm, loop_end = re.findall(r"^([\d.]+) E minor 4 (\d+)$", printed, re.MULTILINE)[0]
    samples, rate_hz = soundfile.read(tmp_path / "loop.wav")
    assert len(samples) == int(loop_end) == round(16 * 60 / float(bpm) * rate_hz)

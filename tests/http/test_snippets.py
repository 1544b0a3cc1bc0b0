"""The examples of the documentation, run as they stand (with the server's port in place of 8000)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aural.audio.decode import decode
from examples.serving import ROOT
from tests.serving import Served
from tests.snippets import PAGES, Snippet, of_page

RUN = [page for page in PAGES if of_page(page)[0]]


def test_both_readmes_and_each_kind_of_page_have_examples_that_run() -> None:
    assert {"README.md", "client/README.md"} <= set(RUN)
    assert {Path(page).parts[1] for page in RUN if page.startswith("docs/")} >= {"tutorial", "how-to", "reference"}
    assert {snippet.language for snippet in of_page("README.md")[0]} == {"sh", "python"}


@pytest.mark.parametrize("page", RUN)
def test_the_examples_of_a_page_do_what_it_says(builtin: Served, page: str, tmp_path: Path) -> None:
    """One after the other in one folder, as a reader would."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copy(ROOT / "examples" / "clip_96bpm_e_minor.ogg", tmp_path / "clip.ogg")
    for snippet in of_page(page)[0]:
        for written in snippet.writes:
            (tmp_path / written.name).unlink(missing_ok=True)
        done = run(snippet, builtin.url, tmp_path)
        assert done.returncode == 0, f"{snippet.text}\n{done.stdout[-2000:]}\n{done.stderr}"
        for text in snippet.prints:
            assert text in done.stdout, f"{snippet.text}\n{done.stdout[-2000:]}"
        for written in snippet.writes:
            data = (tmp_path / written.name).read_bytes()
            assert data, written.name
            if written.seconds:
                assert decode(data).duration_s > written.seconds, written.name


def run(snippet: Snippet, url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Our client is warned of nothing; BentoML's is, by its own code."""
    text = snippet.text.replace("http://localhost:8000", url)
    warnings = "ignore" if "bentoml" in text else "error"
    python = {"PYTHONPATH": str(ROOT / "client" / "src"), "PYTHONWARNINGS": warnings}
    command = ["bash", "-euo", "pipefail", "-c", text] if snippet.language == "sh" else [sys.executable, "-c", text]
    environment = {**os.environ, **python} if "bentoml" in text else {"PATH": os.environ["PATH"], **python}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

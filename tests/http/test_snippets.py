"""The examples of the documentation, run as they stand (with the server's port in place of 8000)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from examples.serving import ROOT
from tests.reading import Reader
from tests.serving import Served
from tests.snippets import PAGES, of_page

RUN = [page for page in PAGES if of_page(page)[0]]


def test_both_readmes_and_each_kind_of_page_have_examples_that_run() -> None:
    assert {"README.md", "client/README.md"} <= set(RUN)
    assert {Path(page).parts[1] for page in RUN if page.startswith("docs/")} >= {"tutorial", "how-to", "reference"}
    assert {snippet.language for snippet in of_page("README.md")[0]} == {"sh", "python"}


@pytest.mark.parametrize("page", RUN)
def test_the_examples_of_a_page_do_what_it_says(
    builtin: Served, program_folder: Path, page: str, tmp_path: Path
) -> None:
    """One after the other in one folder, as a reader would."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copy(ROOT / "examples" / "clip_96bpm_e_minor.ogg", tmp_path / "clip.ogg")
    reader = Reader(tmp_path, builtin.url, program_folder)
    for snippet in of_page(page)[0]:
        reader.follow(snippet)

"""Every file of results is named on a page of figures, with its day and the command that made it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIGURES = {page: page.read_text() for page in sorted((ROOT / "docs" / "explanation" / "figures").glob("*.md"))}
RESULTS = sorted((ROOT / "bench" / "results").glob("*.json"))
NAMED = re.compile(r"From `([^`]+)`[^`]*?\]\(\.\./\.\./\.\./bench/results/(\S+?)\),\s+(\d{4}-\d\d-\d\d)\.", re.DOTALL)
ELSEWHERE = {
    "mutants.json": ROOT / "docs" / "reference" / "verified.md",
    "soak.json": ROOT / "docs" / "reference" / "reliability.md",
}


@pytest.mark.parametrize("result", RESULTS, ids=lambda path: path.stem)
def test_a_result_is_named_with_its_command_and_its_day(result: Path) -> None:
    if result.name in ELSEWHERE:
        assert f"bench/results/{result.name}" in ELSEWHERE[result.name].read_text()
        return
    named = [told for text in FIGURES.values() for told in NAMED.findall(text) if told[1] == result.name]
    assert len(named) == 1
    ((command, _, day),) = named
    assert json.loads(result.read_text()).get("date", day) == day
    if command.startswith("make "):
        assert f"\n{command.split()[1]}: " in (ROOT / "Makefile").read_text()
    else:
        assert (ROOT / f"{command.split()[2].replace('.', '/')}.py").is_file()


@pytest.mark.parametrize("page", FIGURES, ids=lambda path: path.stem)
def test_every_section_of_figures_names_its_command_first(page: Path) -> None:
    sections = re.split(r"^## ", FIGURES[page], flags=re.MULTILINE)[1:]
    assert sections
    for section in sections:
        opening = section.partition("\n\n")[2].split("\n\n")[0]
        assert re.search(r"From `(make|python -m) [^`]+`", opening), section[:60]
        assert re.search(r"\d{4}-\d\d-\d\d", opening), section[:60]

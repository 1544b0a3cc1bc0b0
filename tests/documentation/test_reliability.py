"""The table of promises names tests and soak cases that are there, and tells what the soak found as it was found."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from bench.soak.rows import CASES
from documentation import reliability_pages
from documentation.reliability_pages import OPEN, Promise, promises, reliability, soak_figures
from documentation.repository import ROOT

PROMISES = list(promises())
TESTS = sorted({test for one in PROMISES for test in one.tests})


def functions(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("test", TESTS)
def test_a_test_that_is_named_is_there(test: str) -> None:
    file, _, function = test.partition("::")
    assert (ROOT / file).is_file()
    found = functions(ROOT / file)
    assert found
    assert not function or function in found


def test_the_soak_cases_that_are_named_are_all_that_there_are() -> None:
    named = {case.partition("#")[0] for one in PROMISES for case in one.soak}
    assert named == {name for names in CASES.values() for name in names}


def test_no_promise_is_made_twice() -> None:
    said = [one.says for one in PROMISES]
    assert len(said) == len(set(said))
    assert all(one.endswith(".") for one in said)


def test_every_promise_is_a_row_with_what_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        Promise("Load", "All is well.", ("tests/http/test_many.py::test_x",), ("1x", "2x")),
        Promise("Load", "All stays well.", (), ()),
        Promise("Load", "Memory stays.", (), ("1x#memory", "1x#descriptors")),
    ]
    found = {"1x": ["no error: 0", "memory: 1 %"]}
    monkeypatch.setattr(reliability_pages, "promises", lambda: iter(made))
    monkeypatch.setattr(reliability_pages, "soak_figures", lambda: found)
    page = reliability()
    assert "## Load" in page
    held = "`test_many::test_x`<br>soak: 1x<br>soak: 2x"
    assert f"| All is well. | {held} | 1x: no error: 0; memory: 1 %<br>2x: not measured |" in page
    assert "| Memory stays. | soak: 1x | 1x: memory: 1 %<br>1x: not measured |" in page
    assert f"| All stays well. | {OPEN} |  |" in page


def test_what_did_not_hold_is_told(tmp_path: Path) -> None:
    rows = [
        {"case": "1x", "promise": "no error", "figure": "9 lost", "holds": False},
        {"case": "1x", "promise": "memory", "figure": "0 %", "holds": True},
    ]
    written = tmp_path / "soak.json"
    written.write_text(json.dumps({"rows": rows}))
    assert soak_figures(written) == {"1x": ["**no error: 9 lost: not kept**", "memory: 0 %"]}
    assert soak_figures(tmp_path / "none.json") == {}

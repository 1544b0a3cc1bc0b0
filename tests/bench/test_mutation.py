"""Mutants: each is one change that still compiles, and none is in what people read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bench.mutants.__main__ import drawn
from bench.mutants.covered import node_of
from bench.mutants.mutation import mutants_of

ROOT = Path(__file__).parents[2]
SOURCE = '''
"""A docstring with 3 in it."""
LIMIT: int = 5

def f(x: float = 0.5, *, open=True) -> float:
    if x < LIMIT and not open:
        raise ValueError(f"{x} is under {LIMIT + 1}")
    logger.info("seen %d", 7)
    return max(x, 1) if x else "a" + str(x - 2)
'''


def test_what_can_be_changed() -> None:
    changes = {mutant.change for mutant in mutants_of("x.py", SOURCE)}
    assert changes == {
        "5 -> 6",
        "0.5 -> 1.5",
        "True -> False",
        "x < LIMIT and not open -> ((x < LIMIT) or (not open))",
        "x < LIMIT -> x <= LIMIT",
        "not open -> bool(open)",
        "max(x, 1) if x else \"a\" + str(x - 2) -> ('a' + str(x - 2) if x else max(x, 1))",
        "max -> min",
        "1 -> 2",
        "x - 2 -> (x) + (2)",
        "2 -> 3",
    }


@pytest.mark.parametrize("name", ["aural/listening/key.py", "aural/finishing/loop_points.py", "models/sketch/form.py"])
def test_every_mutant_compiles_and_is_another_program(name: str) -> None:
    source = (ROOT / name).read_text()
    original = ast.dump(ast.parse(source))
    mutants = list(mutants_of(name, source))
    assert len(mutants) > 50
    for mutant in mutants:
        assert ast.dump(ast.parse(mutant.applied(source))) != original, mutant.change


def test_the_sample_is_the_same_for_the_same_seed() -> None:
    assert drawn(20, 1, "aural/theory") == drawn(20, 1, "aural/theory")
    assert drawn(20, 1, "aural/theory") != drawn(20, 2, "aural/theory")


def test_names_of_tests() -> None:
    files = {"test_keys": "tests/aural/theory/test_keys.py"}
    assert node_of("test_keys.test_x", files) == "tests/aural/theory/test_keys.py::test_x"
    assert node_of("tests.aural.test_keys.test_x", files) == "tests/aural/theory/test_keys.py::test_x"
    assert node_of("test_keys.helper", files) == node_of("", files) == node_of("other.test_x", files) == ""

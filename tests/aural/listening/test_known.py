"""The same sounds are heard as they were: whoever changes that on purpose makes the known answers again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.aural.listening.known import KEPT, sounds, told

KNOWN = json.loads(KEPT.read_text())
SOUNDS = sounds()


@pytest.mark.parametrize("name", KNOWN)
def test_a_sound_is_heard_as_it_was(name: str) -> None:
    now, known = told(SOUNDS[name]), KNOWN[name]
    same(now["heard"], known["heard"], rel=2e-3, at=name)
    same(now["descriptors"], known["descriptors"], rel=5e-3, at=name)


def same(now: Any, known: Any, rel: float, at: str) -> None:
    """Other processors round otherwise."""
    if isinstance(known, dict):
        assert set(now) == set(known), at
        for name, value in known.items():
            same(now[name], value, rel, f"{at}, {name}")
    elif isinstance(known, list):
        assert len(now) == len(known), at
        for place, value in enumerate(known):
            same(now[place], value, rel, f"{at}, {place}")
    elif isinstance(known, float):
        assert now == pytest.approx(known, rel=rel, abs=2e-3), at
    else:
        assert now == known, at


def test_every_sound_is_known() -> None:
    assert set(SOUNDS) == set(KNOWN)

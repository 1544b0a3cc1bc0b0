from __future__ import annotations

import pickle

import pytest

from aural.errors import BY_CODE, AuralError, CannotFinishInTime, error_from_wire, error_to_wire


@pytest.mark.parametrize("kind", BY_CODE.values())
def test_errors_cross_processes_whole(kind: type[AuralError]) -> None:
    error = kind("Too much. Send less.", retry_after_s=3.0, extra={"longest_duration_s": 4.0})
    for back in (error_from_wire(error_to_wire(error)), pickle.loads(pickle.dumps(error))):
        assert type(back) is kind
        assert (back.sentence, back.retry_after_s, back.extra) == (error.sentence, 3.0, error.extra)


def test_codes_are_distinct_and_statuses_are_errors() -> None:
    assert len({kind.code for kind in BY_CODE.values()}) == len(BY_CODE)
    assert all(400 <= kind.status < 600 for kind in BY_CODE.values())
    assert CannotFinishInTime.status == 503

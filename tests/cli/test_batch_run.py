"""Several files at a time, and what becomes of those that fail."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from aural_client.errors import AuralError, Busy, ConnectionFailed, Internal, NotAudio, NotReady, TooShort, Unauthorized
from cli.batch_files import Found
from cli.batch_rows import Row
from cli.batch_run import Outcome, Stopped, go_through

FILES = [Found(Path(f"{place}.wav"), f"{place}.wav", place, 0) for place in range(20)]


def gone_through(
    failures: dict[str, list[Exception]], *, jobs: int = 3, patience_s: float = 60.0, files: list[Found] = FILES
) -> tuple[dict[str, Outcome], Counter[str], int]:
    """Outcomes, how often each file was asked for, and the most that were at work at once. `failures`: of a file, what
    happens in turn before it is analysed."""
    outcomes: dict[str, Outcome] = {}
    asked: Counter[str] = Counter()
    at_work = most = 0

    async def analyse(found: Found) -> Row:
        nonlocal at_work, most
        asked[found.name] += 1
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0)
        at_work -= 1
        if failures.get(found.name):
            raise failures[found.name].pop(0)
        return Row(found.name, bpm=float(found.size))

    def done(found: Found, outcome: Outcome) -> None:
        outcomes[found.name] = outcome

    asyncio.run(go_through(files, analyse, jobs=jobs, done=done, patience_s=patience_s))
    return outcomes, asked, most


@pytest.mark.parametrize("jobs", [1, 3, 64])
def test_each_file_once_and_no_more_at_a_time_than_asked(jobs: int) -> None:
    outcomes, asked, most = gone_through({}, jobs=jobs)
    assert {name: outcome.row.bpm for name, outcome in outcomes.items()} == {one.name: one.size for one in FILES}
    assert set(asked.values()) == {1}
    assert most == min(jobs, len(FILES))


@pytest.mark.parametrize(
    ("failure", "code", "kept"),
    [
        (NotAudio("This is no audio."), "not_audio", True),
        (TooShort("Too short."), "too_short", True),
        (Internal("A bug.", status=500), "internal", False),
        (PermissionError(13, "Permission denied"), "unreadable", False),
    ],
)
def test_a_file_that_fails_is_a_row_and_no_end(failure: Exception, code: str, kept: bool) -> None:
    outcomes, asked, _ = gone_through({"3.wav": [failure]})
    assert len(outcomes) == len(FILES)
    row = outcomes["3.wav"].row
    assert (row.status, row.error_code, outcomes["3.wav"].kept) == ("failed", code, kept)
    assert row.reason
    assert asked["3.wav"] == 1


@pytest.mark.parametrize(
    "passing",
    [
        Busy("Too many.", status=429, retry_after_s=0.0),
        NotReady("Loading.", status=503, retry_after_s=0.0),
        ConnectionFailed("No connection.", retry_after_s=0.0),
        AuralError("A proxy's.", status=503, retry_after_s=0.0),
    ],
)
def test_an_overload_that_passes_fails_no_file(passing: AuralError) -> None:
    outcomes, asked, _ = gone_through({"3.wav": [passing] * 9})
    assert outcomes["3.wav"].row == Row("3.wav", bpm=3.0)
    assert asked["3.wav"] == 10


def test_an_overload_that_lasts_ends_the_batch_and_fails_no_file() -> None:
    busy = Busy("Too many requests.", status=429, retry_after_s=1.0)
    with pytest.raises(Stopped, match="Too many requests"):
        gone_through({"3.wav": [busy] * 9}, patience_s=0.5)


def test_in_this_process_nothing_passes_by_waiting() -> None:
    with pytest.raises(Stopped, match=r"^Weights are missing\.$"):
        gone_through({"3.wav": [NotReady("Weights are missing.", status=503)]}, patience_s=0.0)


def test_a_wrong_key_ends_the_batch() -> None:
    with pytest.raises(Stopped, match="The key is wrong"):
        gone_through({"0.wav": [Unauthorized("The key is wrong.")]})


def test_a_file_with_a_problem_is_not_asked_for() -> None:
    outcomes, asked, _ = gone_through({}, files=[Found(Path("x"), "x", problem="A pipe.")])
    assert outcomes["x"].row.reason == "A pipe."
    assert not asked

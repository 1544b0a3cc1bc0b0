"""A take without its tail: whole, with its stems, and block by block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from aural.finishing.blocks import changed_blocks
from aural.finishing.body import body_of, cut_with_edge
from aural.types import TAKE_RATE_HZ, Floats, Selection, Take

BODY, EDGE = TAKE_RATE_HZ, 160


def take() -> Take:
    sound = np.random.default_rng(0).standard_normal((2, BODY + 9600)).astype(np.float32)
    return Take(sound, BODY, 1, "m", stems={"all": sound})


def test_a_loop_is_cut_to_the_sample_and_nothing_else_is_done() -> None:
    made = body_of(take(), loops=True)
    for sound in (made.samples, made.stems["all"]):
        np.testing.assert_array_equal(sound, take().samples[:, :BODY])
    assert made.loop_end == BODY == made.samples.shape[1]


def test_what_is_no_loop_comes_to_nothing_within_five_milliseconds() -> None:
    made = body_of(take(), loops=False)
    np.testing.assert_array_equal(made.samples[:, :-EDGE], take().samples[:, : BODY - EDGE])
    faded = np.abs(made.samples[:, -EDGE:]) / np.abs(take().samples[:, BODY - EDGE : BODY])
    assert (np.diff(faded, axis=1) < 1e-6).all()
    assert (faded[:, 0] == 1).all()
    assert faded[:, -1].max() < 1e-6
    np.testing.assert_array_equal(made.stems["all"], made.samples)


def test_the_others_that_are_kept_end_where_their_own_bodies_do() -> None:
    other = replace(take(), seed=2, loop_end=BODY - 100)
    made = body_of(replace(take(), selection=Selection(0, (), 2, (take(), other))), loops=True)
    assert made.selection is not None
    assert [one.samples.shape[1] for one in made.selection.takes] == [BODY, BODY - 100]


CUTS: tuple[list[int], ...] = (
    [],
    [BODY],
    [BODY - EDGE, BODY],
    [BODY - EDGE - 1, BODY - EDGE + 1, BODY - 1, BODY + 1],
    list(range(999, BODY + 9600, 999)),
    list(range(BODY - 200, BODY + 200, 3)),
)


@pytest.mark.parametrize("cuts", CUTS, ids=len)
def test_in_blocks_it_is_the_same_and_the_rest_is_fetched_too(cuts: list[int]) -> None:
    ends = [*cuts, BODY + 9600]
    fetched: list[int] = []

    async def blocks() -> AsyncGenerator[Floats, None]:
        for start, stop in pairwise([0, *ends]):
            fetched.append(stop)
            yield take().samples[:, start:stop]

    async def scene() -> list[Floats]:
        cut = changed_blocks(blocks(), lambda block, start: cut_with_edge(block, start, BODY))
        return [block async for block in cut]

    got = asyncio.run(scene())
    assert all(block.shape[1] for block in got)
    np.testing.assert_array_equal(np.concatenate(got, axis=1), body_of(take(), loops=False).samples)
    assert fetched == ends


def test_who_leaves_closes_what_the_blocks_come_from() -> None:
    closed: list[bool] = []

    async def blocks() -> AsyncGenerator[Floats, None]:
        try:
            while True:
                yield np.zeros((2, 10), np.float32)
        finally:
            closed.append(True)

    async def scene() -> None:
        changed = changed_blocks(blocks(), lambda block, start: block + start)
        assert (await anext(changed)).max() == 0
        assert (await anext(changed)).max() == 10
        await changed.aclose()

    asyncio.run(scene())
    assert closed == [True]

"""The streaming form of an answer: what its source is left in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np
import pytest
from starlette.types import Message

from aural.files.tags import Tags
from aural.files.wav import WavParts
from aural.flow.ports import Deadline, Stream
from aural.gateway.streaming import WavStream
from aural.types import Floats


def a_stream() -> tuple[Stream, list[bool]]:
    closed: list[bool] = []

    async def blocks() -> AsyncGenerator[Floats, None]:
        try:
            while True:
                yield np.zeros((2, 100), np.float32)
        finally:
            closed.append(True)

    tags = Tags(prompt="calm", seed=1, model="m", licence="CC0-1.0", loop_end=900)
    return Stream(tags, 1000, blocks()), closed


async def never() -> Message:
    raise AssertionError("a stream reads nothing")


@pytest.mark.parametrize("messages", [0, 1, 2])
def test_a_client_who_leaves_at_any_moment_ends_the_music(messages: int) -> None:
    """0: before the start of the answer is out, 1: before the file's head is."""

    async def scene() -> list[bool]:
        stream, closed = a_stream()
        first = await anext(stream.blocks)
        parts = WavParts(stream.samples, stream.tags)
        answer = WavStream(stream, first, parts, Deadline.within(5), headers={}, media="audio/wav")
        sent = 0

        async def until_gone(_message: Message) -> None:
            nonlocal sent
            if sent == messages:
                raise asyncio.CancelledError
            sent += 1

        with pytest.raises(asyncio.CancelledError):
            await answer({"type": "http"}, never, until_gone)
        return closed.copy()

    assert asyncio.run(scene()) == [True]

"""The streaming form of an answer: what its source is left in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from itertools import pairwise

import numpy as np
import pytest
from starlette.types import Message

from aural.files.resampling import resampled_take
from aural.files.tags import Tags
from aural.files.wav import BitDepth, WavParts, wav_bytes
from aural.flow.ports import Deadline, Stream
from aural.flow.told import Sounding
from aural.gateway.formats import SampleFormat
from aural.gateway.streaming import WavStream, file_parts, told_file
from aural.types import Floats, Take


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


@pytest.mark.parametrize(("rate_hz", "bits"), [(32_000, 24), (44_100, 16), (48_000, "32f")])
def test_at_any_rate_and_depth_it_is_the_whole_file_and_as_long_as_announced(rate_hz: int, bits: BitDepth) -> None:
    """In blocks of all sizes, an empty one too."""
    music = (0.3 * np.random.default_rng(0).standard_normal((2, 21_007))).clip(-0.8, 0.8).astype(np.float32)
    tags = Tags(prompt="calm", seed=1, model="m", licence="CC0-1.0", loop_end=20_000)
    cuts = [0, 1, 4_000, 4_000, 12_345, music.shape[1]]

    async def blocks() -> AsyncGenerator[Floats, None]:
        for start, stop in pairwise(cuts):
            yield music[:, start:stop]

    async def sent() -> tuple[bytes, WavStream]:
        stream = Stream(tags, music.shape[1], blocks())
        parts = file_parts(stream, SampleFormat(rate_hz, bits))
        first = await anext(stream.blocks)
        answer = WavStream(stream, first, parts, Deadline.within(20), headers={}, media="audio/wav")
        body = bytearray()

        async def take_in(message: Message) -> None:
            body.extend(message.get("body", b""))

        await answer({"type": "http"}, never, take_in)
        return bytes(body), answer

    file, answer = asyncio.run(sent())
    take = Take(music, 20_000, 1, "m", licence="CC0-1.0", prompt="calm")
    whole = resampled_take(take, rate_hz, loops=False)
    assert file == wav_bytes(whole, Tags.of(whole), bits)
    assert int(answer.headers["content-length"]) == len(file)


def test_events_tell_a_stream_in_the_samples_of_its_file() -> None:
    """Told piece by piece, the music is what the file has between its head and its tail."""
    music = np.zeros((2, 8_000), np.float32)
    music[0] = 0.5 * np.sin(np.arange(8_000) / 20)
    tags = Tags(prompt="calm", seed=1, model="m", licence="CC0-1.0", loop_end=8_000)
    told: list[Sounding] = []

    async def blocks() -> AsyncGenerator[Floats, None]:
        for start in range(0, 8_000, 3_000):
            yield music[:, start : start + 3_000]

    async def file() -> bytes:
        stream = Stream(tags, 8_000, blocks())
        parts = file_parts(stream, SampleFormat(48_000))
        return await told_file(stream, parts, lambda fact: told.append(fact) if isinstance(fact, Sounding) else None)

    data = asyncio.run(file())
    assert {one.rate_hz for one in told} == {48_000}
    assert b"".join(one.pcm for one in told) == data[44 : 44 + 12_000 * 4]
    places = [one.start for one in told]
    assert places == [sum(len(one.pcm) // 4 for one in told[:n]) for n in range(len(told))]

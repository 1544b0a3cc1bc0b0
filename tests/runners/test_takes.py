"""POST /takes over real sockets: takes as they are, errors as themselves, and an end when a side goes.

One protocol, whose scenes share a runner and a client: longer than most files for it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from aural.errors import Busy, CannotFinishInTime, DeadlineExceeded, Internal, NotReady
from aural.types import BY_RULE, JobStatus, MusicRequest, Take
from models.composer import Emit, Progress
from runners.composer_client import ComposerClient
from runners.frames import MAX_BYTES, alive_frame, audio_frame, frames_after_audio
from tests.humming import BREAKS, Counted, Humming, a_place, ask
from tests.runners.over_sockets import listening, runner, talk
from tests.runners.playing import ASKED, Band, noise, same
from tests.serving import free_port


@pytest.fixture(params=["file", "tcp", "http"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The three ways in which BentoML names a runner."""
    return (
        f"file://{tmp_path / 'composer.sock'}"
        if request.param == "file"
        else f"{request.param}://127.0.0.1:{free_port()}"
    )


def test_a_take_crosses_as_it_is_whole_and_streamed(url: str) -> None:
    humming = Humming()
    alone = humming.compose(ASKED, lambda _: None)

    async def scene(client: ComposerClient) -> None:
        take = await client.compose(ASKED)
        np.testing.assert_array_equal(take.samples, alone.samples)
        assert replace(take, samples=alone.samples).to_wire() == alone.to_wire()
        async with aclosing(client.stream(ASKED)) as stream:
            blocks = [block async for block in stream]
        assert len(blocks) == humming.steps
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), alone.samples)

    with runner(humming, url):
        talk(url, scene)


def statuses_of(url: str, form: str) -> list[JobStatus]:
    """What is told of a take while it is made."""
    heard: list[JobStatus] = []

    async def scene(client: ComposerClient) -> None:
        if form == "whole":
            await client.compose(ASKED, heard.append)
            return
        async for _ in client.stream(ASKED, heard.append):
            pass

    talk(url, scene)
    return heard


@pytest.mark.parametrize("form", ["whole", "stream"])
def test_how_far_it_is_comes_along(tmp_path: Path, form: str) -> None:
    """From its first moment on, and four times a second."""
    url = f"file://{tmp_path / 's'}"
    with runner(Humming(work_s_per_s=0.7, steps=20), url):
        heard = statuses_of(url, form)
    assert heard[0].ahead == 0
    assert len(heard) >= 4
    assert all(one.steps == 20 and one.step == round(20 * one.fraction_done) for one in heard)
    assert [one.step for one in heard] == sorted(one.step or 0 for one in heard)


@pytest.mark.parametrize("form", ["whole", "stream"])
def test_who_waited_hears_that_it_is_his_turn_however_soon_his_music_comes(tmp_path: Path, form: str) -> None:
    """It may be there before the runner says again how far it is."""
    url, take = f"file://{tmp_path / 's'}", Humming().compose(ASKED, lambda _: None)

    async def answer(_: Request) -> Response:
        frames = [alive_frame(JobStatus(2, left_s=3.0)), audio_frame(take.samples), *frames_after_audio(take)]
        return StreamingResponse(iter([frame.to_bytes() for frame in frames]))

    with listening(Starlette(routes=[Route("/takes", answer, methods=["POST"])]), uds=str(tmp_path / "s")):
        heard = statuses_of(url, form)
    assert [one.ahead for one in heard] == [2, 0]


def test_an_opening_goes_there_and_parts_come_back(url: str) -> None:
    """A stream brings the music alone."""
    band = Band()
    asked = replace(ASKED, stems=True, opening=noise(10, channels=1)[0], loop=True, bars=3, group="g")
    alone = band.compose(asked, lambda _: None)

    async def scene(client: ComposerClient) -> None:
        take = await client.compose(asked)
        same(take, alone)
        assert (len(take.stems), take.midi, take.bars, take.metre) == (3, b"MThd\0\xff", 4, "3/4")
        assert (take.exact, take.origin) == (True, BY_RULE)
        async with aclosing(client.stream(asked)) as stream:
            blocks = [block async for block in stream]
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), alone.samples)

    with runner(band, url):
        talk(url, scene)
    for heard in band.heard:
        assert heard.opening is not None
        np.testing.assert_array_equal(heard.opening, asked.opening)
        assert replace(heard, opening=None).to_wire() == replace(asked, opening=None).to_wire()


def test_the_longest_take_crosses_with_nine_stems(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 's'}"
    asked = replace(ASKED, duration_s=120, stems=True)
    samples = noise(120.3)
    assert len(audio_frame(samples).payload) < MAX_BYTES

    class Big(Humming):
        def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
            progress(0.0)
            assert emit is not None
            emit(samples)
            stems = {f"stem {number}": samples for number in range(9)}
            return Take(samples, 120 * 32_000, request.seed, self.name, stems=stems)

    async def scene(client: ComposerClient) -> None:
        take = await client.compose(asked)
        assert len(take.stems) == 9
        for stem in (take.samples, *take.stems.values()):
            np.testing.assert_array_equal(stem, samples)

    with runner(Big(), url):
        talk(url, scene)


def test_errors_come_out_as_themselves(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 's'}"

    async def scene(client: ComposerClient) -> None:
        await client.compose(ASKED)
        with pytest.raises(CannotFinishInTime) as refused:
            await client.compose(replace(ASKED, duration_s=100, budget_s=0.5))
        assert 10 < refused.value.extra["longest_duration_s"] < 60
        with pytest.raises(Internal):
            await client.compose(replace(ASKED, prompt=BREAKS))

    with runner(Humming(), url):
        talk(url, scene)


@pytest.mark.parametrize("form", ["whole", "stream"])
def test_a_client_that_leaves_frees_the_slot(tmp_path: Path, form: str) -> None:
    url = f"file://{tmp_path / 's'}"
    metrics = Counted()

    async def scene(client: ComposerClient) -> None:
        asked = replace(ASKED, duration_s=20, budget_s=600)
        if form == "stream":
            async with aclosing(client.stream(asked)) as stream:
                await anext(stream)
        else:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.compose(asked), 0.3)
        async with asyncio.timeout(60):
            while metrics.occupied[-1]:
                await asyncio.sleep(0.005)

    with runner(Humming(work_s_per_s=30, steps=12_000), url, metrics):
        talk(url, scene)
    assert metrics.outcomes == {"cancelled": 1}


def test_a_budget_that_runs_out_is_the_deadline(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 's'}"

    async def scene(client: ComposerClient) -> None:
        with pytest.raises(DeadlineExceeded):
            await client.compose(replace(ASKED, duration_s=20, budget_s=0.3))

    metrics = Counted()
    with runner(Humming(work_s_per_s=0.1, steps=40), url, metrics):
        talk(url, scene)
        time.sleep(0.3)
    assert metrics.outcomes == {"expired": 1}


def test_a_composer_that_says_nothing_for_long_keeps_the_connection(tmp_path: Path, monkeypatch: Any) -> None:
    """Half a second of patience, and more than that until the first block: heartbeats bridge it."""
    monkeypatch.setattr("runners.composer_client.SILENT_S", 0.5)
    url = f"file://{tmp_path / 's'}"
    with runner(Humming(work_s_per_s=0.7, steps=2), url):
        assert talk(url, lambda client: client.compose(ASKED)).loop_end == 64_000


def test_a_runner_that_is_not_there_or_dies_is_not_ready(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 's'}"

    async def refused(client: ComposerClient) -> None:
        with pytest.raises(NotReady):
            await client.compose(ASKED)

    talk(url, refused)

    async def dies(_: Request) -> Response:
        async def some() -> Any:
            yield audio_frame(np.zeros((2, 9), np.float32)).to_bytes()
            raise ConnectionAbortedError

        return StreamingResponse(some())

    with listening(
        Starlette(routes=[Route("/takes", dies, methods=["POST"])]), uds=str(tmp_path / "s"), log_config=None
    ):
        talk(url, refused)


def test_a_place_is_kept_until_the_gateway_hangs_up(url: str) -> None:
    humming = Humming()
    asked = a_place(60)

    async def scene(client: ComposerClient) -> None:
        async with client.place(asked):
            with pytest.raises(Busy):
                async with client.place(replace(asked, group="two")):
                    raise AssertionError("there is no room for it")
            assert (await client.compose(ask(1, group="one"))).seed == 1
        for _ in range(100):
            try:
                async with client.place(replace(asked, group="two")):
                    return
            except Busy:
                await asyncio.sleep(0.02)
        raise AssertionError("the first one is still kept")

    with runner(humming, url):
        talk(url, scene)


def test_a_runner_that_pauses_for_a_second_is_not_dead(url: str) -> None:
    async def pauses(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(1.0)
        alone = Humming().compose(ASKED, lambda _: None)
        for frame in (audio_frame(alone.samples), *frames_after_audio(alone)):
            await send({"type": "http.response.body", "body": frame.to_bytes(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def scene(client: ComposerClient) -> None:
        assert (await client.compose(ASKED)).seed == ASKED.seed

    kind, _, rest = url.partition("://")
    where: dict[str, Any] = {"uds": rest} if kind == "file" else {"port": int(rest.split(":")[1])}
    with listening(pauses, **where):
        talk(url, scene)

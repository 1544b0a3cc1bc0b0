"""In this process: the service's answers, errors and events, as they come; and an end to work that nobody waits for."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import httpx
import pytest

from aural.errors import NotReady
from aural_client import BadField, Music, NotAudio, Progress, Queued
from aural_client.events import Event
from cli.connect import connect, in_process_settings
from cli.in_process.models import InProcessModels
from cli.in_process.transport import AppTransport
from models.latency import ThroughputEstimator
from models.load_composer import Composing
from tests.cli.conftest import InProcess
from tests.humming import STALLS, Humming

CLIP = Path(__file__).parents[2] / "examples" / "clip_96bpm_e_minor.ogg"


def test_the_demo_clip_is_heard(in_process: InProcess) -> None:
    heard = in_process.ask(lambda aural: aural.analyze(CLIP))
    assert heard.bpm == pytest.approx(96, abs=0.5)
    assert heard.key == "E minor"
    assert heard.details.models["composer"] == "sketch-1"  # named, as the service does, and not loaded for it


def test_music_comes_with_events_and_again_by_its_seed(in_process: InProcess) -> None:
    events: list[Event] = []
    first = in_process.ask(lambda aural: aural.generate("calm piano", duration=4, seed=7, on_progress=events.append))
    assert isinstance(events[0], Queued)
    again = in_process.ask(lambda aural: aural.generate("calm piano", duration=4, seed=7, format="flac"))
    assert first.seed == again.seed == 7
    plain = in_process.ask(lambda aural: aural.generate("calm piano", duration=4, seed=7))
    assert plain.data == first.data


def test_a_loop_that_follows_the_clip_is_finished_and_measured(in_process: InProcess) -> None:
    music = in_process.ask(lambda aural: aural.compose(CLIP, loop=True, bars=2, seed=1))
    assert (music.bars, music.key, music.off) == (2, "E minor", ())


def test_errors_are_the_services(in_process: InProcess) -> None:
    with pytest.raises(BadField, match="bpm: Input should be greater than or equal to 30"):
        in_process.ask(lambda aural: aural.generate("x", bpm=3))
    with pytest.raises(NotAudio):
        in_process.ask(lambda aural: aural.analyze(b"no audio at all"))


def test_who_leaves_in_the_middle_frees_the_composer(monkeypatch: pytest.MonkeyPatch) -> None:
    """One slot, and music that never ends: its events come all the same, and the next call gets the slot."""
    hums = Composing(Humming(), slots=1, warm_up_s=1.0, estimator=ThroughputEstimator(1))
    monkeypatch.setattr("models.load_composer.load_composer", lambda settings: hums)

    async def scene() -> Music:
        async with connect(None) as aural:
            halfway = asyncio.Event()

            def told(event: Event) -> None:
                if isinstance(event, Progress) and event.done > 0.4:
                    halfway.set()

            task = asyncio.create_task(aural.generate(STALLS, duration=2, on_progress=told))
            await halfway.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await aural.generate("hum", duration=2, seed=1)

    assert asyncio.run(scene()).model == "humming"


def test_settings_are_the_environments_but_for_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AURAL_API_KEY", "sesame")
    monkeypatch.setenv("AURAL_MUSICGEN", "large")
    monkeypatch.delenv("AURAL_DEADLINE_S", raising=False)
    settings = in_process_settings()
    assert (settings.api_key, settings.musicgen, settings.deadline_s) == (None, "large", 600)
    monkeypatch.setenv("AURAL_DEADLINE_S", "30")
    assert in_process_settings().deadline_s == 30
    assert in_process_settings(5.0).deadline_s == 5


def test_what_fails_to_load_says_why_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AURAL_DEVICE", "cuda:99")
    models = InProcessModels(in_process_settings())

    async def twice() -> list[str]:
        said = []
        for _ in range(2):
            try:
                await models.pitch.get()
            except NotReady as error:
                said.append(str(error))
        return said

    first, second = asyncio.run(twice())
    assert first == second
    assert first.startswith("AURAL_DEVICE is cuda:99")


async def slow_app(scope, receive, send):  # type: ignore[no-untyped-def]
    """Answers a piece, then waits until its client leaves, and says so in `scope`'s state."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"first", "more_body": True})
    assert (await receive())["type"] == "http.disconnect"
    left.set()


left = threading.Event()


def test_the_transport_streams_and_tells_the_app_that_its_client_left() -> None:
    async def leave() -> bytes:
        async with (
            httpx.AsyncClient(transport=AppTransport(slow_app), base_url="http://here") as client,
            client.stream("POST", "/", content=b"asked") as answer,
        ):
            return await anext(answer.aiter_raw())

    left.clear()
    assert asyncio.run(leave()) == b"first"
    assert left.is_set()


def test_an_app_that_ends_without_an_answer_is_a_broken_connection() -> None:
    async def fails(scope, receive, send):  # type: ignore[no-untyped-def]
        raise ValueError("no")

    async def ends_early(scope, receive, send):  # type: ignore[no-untyped-def]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ask(app) -> None:  # type: ignore[no-untyped-def]
        async with httpx.AsyncClient(transport=AppTransport(app), base_url="http://here") as client:
            await client.get("/")

    for app, said in ((fails, "without an answer"), (ends_early, "before its answer did")):
        with pytest.raises(httpx.ReadError, match=said):
            asyncio.run(ask(app))

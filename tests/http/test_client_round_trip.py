"""The client and the service: what one answers is what the other gives back, and who cancels frees his place."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from aural.audio.decode import decode
from aural_client import (
    AsyncAural,
    Audio,
    AudioFeatures,
    Aural,
    BadField,
    BrokenAnswer,
    Cancelled,
    CannotFinishInTime,
    DeadlineExceeded,
    Event,
    Heard,
    Internal,
    Music,
    NotAudio,
    NothingToFollow,
    Progress,
    Queued,
    TakeFinished,
    TooLong,
    Unauthorized,
)
from tests.http.calling import metric, until_composing
from tests.humming import BREAKS, STALLS
from tests.serving import Served, band, wav_of

CLIP = wav_of(band(6))
LONG: dict[str, Any] = {"duration": 120, "seed": 1}
ASKED: dict[str, Any] = {"bpm": 84, "key": "A minor", "duration": 6, "seed": 3, "style_id": "lofi", "metre": "4/4"}


def key_of(served: Served) -> str | None:
    return served.headers["authorization"].removeprefix("Bearer ") if served.headers else None


def client(served: Served) -> Aural:
    return Aural(served.url, api_key=key_of(served))


def test_info_and_analysis_are_the_services(builtin: Served, tmp_path: Path) -> None:
    plain = httpx.post(f"{builtin.url}/analyze", files={"file": CLIP}, timeout=60).json()
    (tmp_path / "clip.wav").write_bytes(CLIP)
    with client(builtin) as aural:
        assert aural.info().model_dump() == httpx.get(f"{builtin.url}/info", timeout=60).json()
        for file in (CLIP, tmp_path / "clip.wav", io.BytesIO(CLIP)):
            assert aural.analyze(file).model_dump() == plain
        features = aural.audio_features(CLIP)
        assert (features.tempo, features.duration_ms) == (plain["bpm"], 6000)
        assert asyncio.run(features_of(builtin)) == features


async def features_of(served: Served) -> AudioFeatures:
    async with AsyncAural(served.url) as aural:
        return await aural.audio_features(CLIP)


def test_generate_gives_the_plain_answer_with_its_facts(builtin: Served, tmp_path: Path) -> None:
    plain = httpx.post(f"{builtin.url}/generate", json={"prompt": "warm, no drums", **ASKED}, timeout=60)
    with client(builtin) as aural:
        music = aural.generate("warm, no drums", request_id="mine", **ASKED)
    assert music.wav == plain.content
    assert (music.bpm, music.key, music.metre, music.seed) == (84, "A minor", "4/4", 3)
    assert (music.loop_end, music.bars, music.off, music.scores) == (6 * 32_000, 0, None, ())
    assert music.heard == plain.headers["x-aural-heard"]
    assert music.request_id == "mine"
    assert decode(music.save(tmp_path / "music").read_bytes()).duration_s == pytest.approx(6.3, abs=0.001)


@pytest.mark.parametrize("form", ["flac", "ogg"])
def test_compose_gives_the_format_that_is_asked(builtin: Served, form: Any, tmp_path: Path) -> None:
    with client(builtin) as aural:
        music = aural.compose(CLIP, loop=True, bars=2, tail=False, seed=5, format=form)
    samples, rate_hz = soundfile.read(music.save(tmp_path / "loop"))
    assert (len(samples), rate_hz, music.bars) == (music.loop_end, 32_000, 2)


def test_stems_add_up_to_the_mix(builtin: Served) -> None:
    with client(builtin) as aural:
        music = aural.generate("funk band", duration=4, seed=2, format="zip")
    mix, _ = soundfile.read(io.BytesIO(music.wav))
    stems = [soundfile.read(io.BytesIO(flac))[0] for flac in music.stems.values()]
    assert len(stems) > 1
    np.testing.assert_allclose(np.sum(stems, axis=0), mix, atol=2**-14)
    assert (music.midi or b"").startswith(b"MThd")


def test_progress_is_told_and_the_music_is_the_same(builtin: Served) -> None:
    told: list[Event] = []
    with client(builtin) as aural:
        music = aural.compose(CLIP, duration=4, seed=5, candidates=2, on_progress=told.append)
        assert music.wav == aural.compose(CLIP, duration=4, seed=5, candidates=2).wav
        (heard,) = (one for one in told if isinstance(one, Heard))
        assert heard.analysis == aural.analyze(CLIP)
    assert isinstance(told[0], Queued)
    stages = [one.stage for one in told if isinstance(one, Progress)]
    assert list(dict.fromkeys(stages)) == ["listening", "composing", "finishing"]
    takes = [one for one in told if isinstance(one, TakeFinished)]
    assert sorted((one.index, one.seed) for one in takes) == [(n, score.seed) for n, score in enumerate(music.scores)]


def test_all_takes_are_those_of_the_plain_answer(builtin: Served) -> None:
    asked: dict[str, Any] = {"duration": 2, "seed": 1, "candidates": 2}
    with client(builtin) as aural:
        told = aural.generate("dub", takes="all", on_progress=print, **asked)
        plain = aural.generate("dub", takes="all", **asked)
        best = aural.generate("dub", **asked)
    assert told.takes == plain.takes
    assert [take.score for take in told.takes] == sorted(best.scores, key=lambda score: score.cost)
    assert told.wav == told.takes[0].wav
    assert {take.score.seed for take in told.takes} == {take.facts["seed"] for take in told.takes}


def test_music_sounds_while_it_is_made(humming: Served) -> None:
    """40 s of hum take two seconds, in 50 blocks."""
    composing: list[float] = []
    audio: list[Audio] = []

    def listen(event: Event) -> None:
        if isinstance(event, Audio):
            audio.append(event)
            if len(audio) == 2:
                composing.append(metric(humming, "aural_composing"))

    with client(humming) as aural:
        until_composing(humming, 0, within_s=30)
        music = aural.generate("hum", duration=40, seed=1, stream=True, on_progress=listen)
        with aural.stream("hum", duration=40, seed=1) as stream:
            blocks = list(stream)
            assert (stream.rate, stream.channels, stream.loop_end) == (32_000, 2, 40 * 32_000)
    assert composing == [1]
    pcm = b"".join(event.pcm for event in audio)
    assert pcm == b"".join(blocks)
    assert pcm == music.wav[44 : 44 + len(pcm)]
    assert len(pcm) == round(40.3 * 32_000) * 4


def test_a_stream_is_saved_as_the_whole_file(builtin: Served, tmp_path: Path) -> None:
    with client(builtin) as aural, aural.stream("warm", **ASKED) as stream:
        stream.save(tmp_path / "streamed")
    plain = httpx.post(f"{builtin.url}/generate", json={"prompt": "warm", **ASKED, "stream": True}, timeout=60)
    assert (tmp_path / "streamed.wav").read_bytes() == plain.content


@pytest.mark.parametrize(("what", "kind"), [(BREAKS, Internal), (STALLS, DeadlineExceeded)])
def test_what_goes_wrong_is_raised(humming: Served, what: str, kind: type[Exception], tmp_path: Path) -> None:
    with client(humming) as aural:
        asked: dict[str, Any] = {"prompt": f"hum and {what}", "duration": 20, "seed": 1}
        with ThreadPoolExecutor(2) as slots:
            both = [slots.submit(aural.generate, **asked, on_progress=tell) for tell in (None, lambda _: None)]
        for one in both:
            with pytest.raises(kind):
                one.result()
        with aural.stream(**asked) as stream, pytest.raises(BrokenAnswer) as raised:
            stream.save(tmp_path / "short.wav")
    assert raised.value.request_id == stream.request_id is not None
    assert not list(tmp_path.iterdir())


def test_what_is_refused_is_raised_by_its_code(builtin: Served, humming: Served) -> None:
    with client(builtin) as aural:
        refused: dict[type[Exception], Callable[[], object]] = {
            BadField: lambda: aural.generate("dub", bpm=1000),
            NotAudio: lambda: aural.analyze(b"RIFF of nothing"),
            TooLong: lambda: aural.compose(wav_of(band(30.2)), on_progress=print),
            NothingToFollow: lambda: aural.compose(wav_of(0 * band(4)), duration=2, on_progress=print),
        }
        for kind, ask in refused.items():
            with pytest.raises(kind) as raised:
                ask()
            assert raised.value.request_id  # type: ignore[attr-defined]
    with Aural(humming.url, api_key="wrong") as aural, pytest.raises(Unauthorized):
        aural.generate("hum")
    with Aural(humming.url, api_key=key_of(humming), retries=0) as aural, pytest.raises(CannotFinishInTime) as late:
        aural.generate("hum", duration=120)
    assert 1 < (late.value.longest_duration_s or 0) < 120
    assert late.value.retry_after_s


CANCELLED: dict[str, Callable[[Aural, threading.Event], object]] = {
    "generate": lambda aural, cancel: aural.generate("jazz", cancel=cancel, **LONG),
    "compose, told": lambda aural, cancel: aural.compose(CLIP, cancel=cancel, on_progress=lambda _: None, **LONG),
    "stream": lambda aural, cancel: aural.stream("jazz", cancel=cancel, **LONG).__enter__(),
}


@pytest.mark.parametrize("form", CANCELLED)
def test_cancel_frees_the_slot(builtin: Served, form: str) -> None:
    until_composing(builtin, 0, within_s=30)
    cancelled = metric(builtin, "aural_takes_total", outcome="cancelled")
    cancel = threading.Event()

    def watch() -> None:
        until_composing(builtin, 1, within_s=30)
        cancel.set()

    thread = threading.Thread(target=watch)
    thread.start()
    with client(builtin) as aural, pytest.raises(Cancelled):
        CANCELLED[form](aural, cancel)
    thread.join()
    print(f"{form}: slot free {until_composing(builtin, 0, within_s=60):.3f} s after the cancel")
    assert metric(builtin, "aural_takes_total", outcome="cancelled") == cancelled + 1


def test_a_cancelled_task_frees_the_slot(builtin: Served) -> None:
    async def ask() -> None:
        async with AsyncAural(builtin.url) as aural:
            task = asyncio.create_task(aural.generate("jazz", **LONG))
            await asyncio.to_thread(until_composing, builtin, 1, within_s=30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    until_composing(builtin, 0, within_s=30)
    cancelled = metric(builtin, "aural_takes_total", outcome="cancelled")
    asyncio.run(ask())
    until_composing(builtin, 0, within_s=60)
    assert metric(builtin, "aural_takes_total", outcome="cancelled") == cancelled + 1


def test_asyncio_asks_the_same_and_several_at_once(builtin: Served) -> None:
    async def ask() -> tuple[list[Music], bytes]:
        async with AsyncAural(builtin.url) as aural:
            takes = await asyncio.gather(*(aural.generate("dub", duration=2, seed=seed) for seed in (1, 2)))
            async with aural.stream("dub", duration=2, seed=1) as stream:
                return takes, b"".join([block async for block in stream])

    takes, pcm = asyncio.run(ask())
    with client(builtin) as aural:
        assert [take.wav for take in takes] == [aural.generate("dub", duration=2, seed=seed).wav for seed in (1, 2)]
    assert takes[0].wav[44 : 44 + len(pcm)] == pcm

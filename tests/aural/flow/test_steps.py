"""The order of steps, with models that obey arithmetic and no other process."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace

import numpy as np
import pytest

from aural.errors import DeadlineExceeded, Internal, NotAudio, NothingToFollow, NotOffered, NotReady
from aural.finishing.fade_out import fade_written
from aural.flow.ports import Deadline
from aural.flow.requests import request_from_analysis
from aural.theory.metre import MetreName
from aural.types import (
    TAKE_RATE_HZ,
    Controls,
    Floats,
    MusicRequest,
)
from tests.aural.flow.arithmetic import CLIP, flow
from tests.serving import wav_of


def test_analyze_tells_what_was_heard() -> None:
    analysis = asyncio.run(flow()[0].analyze(CLIP, Deadline.within(60)))
    assert analysis.bpm == pytest.approx(120, rel=0.005)
    assert analysis.key == "C major"
    assert (analysis.details.key.camelot, analysis.details.key.open_key) == ("8B", "1d")
    assert (analysis.emotion, analysis.style_id) == ("joyful", "pop")
    assert len(analysis.energy_curve) == 16
    assert analysis.details.models == {"composer": "humming"}
    assert "bpm: 120" in analysis.prompt


def test_compose_asks_for_what_was_heard_and_controls_win() -> None:
    service, models = flow()
    controls = Controls(duration_s=4, seed=9)
    asyncio.run(service.compose(CLIP, controls, Deadline.within(60)))
    asyncio.run(
        service.compose(
            CLIP,
            replace(controls, bpm=90.0, key="Eb minor", style_id="techno", emotion="dark", energy_curve=(0.1, 0.9)),
            Deadline.within(60),
        )
    )
    heard, steered = models.asked
    assert heard.bpm == pytest.approx(120, rel=0.005)
    assert (heard.key, heard.style_id, heard.seed) == ("C major", "pop", 9)
    assert heard.energy_curve is not None
    assert len(heard.energy_curve) == 16
    assert (steered.style_id, steered.energy_curve) == ("techno", (0.1, 0.9))
    assert (steered.bpm, steered.key, steered.emotion) == (90.0, "Eb minor", "dark")
    assert "genre: techno" in steered.prompt
    prompts = asyncio.run(service.analyze(CLIP, Deadline.within(60))).details.prompts
    assert heard.prompt == prompts[9 % len(prompts)]
    assert 0 < heard.budget_s <= 60


def test_a_take_of_unknown_tempo_is_heard_as_a_new_clip() -> None:
    take = asyncio.run(flow()[0].generate(MusicRequest(prompt="a tune", duration_s=8, seed=1), Deadline.within(60)))
    assert take.bpm == pytest.approx(100, rel=0.005)
    assert take.key == "C major"
    assert take.prompt == "a tune"


def test_a_stream_tells_beforehand_what_is_asked_and_how_long_it_will_be() -> None:
    service, models = flow()
    request = MusicRequest(prompt="a tune", duration_s=2, seed=4, bpm=90, style_id="techno")

    async def scene() -> None:
        stream = await service.stream(request, Deadline.within(60))
        assert not models.asked, "nothing is composed before a block is wanted"
        assert (stream.tags.seed, stream.tags.bpm, stream.tags.key) == (4, 90, None)
        assert (stream.tags.model, stream.tags.licence, stream.tags.loop_end) == ("humming", "CC0-1.0", 64_000)
        blocks = [block async for block in stream.blocks]
        assert sum(block.shape[1] for block in blocks) == stream.samples == round(2.3 * TAKE_RATE_HZ)
        assert models.asked[0].prompt == stream.tags.prompt
        assert "genre: techno" in stream.tags.prompt
        assert 0 < models.asked[0].budget_s <= 60

    asyncio.run(scene())


def test_a_stream_fades_as_the_whole_does_where_its_composer_cannot() -> None:
    service, models = flow()
    request = MusicRequest(prompt="a tune", duration_s=8, seed=4, ending="fade")

    async def scene() -> Floats:
        stream = await service.stream(request, Deadline.within(60))
        return np.concatenate([block async for block in stream.blocks], axis=1)

    faded = asyncio.run(scene())
    raw = asyncio.run(models.compose(request)).samples
    np.testing.assert_array_equal(faded, fade_written(raw, 0, 8 * TAKE_RATE_HZ))
    assert not faded[:, 8 * TAKE_RATE_HZ :].any()


def test_a_stream_refuses_what_the_composer_cannot() -> None:
    for change in ({"chords": "Am F"}, {"ending": "ring"}):
        request = replace(MusicRequest(prompt="a tune", duration_s=2, seed=4), **change)  # type: ignore[arg-type]
        with pytest.raises(NotOffered):
            asyncio.run(flow()[0].stream(request, Deadline.within(60)))


@pytest.mark.parametrize(("counts", "prompt"), [(True, "a tune"), (False, "a tune. in 6/8 time")])
def test_a_metre_that_the_composer_does_not_keep_is_put_into_its_words(counts: bool, prompt: str) -> None:
    service, models = flow()
    models.exact = counts
    request = MusicRequest(prompt="a tune", duration_s=2, seed=4, metre="6/8")
    asyncio.run(service.generate(request, Deadline.within(60)))
    assert (models.asked[0].metre, models.asked[0].prompt) == ("6/8", prompt)

    async def scene() -> MetreName | None:
        stream = await service.stream(request, Deadline.within(60))
        await stream.blocks.aclose()
        return stream.tags.metre

    assert asyncio.run(scene()) == ("6/8" if counts else None)


@pytest.mark.parametrize(
    ("beats", "sure", "asked", "metre"),
    [(3, 0.95, None, "3/4"), (3, 0.8, None, None), (4, 0.99, None, None), (3, 0.95, "12/8", "12/8")],
)
def test_a_clip_that_is_plainly_in_three_is_followed_in_three(
    beats: int, sure: float, asked: MetreName | None, metre: MetreName | None
) -> None:
    analysis = asyncio.run(flow()[0].analyze(CLIP, Deadline.within(60)))
    heard = analysis.details.tempo.model_copy(update={"beats_per_bar": beats, "bars_confidence": sure})
    waltz = analysis.model_copy(update={"details": analysis.details.model_copy(update={"tempo": heard})})
    assert request_from_analysis(waltz, Controls(duration_s=4, seed=9, metre=asked)).metre == metre


def test_silence_is_nothing_to_follow() -> None:
    controls = Controls(duration_s=4, seed=9)
    with pytest.raises(NothingToFollow):
        asyncio.run(flow()[0].compose(wav_of(np.zeros(32_000)), controls, Deadline.within(60)))


def test_a_file_that_kills_the_decoder_is_not_audio() -> None:
    with pytest.raises(NotAudio, match="damaged"):
        asyncio.run(flow(kills="decode_clip")[0].analyze(CLIP, Deadline.within(60)))


@pytest.mark.parametrize("kills", ["decode_clip", "hear_clip"])
def test_a_worker_that_is_killed_from_outside_says_nothing_about_the_file(kills: str) -> None:
    with pytest.raises(NotReady, match="lacks memory"):
        asyncio.run(flow(kills=kills, status=-signal.SIGKILL)[0].analyze(CLIP, Deadline.within(60)))


def test_a_file_that_takes_too_long_to_decode_is_refused_with_the_limit() -> None:
    with pytest.raises(NotAudio, match="more than 20 s to decode"):
        asyncio.run(flow(kills="decode_clip", status=-signal.SIGXCPU)[0].analyze(CLIP, Deadline.within(60)))


def test_hearing_that_crashes_is_our_bug() -> None:
    with pytest.raises(Internal, match="crashed"):
        asyncio.run(flow(kills="hear_clip", status=-signal.SIGSEGV)[0].analyze(CLIP, Deadline.within(60)))


def test_no_time_left_is_said_before_any_work() -> None:
    service, models = flow()
    with pytest.raises(DeadlineExceeded):
        asyncio.run(service.generate(MusicRequest(prompt="x", duration_s=1, seed=0), Deadline.within(0)))
    assert not models.asked

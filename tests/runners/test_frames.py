"""Frames: what comes out is what went in, however the bytes are cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from aural.errors import CannotFinishInTime
from aural.types import BY_RULE, JobStatus, Measurements, PlaceRequest, Selection, Take
from runners.frames import (
    Arriving,
    BadFrame,
    Frame,
    Frames,
    alive_frame,
    audio_frame,
    error_frame,
    error_of,
    frames_after_audio,
    place_frame,
    place_of,
    request_frame,
    request_of,
    status_of,
)
from tests.runners.playing import ASKED, noise, same


def test_frames_come_back_however_they_are_cut() -> None:
    samples = noise(1001 / 32_000)
    take = Take(
        samples,
        loop_end=900,
        seed=2**62 + 1,
        model="m",
        bpm=93.7,
        prompt="größer 静か",
        exact=True,
        origin=BY_RULE,
        bars=3,
        metre="5/4",
        heard=("style: jazz", "no drums"),
        stems={"bass": samples[::-1] / np.float32(3), "drums": np.asfortranarray(samples)},
        midi=b"MThd\0\xff",
    )
    error = CannotFinishInTime("No.", retry_after_s=3, extra={"longest_duration_s": 7.0})
    status = JobStatus(2, 0.25, 5, 20, 7.5)
    sent = [
        alive_frame(None),
        audio_frame(samples[:, :400]),
        alive_frame(status),
        audio_frame(samples[:, 400:]),
        *frames_after_audio(take),
        error_frame(error),
    ]
    assert [frame.kind for frame in sent[4:]] == ["stem", "stem", "midi", "take", "error"]
    data = b"".join(frame.to_bytes() for frame in sent)
    for size in (1, 7, 8192, len(data)):
        frames = Frames()
        got = [frame for at in range(0, len(data), size) for frame in frames.feed(data[at : at + size])]
        assert got == sent
    assert [status_of(frame) for frame in got if frame.kind == "alive"] == [None, status]
    arriving = Arriving()
    again = [arriving.add(frame) for frame in got[:-1] if frame.kind != "alive"]
    assert again[:-1] == [None] * 5
    assert again[-1] is not None
    same(again[-1], take)
    back = error_of(got[-1])
    assert (type(back), back.sentence, back.retry_after_s, back.extra) == (type(error), "No.", 3, error.extra)


def test_what_is_found_out_later_does_not_cross() -> None:
    measurements, selection = Measurements(bpm=90.0, off=("key",)), Selection(0, (), 2)
    take = Take(noise(0.01), 9, 1, "m", measurements=measurements, selection=selection)
    (frame,) = frames_after_audio(take)
    arriving = Arriving()
    arriving.add(audio_frame(take.samples))
    again = arriving.add(frame)
    assert again is not None
    assert (again.measurements, again.selection) == (None, None)


@pytest.mark.parametrize("seconds", [0.0, 1 / 32_000, 10.0, 30.0])
def test_a_request_comes_back_with_its_opening(seconds: float) -> None:
    opening = noise(seconds, channels=1)[0] if seconds else None
    asked = replace(ASKED, opening=opening, loop=True, bars=7, stems=True, group="g")
    again = request_of(request_frame(asked).to_bytes())
    assert replace(again, opening=None).to_wire() == replace(asked, opening=None).to_wire()
    if opening is None:
        assert again.opening is None
    else:
        assert again.opening is not None
        assert again.opening.dtype == np.float32
        np.testing.assert_array_equal(again.opening, opening)


def test_a_place_comes_back() -> None:
    asked = PlaceRequest("g", 3, 12.5, 20.0, opening_s=10.0)
    assert place_of(place_frame(asked).to_bytes()) == asked
    with pytest.raises(BadFrame):
        place_of(ASKED_BYTES)
    with pytest.raises(BadFrame):
        request_of(place_frame(asked).to_bytes())


ASKED_BYTES = request_frame(ASKED).to_bytes()


@pytest.mark.parametrize("data", [b"", b"{}", alive_frame(None).to_bytes(), ASKED_BYTES[:-1], 2 * ASKED_BYTES])
def test_what_is_no_request_is_refused(data: bytes) -> None:
    with pytest.raises(BadFrame):
        request_of(data)


def test_pieces_are_small_and_together_the_frame() -> None:
    payload = np.random.default_rng(0).bytes(3 * 2**20 + 5)
    pieces = list(Frame("midi", {"a": 1}, payload).pieces())
    assert max(map(len, pieces)) <= 2**20
    assert len(pieces) == 4
    (again,) = Frames().feed(b"".join(pieces))
    assert (again.kind, again.fields, again.payload) == ("midi", {"a": 1}, payload)


def test_what_is_no_frame_is_refused_before_it_is_collected() -> None:
    with pytest.raises(BadFrame):
        list(Frames().feed(b"HTTP/1.1 200 OK\r\n"))

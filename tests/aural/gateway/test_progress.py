"""How far a request is, as its client is told: in order, never falling, not too often."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from aural.flow.told import Composing, Fact, Finishing, Listening, Placed, Sounding, TakeFinished
from aural.gateway.events import AudioEvent, DoneEvent, ProgressEvent, QueuedEvent, TakeEvent, event_of
from aural.gateway.progress import EVERY_S, LISTENING_SHARE, ProgressEvents
from aural.types import JobStatus


@dataclass
class Scene:
    """A request whose clock is moved by hand."""

    now_s: float = 100.0
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.events = ProgressEvents(lambda: self.now_s)

    def tell(self, fact: Fact, after_s: float = 2 * EVERY_S) -> list[str]:
        self.now_s += after_s
        return self._read(b"".join(self.events.events_of(fact)))

    def wait(self, for_s: float) -> list[str]:
        self.now_s += for_s
        return self._read(b"".join(self.events.due()))

    def _read(self, data: bytes) -> list[str]:
        new = [parsed(one) for one in data.split(b"\n\n")[:-1]]
        self.sent += new
        return [name for name, _ in new]

    def data(self, name: str) -> list[dict[str, Any]]:
        return [data for sent, data in self.sent if sent == name]


def parsed(text: bytes) -> tuple[str, dict[str, Any]]:
    first, second = text.decode().split("\n")
    return first.removeprefix("event: "), json.loads(second.removeprefix("data: "))


def test_an_event_is_its_name_and_one_line_of_json() -> None:
    sent = event_of(TakeEvent(index=0, of=3, seed=7, score=0.41))
    assert sent == b'event: take\ndata: {"index":0,"of":3,"seed":7,"score":0.41}\n\n'
    done = event_of(DoneEvent(headers={"x-aural-heard": "a\nb"}, media_type="audio/wav", file="UklGRg=="))
    assert done.count(b"\n") == 3, "whatever is in it"


def test_the_place_is_told_once_and_again_when_it_changes() -> None:
    scene = Scene()
    for ahead in (2, 2, 1, 1, 0, 0):
        scene.tell(Composing(JobStatus(ahead)))
    assert [data["ahead"] for data in scene.data("queued")] == [2, 1, 0]
    scene.tell(Placed(JobStatus(0)))
    assert len(scene.data("queued")) == 3


def test_done_never_falls_and_stages_follow_each_other() -> None:
    scene = Scene()
    assert scene.tell(Placed(JobStatus(0, left_s=6.0))) == ["queued"]
    scene.tell(Listening(2.0))
    scene.wait(1.0)
    scene.wait(60.0)
    for step in (0, 3, 2, 10):
        scene.tell(Composing(JobStatus(0, step / 10, step, 10, 6.0 - step / 2)))
    scene.tell(Finishing(2))
    scene.tell(TakeFinished(0, 2, 7, None))
    scene.tell(TakeFinished(1, 2, 8, 0.25))
    progress = scene.data("progress")
    done = [data["done"] for data in progress]
    assert done == sorted(done)
    assert done[1] == pytest.approx(0.25 * 1.0 / 2.0), "two seconds of eight, half over"
    assert done[2] < 0.25, "late, and not done for that"
    assert done[-1] == 1
    assert [data["stage"] for data in progress] == ["listening"] * 3 + ["composing"] * 4 + ["finishing"] * 3
    assert [data["seconds_left"] for data in progress[:4]] == [8.0, 7.0, 6.0, 6.0]
    assert [(data["step"], data["of"]) for data in progress[3:5]] == [(0, 10), (3, 10)]
    assert progress[-1]["step"] is None
    assert [data["score"] for data in scene.data("take")] == [None, 0.25]


def test_where_nothing_is_known_of_the_times_nothing_is_said_of_them() -> None:
    scene = Scene()
    scene.tell(Placed(JobStatus(0)))
    scene.tell(Listening(0.0))
    scene.tell(Composing(JobStatus(0, 0.0)))
    assert [data["seconds_left"] for data in scene.data("progress")] == [None, None]
    assert [data["done"] for data in scene.data("progress")] == [0.0, LISTENING_SHARE]


@pytest.mark.parametrize("finishes", [True, False], ids=["takes are finished", "the composer's is the take"])
def test_when_the_composer_is_through_what_comes_after_is_left(finishes: bool) -> None:
    scene = Scene()
    scene.tell(Composing(JobStatus(0, 0.0, 0, 10, 5.0), finishes=finishes))
    scene.tell(Composing(JobStatus(0, 1.0, 10, 10, 0.0), finishes=finishes))
    assert scene.data("progress")[-1]["done"] == (0.8 if finishes else 0.97)
    scene.tell(Finishing(2))
    scene.tell(TakeFinished(0, 2, 7, None))
    done = [data["done"] for data in scene.data("progress")]
    assert done[-1] == pytest.approx(0.9 if finishes else 0.985), "half of the takes, half of what was left"


def test_listening_is_a_tenth_at_least_and_six_tenths_at_most() -> None:
    for expected_s, left_s, share in ((0.1, 9.9, 0.1), (99.0, 1.0, 0.6), (4.0, 6.0, 0.4)):
        scene = Scene()
        scene.tell(Placed(JobStatus(0, left_s=left_s)))
        scene.tell(Listening(expected_s))
        scene.tell(Composing(JobStatus(0, 0.0)))
        assert scene.data("progress")[-1]["done"] == pytest.approx(share)


def test_five_a_second_at_most_but_a_new_stage_at_once() -> None:
    scene = Scene()
    for step in range(100):
        scene.tell(Composing(JobStatus(0, step / 100, step, 100, 1.0)), after_s=0.01)
    assert 4 <= len(scene.data("progress")) <= 6
    assert scene.tell(Finishing(1), after_s=0.0) == ["progress"]
    assert scene.wait(1.0) == [], "nothing new"


def test_music_is_told_as_it_comes() -> None:
    scene = Scene()
    assert scene.tell(Sounding(32_000, b"\x01\x00\xff\x7f")) == ["audio"]
    assert scene.data("audio") == [{"start": 32_000, "rate": 32_000, "channels": 2, "pcm": "AQD/fw=="}]


def test_every_kind_has_its_name() -> None:
    kinds = (QueuedEvent(ahead=1), AudioEvent(start=0, rate=1, channels=2, pcm=""))
    assert [parsed(event_of(one).rstrip())[0] for one in kinds] == ["queued", "audio"]
    assert ProgressEvent.model_fields.keys() == {"stage", "done", "step", "of", "seconds_left"}

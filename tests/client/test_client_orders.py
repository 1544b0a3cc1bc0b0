"""What a call can be asked is the contract, and what it sends is read by the service as it was meant."""

from __future__ import annotations

import asyncio
import inspect
import io
import json
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.requests import Request

from aural.gateway.bodies import AnalyzeBody, ComposeBody, GenerateBody
from aural.gateway.formats import BY_MEDIA
from aural.gateway.reading import read_body
from aural.theory.metre import METRE_NAMES
from aural.types import ENDINGS
from aural_client import AsyncAural, Aural, orders
from aural_client.formats import MEDIA
from aural_client.order import Order, Sent

OF_THE_CALL = {"format", "on_progress", "cancel", "request_id"}
NEED_THE_WHOLE = {"loop", "bars", "candidates", "takes", "loudness", "stream"}
CONTROLS: dict[str, Any] = {
    "energy_curve": (0, 0.5, 1),
    "style_id": "lofi",
    "emotion": "calm",
    "metre": "3/4",
    "chords": "Am F C G",
    "negative_prompt": "true",  # a text, whatever it looks like
    "tail": False,
    "loop": True,
    "bars": 4,
    "candidates": 2,
    "takes": "all",
    "loudness": -16,
    "rate": 48_000,
    "bit_depth": "32f",
    "guidance": 2.5,
    "temperature": 0.9,
    "top_k": 0,
    "top_p": 0.5,
    "seed": 7,
}


def parameters(call: Any) -> set[str]:
    return set(inspect.signature(call).parameters)


def received(sent: Sent, kind: type[Any]) -> Any:
    """As the service reads it."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent.content, "more_body": False}

    headers = [(name.encode(), value.encode()) for name, value in sent.headers.items()]
    request = Request({"type": "http", "method": sent.method, "path": sent.path, "headers": headers}, receive)
    return asyncio.run(read_body(kind, request))


def test_the_keywords_are_the_contracts_fields() -> None:
    assert parameters(orders.generate) == set(GenerateBody.model_fields) | OF_THE_CALL
    assert parameters(orders.compose) == set(ComposeBody.model_fields) | OF_THE_CALL
    streamed = set(GenerateBody.model_fields) - NEED_THE_WHOLE
    assert parameters(orders.stream) == streamed | {"cancel", "request_id"}


def test_the_vocabularies_are_the_contracts() -> None:
    assert get_args(orders.Metre) == METRE_NAMES
    assert get_args(orders.Ending) == ENDINGS
    assert get_args(orders.TakesAnswered) == get_args(ComposeBody.model_fields["takes"].annotation)
    assert get_args(orders.Mode) == get_args(ComposeBody.model_fields["mode"].annotation)
    assert {media: BY_MEDIA[media].suffix for media in MEDIA.values()} == {m: name for name, m in MEDIA.items()}


@pytest.mark.parametrize("name", ["analyze", "audio_features", "generate", "stream", "compose", "info"])
def test_both_clients_take_the_same_and_say_what(name: str) -> None:
    made = getattr(orders, name)
    for client in (Aural, AsyncAural):
        call = getattr(client, name)
        assert parameters(call) == {"self"} | parameters(made)
        assert call.__doc__ == made.__doc__


def test_every_keyword_is_described() -> None:
    described = (orders.generate.__doc__ or "") + (orders.compose.__doc__ or "")
    for name in parameters(orders.generate) | parameters(orders.compose):
        assert f"{name}:" in described or f"{name}," in described, name


def test_an_unknown_keyword_is_pythons_own_error() -> None:
    with Aural("http://localhost:1") as aural, pytest.raises(TypeError, match="unexpected keyword argument 'tempo'"):
        aural.generate("dub", tempo=120)  # type: ignore[call-arg]


def test_an_unknown_format_is_said_before_anything_is_sent() -> None:
    with Aural("http://localhost:1") as aural, pytest.raises(ValueError, match="wav, flac, ogg, mp3, m4a, opus, zip"):
        aural.generate("dub", format="aiff")  # type: ignore[arg-type]


def test_generate_arrives_as_it_was_asked() -> None:
    order = orders.generate("warm", bpm=82, key="A minor", **CONTROLS)
    asked = {"prompt": "warm", "bpm": 82, "key": "A minor", **CONTROLS, "energy_curve": [0, 0.5, 1]}
    assert received(order.sent(), GenerateBody) == GenerateBody.model_validate(asked)


def test_compose_arrives_as_it_was_asked() -> None:
    order = orders.compose(b"RIFF", **CONTROLS)
    expected = ComposeBody.model_validate({"file": b"RIFF", **CONTROLS, "energy_curve": [0, 0.5, 1]})
    assert received(order.sent(), ComposeBody) == expected


def test_what_is_left_out_is_the_services_to_choose() -> None:
    assert json.loads(orders.generate("warm").sent().content) == {"prompt": "warm"}
    assert json.loads(orders.stream("warm").sent().content) == {"prompt": "warm", "stream": True}
    assert received(orders.compose(b"RIFF").sent(), ComposeBody) == ComposeBody.model_validate({"file": b"RIFF"})


def test_a_clip_is_a_path_or_bytes_or_an_open_file(tmp_path: Path) -> None:
    path = tmp_path / "ä clip.wav"
    path.write_bytes(b"RIFF and so on")
    for file in (path, str(path), path.read_bytes(), bytearray(b"RIFF and so on"), io.BytesIO(b"RIFF and so on")):
        order: Order[Any] = orders.compose(file)
        assert received(order.sent(), ComposeBody).file == b"RIFF and so on"


def test_a_clip_that_is_none_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with Aural("http://localhost:1") as aural:
        with pytest.raises(FileNotFoundError):
            aural.analyze(tmp_path / "missing.wav")
        with pytest.raises(TypeError, match="'rb'"):
            aural.analyze(io.StringIO("text"))  # type: ignore[arg-type]


def test_accept_says_format_and_events() -> None:
    assert orders.generate("dub", format="ogg").sent().headers["accept"] == "audio/ogg"
    told = orders.generate("dub", format="ogg", on_progress=print, request_id="mine").sent().headers
    assert told["accept"] == "text/event-stream, audio/ogg"
    assert told["x-request-id"] == "mine"


def test_all_takes_are_asked_for_as_a_zip() -> None:
    order = orders.compose(b"RIFF", candidates=2, takes="all", on_progress=print)
    assert order.sent().headers["accept"] == "text/event-stream, application/zip"
    assert orders.generate("dub", candidates=2, takes="best").sent().headers["accept"] == "audio/wav"
    with pytest.raises(ValueError, match=r"ZIP of WAV files, and format is 'flac'"):
        orders.generate("dub", candidates=2, takes="all", format="flac")


def test_audio_features_are_a_shape_of_the_analysis() -> None:
    sent = orders.audio_features(b"RIFF", request_id="mine").sent()
    assert (sent.method, sent.path) == ("POST", "/analyze?shape=audio-features")
    assert sent.headers["x-request-id"] == "mine"
    assert received(sent, AnalyzeBody).file == b"RIFF"

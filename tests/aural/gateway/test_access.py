"""Keys: how they are sent, which paths want one, and how much each may ask."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from aural.errors import Busy, NotFound, Unauthorized
from aural.gateway.access import OPEN, Access, KeyLimits, is_open
from aural.gateway.middleware import GatewayMiddleware, RequestContext
from aural.setting_values import Address, ApiKey
from aural.settings import Settings
from tests.aural.gateway.test_middleware import ask, says_its_id
from tests.aural.gateway.test_middleware import ready as is_ready

SEVERAL = Settings(
    api_key="sesame",
    api_keys=(ApiKey.of("anna", "a long key"), ApiKey("robot", hashlib.sha256("schlüssel".encode()).digest())),
)


def headers(*authorizations: bytes) -> Headers:
    return Headers(raw=[(b"authorization", one) for one in authorizations])


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b"Bearer sesame", "key"),
        (b"bearer sesame", "key"),
        (b"BEARER   sesame", "key"),
        (b"Bearer a long key", "anna"),
        ("Bearer schlüssel".encode(), "robot"),
    ],
)
def test_a_key_is_known_by_its_name_however_the_scheme_is_written(sent: bytes, name: str) -> None:
    assert Access(SEVERAL).key_for("/generate", headers(sent)) == name


@pytest.mark.parametrize(
    "sent",
    [
        (),
        (b"",),
        (b"Bearer",),
        (b"Bearer ",),
        (b"sesame",),
        (b"Basic sesame",),
        (b"Bearersesame",),
        (b"Bearer\tsesame",),
        (b"Bearer Sesame",),
        (b"Bearer sesame, Bearer x",),
        (b"Bearer sesam",),
        (b"Bearer " + hashlib.sha256(b"sesame").hexdigest().encode(),),
        (b"Bearer sesame", b"Bearer wrong"),
        (b"Bearer wrong", b"Bearer sesame"),
        (b"Bearer sesame", b"Bearer sesame"),
        (b"Bearer \xff\xfe",),
    ],
)
def test_what_is_no_key_is_none(sent: tuple[bytes, ...]) -> None:
    with pytest.raises(Unauthorized):
        Access(SEVERAL).key_for("/generate", headers(*sent))


def test_every_key_is_compared_whichever_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """In constant time, each: how long it takes tells nothing."""
    compared: list[bytes] = []

    def compare(sent: bytes, known: bytes) -> bool:
        assert len(sent) == len(known) == 32
        compared.append(known)
        return sent == known

    monkeypatch.setattr("hmac.compare_digest", compare)
    for sent in (b"Bearer sesame", b"Bearer schl\xc3\xbcssel"):
        compared.clear()
        Access(SEVERAL).key_for("/generate", headers(sent))
        assert compared == [key.sha256 for key in SEVERAL.keys]


def test_without_keys_all_are_let_in() -> None:
    assert Access(Settings()).key_for("/generate", headers(b"Bearer whatever")) is None


@pytest.mark.parametrize("path", [*sorted(OPEN), "/docs/docs.js", "/assets/index.js"])
def test_what_is_closed_wants_a_key_and_no_more_is(path: str) -> None:
    closed = Settings(api_key="sesame", closed_paths=frozenset({"/metrics", "/info", "/docs.json"}))
    if path in ("/metrics", "/info", "/docs.json", "/schema.json"):
        with pytest.raises(Unauthorized):
            Access(closed).key_for(path, headers())
        assert Access(closed).key_for(path, headers(b"Bearer sesame")) == "key"
    else:
        assert Access(closed).key_for(path, headers()) is None


@pytest.mark.parametrize("path", ["/metrics", "/info"])
def test_a_closed_path_is_refused_in_our_shape_and_is_no_call(path: str) -> None:
    closed = Settings(api_key="sesame", closed_paths=frozenset({"/metrics", "/info"}), at_once_per_key=1)
    refused = ask(says_answered, "GET", path, closed)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert refused.headers["www-authenticate"] == "Bearer"
    full = Settings(api_key="sesame", closed_paths=frozenset({"/metrics", "/info"}), max_in_flight=0)
    assert ask(says_answered, "GET", path, full, headers={"authorization": "Bearer sesame"}).status_code == 200


def test_metrics_that_are_elsewhere_are_not_here_whoever_asks() -> None:
    elsewhere = Settings(api_key="sesame", metrics_address=Address("127.0.0.1", 9090))
    for sent in ({}, {"authorization": "Bearer sesame"}):
        answer = ask(says_answered, "GET", "/metrics", elsewhere, headers=sent)
        assert (answer.status_code, answer.json()["code"]) == (404, NotFound.code)


def test_other_spellings_of_an_open_path_are_none() -> None:
    assert not any(is_open(f"{path}{end}") for path in OPEN - {"/"} for end in ("\n", "\0", " "))


async def says_answered(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("answered")(scope, receive, send)


async def says_its_key(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(RequestContext.of(scope).key))(scope, receive, send)


def test_the_keys_name_travels_with_the_request_and_is_logged_and_the_key_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "aural"):
        sent = {"authorization": "Bearer a long key", "x-request-id": "mine"}
        assert ask(says_its_key, "POST", "/generate%0A", SEVERAL, headers=sent).text == "anna"
    assert "request mine: POST '/generate\\n' with the key anna" in caplog.text
    assert "a long key" not in caplog.text
    assert ask(says_its_key, "GET", "/info", SEVERAL).text == "None"


def test_settings_do_not_tell_a_key() -> None:
    assert "sesame" not in repr(SEVERAL)
    assert "a long key" not in repr(SEVERAL)


def test_each_key_has_its_own_number_at_once() -> None:
    limits = KeyLimits(Settings(api_key="a", at_once_per_key=2))
    for key in ("a", "b", "a", "b"):
        limits.enter(key)
    with pytest.raises(Busy, match="2 requests with this key") as refused:
        limits.enter("a")
    assert refused.value.retry_after_s == 2
    limits.leave("a")
    limits.enter("a")
    with pytest.raises(Busy):
        limits.enter("a")
    for _ in range(5):
        limits.enter(None)


@pytest.mark.parametrize("end", ["answers", "raises", "leaves"])
def test_a_place_of_a_key_is_given_back_however_a_request_ends(end: str) -> None:
    async def ends(scope: Scope, receive: Receive, send: Send) -> None:
        if end == "raises":
            raise ZeroDivisionError
        if end == "leaves":
            raise asyncio.CancelledError
        await says_its_id(scope, receive, send)

    async def scene() -> list[Any]:
        app = GatewayMiddleware(ends, Settings(api_key="sesame", at_once_per_key=1), is_ready())
        sent = {"authorization": "Bearer sesame"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            asked = [client.post("/generate", headers=sent) for _ in range(3)]
            return [(await asyncio.gather(one, return_exceptions=True))[0] for one in asked]

    for answer in asyncio.run(scene()):
        assert not isinstance(answer, httpx.Response) or answer.status_code != 429


def test_what_is_refused_for_another_reason_does_not_count() -> None:
    full = Settings(api_key="sesame", at_once_per_key=1, rate_per_minute=1, max_in_flight=0)
    app = GatewayMiddleware(says_its_id, full, is_ready())
    sent = {"authorization": "Bearer sesame"}

    async def scene() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return [(await client.post("/generate", headers=sent)).json()["error"] for _ in range(3)]

    assert set(asyncio.run(scene())) == {"0 requests are being served. Try again shortly."}


def test_a_refusal_of_the_rate_is_an_answer_with_its_time() -> None:
    app = GatewayMiddleware(says_its_id, Settings(api_key="sesame", rate_per_minute=2), is_ready())
    sent = {"authorization": "Bearer sesame"}

    async def scene() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return [await client.post("/generate", headers=sent) for _ in range(3)]

    *_, refused = asyncio.run(scene())
    assert (refused.status_code, refused.json()["code"]) == (429, Busy.code)
    assert 1 <= int(refused.headers["retry-after"]) <= 60

"""Each of the service's codes is an exception of the client's, with all that the answer tells."""

from __future__ import annotations

import pickle

import pytest

import aural.errors
import aural_client
from aural.gateway.answers import error_answer
from aural_client.error_answer import error_of
from aural_client.errors import BY_CODE, AuralError, BrokenAnswer, CannotFinishInTime
from tests.client.answering import BOTH, FINE, Ask, answer, answering, refusal


def test_codes_and_names_are_the_services() -> None:
    assert {code: kind.__name__ for code, kind in BY_CODE.items()} == {
        code: kind.__name__ for code, kind in aural.errors.BY_CODE.items()
    }
    assert all(getattr(aural_client, kind.__name__) is kind for kind in BY_CODE.values())


@pytest.mark.parametrize("kind", aural.errors.BY_CODE.values())
def test_what_the_service_answers_is_raised_whole(kind: type[aural.errors.AuralError]) -> None:
    told = error_answer(kind("Too much. Send less.", retry_after_s=2.5, extra={"longest_duration_s": 4.0}), "r1")
    error = error_of(told.status_code, told.headers, bytes(told.body))
    for one in (error, pickle.loads(pickle.dumps(error))):
        assert type(one) is BY_CODE[kind.code]
        assert (one.sentence, one.code, one.status) == ("Too much. Send less.", kind.code, kind.status)
        assert (one.request_id, one.retry_after_s, one.extra) == ("r1", 3.0, {"longest_duration_s": 4.0})
        assert str(one) == f"Too much. Send less. ({kind.code}, request r1)"
        if isinstance(one, CannotFinishInTime):
            assert one.longest_duration_s == 4.0


def test_a_newer_services_code_is_an_error_all_the_same() -> None:
    error = error_of(418, {}, b'{"error": "Short and stout.", "code": "teapot", "request_id": "r1"}')
    assert (type(error), error.code, error.status) == (AuralError, "teapot", 418)


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b"[]", b'{"detail": "no"}', b"\xff\xfe"])
def test_who_is_not_the_service_breaks_the_answer(body: bytes) -> None:
    error = error_of(502, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, body)
    assert (type(error), error.status, error.retry_after_s) == (BrokenAnswer, 502, None)


@BOTH
def test_a_call_raises_it(ask: Ask) -> None:
    with answering(refusal(422, "not_offered")) as server, pytest.raises(aural_client.NotOffered) as raised:
        ask(server.url, "generate", "dub", chords="Am F")
    assert (raised.value.status, raised.value.request_id) == (422, "r1")
    assert len(server.asked) == 1


@BOTH
@pytest.mark.parametrize("body", [b"{", b"[]", b'{"bpm": 3}'])
def test_an_answer_that_cannot_be_read_is_broken(ask: Ask, body: bytes) -> None:
    with answering(answer(200, body, x_request_id="r2")) as server, pytest.raises(BrokenAnswer) as raised:
        ask(server.url, "analyze", b"RIFF")
    assert raised.value.request_id == "r2"


@pytest.mark.parametrize("url", ["localhost:8000", "", "ftp://localhost", "http://localhost:port"])
def test_what_is_no_address_is_said_at_once(url: str) -> None:
    for client in (aural_client.Aural, aural_client.AsyncAural):
        with pytest.raises(ValueError, match="The address is"):
            client(url)


@BOTH
def test_a_key_goes_out_as_the_service_compares_it(ask: Ask) -> None:
    with answering(FINE) as server:
        ask(server.url, "info", options={"api_key": "söme"})
    assert "authorization: bearer söme" in server.asked[0].lower()

"""A page of another origin and a service with a key: its browser's preflight, its calls, and what it may read."""

from __future__ import annotations

import httpx
import pytest

from tests.http.test_limits import assert_error
from tests.serving import Served

PAGE = {"origin": "https://app.example.com"}
PREFLIGHT = {
    **PAGE,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
}


@pytest.mark.parametrize("path", ["/generate", "/analyze", "/compose"])
def test_a_preflight_brings_no_key(humming: Served, path: str) -> None:
    answer = httpx.options(f"{humming.url}{path}", headers=PREFLIGHT, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE["origin"]
    assert "authorization" in answer.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("accept", ["audio/wav", "text/event-stream"])
def test_a_call_with_the_key_is_answered_and_can_be_read(humming: Served, accept: str) -> None:
    headers = {**PAGE, **humming.headers, "accept": accept}
    answer = httpx.post(f"{humming.url}/generate", json={"prompt": "hum", "duration": 1}, headers=headers, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(accept)
    assert answer.headers["access-control-allow-origin"] == PAGE["origin"]
    assert "X-Aural-Seed" in answer.headers["access-control-expose-headers"]


def test_an_error_can_be_read_too(humming: Served) -> None:
    answer = httpx.post(f"{humming.url}/generate", json={"prompt": "hum"}, headers=PAGE, timeout=30)
    assert_error(answer, 401, "unauthorized")
    assert answer.headers["access-control-allow-origin"] == PAGE["origin"]


def test_another_page_is_told_nothing(humming: Served) -> None:
    other = {**PREFLIGHT, "origin": "https://evil.example.com"}
    answers = [
        httpx.options(f"{humming.url}/generate", headers=other, timeout=30),
        httpx.get(f"{humming.url}/info", headers=other, timeout=30),
    ]
    assert [answer.status_code for answer in answers] == [401, 200]
    assert not [name for answer in answers for name in answer.headers if name.startswith("access-control")]

"""HTTP's corners, byte for byte, at the real service: each is answered in the one shape, and the log stays one line."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import pytest

from aural.gateway.access import OPEN
from aural.gateway.edge import UNKNOWN_PATH
from tests.http.raw import ask_once, connected, head, send_once
from tests.serving import Served, band, wav_of

JSON_TYPE = "Content-Type: application/json"
ASKED = json.dumps({"prompt": "dub", "duration": 1, "seed": 1}).encode()
STRANGE = 1_000
AT_ONCE = 50


def posted(*headers: str, body: bytes = ASKED) -> Sequence[str]:
    return [JSON_TYPE, f"Content-Length: {len(body)}", *headers]


def lines_since(served: Served, mark: int, text: str) -> list[str]:
    """Those of the log with `text`, once there is one."""
    give_up_at = time.monotonic() + 20
    while time.monotonic() < give_up_at:
        if found := [line for line in served.log()[mark:].splitlines() if text in line]:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{text} is not in the log: {served.log()[mark:][-2000:]}")


def all_series(served: Served) -> set[str]:
    """Every line of /metrics without its value."""
    return {line.rpartition(" ")[0] for line in ask_once(served.url, "GET /metrics").body.decode().splitlines()}


def test_strange_requests_leave_one_label(builtin: Served) -> None:
    """A thousand beside one; tests/aural/gateway/test_edge.py has ten thousand, of all kinds."""
    ask_once(builtin.url, "BREW /first").assert_refused(404, "not_found")
    before = all_series(builtin)
    counted = [line for line in before if line.startswith("bentoml_service_request_total")]
    assert len([line for line in counted if f'endpoint="{UNKNOWN_PATH}"' in line]) == 1
    with connected(builtin.url) as connection:
        for first in range(0, STRANGE, AT_ONCE):
            numbers = range(first, first + AT_ONCE)
            connection.send(b"".join(head(f"{('GET', 'POST', 'BREW')[n % 3]} /{n:05d}%0a{'z' * 500}") for n in numbers))
            for n in numbers:
                assert f"/{n:05d}%0az" in connection.answer().assert_refused(404, "not_found")
    more = all_series(builtin) - before
    assert [line for line in more if not any(f'endpoint="{path}"' in line for path in OPEN)] == [], "others may ask too"


@pytest.mark.parametrize(
    ("line", "headers", "status", "code"),
    [
        ("GET /" + "a" * 2048, (), 414, "target_too_long"),
        ("GET /health?" + "a" * 2048, (), 414, "target_too_long"),
        ("GET /" + "a" * 100_000, (), 414, "target_too_long"),
        ("GET /health", ["X-A: " + "a" * 20_000], 431, "headers_too_large"),
        ("POST /generate", ["Content-Type: \xff\xfe", "Content-Length: 0"], 400, "bad_request"),
        ("POST /generate", ["Content-Length: 2", "Transfer-Encoding: chunked"], 400, "bad_request"),
        ("GET /livez", ["Content-Length: 2", "Transfer-Encoding: chunked"], 400, "bad_request"),
        ("GET /generate", ["Connection: Upgrade", "Upgrade: websocket"], 400, "bad_request"),
        ("GET /metrics", ["Connection: Upgrade", "Upgrade: websocket"], 400, "bad_request"),
        ("A" * 30 + " /health", (), 400, "bad_request"),
        ("POST /analyze", ["Content-Length: 99999999", "Expect: 100-continue"], 413, "upload_too_large"),
        ("POST /nowhere", ["Content-Length: 99999999", "Expect: 100-continue"], 413, "upload_too_large"),
        ("POST /nowhere", ["Content-Length: 9", "Expect: 100-continue"], 404, "not_found"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_is_refused_at_once_and_the_connection_closed(
    builtin: Served, line: str, headers: Sequence[str], status: int, code: str
) -> None:
    with connected(builtin.url) as connection:
        answer = connection.ask(line, headers)
        answer.assert_refused(status, code)
        assert answer.headers["connection"] == "close"
        assert connection.closed_within_s(20)


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\r\n\r\n", b"GET /health\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
)
def test_what_is_no_http_of_ours_is_400(builtin: Served, data: bytes) -> None:
    send_once(builtin.url, data).assert_refused(400, "bad_request")


def test_a_compressed_body_is_415(builtin: Served) -> None:
    ask_once(builtin.url, "POST /generate", posted("Content-Encoding: gzip"), ASKED).assert_refused(415, "encoded_body")
    assert ask_once(builtin.url, "POST /generate", posted("Content-Encoding: identity"), ASKED).status == 200


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("GET /generate", {"POST"}),
        ("DELETE /compose", {"POST"}),
        ("BREW /analyze", {"POST"}),
        ("POST /health", {"GET", "HEAD"}),
        ("POST /docs", {"GET", "HEAD"}),
        ("POST /livez", {"GET", "HEAD"}),
        ("PUT /readyz", {"GET", "HEAD"}),
        ("POST /metrics", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_is_not_taken_is_405_with_those_that_are(builtin: Served, line: str, allowed: set[str]) -> None:
    answer = ask_once(builtin.url, line)
    assert line.split()[1] in answer.assert_refused(405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/generate/", "/health/", "//generate", "/generate%0A", "/generate%00", "*", "/-"])
def test_another_spelling_of_a_path_is_404_and_no_redirect(builtin: Served, path: str) -> None:
    answer = ask_once(builtin.url, f"POST {path}", posted(), ASKED)
    assert path in answer.assert_refused(404, "not_found")
    assert "location" not in answer.headers


def test_no_path_writes_a_line_of_the_log(builtin: Served) -> None:
    mark = len(builtin.log())
    ask_once(builtin.url, "GET /%0d%0a2000-01-01%20forged%00%1b[2J").assert_refused(404, "not_found")
    lines_since(builtin, mark, f"path={UNKNOWN_PATH}")
    told = builtin.log()[mark:]
    assert not [line for line in told.splitlines() if line.startswith("2000-01-01")]
    assert not set("\0\x1b") & set(told)


@pytest.mark.parametrize(
    "sent",
    [
        head("POST /generate", JSON_TYPE, "Content-Length: 60") + b'{"prompt": "dub", ',
        head("POST /analyze", "Content-Type: multipart/form-data; boundary=B", "Content-Length: 900") + b"--B\r\n",
        head("POST /generate", JSON_TYPE, "Content-Length: 70")
        + json.dumps({"prompt": "dub", "duration": 120, "seed": 1}).encode().ljust(70),
    ],
    ids=["in JSON", "in a form", "while it is composed"],
)
def test_a_client_that_leaves_is_499_in_one_line(builtin: Served, sent: bytes) -> None:
    mark = len(builtin.log())
    with connected(builtin.url) as connection:
        connection.send(sent)
        time.sleep(0.3)
    lines = lines_since(builtin, mark, "(status=499,")
    assert len(lines) == 1
    told = builtin.log()[mark:]
    assert "Traceback" not in told
    assert "status=500" not in told
    assert ask_once(builtin.url, "POST /generate", posted(), ASKED).status == 200


def test_bearer_in_any_case(humming: Served) -> None:
    for scheme, status in (("bearer", 200), ("BEARER", 200), ("Basic", 401)):
        key = f"Authorization: {scheme} sesame"
        assert ask_once(humming.url, "POST /generate", posted(key), ASKED).status == status


def test_a_refused_upload_is_answered_before_it_has_come(humming: Served) -> None:
    """No key, no such path, method or format, too much JSON: none waits for the rest of the body, and none is reset."""
    key = f"Authorization: {humming.headers['authorization']}"
    body = wav_of(band(10))
    for line, headers, status in (
        ("POST /analyze", (), 401),
        ("POST /nowhere", [key], 404),
        ("PUT /analyze", [key], 405),
        ("POST /compose", [key, "Accept: text/plain"], 406),
        ("POST /generate", [key], 413),
    ):
        with connected(humming.url) as connection:
            answer = connection.ask(line, [*headers, "Content-Length: 20000000"], body)
            assert (answer.status, answer.headers["connection"]) == (status, "close")
            assert answer.took_s < 5
            assert connection.closed_within_s(20)

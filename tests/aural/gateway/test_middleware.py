"""The middleware around small ASGI apps: what is raised, refused or answered inside comes out in one shape."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.errors import AuralError, DeadlineExceeded, NotReady, UploadTooLarge
from aural.gateway import access
from aural.gateway.answers import error_answer
from aural.gateway.middleware import GatewayMiddleware, RequestContext
from aural.gateway.readiness import Readiness
from aural.settings import MAX_UPLOAD_BYTES, Settings


def ready() -> Readiness:
    readiness = Readiness()
    readiness.ready = True
    return readiness


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    settings: Settings | None = None,
    readiness: Readiness | None = None,
    **request: Any,
) -> httpx.Response:
    async def scene() -> httpx.Response:
        transport = httpx.ASGITransport(GatewayMiddleware(app, settings or Settings(), readiness or ready()))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.request(method, path, **request)

    return asyncio.run(scene())


async def says_its_id(scope: Scope, receive: Receive, send: Send) -> None:
    body = RequestContext.of(scope).request_id.encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def raises(error: Exception) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return app


def answers(status: int) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b"[plain text, a list, a stack trace]"})

    return app


@pytest.mark.parametrize("given", ["mine", "no good: spaces", "x" * 65, ""])
def test_a_tidy_request_id_is_kept_and_another_replaced(given: str) -> None:
    answer = ask(says_its_id, "GET", "/info", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == answer.text
    assert (answer.text == given) == (given == "mine")
    assert 1 <= len(answer.text) <= 64


def test_a_probe_that_raises_is_503_and_does_not_hang() -> None:
    """BentoML's /readyz raises while a runner starts; past the middleware that would wait for BentoML's own timeout."""
    answer = ask(raises(ConnectionError("no socket yet")), "GET", "/readyz")
    assert answer.status_code == 503


def test_what_is_raised_inside_is_500_without_its_words_or_our_own_error() -> None:
    bug = ask(raises(ZeroDivisionError("secret")), "GET", "/info")
    assert (bug.status_code, bug.json()["code"]) == (500, "internal")
    assert "secret" not in bug.text
    ours = ask(raises(NotReady("Warming up.", retry_after_s=2)), "GET", "/info")
    assert (ours.status_code, ours.json()["error"], ours.headers["retry-after"]) == (503, "Warming up.", "2")


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (405, "method_not_allowed"), (400, "bad_field")])
def test_error_answers_of_others_are_replaced(status: int, code: str) -> None:
    answer = ask(answers(status), "GET", "/somewhere")
    assert answer.status_code == status
    assert json.loads(answer.content)["code"] == code
    assert set(answer.json()) == {"error", "code", "request_id"}


def test_the_body_is_counted_with_and_without_an_announced_length() -> None:
    assert ask(reads_all, "POST", "/generate", content=b"x" * 1000).text == "1000"

    async def chunks() -> Any:
        for _ in range(MAX_UPLOAD_BYTES // 2**20 + 1):
            yield bytes(2**20)

    for body in (bytes(MAX_UPLOAD_BYTES + 1), chunks()):
        answer = ask(reads_all, "POST", "/generate", content=body)
        assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")


@pytest.mark.parametrize(
    ("announced", "error"), [(MAX_UPLOAD_BYTES + 1, UploadTooLarge("")), (1000, DeadlineExceeded("Too late."))]
)
def test_a_sender_who_stalls_gets_his_error_at_once(announced: int, error: AuralError) -> None:
    sent: list[Message] = []

    async def stalls() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("nobody waits so long")

    async def keeps(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/analyze"}
    scope["headers"] = [(b"content-length", str(announced).encode())]
    asyncio.run(
        asyncio.wait_for(GatewayMiddleware(error_answer(error, "id"), Settings(), ready())(scope, stalls, keeps), 5)
    )
    assert sent[0]["status"] == error.status


def test_the_key_is_asked_for_where_there_is_one() -> None:
    settings = Settings(api_key="sésame")
    assert ask(says_its_id, "POST", "/generate", settings).status_code == 401
    bearer = {"authorization": "Bearer sésame".encode()}
    assert ask(says_its_id, "POST", "/generate", settings, headers=bearer).status_code == 200
    assert ask(says_its_id, "GET", "/health", settings).status_code == 200


OTHER_SPELLINGS = (
    "/generate\n",
    "/generate\r",
    "/generate\0",
    "//generate",
    "/./generate",
    "/generate/",
    "/GENERATE",
    "/generate ",
    "/health\n",
    "/info/",
    "/static_content/a.css",
    "/no-such-path",
)


def asked_at(path: str, settings: Settings, *, key: str | None = None) -> int:
    """The status for a decoded path, exactly as an ASGI server hands it over."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    scope: Scope = {"type": "http", "method": "POST", "path": path, "raw_path": b"", "headers": headers}
    asyncio.run(GatewayMiddleware(answers(200), settings, ready())(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize("path", OTHER_SPELLINGS, ids=repr)
def test_a_path_that_is_not_on_the_short_list_needs_the_key(path: str) -> None:
    settings = Settings(api_key="sesame")
    assert asked_at(path, settings) == 401
    assert asked_at(path, settings, key="sesame") == 200


@pytest.mark.parametrize("path", OTHER_SPELLINGS, ids=repr)
def test_a_path_that_is_not_on_the_short_list_counts(path: str) -> None:
    assert asked_at(path, Settings(max_in_flight=0)) == 429


@pytest.mark.parametrize("path", [*sorted(access.OPEN), "/docs/swagger-ui.css", "/assets/index.js"])
def test_what_is_on_the_short_list_needs_no_key_and_does_not_count(path: str) -> None:
    assert asked_at(path, Settings(api_key="sesame", max_in_flight=0)) == 200


@pytest.mark.parametrize("path", ["/readyz", "/generate", "/analyze", "/generate%0A", "/nothing"])
def test_until_ready_calls_and_readyz_are_503_at_once(path: str) -> None:
    answer = ask(raises(AssertionError("nothing is to get here")), "POST", path, readiness=Readiness())
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert int(answer.headers["retry-after"]) > 0


def test_until_ready_it_lives() -> None:
    assert ask(answers(200), "GET", "/livez", readiness=Readiness()).status_code == 200


def test_a_method_that_is_not_taken_is_answered_with_those_that_are() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("no", 405, {"Allow": "POST"})(scope, receive, send)

    answer = ask(app, "GET", "/generate")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["code"] == "method_not_allowed"


def test_as_many_as_the_limit_are_served_at_once_and_not_one_more() -> None:
    async def scene() -> list[int]:
        inside, leave = 0, asyncio.Event()

        async def waits(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal inside
            inside += 1
            if inside == 2:
                asyncio.get_running_loop().call_later(0.05, leave.set)
            await leave.wait()
            await PlainTextResponse("done")(scope, receive, send)

        app = GatewayMiddleware(waits, Settings(max_in_flight=2), ready())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            answers = await asyncio.gather(*(client.post("/generate") for _ in range(3)))
            again = await client.post("/generate")
        return [*(answer.status_code for answer in answers), again.status_code]

    assert asyncio.run(scene()) == [200, 200, 429, 200]

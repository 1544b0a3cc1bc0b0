"""The agents' server in this process: cancelling, progress, HTTP and who may reach it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from mcp.server.lowlevel.server import Server

from aural_client.events import Event, Progress
from aural_client.music import Music
from cli.agents.folders import Folders, Refused
from cli.agents.server import http_app, make_server, serve_http
from tests.cli.agent import Agent, agent, text_of
from tests.serving import free_port

HEADERS = {"x-aural-seed": "3", "x-aural-loop-end": "32000", "x-aural-bars": "0", "x-aural-model": "fake"}
STEPS = (0.0, 0.5, 0.5, 0.4, 1.0)


class FakeAural:
    """Tells STEPS and then composes; 'forever' waits until it is cancelled."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.cancelled = threading.Event()

    async def generate(
        self,
        prompt: str,
        on_progress: Callable[[Event], object],
        format: str = "wav",  # noqa: A002
        **_: object,
    ) -> Music:
        for done in STEPS:
            on_progress(Progress(stage="composing", done=done, step=None, of=None, seconds_left=None))
        if prompt == "forever":
            self.begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        if prompt == "bug":
            raise RuntimeError("inside")
        return Music(b"RIFF", f"audio/{format}", HEADERS)


@pytest.fixture
def aural() -> FakeAural:
    return FakeAural()


@pytest.fixture
def server(aural: FakeAural, tmp_path: Path) -> Server[Any]:
    return make_server(aural, Folders.of([tmp_path]))  # type: ignore[arg-type]


@pytest.fixture(params=["legacy", "auto"])
def host(server: Server[Any], request: pytest.FixtureRequest) -> Iterator[Agent]:
    """Both of the protocol's ways of beginning."""
    with agent(server, mode=request.param) as started:
        yield started


def test_a_call_that_is_cancelled_ends_the_work(host: Agent, aural: FakeAural) -> None:
    asked = host.client.call_tool("generate", {"prompt": "forever"})
    call = asyncio.run_coroutine_threadsafe(asked, host.loop)
    assert aural.begun.wait(30)
    call.cancel()
    assert aural.cancelled.wait(30)
    assert not host.call("generate", prompt="lofi").is_error


def test_progress_comes_in_order_and_never_twice_the_same(host: Agent) -> None:
    progress: list[tuple[float, str | None]] = []
    host.call("generate", progress, prompt="lofi")
    assert progress == [(0.0, "composing"), (0.5, "composing"), (1.0, "composing")]


def test_new_files_get_names_that_are_free(host: Agent, tmp_path: Path) -> None:
    (tmp_path / "aural-3.wav").write_bytes(b"mine")
    made = [host.call("generate", prompt="lofi").structured_content["path"] for _ in range(2)]
    assert [Path(path).name for path in made] == ["aural-3-2.wav", "aural-3-3.wav"]
    assert (tmp_path / "aural-3.wav").read_bytes() == b"mine"


def test_a_bug_is_told_without_its_insides(host: Agent) -> None:
    assert host.refusal("generate", prompt="bug") == "The tool failed: a bug. The server's stderr has the details."


@pytest.fixture
def address(server: Server[Any]) -> Iterator[str]:
    """Of the server over HTTP."""
    port = free_port()
    app = http_app(server, "127.0.0.1", ("studio",))
    serving = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=serving.run)
    thread.start()
    try:
        while not serving.started:
            assert thread.is_alive()
            thread.join(0.02)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        serving.should_exit = True
        thread.join()


def test_over_http_the_same_tools_answer(address: str) -> None:
    with agent(address) as host:
        assert sorted(host.tools()) == ["analyze", "compose", "generate", "info"]
        made = host.call("generate", prompt="lofi", save_as="x.wav")
        assert not made.is_error, text_of(made)
        assert Path(made.structured_content["path"]).read_bytes() == b"RIFF"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"host": "studio"}, 200),
        ({}, 200),
    ],
)
def test_a_web_page_cannot_reach_it_by_another_name(address: str, headers: dict[str, str], status: int) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    accept = {"accept": "application/json, text/event-stream"}
    assert httpx.post(address, json=hello, headers={**accept, **headers}, timeout=30).status_code == status


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_an_address_that_cannot_be_had_is_told(server: Server[Any], host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"{host}, port {port}.*--port"):
            asyncio.run(serve_http(server, host, port))

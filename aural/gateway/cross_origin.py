"""Pages of other origins in a browser: which may call the service, and which headers they may read (Fetch, CORS)."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aural.gateway.openapi import MUSIC_HEADERS

METHODS = ("GET", "HEAD", "POST")
ASKED_WITH = ("Authorization", "Content-Type", "X-Request-Id")
READ = (*MUSIC_HEADERS, "Retry-After", "Content-Disposition")


class CrossOrigin:
    """ASGI middleware round the gateway's: a page of one of `origins` ("*": of any) may call and read every answer.

    Preflights are answered here: they bring no key, and are no calls. A key comes in `Authorization`, which pages set
    themselves, so there are no credentials in CORS's sense (cookies). A page of another origin is answered as if there
    were no CORS: its browser keeps the answer from it.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]):
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=ASKED_WITH,
            expose_headers=READ,
            allow_private_network=True,  # a page on the internet, a service in the house: the origin was named
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        if origin is None or self._cors.is_allowed_origin(origin):
            await self._cors(scope, receive, send)
            return

        async def send_as_one_of_many(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                MutableHeaders(scope=message).add_vary_header("Origin")  # a cache must not give it to other origins
            await send(message)

        await self._app(scope, receive, send_as_one_of_many)

"""What a browser opens: GET /, /assets/* and /docs, all of it from here, under headers that let nothing else in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS = Path(__file__).parent / "static"
COMPRESSION = 5  # of 9: what the rest gains is not worth the time, for it is done anew for every answer
SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",  # music that came in an event
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",  # frame-ancestors, for browsers that do not know it
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
}


class MissingPage(Exception):
    """The sentence says which file of a page is not where it should be."""


@dataclass(frozen=True)
class Pages:
    """`swagger`: a folder with Swagger UI's SWAGGER files. `built`: one with index.html and assets/, or one that is not
    there, where no page has been built; / leads to /docs then."""

    swagger: Path
    built: Path

    def paths(self) -> frozenset[str]:
        """All that there is, as of now."""
        assets = self.built / "assets"
        files = (file.relative_to(assets) for file in assets.rglob("*") if file.is_file())
        return frozenset(
            {"/", "/docs", "/docs/docs.js", *(f"/docs/{name}" for name in SWAGGER)}
            | {f"/assets/{file.as_posix()}" for file in files}
        )

    def app(self) -> Starlette:
        """Raises MissingPage."""
        files = {"docs.js": OURS / "docs.js", **{name: self.swagger / name for name in SWAGGER}}
        for file in files.values():
            if not file.is_file():
                raise MissingPage(f"{file} is missing: /docs needs it. Install the requirements again.")

        routes = [
            Route("/docs", _file_endpoint(OURS / "docs.html")),
            *(Route(f"/docs/{name}", _file_endpoint(path)) for name, path in files.items()),
            *self._page_routes(),
        ]
        compressed = Middleware(GZipMiddleware, minimum_size=1000, compresslevel=COMPRESSION)
        return Starlette(routes=routes, middleware=[compressed, Middleware(PageHeaders)])

    def _page_routes(self) -> list[Route | Mount]:
        index, assets = self.built / "index.html", self.built / "assets"
        if not self.built.is_dir():
            return [Route("/", _to_docs)]
        for path in (index, assets):
            if not path.exists():
                raise MissingPage(f"{path} is missing: {self.built} is no page. Build it again, or remove the folder.")
        return [Route("/", _file_endpoint(index)), Mount("/assets", StaticFiles(directory=assets))]


class PageHeaders:
    """ASGI middleware: PAGE_HEADERS on every answer. Browsers ask again before they use what they keep."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers.update(PAGE_HEADERS)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def _to_docs(_: Request) -> Response:
    """Relative: the service may stand behind a prefix."""
    return RedirectResponse("docs")


def _file_endpoint(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_: Request) -> Response:
        return FileResponse(path)

    return answer

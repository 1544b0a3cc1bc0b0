"""A Hugging Face hub on this machine, as far as downloads go: what its client asks of it, and what it answers.

Two servers, as in life: the hub itself, and the store to which it redirects large files (those in LFS), on another
host, which must not see the caller's token. Answers are those of public captures of the real one: small files by way
of a relative 307, large ones by a 302 to a signed address whose own ETag is another than the file's, strangers refused
without a code. What can go wrong is switched on by the fields of `Faults`.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from tests.hub_answers import Answers, Asked, HubAnswers, StoreAnswers

Files = Mapping[str, bytes]


@dataclass
class Faults:
    """`cut_after`: by file, at how many bytes of an answer the connection breaks, once each. `changed`: files of which
    a byte is another than the hub says. `bytes_per_s`: how fast the store sends. `token`: without it nothing is there.
    `status`: by path's beginning, an answer instead of the right one. `oversized`: files that the hub says are larger.
    `resets`: how many of the store's answers end by a reset in their middle.
    """

    cut_after: dict[str, list[int]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    bytes_per_s: float | None = None
    token: str | None = None
    gated: set[str] = field(default_factory=set)
    status: dict[str, int] = field(default_factory=dict)
    oversized: dict[str, int] = field(default_factory=dict)
    resets: int = 0


@dataclass
class Hub:
    """`repos`: by id, revisions with their files, the newest last. Use it in a `with`: it serves meanwhile."""

    repos: dict[str, dict[str, Files]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    asked: list[Asked] = field(default_factory=list)

    def publish(self, repo: str, files: Files) -> str:
        """A new revision of a repository; returns its commit."""
        digest = hashlib.sha1(repo.encode())
        for name in sorted(files):
            digest.update(name.encode() + files[name])
        self.repos.setdefault(repo, {})[digest.hexdigest()] = files
        return digest.hexdigest()

    def __enter__(self) -> Hub:
        self._servers = [_serving(self, kind) for kind in (HubAnswers, StoreAnswers)]
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._servers[0].server_port}"

    @property
    def store_url(self) -> str:
        """On a host of another name."""
        return f"http://localhost:{self._servers[1].server_port}"

    def bodies(self, name: str) -> list[Asked]:
        """Requests that got some of a file, in order."""
        return [one for one in self.asked if one.method == "GET" and urlsplit(one.path).path.endswith(f"/{name}")]

    def downloaded(self) -> set[str]:
        """Repositories and files of which something went out."""
        paths = [unquote(urlsplit(one.path).path) for one in self.asked if one.method == "GET" and one.sent_bytes]
        way = re.compile(r"^/(?:api/resolve-cache/models/)?(.+?/.+?)/(?:(?:resolve|store)/)?[^/]+/")
        return {way.sub(r"\1/", path) for path in paths if not path.startswith("/api/models")}


def _serving(hub: Hub, answers: type[Answers]) -> ThreadingHTTPServer:
    class Bound(answers):  # type: ignore[valid-type, misc]
        of: ClassVar[Hub] = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bound)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server

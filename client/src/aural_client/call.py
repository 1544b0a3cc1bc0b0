"""One call to the service: its tries, its time, and what becomes of what goes wrong. No input or output is here."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import httpx

from aural_client.errors import AuralError, BrokenAnswer, Cancelled, ConnectionFailed, TimedOut
from aural_client.order import Sent
from aural_client.retries import Attempts
from aural_client.version import __version__

GRACE_S = 10.0
"""On top of the service's deadline: for the way there and back."""
CONNECT_S = 10.0
NO_KEPT_CONNECTIONS = httpx.Limits(max_keepalive_connections=0)
"""A call takes seconds, a connection milliseconds; and one that was kept may be closed by the service just then, which
looks like one that broke while the service was at work, and could not be tried again."""


@dataclass(frozen=True)
class Service:
    """Where it is, and what every call to it has. Raises ValueError for what is no address."""

    url: str
    api_key: str | None
    deadline_s: float
    retries: int

    def __post_init__(self) -> None:
        if not self.url.lower().startswith(("http://", "https://")):
            raise ValueError(f"The address is {self.url!r}; it must begin with http:// or https://.")
        try:
            httpx.URL(self.url)
        except httpx.InvalidURL as cause:
            raise ValueError(f"The address is {self.url!r}, which cannot be read: {cause}") from cause

    @property
    def headers(self) -> dict[str, str]:
        key = {} if self.api_key is None else {"authorization": f"Bearer {self.api_key}"}
        return {"user-agent": f"aural-client/{__version__}", **key}

    def address(self, path: str) -> str:
        return self.url.rstrip("/") + path

    def call(self, cancel: threading.Event | None) -> Call:
        return Call(self, Attempts(self.retries, self.deadline_s + GRACE_S), cancel)

    def __repr__(self) -> str:
        return f"Service({self.url!r})"  # a key has no place in a log


@dataclass(frozen=True)
class Call:
    """One call, however often it is tried."""

    service: Service
    attempts: Attempts
    cancel: threading.Event | None

    def request(self, sent: Sent) -> httpx.Request:
        """One try. Raises as `check` does."""
        self.check()
        left_s = self.attempts.left_s
        return httpx.Request(
            sent.method,
            self.service.address(sent.path),
            headers=httpx.Headers({**self.service.headers, **sent.headers}, encoding="utf-8"),
            content=sent.content,
            extensions={"timeout": httpx.Timeout(left_s, connect=min(CONNECT_S, left_s)).as_dict()},
        )

    def check(self) -> None:
        """Raises Cancelled or TimedOut where it is so."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled("The call was cancelled.")
        if not self.attempts.left_s:
            raise self._timed_out()

    def failure(self, error: httpx.HTTPError, request_id: str | None = None, *, begun: bool) -> AuralError:
        """What `error` means. `begun`: the answer had. `request_id`: of the answer."""
        failure = self._meaning(error, begun)
        failure.request_id = request_id
        return failure

    def _meaning(self, error: httpx.HTTPError, begun: bool) -> AuralError:
        where, why = self.service.url, str(error).removesuffix(".") or type(error).__name__
        if self.cancel is not None and self.cancel.is_set():
            return Cancelled("The call was cancelled.")
        if isinstance(error, httpx.ConnectError):
            refused = ConnectionFailed(f"No connection to {where}: {why}. Is the service there?")
            refused.never_sent = True
            return refused
        if isinstance(error, httpx.ConnectTimeout):
            return ConnectionFailed(f"No connection to {where} in time. Is the service there?")
        if isinstance(error, httpx.TimeoutException):
            return self._timed_out()
        if begun:
            return BrokenAnswer(f"The answer broke off: {why}. The service's log may have the reason.")
        return ConnectionFailed(f"The connection to {where} broke before there was an answer: {why}.")

    def _timed_out(self) -> TimedOut:
        allowed_s = self.service.deadline_s + GRACE_S
        return TimedOut(
            f"There was no whole answer within {allowed_s:g} s. Ask for a shorter duration, or say the service's own"
            " deadline (deadline_s) where that is longer."
        )

"""Who is let in: which paths need no key, whose key it is that came, and how much one key may ask."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter

from starlette.datastructures import Headers

from aural.errors import Busy, NotFound, Unauthorized
from aural.settings import Settings

OPEN = frozenset(
    {"/livez", "/readyz", "/healthz", "/health", "/metrics", "/", "/docs", "/docs.json", "/info", "/schema.json"}
)
"""All that is answered beside the limits of requests, and without a key where the operator has not closed it. What is
not here, letter for letter, is a call: a router may know a path under more spellings (`/generate%0A`) than any list of
calls would."""
PAGES = ("/assets/", "/docs/")
"""Files of the pages, open too: no call is below."""
BEARER = re.compile(r"bearer +(?P<key>.+)", re.IGNORECASE)
AT_ONCE_RETRY_S = 2.0


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith(PAGES)


class Access:
    """What `settings` say of keys. Keys are compared by their SHA-256, each of them, in constant time."""

    def __init__(self, settings: Settings):
        self._keys = settings.keys
        self._closed = settings.closed_paths
        self._metrics_elsewhere = settings.metrics_address is not None

    def key_for(self, path: str, headers: Headers) -> str | None:
        """The name of the key that came; None where there are no keys, or the path needs none. Raises Unauthorized, and
        NotFound for metrics that are served elsewhere."""
        if path == "/metrics" and self._metrics_elsewhere:
            raise NotFound("There are no metrics here: they have an address of their own.")
        if not self._keys or (is_open(path) and not self._is_closed(path)):
            return None
        name = self._name_of(headers.getlist("authorization"))
        if name is None:
            raise Unauthorized("The API key is missing or wrong. Send it as 'Authorization: Bearer KEY'.")
        return name

    def _is_closed(self, path: str) -> bool:
        return ("/docs.json" if path == "/schema.json" else path) in self._closed  # the same in BentoML's words

    def _name_of(self, sent: list[str]) -> str | None:
        """None for none, a wrong one, and for two headers: which would count?"""
        told = BEARER.fullmatch(sent[0]) if len(sent) == 1 else None
        if told is None:
            return None
        digest = hashlib.sha256(told["key"].encode("latin-1")).digest()  # headers are read as Latin-1
        names = [key.name for key in self._keys if hmac.compare_digest(digest, key.sha256)]
        return names[0] if names else None


class KeyLimits:
    """How much each key may ask: requests at once, and in any 60 s. Only what is let in counts."""

    def __init__(self, settings: Settings):
        self._most_at_once = settings.at_once_per_key
        self._inside: Counter[str] = Counter()
        self._rate = None
        if settings.rate_per_minute is not None:
            # Imported here: it takes a tenth of a second, and few need it.
            from aural.gateway.rate_limit import RateLimit

            self._rate = RateLimit(settings.rate_per_minute)

    def enter(self, key: str | None) -> None:
        """Raises Busy; else `leave` is to be called at the end."""
        if key is None:
            return
        if self._most_at_once is not None and self._inside[key] >= self._most_at_once:
            raise Busy(
                f"{self._inside[key]} requests with this key are being served, which is its limit. Try again shortly.",
                retry_after_s=AT_ONCE_RETRY_S,
            )
        if self._rate is not None:
            self._rate.take(key)
        self._inside[key] += 1

    def leave(self, key: str | None) -> None:
        if key is not None:
            self._inside[key] -= 1

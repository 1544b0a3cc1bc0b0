"""Settings that are lists or addresses: how they are written, and what is said of those that are not so."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from ipaddress import ip_address

ORIGIN = re.compile(
    r"(?!https://[^:/]+:443$|http://[^:/]+:80$)"  # browsers leave out the scheme's own port
    r"[a-z][a-z0-9+.-]*://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?"
)
NAMED_KEY = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,32}):(?:sha256=(?P<sha256>.*)|(?P<key>[^\s,]+))")
SHA256 = re.compile(r"[0-9a-f]{64}")
CLOSABLE = ("/metrics", "/info", "/docs.json")
"""Paths that need no key, unless the operator says so."""


class BadSetting(ValueError):
    """A setting that cannot be used: the sentence names the variable, its value and what it may be."""


@dataclass(frozen=True)
class ApiKey:
    """`name`: what the log calls it. `sha256`: of the key, 32 bytes: the key itself is not kept."""

    name: str
    sha256: bytes

    @classmethod
    def of(cls, name: str, key: str) -> ApiKey:
        return cls(name, hashlib.sha256(key.encode()).digest())


@dataclass(frozen=True)
class Address:
    """`host`: an IP address."""

    host: str
    port: int


def origins_of(value: str) -> tuple[str, ...]:
    """As browsers write them, which is what they are compared with, letter for letter."""
    origins = _parts_of(value)
    if "*" in origins and len(origins) > 1:
        raise BadSetting(f"AURAL_CORS_ORIGINS is {value!r}; * is every origin: leave it out, or the others.")
    for origin in origins:
        if origin != "*" and not ORIGIN.fullmatch(origin):
            raise BadSetting(
                f"AURAL_CORS_ORIGINS has {origin!r}; an origin is a scheme, a host and a port where it is not the"
                " scheme's own, in small letters and without a path, like https://app.example.com or"
                " http://localhost:5173. Several are separated by commas; * is every origin."
            )
    return origins


def api_keys_of(value: str) -> tuple[ApiKey, ...]:
    """`NAME:KEY` and `NAME:sha256=HEX`, with commas between. No sentence has a key in it: it may end in a log."""
    keys: list[ApiKey] = []
    for number, part in enumerate(_parts_of(value), start=1):
        told = NAMED_KEY.fullmatch(part)
        if told is None:
            raise BadSetting(
                f"AURAL_API_KEYS: number {number} of the list is neither NAME:KEY nor NAME:sha256=HEX. A name has up to"
                " 32 letters, digits, dots, dashes and underscores, a key no space and no comma; the list has commas"
                " between."
            )
        name, digest = told["name"], told["sha256"]
        if digest is not None and not SHA256.fullmatch(digest):
            raise BadSetting(
                f"AURAL_API_KEYS: what follows sha256= of {name!r} is no SHA-256: it has 64 digits out of 0-9 and a-f."
            )
        keys.append(ApiKey.of(name, told["key"]) if digest is None else ApiKey(name, bytes.fromhex(digest)))
    names = [key.name for key in keys]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadSetting(f"AURAL_API_KEYS has {min(twice)!r} twice; give each key a name of its own.")
    return tuple(keys)


def closed_paths_of(value: str) -> frozenset[str]:
    paths = _parts_of(value)
    for path in paths:
        if path not in CLOSABLE:
            raise BadSetting(
                f"AURAL_CLOSED_PATHS has {path!r}; it may have {', '.join(CLOSABLE)}, with commas between."
            )
    return frozenset(paths)


def address_of(variable: str, value: str) -> Address | None:
    """`HOST:PORT`; an IPv6 address is in brackets. None where nothing is set."""
    if not value:
        return None
    host, _, port = value.rpartition(":")
    bracketed = host[:1] + host[-1:] == "[]"
    try:
        address = ip_address(host[1:-1] if bracketed else host)
        if bracketed != (address.version == 6) or not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65535):
            raise ValueError(value)
    except ValueError as cause:
        raise BadSetting(
            f"{variable} is {value!r}; it must be an IP address and a port, like 127.0.0.1:9090 or [::1]:9090."
        ) from cause
    return Address(str(address), int(port))


def _parts_of(value: str) -> tuple[str, ...]:
    return tuple(part for piece in value.split(",") if (part := piece.strip()))

"""One fuzzing process, which libFuzzer drives: `python -m bench.fuzz.target file|json|form CORPUS [libFuzzer's flags]`.

What comes out may be an AuralError and nothing else. Branches are seen in Python code alone: FFmpeg's own are mutated
blindly. Memory is bounded as in a worker.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
from collections.abc import Callable
from typing import Any

import atheris

with atheris.instrument_imports(include=["aural"]):
    from aural.audio.decode import decode
    from aural.errors import AuralError
    from aural.gateway.bodies import ComposeBody, GenerateBody
    from aural.gateway.reading import read_body

from starlette.requests import Request
from starlette.types import Message

from aural.workers.pool import MAX_MEMORY_BYTES

BOUNDARY = "b"
JSON = b"application/json"
FORM = f"multipart/form-data; boundary={BOUNDARY}".encode()


def read_file(data: bytes) -> None:
    decode(data)


def read_json_body(data: bytes) -> None:
    _read(GenerateBody, JSON, data)


def read_form(data: bytes) -> None:
    _read(ComposeBody, FORM, data)


def _read(kind: type[Any], content_type: bytes, data: bytes) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", content_type)]}
    body = asyncio.run(read_body(kind, Request(scope, receive)))
    body.to_controls() if isinstance(body, ComposeBody) else body.to_request(1)


TARGETS: dict[str, Callable[[bytes], None]] = {"file": read_file, "json": read_json_body, "form": read_form}


def main(name: str, flags: list[str]) -> None:
    target = TARGETS[name]

    def test_one_input(data: bytes) -> None:
        try:
            target(data)
        except AuralError as error:
            error.sentence.encode()  # it goes out as UTF-8

    logging.disable(logging.WARNING)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    atheris.Setup([sys.argv[0], *flags], test_one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

"""A service whose analysis is arithmetic on the clip's bytes, and that counts what it is asked."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.cli.analyses import analysis

INFO = {
    "name": "aural-architect",
    "version": "1",
    "model_set": "builtin",
    "limits": {},
    "output": {},
    "vocabularies": {"style_id": ["lofi"]},
    "models": {},
}


def analysis_of(clip: bytes, duration_s: float = 1.0) -> dict[str, Any]:
    """What /analyze would answer: every value follows from the clip's hash; one in four has neither tempo nor key."""
    digest = hashlib.sha256(clip).digest()
    share = digest[0] / 255
    plain = digest[1] % 4 == 0
    bpm, key = (None, None) if plain else (60.0 + digest[2] / 2, "A minor")
    heard = analysis(
        bpm,
        key,
        tempo_confidence=0.0 if plain else share,
        probabilities={} if plain else {"A minor": 0.5, "C major": 0.3},
        emotion_confidence=0.5,
        valence=share,
        arousal=-share,
        styles={"lofi": 0.9},
        integrated_lufs=-20.0 + share,
        energy=(share, share),
        prompt=f'lofi, "{digest.hex()[:6]}"',
    ).model_dump()
    heard["details"]["duration_s"] = duration_s
    return heard


@dataclass
class Analysing:
    """`asked`: how often each clip came whole, by its bytes. `refuse`: how many requests to refuse as too many first.
    `enough`: set when it has been asked for `limit` clips."""

    url: str
    delay_s: float = 0.0
    refuse: int = 0
    limit: int = 1 << 30
    asked: Counter[bytes] = field(default_factory=Counter)
    enough: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, clip: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        with self.lock:
            if self.refuse > 0:
                self.refuse -= 1
                return 429, {"error": "Too many requests. Ask later.", "code": "busy"}, {"retry-after": "0"}
            self.asked[clip] += 1
        time.sleep(self.delay_s)
        with self.lock:
            if self.asked.total() >= self.limit:
                self.enough.set()
        if not clip.startswith(b"RIFF"):
            return 415, {"error": "This is no audio. Send audio.", "code": "not_audio"}, {}
        return 200, analysis_of(clip), {}


@contextlib.contextmanager
def analysing_service(delay_s: float = 0.0, refuse: int = 0) -> Iterator[Analysing]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, INFO, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
            parts = message_from_bytes(head + body).get_payload()
            clip = next(part.get_payload(decode=True) for part in parts if part.get_filename())  # type: ignore[union-attr]
            with contextlib.suppress(OSError):  # who asked was killed
                self._send(*service.answer(clip))  # type: ignore[arg-type]

        def _send(self, status: int, told: dict[str, Any], headers: dict[str, str]) -> None:
            data = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {
                "content-type": "application/json",
                "content-length": str(len(data)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Analysing(f"http://127.0.0.1:{server.server_address[1]}", delay_s, refuse)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

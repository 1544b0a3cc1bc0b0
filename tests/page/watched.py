"""A page in a browser, all that it does watched: what it says on the console, whom it asks, what it plays."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Request

SOUND_TAP = Path(__file__).with_name("sound_tap.js")
PATIENCE_S = 60.0


@dataclass
class Watched:
    """`faults`: console errors, exceptions, requests to other hosts; a test that expects one takes it out."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.page.on("console", lambda said: self._note(said.type in ("error", "warning"), f"console: {said.text}"))
        self.page.on("pageerror", lambda error: self._note(True, f"exception: {error}"))
        self.page.on("request", self._look_at)
        self.page.add_init_script(path=SOUND_TAP)

    def _note(self, bad: bool, what: str) -> None:
        if bad:
            self.faults.append(what)

    def _look_at(self, request: Request) -> None:
        own = request.url.startswith((self.url, "blob:", "data:"))
        self._note(not own, f"another host: {request.url}")

    def open(self, path: str = "/") -> Watched:
        self.page.goto(self.url + path)
        if path == "/":
            self.until(self.button("Compose").is_enabled, "the page knows who composes")
        return self

    def give_key(self, key: str) -> None:
        """Answers the page's question for the key; that the service wanted one is no fault."""
        self.page.locator("dialog[open] input[type=password]").fill(key)
        self.page.get_by_role("button", name="Use it").click()
        self.faults[:] = [one for one in self.faults if "401 (Unauthorized)" not in one]

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def compose(self, prompt: str) -> None:
        self.page.get_by_role("textbox", name="Prompt").fill(prompt)
        self.button("Compose").click()

    def wait_for_take(self, number: int) -> None:
        self.page.locator(".music-panel .file-name", has_text=f"Music {number}").wait_for()
        self.button("Compose").wait_for()

    def level(self) -> float:
        """The greatest sample of the last 64 ms that went to the loudspeakers."""
        return float(self.page.evaluate("soundTap.now().level"))

    def sounds(self) -> bool:
        return self.level() > 0.001

    def audio_time_s(self) -> float:
        return float(self.page.evaluate("soundTap.now().time"))

    def captured(self) -> NDArray[np.float32]:
        """(2, time) what was played since `soundTap.capture()`, or since this was called last."""
        told = base64.b64decode(self.page.evaluate("soundTap.captured()"))
        return np.frombuffer(told, np.float32).reshape(2, -1)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Asks again and again, while the page goes on. AssertionError with `what` where it never comes true."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"never: {what}"
            self.page.wait_for_timeout(50)

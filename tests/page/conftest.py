"""A headless Chromium before the real service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from examples.chromium import MISSING, find_chromium
from tests.page.watched import Watched
from tests.serving import Served, band, serve, wav_of

KEY = "sesame"

Open = Callable[..., Watched]


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """Asked for before all else: where there is none, no server is started for what is skipped."""
    found = find_chromium()
    if found is None:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's microphone hears: eight seconds in C major at 120 bpm."""
    path = tmp_path_factory.mktemp("microphone") / "heard.wav"
    path.write_bytes(wav_of(band(8.0, rate_hz=48_000), 48_000))
    return path


@pytest.fixture(scope="package")
def browser(chromium: str, spoken: Path) -> Iterator[Browser]:
    """For this folder: as long as Playwright goes on, its event loop keeps other folders from having one."""
    options = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@contextmanager
def opening(browser: Browser) -> Iterator[Open]:
    """Opens a page of a service in a window of its own; at the end nothing may have gone wrong in it."""
    with ExitStack() as windows:
        opened: list[Watched] = []

        def open_page(service: Served, path: str = "/", **window: Any) -> Watched:
            context = windows.enter_context(browser.new_context(**{"locale": "en", **window}))
            watched = Watched(context.new_page(), service.url)
            opened.append(watched)
            return watched.open(path)

        yield open_page
        for watched in opened:
            assert watched.faults == []


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Open]:
    with opening(browser) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def shared_page_of(browser: Browser) -> Iterator[Open]:
    """For what several tests ask of one page."""
    with opening(browser) as open_page:
        yield open_page


@pytest.fixture
def page(page_of: Open, builtin: Served) -> Watched:
    """The page of the service as it is built, with the sketch composer."""
    return page_of(builtin)


@pytest.fixture(scope="session")
def musicgen(hub_cache: Path, no_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with a small MusicGen of random weights, and a key."""
    settings = {
        "AURAL_MODELS": "pretrained",
        "AURAL_WEIGHTS": str(hub_cache),
        "AURAL_WEIGHTS_RECORD": str(no_record),
        "AURAL_API_KEY": KEY,
        "OMP_NUM_THREADS": "1",  # layers this small only wait for each other on more
        "AURAL_COMPOSER_THREADS": "1",
        "AURAL_WORKERS": "1",  # nothing is listened to
        "AURAL_SLOTS": "2",
    }
    with serve(tmp_path_factory.mktemp("musicgen"), settings) as served:
        yield served

"""The page in a browser: how much is loaded, when it can be used, and how smoothly a minute of music moves.

`python -m bench.page`, with a headless Chromium (AURAL_CHROMIUM, or the one on the path) before the built-in service on
loopback. First load: bytes as they went over the wire, and the time from the navigation until Compose can be pressed,
each time in a window that knows nothing yet; for comparison BentoML's own page (/docs). Frames: the time between two of
the browser's, while a minute of music plays, and while it is zoomed and scrolled at the same time. Prints a table and
writes bench/results/page.json.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from examples.chromium import MISSING, find_chromium
from examples.serving import ROOT, served

RESULT = ROOT / "bench" / "results" / "page.json"
PORT = 8147
URL = f"http://127.0.0.1:{PORT}"
LOADS = 9
SECONDS = 60
WATCHED_S = 6.0
PATIENCE_MS = 60_000
FRAME_MS = 1000 / 60

USABLE = {"/": "button.compose:not([disabled])", "/docs": ".opblock"}

BEGIN_FRAMES = """() => {
  window.frameTimes = [];
  const note = (now) => { window.frameTimes?.push(now); if (window.frameTimes) requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
END_FRAMES = "() => { const told = window.frameTimes; window.frameTimes = null; return told; }"


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        sys.exit(MISSING)
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as log:
        environment = {**os.environ, "BENTOML_HOME": home, "AURAL_MODELS": "builtin"}
        with served("service:AuralArchitect", PORT, log, environment=environment), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--autoplay-policy=no-user-gesture-required"]
            )
            loads = {path: [loaded(browser, path) for _ in range(LOADS)] for path in USABLE}
            frames = moved(browser)
            version = browser.version
            browser.close()
    first = {
        path: {
            "kilobytes": statistics.median(kilobytes for kilobytes, _ in rows),
            "usable_s": statistics.median(usable_s for _, usable_s in rows),
        }
        for path, rows in loads.items()
    }
    for path, row in first.items():
        print(f"{path:<8}{row['kilobytes']:>7.0f} kB on the first load, usable after {row['usable_s']:.2f} s")
    for doing, row in frames.items():
        print(
            f"{doing:<24}{row['per_s']:>6.1f} frames/s; between two of them {row['median_ms']:.1f} ms, 99 of 100 within"
            f" {row['p99_ms']:.1f}, {row['late']:.1%} late"
        )
    told = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Chromium {version}, headless, no GPU",
        "first_load": first,
        "frames": frames,
    }
    RESULT.write_text(json.dumps(told, indent=1) + "\n")


def loaded(browser: Browser, path: str) -> tuple[float, float]:
    """Kilobytes over the wire, headers and all, and seconds until the page can be used."""
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    began = time.monotonic()
    page.goto(URL + path, wait_until="commit")
    page.locator(USABLE[path]).first.wait_for()
    usable_s = time.monotonic() - began
    page.wait_for_load_state("networkidle")
    context.close()
    return sum(sizes) / 1000, usable_s


def moved(browser: Browser) -> dict[str, dict[str, float]]:
    """Frames while music plays; while it is zoomed in and out; while it is scrolled from end to end."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000}, locale="en")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(URL)
    page.get_by_label("Length", exact=True).first.fill(str(SECONDS))
    page.get_by_role("textbox", name="Prompt").fill("rock band")
    page.get_by_role("button", name="Compose", exact=True).click()
    page.get_by_role("button", name="Get the stems").click()
    page.locator(".stems li").first.wait_for()
    wave = page.locator(".waveform-music")
    wave.scroll_into_view_if_needed()
    box = wave.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("button", name="Play as a loop").last.click()
    return {
        "playing": frames(page, lambda _: None),
        "zooming": frames(page, lambda step: zoom(page, -120 if step % 20 < 10 else 120)),
        "zoomed in, scrolling": frames(
            page, lambda step: page.mouse.wheel(60 if step % 60 < 30 else -60, 0), zoomed=True
        ),
    }


def zoom(page: Page, delta: float) -> None:
    page.keyboard.down("Control")
    page.mouse.wheel(0, delta)
    page.keyboard.up("Control")


def frames(page: Page, do: Any, *, zoomed: bool = False) -> dict[str, float]:
    """For WATCHED_S, `do(step)` twenty times a second."""
    for _ in range(8 if zoomed else 0):
        zoom(page, -120)
    page.wait_for_timeout(500)
    page.evaluate(BEGIN_FRAMES)
    until, step = time.monotonic() + WATCHED_S, 0
    while time.monotonic() < until:
        do(step)
        step += 1
        page.wait_for_timeout(50)
    times = np.array(page.evaluate(END_FRAMES))
    between = np.diff(times)
    return {
        "per_s": 1000 * len(between) / float(times[-1] - times[0]),
        "median_ms": float(np.median(between)),
        "p99_ms": float(np.percentile(between, 99)),
        "late": float((between > 1.5 * FRAME_MS).mean()),
    }


if __name__ == "__main__":
    main()

"""The picture at the top of README: the page after it has listened to our clip and composed. `make page-picture`

A headless Chromium (AURAL_CHROMIUM, or the one on the path) opens the page of the built-in service; what it shows goes
into docs/page.png, in a palette so that it stays under MOST_BYTES.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from examples.chromium import MISSING, find_chromium
from examples.clip import CLIP
from examples.demo import serving

PICTURE = Path("docs") / "page.png"
MOST_BYTES = 300_000
WIDE, HIGH = 1400, 1600
COLOURS = 128
SEED = "42"
SECONDS = "20"


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        sys.exit(MISSING)
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH}, locale="en", reduced_motion="reduce")
        page.set_default_timeout(60_000)
        page.goto(url)
        show(page)
        picture = Image.open(io.BytesIO(page.screenshot()))
        browser.close()
    PICTURE.parent.mkdir(exist_ok=True)
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {picture.width} x {picture.height}, {size / 1000:.0f} kB")
    if size > MOST_BYTES:
        sys.exit(f"It has more than {MOST_BYTES / 1000:.0f} kB.")


def show(page: Page) -> None:
    """The clip is heard, music that follows it is made, and its stems are taken apart."""
    page.locator("#choose-clip").set_input_files(CLIP)
    page.get_by_label("Tempo, bpm").wait_for()
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Seed", exact=True).fill(SEED)
    page.get_by_label("Seed", exact=True).blur()
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Length", exact=True).first.fill(SECONDS)
    page.get_by_role("button", name="Compose", exact=True).click()
    page.get_by_role("button", name="Get the stems").click()
    page.locator(".stems li").first.wait_for()
    page.get_by_role("button", name="Pause: Music 1").click()
    page.evaluate("document.querySelector('.ask-form').scrollTop = 0; window.scrollTo(0, 0)")


if __name__ == "__main__":
    main()

"""The Chromium that the page's picture, bench and tests are driven in."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "There is no Chromium: install your system's, or set AURAL_CHROMIUM to one."


def find_chromium() -> str | None:
    """AURAL_CHROMIUM, else the first of NAMES on the path; None where there is none."""
    return os.environ.get("AURAL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)

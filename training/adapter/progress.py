"""How far long work is, on one line of the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

Progress = Callable[[str], None]
WIDTH = 70


def tell(news: str) -> None:
    """Over what was told before; the empty string clears the line."""
    print(f"\r{news:<{WIDTH}}", end="" if news else "\r", file=sys.stderr, flush=True)


def nobody(news: str) -> None:
    """Nobody is told."""

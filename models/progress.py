"""How far a long download is: on a terminal one line that is kept up to date, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time

from tqdm import tqdm

EVERY_S = {True: 0.2, False: 10.0}
"""On a terminal, and in a log."""


class Progress:
    """Counts bytes on standard error. Use it in a `with`. `came`: bytes that were there when it began."""

    def __init__(self, what: str, total_bytes: int, came: int = 0):
        self.what = what
        self._total, self._first, self._came = total_bytes, came, came
        self._live = sys.stderr.isatty()
        self._began = self._said = time.monotonic()

    def received(self, count: int) -> None:
        self._came += count
        if time.monotonic() - self._said >= EVERY_S[self._live]:
            self._say()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        """How far it came is said in any case."""
        self._say(last=True)

    def _say(self, *, last: bool = False) -> None:
        self._said = time.monotonic()
        line = tqdm.format_meter(
            n=self._came,
            total=self._total,
            elapsed=self._said - self._began,
            initial=self._first,
            prefix=self.what,
            unit="B",
            unit_scale=True,
            ncols=100,
        )
        again, end = ("\r", "\n" if last else "") if self._live else ("", "\n")
        print(f"{again}{line}", end=end, file=sys.stderr, flush=True)


def bytes_said(count: float) -> str:
    """As the hub says sizes: "841 MB", "1.08 GB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f} B"

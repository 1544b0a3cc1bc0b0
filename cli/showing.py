"""How facts look in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.progress import Progress

BARS = "▁▂▃▄▅▆▇█"
SPARKLINE_WIDTH = 40
PIPED_WIDTH = 2_500
"""More than a prompt has."""


def console() -> Console:
    """Standard output; what is wider than the terminal is not cut where it is piped."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def facts_table(title: str, facts: Iterable[tuple[str, str | None]]) -> Group:
    """A fact a line; those that are None are left out. The title has the terminal's width, not the table's."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        if value is not None:
            table.add_row(name, Text(value))
    return Group(Text(title, style="bold", overflow="fold"), table)


def sparkline(values: Sequence[float], width: int = SPARKLINE_WIDTH) -> str:
    """Of values 0..1: the mean of each of at most `width` equal parts."""
    count = min(width, len(values))
    parts = [values[part * len(values) // count : (part + 1) * len(values) // count] for part in range(count)]
    levels = [sum(part) / len(part) * (len(BARS) - 1) for part in parts]
    return "".join(BARS[min(len(BARS) - 1, max(0, round(level)))] for level in levels)


def clock(seconds: float) -> str:
    """3:07, or 12.5 s where it is under a minute."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def progress_bar() -> Progress:
    """On standard error, and nothing at all where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )

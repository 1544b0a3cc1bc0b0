"""Tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Every row as long as the head."""
    lines = [_line(head), "|" + "---|" * len(head)]
    for row in rows:
        assert len(row) == len(head), row
        lines.append(_line(row))
    return "\n".join(lines)


def code(value: str) -> str:
    return f"`{value}`"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

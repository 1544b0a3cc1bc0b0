"""What `aural check` does: every check in turn, as a table or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.exits import FAILED, FINE, complain
from cli.showing import console

if TYPE_CHECKING:
    from cli.checks import Check

STYLES = {"ok": "green", "note": "yellow", "fault": "bold red"}


def run(port: int, *, as_json: bool) -> int:
    """The exit code: FAILED where a check found a fault."""
    try:
        from cli.checks import all_checks
    except ImportError as cause:
        complain(f"{cause}. Install aural-architect again, with all that it needs.")
        return FAILED
    checks = list(all_checks(port))
    able = all(one.state != "fault" for one in checks)
    if as_json:
        print(json.dumps({"ok": able, "checks": [asdict(one) for one in checks]}, indent=2))
    else:
        _tell(checks)
        print("The service can start." if able else "The service cannot start: see the faults.")
    return FINE if able else FAILED


def _tell(checks: list[Check]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    for one in checks:
        table.add_row(Text(one.state, style=STYLES[one.state]), one.name, Text(one.told))
    console().print(table)

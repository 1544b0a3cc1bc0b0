"""The exit codes of every command, and how a failure is told."""

from __future__ import annotations

import sys

FINE, FAILED, SOME_FAILED, USAGE, INTERRUPTED = 0, 1, 2, 64, 130
"""USAGE is BSD's EX_USAGE: 2, which shells have for it, says here that some files failed and others did not."""

TOLD = (
    f"Exit codes: {FINE} all is done; {FAILED} it failed, and the reason is on standard error; {SOME_FAILED} some of"
    f" several files failed; {USAGE} the command line cannot be understood; {INTERRUPTED} interrupted by Ctrl-C."
)


def complain(sentence: str) -> None:
    """On standard error: standard output is for answers."""
    print(f"aural: {sentence}", file=sys.stderr)

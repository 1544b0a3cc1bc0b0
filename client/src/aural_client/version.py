"""The version, as the installed distribution tells it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("aural-client")
    except PackageNotFoundError:  # run from its sources
        return "0"


__version__ = _installed()

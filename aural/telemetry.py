"""What libraries would tell their makers is switched off, in every process that imports a room of this house."""

from __future__ import annotations

import os

SWITCHED_OFF = {
    "ORT_DISABLE_TELEMETRY": "1",
    "BENTOML_DO_NOT_TRACK": "True",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""ONNX Runtime writes a device's id and a database of events into the user's cache as it is imported, and sends them;
BentoML sends what is served, and the word must be True; the hub's library tells of downloads."""


def switch_off() -> None:
    """To be called before any of them is imported. Whatever the environment said, processes that start later inherit
    it."""
    os.environ.update(SWITCHED_OFF)

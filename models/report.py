"""What a model says of itself in /info."""

from __future__ import annotations

from typing import Any

import torch

from models.cards import Card


def runtime_report(card: Card, device: torch.device, precision: str = "fp32") -> dict[str, Any]:
    """`revision` is empty where none was seen at its source. `gpu`: it runs on one."""
    return {
        "model": card.name,
        "revision": card.revision,
        "licence": card.licence,
        "device": str(device),
        "gpu": device.type != "cpu",
        "precision": precision,
    }

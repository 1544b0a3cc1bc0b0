"""Production: no two records of a style are mixed alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.sketch.styles import Layer, Style

# One standard deviation, or the ends of a range, of what differs from record to record.
LAYER_DB, DRUMS_DB, ROOM_DB = 3.4, 2.5, 4.5
BRIGHTNESS = 0.5
ROOM_TIMES, GLUE, PAN, SENDS = (0.65, 1.5), 0.25, 0.2, (0.6, 1.5)
MOST_SIGMAS = 1.8


def produced(style: Style, rng: np.random.Generator) -> Style:
    """The style as one record of it is made: its balance, its room, its tone."""

    def around(sigma: float) -> float:
        return sigma * float(np.clip(rng.standard_normal(), -MOST_SIGMAS, MOST_SIGMAS))

    def mixed(layer: Layer) -> Layer:
        side = 1.0 if layer.pan >= 0 else -1.0
        return replace(
            layer,
            level_db=layer.level_db + around(LAYER_DB),
            pan=float(np.clip(layer.pan + side * around(PAN), -0.9, 0.9)) if layer.role != "bass" else layer.pan,
            reverb=min(1.0, layer.reverb * float(rng.uniform(*SENDS))),
        )

    return replace(
        style,
        layers=tuple(mixed(layer) for layer in style.layers),
        drums_db=style.drums_db + around(DRUMS_DB),
        brightness=float(np.clip(style.brightness + around(BRIGHTNESS), -1, 1)),
        reverb_db=style.reverb_db + around(ROOM_DB),
        reverb_s=style.reverb_s * float(np.exp(rng.uniform(*np.log(ROOM_TIMES)))),
        glue=float(np.clip(style.glue + around(GLUE), 0.2, 1.0)),
    )

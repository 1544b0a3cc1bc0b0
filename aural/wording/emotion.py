"""The emotion vocabulary: ten words in the valence-arousal plane."""

from __future__ import annotations

import math

# (valence, arousal) anchors after Russell's circumplex (1980).
ANCHORS: dict[str, tuple[float, float]] = {
    "joyful": (0.8, 0.4),
    "energetic": (0.5, 0.9),
    "aggressive": (-0.7, 0.8),
    "tense": (-0.5, 0.5),
    "dark": (-0.7, -0.2),
    "sad": (-0.6, -0.6),
    "calm": (0.5, -0.8),
    "tender": (0.7, -0.4),
    "dreamy": (0.3, -0.6),
    "neutral": (0.0, 0.0),
}
EMOTIONS = tuple(ANCHORS)
NEUTRAL_RADIUS = 0.15


def nearest_emotion(valence: float, arousal: float) -> tuple[str, float]:
    """The word nearest to a point of the plane, and a confidence 0..1 from its margin over the second nearest.

    `neutral` where both coordinates are under 0.15 in size, else never.
    """
    if abs(valence) < NEUTRAL_RADIUS and abs(arousal) < NEUTRAL_RADIUS:
        depth = 1 - max(abs(valence), abs(arousal)) / NEUTRAL_RADIUS
        return "neutral", depth
    ranked = sorted(
        (math.dist((valence, arousal), anchor), word) for word, anchor in ANCHORS.items() if word != "neutral"
    )
    (near, word), (far, _) = ranked[0], ranked[1]
    return word, (far - near) / (far + near)

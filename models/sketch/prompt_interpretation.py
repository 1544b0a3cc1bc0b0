"""From a request to an intent: fields first, then the prompt's own words, then what it is most like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aural.theory.keys import Key, Mode
from aural.types import Floats, MusicRequest
from aural.wording.asked import FASTEST_BPM, SLOWEST_BPM
from aural.wording.emotion import ANCHORS
from aural.wording.style import genre_word
from models.sketch.encoder import SentenceEncoder
from models.sketch.intent import Intent
from models.sketch.phrasings import EMOTION_PHRASINGS, STYLE_PHRASINGS
from models.sketch.prompt_words import PromptReading, read
from models.sketch.styles import STYLES, Style

DEFAULT_STYLE = "pop"
NEUTRAL = "neutral"
# Cosines under which a prompt is like nothing in particular: then the default style, a neutral emotion.
# Chosen on some forty prompts: what was below was wrong more often than right.
STYLE_FLOOR = 0.28
EMOTION_FLOOR = 0.3
# An emotion also has to lead the second best by this much.
EMOTION_MARGIN = 0.04
# Of a mode that an emotion of this valence or less in size does not decide against the style's own.
MILD_VALENCE = 0.5
STRENGTH_OF_BEST = 0.6  # a label's score: this share of its best phrasing, the rest of its mean phrasing


@dataclass(frozen=True, eq=False)
class Label:
    """A label and its phrasings as unit vectors: (phrasings, 384)."""

    name: str
    vectors: Floats


class PromptInterpreter:
    """Knows the vocabularies by meaning. Thread-safe."""

    def __init__(self, encoder: SentenceEncoder):
        self._encoder = encoder
        self._styles = self._embed_labels({s: (f"{genre_word(s)} music", *p) for s, p in STYLE_PHRASINGS.items()})
        self._emotions = self._embed_labels({e: (f"{e} music", *p) for e, p in EMOTION_PHRASINGS.items()})

    def _embed_labels(self, phrasings: dict[str, tuple[str, ...]]) -> tuple[Label, ...]:
        return tuple(
            Label(name, np.stack([self._encoder.embed(p) for p in lines])) for name, lines in phrasings.items()
        )

    def intent(self, request: MusicRequest) -> Intent:
        """Decide everything. What the request's fields say wins over the prompt, exact words over likeness."""
        reading = read(request.prompt)
        vector = self._encoder.embed(reading.text) if reading.text.strip() else None
        style_id = request.style_id or reading.style_id or self._style_like(vector)
        emotion = request.emotion or reading.emotion or self._emotion_like(vector)
        rng = np.random.default_rng([request.seed, 1])
        style = STYLES[style_id]
        place, tonic = float(rng.uniform(0.25, 0.75)), int(rng.integers(12))
        bpm = request.bpm or reading.bpm or _tempo(style, emotion, reading, place)
        key = Key.parse(request.key) if request.key else reading.key
        if key is None:
            key = Key(tonic, reading.mode or _mode(style, emotion, float(rng.random())))
        return Intent(style_id, emotion, bpm, key, reading.instruments, reading.solo, reading.without)

    def _style_like(self, vector: Floats | None) -> str:
        ranked = _ranked(self._styles, vector)
        return ranked[0][1] if ranked and ranked[0][0] >= STYLE_FLOOR else DEFAULT_STYLE

    def _emotion_like(self, vector: Floats | None) -> str:
        ranked = _ranked(self._emotions, vector)
        clear = bool(ranked) and ranked[0][0] >= EMOTION_FLOOR and ranked[0][0] - ranked[1][0] >= EMOTION_MARGIN
        return ranked[0][1] if clear else NEUTRAL


def _ranked(labels: tuple[Label, ...], vector: Floats | None) -> list[tuple[float, str]]:
    """(score, label), best first."""
    if vector is None:
        return []
    scored = []
    for label in labels:
        cosines = label.vectors @ vector
        score = STRENGTH_OF_BEST * float(cosines.max()) + (1 - STRENGTH_OF_BEST) * float(cosines.mean())
        scored.append((score, label.name))
    return sorted(scored, reverse=True)


def _tempo(style: Style, emotion: str, reading: PromptReading, place: float) -> float:
    """A whole tempo of the style's range: where the words or the arousal put it."""
    low, high = style.bpm
    if reading.tempo_place is not None:
        place = reading.tempo_place
    elif emotion != NEUTRAL:
        place = 0.5 + 0.4 * ANCHORS[emotion][1] + 0.3 * (place - 0.5)
    return float(np.clip(round(low + (high - low) * place), SLOWEST_BPM, FASTEST_BPM))


def _mode(style: Style, emotion: str, chance: float) -> Mode:
    """Strong feelings decide the mode; mild ones leave a style its own where it has one."""
    valence = ANCHORS[emotion][0]
    if valence < 0:
        return "minor"
    if valence > MILD_VALENCE or (valence > 0 and style.mode is None):
        return "major"
    return style.mode or ("major" if chance < 0.5 else "minor")

"""The sketch composer: real music by rule and synthesis, at exactly the asked tempo, in exactly the asked key."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from aural.settings import VERSION
from aural.wire import TAIL_S, TAKE_RATE_HZ, Floats, MusicRequest, Take
from models.composer import Emit, Progress
from models.sketch.arrange import arrange
from models.sketch.dynamics import Energy, intensity_per_bar, loudness_for, natural, target_lufs
from models.sketch.encoder import Encoder
from models.sketch.form import Bar, plan, with_intensity
from models.sketch.intent import Intent
from models.sketch.mix.desk import mix
from models.sketch.mix.follow import follow
from models.sketch.mood import in_mood, more_players, strength
from models.sketch.score import Grid
from models.sketch.steering import Steering
from models.sketch.styles import STYLES, Style

LICENCE = "CC0-1.0"  # of the music
REPORT_EVERY_S = 0.1
BLOCK = TAKE_RATE_HZ  # samples per emitted block
STEPS_EXPECTED = 500  # work steps of a minute of music; progress approaches 1 whatever their number


class SketchComposer:
    """Composes without a trained generator. Thread-safe: nothing is changed after loading."""

    name = "sketch-1"

    def __init__(self, steering: Steering):
        self._steering = steering

    @classmethod
    def load(cls) -> SketchComposer:
        """Load the sentence encoder and place the vocabularies in its space (about a second)."""
        return cls(Steering(Encoder.load()))

    def report(self) -> dict[str, Any]:
        """For /info; `licence` is that of the music."""
        here = {"device": "cpu", "gpu": False, "precision": "fp32"}
        return {"model": self.name, "revision": VERSION, "licence": LICENCE, **here}

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        """Compose `request`. Same request, same seed: same bytes. See `models.composer.Composer`.

        All is emitted at the end: the mix is levelled as a whole.
        """
        ticker = _Ticker(progress)
        intent = self._steering.intent(request)
        ticker.tick()
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        samples = loop_end + round(TAIL_S * TAKE_RATE_HZ)
        style = in_mood(STYLES[intent.style_id], intent.emotion)
        grid = Grid(intent.bpm, TAKE_RATE_HZ, style.swing, style.pairs_per_beat)
        bars, energy = _form(style, intent, request, grid)
        arrangement = arrange(style, intent, bars, request.seed, ticker.tick)
        mixed = mix(
            arrangement,
            style,
            grid,
            samples=samples,
            key=intent.key,
            seed=request.seed,
            tick=ticker.tick,
        )
        if energy.asked:
            energy = loudness_for(energy, mixed, TAKE_RATE_HZ)
            ticker.tick()
        finished: Floats = follow(mixed, target_lufs(energy), TAKE_RATE_HZ, ticker.tick)
        progress(1.0)
        if emit is not None:
            for start in range(0, samples, BLOCK):
                emit(finished[:, start : start + BLOCK])
        return Take(finished, loop_end, request.seed, self.name, intent.bpm, str(intent.key), LICENCE)


def _form(style: Style, intent: Intent, request: MusicRequest, grid: Grid) -> tuple[tuple[Bar, ...], Energy]:
    """The bars with their intensities, and the energy that the mix will follow."""
    bars = plan(style, intent.key, request.duration_s / grid.bar_s, np.random.default_rng([request.seed, 2]))
    if request.energy_curve:
        energy = Energy(np.asarray(request.energy_curve, np.float64), request.duration_s, True)
        intensities = intensity_per_bar(energy, len(bars), grid.bar_s)
    else:
        intensities = np.array([bar.intensity for bar in bars])
        energy = natural(np.clip(intensities * strength(intent.emotion), 0, 1), len(bars) * grid.bar_s)
    return with_intensity(bars, np.clip(intensities + more_players(intent.emotion), 0, 1)), energy


@dataclass
class _Ticker:
    """Turns steps of unknown number into a fraction, and reports it a few times a second.

    The clock decides only when to report, never what is composed.
    """

    progress: Progress
    steps: int = 0
    reported_s: float = -math.inf

    def tick(self) -> None:
        self.steps += 1
        now_s = time.monotonic()
        if now_s - self.reported_s >= REPORT_EVERY_S:
            self.reported_s = now_s
            self.progress(1 - math.exp(-2 * self.steps / STEPS_EXPECTED))

"""The sketch composer: music by rule, from recordings and synthesis, at exactly the asked tempo, in the asked key."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from aural.errors import BadField
from aural.settings import VERSION
from aural.theory.metre import METRE_NAMES
from aural.types import BY_RULE, TAKE_RATE_HZ, Ending, Floats, MusicRequest, Take
from models.composer import SKETCH, Emit, Progress
from models.sketch.arrange import Arrangement, arrange
from models.sketch.band import balanced_drums, lined_up
from models.sketch.dynamics import Energy, energy_from_intensity, intensity_per_bar, loudness_for, target_lufs
from models.sketch.encoder import SentenceEncoder
from models.sketch.ending import Close
from models.sketch.form import Bar, Plan, plan, with_intensity
from models.sketch.harmony import changes_of
from models.sketch.intent import Intent
from models.sketch.loop_form import plan_loop
from models.sketch.midi import midi_bytes
from models.sketch.mix.desk import Mixed, render_mix
from models.sketch.mix.edges import EdgeFades
from models.sketch.mix.filtering import Tick
from models.sketch.mix.follow import ride_gain_to_target
from models.sketch.mix.glue import glue_gain
from models.sketch.mood import apply_emotion, energy_factor, intensity_offset
from models.sketch.production import produced
from models.sketch.prompt.interpreter import PromptInterpreter
from models.sketch.render_window import RenderWindow
from models.sketch.samples.bank import shipped_bank
from models.sketch.score import Grid
from models.sketch.styles import STYLES, Style

NEUTRAL = "neutral"
LICENCE = "CC0-1.0"  # of the music
REPORT_EVERY_S = 0.1
DEFAULT_ENDING: Ending = "ring"
LONGEST_LOOP_S = 128.0  # 32 bars at 60 bpm
BLOCK = TAKE_RATE_HZ  # samples per emitted block
STEPS, STEPS_PER_S = 70, 5  # of work, for a piece and for a second of its music: about those of five prompts


class SketchComposer:
    """Composes without a trained generator. Thread-safe: nothing is changed after loading."""

    name = SKETCH

    def __init__(self, interpreter: PromptInterpreter):
        self._steering = interpreter

    @classmethod
    def load(cls) -> SketchComposer:
        """Load the sentence encoder and place the vocabularies in its space (about a second); open the samples.

        Raises MissingWeights.
        """
        shipped_bank()
        return cls(PromptInterpreter(SentenceEncoder.load()))

    def report(self) -> dict[str, Any]:
        """For /info; `licence` is that of the music."""
        here = {"device": "cpu", "gpu": False, "precision": "fp32"}
        can = {"exact": True, "origin": BY_RULE, "stems": True, "continues": False}
        writes = {"metres": list(METRE_NAMES), "endings": ["ring", "cut", "fade"], "chords": True}
        return {"model": self.name, "revision": VERSION, "licence": LICENCE, **here, **can, **writes}

    def step_count(self, request: MusicRequest) -> None:
        """Unknown: what is played decides it."""

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        """Compose `request`. Same request, same seed: same bytes. See `models.composer.Composer`.

        All is emitted at the end: the mix is levelled as a whole.
        """
        ticker = _ProgressTicker(progress, STEPS + STEPS_PER_S * request.duration_s)
        intent = self._steering.intent(request)
        ticker.tick()
        piece = _compose_piece(request, intent, ticker.tick)
        mixed = render_mix(
            piece.arrangement,
            piece.style,
            piece.grid,
            span=piece.span,
            key=intent.key,
            seed=request.seed,
            tick=ticker.tick,
            stems=request.stems,
        )
        samples, stems = _levelled(mixed, piece, ticker.tick)
        midi = midi_bytes(piece.arrangement, piece.bars, intent, piece.grid, piece.span.body) if request.stems else b""
        progress(1.0)
        if emit is not None:
            for start in range(0, samples.shape[1], BLOCK):
                emit(samples[:, start : start + BLOCK])
        return Take(
            samples,
            piece.span.body,
            request.seed,
            self.name,
            intent.bpm,
            str(intent.key),
            LICENCE,
            exact=True,
            origin=BY_RULE,
            bars=len(piece.bars) if request.loop else 0,
            metre=piece.grid.metre.name,
            style_id=intent.style_id,
            heard=intent.heard,
            stems=stems,
            midi=midi,
        )


@dataclass(frozen=True, eq=False)
class Piece:
    """What is to be played: who plays what (`arrangement`), when (`grid`, `span`, `close`), and how loud (`energy`)."""

    style: Style
    grid: Grid
    span: RenderWindow
    close: Close
    bars: tuple[Bar, ...]
    energy: Energy
    arrangement: Arrangement


def _compose_piece(request: MusicRequest, intent: Intent, tick: Tick) -> Piece:
    style = STYLES[intent.style_id]
    # A feeling, or an energy that was asked, takes the whole band.
    if intent.emotion == NEUTRAL and request.energy_curve is None:
        rng = np.random.default_rng([request.seed, 5])
        style = produced(lined_up(style, rng), rng)
    style = balanced_drums(apply_emotion(style, intent.emotion), intent)
    grid = Grid(intent.bpm, TAKE_RATE_HZ, style.swing, style.pairs_per_beat, intent.metre)
    request = _in_whole_bars(request, grid) if request.loop else request
    ending: Ending = "cut" if request.loop else request.ending or DEFAULT_ENDING
    close = Close.of(ending, request.duration_s, grid, level_is_asked=request.energy_curve is not None)
    grid = replace(grid, fermata=close.fermata)
    span = RenderWindow.of(round(request.duration_s * TAKE_RATE_HZ), loops=request.loop)
    bars, energy = _bars_and_energy(style, intent, request, grid, close)
    return Piece(style, grid, span, close, bars, energy, arrange(style, intent, bars, request.seed, tick))


def _in_whole_bars(request: MusicRequest, grid: Grid) -> MusicRequest:
    """With the duration of its bars. Raises BadField where the composer's own tempo makes too much of them."""
    n_bars = request.bars or max(1, round(request.duration_s / grid.bar_s))
    duration_s = n_bars * grid.metre.beats * 60 / grid.bpm
    if request.bars and duration_s > LONGEST_LOOP_S:
        raise BadField(
            f"bars: {n_bars} bars at {grid.bpm:g} bpm are {duration_s:.0f} s; at most {LONGEST_LOOP_S:g} s."
            " Ask for fewer."
        )
    return replace(request, duration_s=duration_s, bars=n_bars)


def _levelled(mixed: Mixed, piece: Piece, tick: Tick) -> tuple[Floats, dict[str, Floats]]:
    """Body and tail at the energy that the piece should have: the mix, and its stems."""
    span, energy = piece.span, piece.energy
    glue = glue_gain(mixed.whole, piece.style.glue, span, tick)
    glued = mixed.whole * glue
    if energy.asked:
        energy = loudness_for(energy, glued[:, span.metering_slice], TAKE_RATE_HZ)
        tick()
    fermata = piece.grid.fermata
    held_from_s = piece.grid.seconds(fermata.beat) if fermata and not energy.asked else None
    ride = ride_gain_to_target(glued, target_lufs(energy), span, tick, held_from_s=held_from_s)
    whole = piece.close.faded(span.cut(ride.applied(glued)), span)
    edges = EdgeFades.of(whole, loops=span.loops)
    stems: dict[str, Floats] = {}
    for name in list(mixed.parts):  # each raw part is let go when its stem is made
        tick()
        part = ride.applied(mixed.parts.pop(name) * glue)
        stems[name] = edges.applied(piece.close.faded(span.cut(part), span))
    return edges.applied(whole), stems


def _bars_and_energy(
    style: Style, intent: Intent, request: MusicRequest, grid: Grid, close: Close
) -> tuple[tuple[Bar, ...], Energy]:
    """The bars with their intensities, and the energy that the mix will follow."""
    rng = np.random.default_rng([request.seed, 2])
    asked = Plan(
        style,
        intent.key,
        intent.metre,
        request.bars or close.n_bars,
        grid.bar_s,
        ends=close.fermata is not None,
        acts=request.energy_curve is None,
        chords=changes_of(intent.chords, intent.key),
    )
    bars = plan_loop(asked, rng) if request.loop else plan(asked, rng)
    if request.energy_curve:
        energy = Energy(np.asarray(request.energy_curve, np.float64), request.duration_s, True)
        intensities = intensity_per_bar(energy, len(bars), grid.bar_s)
    else:
        intensities = np.array([bar.intensity for bar in bars])
        energy = energy_from_intensity(
            np.clip(intensities * energy_factor(intent.emotion), 0, 1), len(bars) * grid.bar_s
        )
    return with_intensity(bars, np.clip(intensities + intensity_offset(intent.emotion), 0, 1)), energy


@dataclass
class _ProgressTicker:
    """Turns steps of unknown number into a fraction, and reports it a few times a second.

    The clock decides only when to report, never what is composed.
    """

    progress: Progress
    expected: float
    steps: int = 0
    reported_s: float = -math.inf

    def tick(self) -> None:
        self.steps += 1
        now_s = time.monotonic()
        if now_s - self.reported_s >= REPORT_EVERY_S:
            self.reported_s = now_s
            self.progress(1 - math.exp(-self.steps / self.expected))  # below 1 whatever their number

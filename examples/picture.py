"""The demo's picture: waveform, energy of clip and music, loop points."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np

from aural.audio.clip import Clip
from aural.types import ENERGY_STEP_S
from cli.waveform import INK, draw_waveform, peaks

matplotlib.use("Agg")

CLIP_COLOUR, TAIL_COLOUR = "#d9822b", "#b3261e"


def draw(
    take: Clip, clip_energy: Sequence[float], take_energy: Sequence[float], *, loop_end_s: float, path: Path
) -> None:
    """Write a PNG. The clip's energy is stretched over the music's length, as the composer was asked to follow it."""
    from matplotlib import pyplot

    figure, (wave, energy) = pyplot.subplots(2, 1, figsize=(11, 6), sharex=True, layout="constrained")
    draw_waveform(wave, *peaks(take.samples), take.duration_s)
    wave.set(title="Composed music: body, then a 0.3 s tail past the loop point")
    for axes in (wave, energy):
        axes.axvline(0, color=TAIL_COLOUR, linestyle="--", linewidth=1)
        axes.axvline(loop_end_s, color=TAIL_COLOUR, linestyle="--", linewidth=1, label="loop start and end")
        axes.axvspan(loop_end_s, take.duration_s, color=TAIL_COLOUR, alpha=0.15, linewidth=0, label="tail")
        axes.spines[["top", "right"]].set_visible(False)
    stretched_s = (np.arange(len(clip_energy)) + 0.5) * loop_end_s / len(clip_energy)
    energy.plot(
        stretched_s,
        clip_energy,
        color=CLIP_COLOUR,
        marker="o",
        markersize=3,
        label="clip (stretched over the body)",
    )
    energy.plot((np.arange(len(take_energy)) + 0.5) * ENERGY_STEP_S, take_energy, color=INK, label="music")
    energy.set(xlabel="time in s", ylabel="energy 0..1", ylim=(0, 1.05))
    energy.legend(loc="lower right", frameon=False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)

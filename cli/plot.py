"""Pictures of what is heard, with matplotlib (the extra `demo`)."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aural.audio.windows import audio_windows
from aural.types import Floats
from aural_client import AuralError
from cli.analyzing import FileAnalysis
from cli.waveform import COLUMNS, INK, draw_waveform, peaks

BEAT_COLOUR, DOWNBEAT_COLOUR = "#d9822b", "#b3261e"
MOST_BEATS_SHOWN = 400
"""Lines closer than that would be one grey."""


class NoPicture(AuralError):
    """A picture cannot be drawn."""

    code = "no_picture"


def check_plot(to: Path) -> None:
    """Before any work. Raises NoPicture, whose sentence says what is missing."""
    if importlib.util.find_spec("matplotlib") is None:
        raise NoPicture("A picture needs matplotlib, which is not installed: pip install 'aural-architect[demo]'.")
    if to.suffix.lower() != ".png":
        raise NoPicture(f"The picture is a PNG, and {to.name} does not end in .png.")


def plot_file(path: Path, heard: FileAnalysis, to: Path) -> None:
    """Waveform, energy and beats of a file, as a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    summary = heard.summary
    figure, (wave, energy) = pyplot.subplots(2, 1, figsize=(11, 5), sharex=True, layout="constrained")
    draw_waveform(wave, *envelope(path, summary.duration_s), summary.duration_s)
    tempo = "no tempo" if summary.bpm is None else f"{summary.bpm:g} bpm"
    wave.set(title=f"{path.name}: {tempo}, {summary.key or 'no key'}")
    beats, downbeats = beats_of(heard)
    for times_s, colour in ((beats, BEAT_COLOUR), (downbeats, DOWNBEAT_COLOUR)):
        if len(times_s) <= MOST_BEATS_SHOWN:
            energy.vlines(times_s, 0, 1.05, color=colour, linewidth=0.6, alpha=0.6)
    curve = summary.energy_curve
    energy.plot((np.arange(len(curve)) + 0.5) * summary.energy_step_s, curve, color=INK)
    energy.set(xlabel="time in s", ylabel="energy 0..1", ylim=(0, 1.05), xlim=(0, summary.duration_s))
    energy.spines[["top", "right"]].set_visible(False)
    figure.savefig(to, dpi=110)
    pyplot.close(figure)


def envelope(path: Path, duration_s: float) -> tuple[Floats, Floats]:
    """The least and the greatest sample of equal parts of a file, decoded window by window."""
    lows: list[Floats] = []
    highs: list[Floats] = []
    for window in audio_windows(path):
        low, high = peaks(window.clip.samples, max(1, round(COLUMNS * window.clip.duration_s / duration_s)))
        lows.append(low)
        highs.append(high)
    return np.concatenate(lows), np.concatenate(highs)


def beats_of(heard: FileAnalysis) -> tuple[Sequence[float], Sequence[float]]:
    """Times of all beats and of those that open bars, in s of the file."""
    tempi = [(one.start_s, one.analysis.details.tempo) for one in heard.windows]
    beats = [start_s + time_s for start_s, tempo in tempi for time_s in tempo.beats_s]
    return beats, [start_s + time_s for start_s, tempo in tempi for time_s in tempo.downbeats_s]

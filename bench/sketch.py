"""The sketch composer against its own listener: every style, asked and heard. `python -m bench.sketch`

Each style at its own tempo range (no tempo asked), a key that goes round the circle of fifths, an arch of energy, 20 s;
then 60 s for the time. Prints what was asked, what `aural.listening` heard, the energy's correlation, the peak, and the
CPU seconds that a minute of music took on one thread; writes bench/results/sketch.json.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: CPU seconds of one thread

import json
import platform
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from aural.audio.clip import ANALYSIS_RATE_HZ, Clip
from aural.listening import listen
from aural.theory.keys import Key
from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from aural.wording.style import STYLES
from models.sketch.composer import SketchComposer

RESULT = Path(__file__).parent / "results" / "sketch.json"
ARCH = tuple(float(level) for level in 0.35 + 0.4 * np.sin(np.linspace(0, np.pi, 40)))
WITHIN = 0.005


def main() -> None:
    """Print the table and its summary, and write them."""
    composer = SketchComposer.load()
    rows = {style: row(composer, style, number) for number, style in enumerate(STYLES)}
    print(f"{'style':<15}{'asked':>22}{'heard':>22}{'energy r':>10}{'peak dBFS':>11}{'CPU s / 60 s':>14}")
    for style, told in rows.items():
        asked, heard = (f"{told[who + '_bpm']:.2f} {told[who + '_key']}" for who in ("asked", "heard"))
        figures = f"{told['energy_r']:>10.3f}{told['peak_dbfs']:>11.1f}{told['cpu_s_per_60_s']:>14.2f}"
        print(f"{style:<15}{asked:>22}{heard:>22}{figures}")
    summary = summed_up(list(rows.values()))
    print(json.dumps(summary, indent=1))
    RESULT.write_text(json.dumps({"machine": platform.machine(), "summary": summary, "styles": rows}, indent=1) + "\n")


def row(composer: SketchComposer, style: str, number: int) -> dict[str, Any]:
    key = Key(7 * number % 12, "minor" if number % 2 else "major")
    asked = MusicRequest(prompt="", duration_s=20, seed=number, key=str(key), style_id=style, energy_curve=ARCH)
    take = composer.compose(asked, ignore)
    heard = listen(as_clip(take))
    assert take.bpm is not None
    minute = MusicRequest(prompt="", duration_s=60, seed=number, key=str(key), style_id=style)
    started = time.process_time()
    composer.compose(minute, ignore)
    return {
        "asked_bpm": take.bpm,
        "asked_key": str(key),
        "heard_bpm": heard.tempo.bpm or 0.0,
        "heard_key": heard.key.key or "none",
        "energy_r": round(float(np.corrcoef(heard.energy_curve[: len(ARCH)], ARCH)[0, 1]), 3),
        "peak_dbfs": round(float(20 * np.log10(np.abs(take.samples).max())), 1),
        "cpu_s_per_60_s": round(time.process_time() - started, 2),
    }


def summed_up(rows: list[dict[str, Any]]) -> dict[str, float]:
    return {
        "styles": len(rows),
        "tempo_right": sum(near(told["heard_bpm"], told["asked_bpm"], 1) for told in rows),
        "tempo_right_or_octave": sum(near(told["heard_bpm"], told["asked_bpm"], 1, 2, 0.5) for told in rows),
        "key_right": sum(told["heard_key"] == told["asked_key"] for told in rows),
        "worst_energy_r": min(told["energy_r"] for told in rows),
        "loudest_peak_dbfs": max(told["peak_dbfs"] for told in rows),
        "median_cpu_s_per_60_s": statistics.median(told["cpu_s_per_60_s"] for told in rows),
        "worst_cpu_s_per_60_s": max(told["cpu_s_per_60_s"] for told in rows),
    }


def near(heard_bpm: float, asked_bpm: float, *factors: float) -> bool:
    """Whether a tempo is the asked one, or one of these multiples of it, within WITHIN."""
    return any(abs(heard_bpm / (asked_bpm * factor) - 1) < WITHIN for factor in factors)


def as_clip(take: Take) -> Clip:
    mono = take.samples.mean(axis=0, dtype=np.float32)
    return Clip(mono, TAKE_RATE_HZ, TAKE_RATE_HZ, len(take.samples), "take").resampled_to(ANALYSIS_RATE_HZ)


def ignore(_fraction: float) -> None:
    """Progress of no interest."""


if __name__ == "__main__":
    main()

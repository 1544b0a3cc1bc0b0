"""A listening round trip: what was asked for in words, and what is heard in the music; kept as WAV and picture."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from aural.audio.clip import Clip
from aural.listening import listen
from aural.settings import Settings
from aural.theory.keys import Key
from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from aural.wording.prompt import complete_prompt
from bench.sketch import as_clip, ignore
from bench.verify.receipt import Check
from models.load_composer import load_composer

TRIPS = ((80.0, "C major"), (120.0, "A minor"), (140.0, "F# minor"))
WITHIN = 0.04
"""Of the asked tempo: what Acc1 counts as right."""
WINDOW = 1024


@dataclass(frozen=True, eq=False)
class Trip:
    """`title`: what was asked and heard."""

    title: str
    take: Take
    heard_energy: Sequence[float]


def round_trips(settings: Settings, trip_s: float, out: Path) -> list[Check]:
    """Through the composer that production runs. Nothing fails here: music is not exact."""
    made = load_composer(settings)
    precision = made.composer.report()["precision"]
    checks = [Check("the service's composer", f"{precision}, {made.slots} slots", figures={"precision": precision})]
    trips = []
    for number, (bpm, key) in enumerate(TRIPS):
        prompt = complete_prompt("pop with drums, bass and piano", bpm=bpm, key=key)
        request = MusicRequest(prompt=prompt, duration_s=trip_s, seed=1, bpm=bpm, key=key)
        began = time.monotonic()
        take = made.composer.compose(request, ignore)
        took_s = time.monotonic() - began
        check, energy = _heard(bpm, key, as_clip(take), took_s)
        checks.append(check)
        trips.append(Trip(f"{check.what}: {check.found}", take, energy))
        soundfile.write(out / f"trip_{number + 1}.wav", take.samples.T.clip(-1, 1), TAKE_RATE_HZ, subtype="PCM_16")
    draw(trips, out / "trips.png")
    checks.append(Check("to listen to and look at", f"trip_1.wav to trip_{len(trips)}.wav, trips.png"))
    return checks


def _heard(bpm: float, key: str, clip: Clip, took_s: float) -> tuple[Check, Sequence[float]]:
    heard = listen(clip)
    tempo = "no tempo" if heard.tempo.bpm is None else f"{heard.tempo.bpm:.1f} bpm"
    figures: dict[str, Any] = {
        "asked": {"bpm": bpm, "key": key},
        "heard": {"bpm": heard.tempo.bpm, "key": heard.key.key},
        "tempo_right": heard.tempo.bpm is not None and abs(heard.tempo.bpm / bpm - 1) <= WITHIN,
        "key_right": heard.key.key is not None and heard.key.key == str(Key.parse(key)),
        "took_s": round(took_s, 2),
    }
    found = f"heard {tempo}, {heard.key.key or 'no key'}; made in {took_s:.1f} s"
    return Check(f"asked {bpm:.0f} bpm, {key}", found, figures=figures), heard.energy_curve


def draw(trips: Sequence[Trip], path: Path) -> None:
    """A PNG: of each trip its waveform and its spectrogram, over time."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, len(trips), figsize=(5 * len(trips), 6), layout="constrained", squeeze=False)
    for column, trip in enumerate(trips):
        wave, spectrum = axes[:, column]
        mono = trip.take.samples.mean(axis=0)
        wave.plot(np.arange(len(mono)) / TAKE_RATE_HZ, mono, linewidth=0.3, color="#27364b")
        wave.set(ylim=(-1.05, 1.05), ylabel="amplitude")
        wave.set_title(trip.title, fontsize=9)
        # A touch of noise: silence has no logarithm.
        spectrum.specgram(mono + 1e-9, NFFT=WINDOW, Fs=TAKE_RATE_HZ, noverlap=WINDOW // 2, vmin=-140, vmax=-30)
        spectrum.set(xlabel="time in s", ylabel="frequency in Hz")
    figure.savefig(path, dpi=100)
    pyplot.close(figure)

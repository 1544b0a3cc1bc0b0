"""What stretching does to attacks and tones: `python -m bench.loops.stretching`

A kick and snare with known onsets over a chord that lasts, at speeds of 2, 4 and 8 % either way, by Signalsmith Stretch
(as `aural.finishing.stretch` sets it up, and with the library's own preset), by Rubber Band's finer engine and by
librosa's phase vocoder. Printed, and kept in bench/results/stretching.json: how far attacks lie from where they should
(ms), what they lost against what precedes them (dB), what a chord alone gained in other tones (dB under it), and CPU
seconds per second of sound.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import soundfile
from python_stretch.Signalsmith import Stretch

from aural.finishing.stretch import Warp, warped
from aural.types import TAKE_RATE_HZ, Doubles, Floats

RESULT = Path(__file__).parents[1] / "results" / "stretching.json"
SPEEDS = (0.92, 0.96, 0.98, 1.02, 1.04, 1.08)
SECONDS, BEAT_S = 12, 0.5
CHORD_HZ = (110.0, 220.0, 277.18, 329.63)
ONSETS = (np.arange(2, 2 * SECONDS - 2) * BEAT_S * TAKE_RATE_HZ).astype(int)
Way = Callable[[Floats, float], tuple[Floats, float]]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.loops.stretching",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
    ways: dict[str, Way] = {"Signalsmith, ours": ours, "Signalsmith, preset": preset, "librosa": vocoder}
    if shutil.which("rubberband"):
        ways["Rubber Band R3"] = rubberband
    else:
        print("Rubber Band is left out: there is no `rubberband` on the PATH (Debian: rubberband-cli).")
    chord, drums = tones(), strokes()
    clear_db = clearness_db(chord + drums, 1.0)
    rows = []
    print(f"{'':24s}{'onset ms':>10s}{'worst':>8s}{'attack dB':>11s}{'tones dB':>10s}{'CPU s/s':>9s}")
    for name, way in ways.items():
        made = [way(chord + drums, speed) for speed in SPEEDS]
        alone = [way(chord, speed)[0] for speed in SPEEDS]
        late_ms = np.concatenate([lateness_ms(one, speed) for (one, _), speed in zip(made, SPEEDS, strict=True)])
        row = {
            "way": name,
            "onset_ms": round(float(np.median(np.abs(late_ms))), 2),
            "onset_worst_ms": round(float(np.abs(late_ms).max()), 2),
            "attack_lost_db": round(
                clear_db
                - float(np.mean([clearness_db(one, speed) for (one, _), speed in zip(made, SPEEDS, strict=True)])),
                2,
            ),
            "other_tones_db": round(float(np.mean([other_tones_db(one) for one in alone])), 1),
            "cpu_s_per_s": round(float(np.median([cpu_s for _, cpu_s in made])) / SECONDS, 4),
        }
        rows.append(row)
        print(
            f"{name:24s}"
            + "".join(
                f"{value!s:>{width}s}" for value, width in zip(list(row.values())[1:], (10, 8, 11, 10, 9), strict=True)
            )
        )
    RESULT.write_text(json.dumps({"machine": platform.machine(), "rows": rows}, indent=1) + "\n")


def tones() -> Floats:
    time_s = np.arange(SECONDS * TAKE_RATE_HZ) / TAKE_RATE_HZ
    wave = np.sum([0.05 * np.sin(2 * np.pi * hz * time_s) for hz in CHORD_HZ], axis=0)
    return np.stack([wave, wave]).astype(np.float32)


def strokes() -> Floats:
    rng, sound = np.random.default_rng(0), np.zeros((2, SECONDS * TAKE_RATE_HZ), np.float32)
    time_s = np.arange(6000) / TAKE_RATE_HZ
    for number, at in enumerate(ONSETS):
        kick = np.sin(2 * np.pi * (50 + 60 * np.exp(-30 * time_s)) * time_s) * np.exp(-12 * time_s)
        snare = rng.standard_normal(len(time_s)) * np.exp(-40 * time_s)
        sound[:, at : at + 6000] += 0.5 * (snare if number % 2 else kick) * np.minimum(1, time_s / 8e-4)
    return sound


def ours(sound: Floats, speed: float) -> tuple[Floats, float]:
    began_s = time.process_time()
    made = warped(sound, Warp.steady(speed), round(sound.shape[1] / speed))
    return made, time.process_time() - began_s


def preset(sound: Floats, speed: float) -> tuple[Floats, float]:
    began_s = time.process_time()
    stretch = Stretch(1)
    stretch.preset(2, TAKE_RATE_HZ)
    stretch.timeFactor = speed
    return np.asarray(stretch.process(sound), np.float32), time.process_time() - began_s


def vocoder(sound: Floats, speed: float) -> tuple[Floats, float]:
    began_s = time.process_time()
    return np.asarray(librosa.effects.time_stretch(sound, rate=speed), np.float32), time.process_time() - began_s


def rubberband(sound: Floats, speed: float) -> tuple[Floats, float]:
    """Its own program, finer engine, offline: the CPU seconds are those of the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = f"{folder}/in.wav", f"{folder}/out.wav"
        soundfile.write(source, sound.T, TAKE_RATE_HZ, subtype="FLOAT")
        before = os.times()
        subprocess.run(
            ["rubberband", "-q", "--fine", "-T", str(speed), source, target], capture_output=True, check=True
        )
        after = os.times()
        cpu_s = after.children_user - before.children_user + after.children_system - before.children_system
        return np.asarray(soundfile.read(target, dtype="float32")[0].T), cpu_s


def lateness_ms(sound: Floats, speed: float) -> Doubles:
    """Of each attack: where power first comes to a third of its greatest nearby, against where it should."""
    late = []
    reach, smooth = 2000, np.ones(64) / 64
    for at in ONSETS:
        due = round(at / speed)
        power = np.convolve(np.square(sound[0, due - reach : due + reach]), smooth, mode="same")
        late.append((int(np.argmax(power > 0.3 * power.max())) - reach) / TAKE_RATE_HZ * 1000)
    return np.array(late) - late_before_ms()


def late_before_ms() -> float:
    """What the measure itself says of the unstretched."""
    sound, late = tones() + strokes(), []
    for at in ONSETS:
        power = np.convolve(np.square(sound[0, at - 2000 : at + 2000]), np.ones(64) / 64, mode="same")
        late.append((int(np.argmax(power > 0.3 * power.max())) - 2000) / TAKE_RATE_HZ * 1000)
    return float(np.median(late))


def clearness_db(sound: Floats, speed: float) -> float:
    """Power of the 10 ms from an attack on against the 30 ms before it, mean over all."""
    told = []
    for at in ONSETS:
        due = round(at / speed)
        before, after = sound[0, due - 960 : due], sound[0, due : due + 320]
        told.append(10 * np.log10(np.square(after).mean() / np.square(before).mean()))
    return float(np.mean(told))


def other_tones_db(sound: Floats) -> float:
    """Power of all that is further than 6 Hz from the chord's tones, under theirs."""
    middle = sound[0, 8000:-8000]
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 19)) ** 2
    hz = np.arange(len(power)) * TAKE_RATE_HZ / (1 << 19)
    near = np.min(np.abs(hz[:, None] - np.array(CHORD_HZ)), axis=1) < 6
    return float(10 * np.log10(power[~near].sum() / power[near].sum()))


if __name__ == "__main__":
    main()

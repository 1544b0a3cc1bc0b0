"""Make the demo's clip from recorded one-shots: `python -m examples.clip SAMPLES_FOLDER`.

The recordings (guitar, bass, a drum kit) are CC0 and come with Sonic Pi (Debian: sonic-pi-samples). Placing them on
a grid gives a clip of real instruments whose tempo and key are known exactly; both are written beside it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

Stereo = NDArray[np.float64]

RATE_HZ = 44_100
BPM = 96.0
KEY = "E minor"
BEAT_S = 60 / BPM
BARS = 8
# Semitones from the recorded Em9 chord; its pitch is moved by resampling, so all chords are minor: i, iv, v.
CHORDS = (0, 0, 5, 0, 5, 0, 7, 0)
# It begins softly, falls back in the fifth bar and ends full, so that there is an energy curve to follow.
LEVELS = (0.15, 0.25, 0.6, 0.9, 0.2, 0.5, 0.85, 1.0)
ROOTS = {0: 4, 5: -3, 7: -1}  # semitones from the recorded bass C to E, A (below) and B (below)
HERE = Path(__file__).parent
CLIP = HERE / "clip_96bpm_e_minor.ogg"


def one_shot(folder: Path, name: str, semitones: float = 0.0) -> Stereo:
    """(time, 2) at 44.1 kHz, moved by `semitones`."""
    samples, rate_hz = soundfile.read(folder / f"{name}.flac", always_2d=True)
    moved: Stereo = soxr.resample(samples, rate_hz * 2 ** (semitones / 12), RATE_HZ)
    return np.repeat(moved, 2, axis=1)[:, :2] if moved.shape[1] == 1 else moved


def put(mix: Stereo, sound: Stereo, beat: float, gain: float, beats_long: float = 16.0) -> None:
    """Add a sound at a beat, cut after `beats_long` with a 20 ms fade."""
    start = round(beat * BEAT_S * RATE_HZ)
    long = min(len(sound), round(beats_long * BEAT_S * RATE_HZ), len(mix) - start)
    fade = min(long, RATE_HZ // 50)
    cut = sound[:long].copy()
    cut[long - fade :] *= np.linspace(1, 0, fade)[:, None]
    mix[start : start + long] += gain * cut


def arrange(folder: Path) -> Stereo:
    """The eight bars."""
    mix = np.zeros((round(BARS * 4 * BEAT_S * RATE_HZ), 2))
    kick, snare, hat = (one_shot(folder, f"drum_{name}") for name in ("heavy_kick", "snare_hard", "cymbal_closed"))
    for bar, (chord, level) in enumerate(zip(CHORDS, LEVELS, strict=True)):
        beat = 4.0 * bar
        put(mix, one_shot(folder, "guit_em9", chord), beat, 0.9 * level, beats_long=4)
        for offset, step in ((0, 0), (1.5, 0), (2, 7), (3, 0)):
            bass = one_shot(folder, "bass_woodsy_c", ROOTS[chord] + step)
            put(mix, bass, beat + offset, 0.5 * level, beats_long=0.9)
        for offset in (0, 2, 2.5):
            put(mix, kick, beat + offset, 0.7 * level)
        for offset in (1, 3):
            put(mix, snare, beat + offset, 0.4 * level)
        for eighth in range(8):
            put(mix, hat, beat + eighth / 2, level * (0.25 if eighth % 2 else 0.4))
        # The recorded harmonic is a B: the fifth of E minor; with G (-4) and A (-2) it is the tune.
        for offset, step in ((0, 0), (1, -4), (2.5, -2)) if bar % 2 else ((0.5, 0), (2, 0)):
            put(mix, one_shot(folder, "guit_harmonics", step), beat + offset, 0.25 * level, beats_long=1.5)
    levelled: Stereo = mix * (0.7 / np.abs(mix).max())
    return levelled


def main() -> None:
    """Write the clip and its truth."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    soundfile.write(CLIP, arrange(Path(sys.argv[1])), RATE_HZ, format="OGG", subtype="VORBIS")
    truth = {
        "bpm": BPM,
        "key": KEY,
        "licence": "CC0-1.0",
        "source": "Arranged by examples/clip.py from CC0 recordings of Sonic Pi's sample set: guit_em9, "
        "guit_harmonics, bass_woodsy_c, drum_heavy_kick, drum_snare_hard, drum_cymbal_closed.",
    }
    CLIP.with_suffix(".json").write_text(json.dumps(truth, indent=2) + "\n")


if __name__ == "__main__":
    main()

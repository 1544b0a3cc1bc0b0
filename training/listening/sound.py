"""A song as sound: by our own synthesisers or by a soundfont, then through what recordings go through."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import soxr
from scipy.signal import butter, fftconvolve, sosfilt

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.synth.kit import hit
from models.sketch.synth.kits import KITS
from models.sketch.synth.orchestra import VOICES
from models.sketch.synth.voices import render_note
from training.fluid import DRUM_CHANNEL, Synthesizer
from training.listening.compose import LENGTH_S
from training.listening.score import Song
from training.midi import Event

RATE_HZ = 16_000
SAMPLES = round((LENGTH_S + 2) * TAKE_RATE_HZ)
GATE_STEP_S = 0.1

PATCHES: dict[str, tuple[str, ...]] = {
    "lead": ("piano", "clean_guitar", "sax", "flute", "saw_lead", "square_lead", "violin", "trumpet",
             "voice_ooh", "harmonica"),
    "comp": ("piano", "epiano", "wurli", "steel", "clean_guitar", "organ", "strings", "nylon"),
    "bass": ("finger_bass", "pick_bass", "slap_bass", "upright_bass", "synth_bass"),
    "keys": ("piano", "felt_piano", "epiano", "piano", "wurli", "harp", "vibraphone"),
    "guitar": ("steel", "clean_guitar", "muted_guitar", "power_guitar", "nylon"),
    "synth": ("saw_lead", "square_lead", "supersaw", "pluck_synth", "stab", "warm_pad", "brass_synth", "glass_pad"),
    "synthbass": ("synth_bass", "saw_bass", "acid_bass", "reese", "sub_bass", "bass_808"),
    "chip": ("chip_square", "chip_pulse25", "chip_pulse12", "chip_triangle"),
    "pad": ("warm_pad", "glass_pad", "dark_pad", "strings", "choir"),
    "strings": ("strings", "staccato_strings", "violin", "cello", "pizzicato"),
    "brass": ("trumpet", "brass", "horn", "clarinet", "flute", "oboe"),
    "jazzcomp": ("piano", "jazz_guitar", "epiano", "vibraphone", "organ"),
    "jazzlead": ("sax", "trumpet", "muted_trumpet", "piano", "vibraphone", "clarinet", "jazz_guitar", "flute"),
    "folkcomp": ("steel", "nylon", "piano", "banjo", "melodica", "harp", "strings"),
    "folklead": ("fiddle", "whistle", "flute", "melodica", "banjo", "harmonica", "violin", "clarinet", "steel"),
}  # fmt: skip
PROGRAMS: dict[str, tuple[int, ...]] = {
    "lead": (0, 4, 11, 22, 26, 27, 40, 56, 60, 65, 66, 71, 73, 75, 80, 81, 85, 53, 82),
    "comp": (0, 1, 2, 4, 5, 16, 24, 25, 26, 27, 48, 50, 6, 7),
    "bass": (32, 33, 34, 35, 36, 37, 38),
    "keys": (0, 0, 0, 1, 2, 3, 4, 5, 6, 11, 46),
    "guitar": (24, 25, 26, 27, 28, 29, 30),
    "synth": (80, 81, 82, 84, 87, 88, 90, 62, 63, 50, 51),
    "synthbass": (38, 39, 87, 33),
    "chip": (80, 80, 81, 79),
    "pad": (48, 49, 50, 52, 88, 89, 90, 91, 94, 95),
    "strings": (48, 49, 40, 42, 45, 44, 19),
    "brass": (56, 57, 60, 61, 62, 68, 71, 72, 73),
    "jazzcomp": (0, 0, 4, 11, 26, 16, 17),
    "jazzlead": (65, 66, 67, 56, 59, 0, 11, 71, 26, 73, 64),
    "folkcomp": (24, 25, 0, 21, 22, 46, 105, 6, 48),
    "folklead": (40, 73, 74, 75, 21, 22, 105, 71, 68, 72, 109, 110, 25, 0),
}
GM_DRUMS: Mapping[str, tuple[int, ...]] = {
    "K": (35, 36), "S": (38, 40, 37), "H": (42, 44), "O": (46,), "R": (51, 59, 53), "C": (39,), "T": (45, 47, 48),
    "P": (70, 82, 60, 64, 54, 69),
}  # fmt: skip
OWN_DRUMS: Mapping[str, tuple[str, ...]] = {
    "K": ("kick", "taiko_lo", "drum_lo"), "S": ("snare", "rim", "clap"), "H": ("hat", "shaker"), "O": ("open", "hat"),
    "R": ("ride", "hat"),
    "C": ("clap", "snare"), "T": ("tom2", "tom1", "taiko_hi", "drum_lo"), "P": ("shaker", "drum_hi", "hat"),
}  # fmt: skip
DRUM_KITS = (0, 0, 8, 16, 24, 25, 32, 40)


def parts_of(song: Song) -> dict[str, str]:
    """Which family of instruments plays each part."""
    style = song.style
    return {"bass": style.basses, "chords": style.comps, "pad": "pad", "melody": style.leads}


def synthesised(song: Song, rng: np.random.Generator) -> Floats:
    """(SAMPLES,) float32 at TAKE_RATE_HZ, by the sketch composer's synthesisers."""
    voices = {part: str(rng.choice(PATCHES[family])) for part, family in parts_of(song).items()}
    stems = {part: np.zeros(SAMPLES, np.float32) for part in (*voices, "drums")}
    cache: dict[tuple[str, int, int], Floats] = {}
    brightness = float(rng.uniform(-0.7, 0.7))
    for note in song.notes:
        name = (note.part, note.midi, max(1, round(min(note.lasts_s, 4.0) / GATE_STEP_S)))
        if name not in cache:
            sound = render_note(
                VOICES[voices[note.part]], note.midi, name[2] * GATE_STEP_S, 0.7, brightness, crc32(repr(name).encode())
            )
            cache[name] = np.asarray(sound, np.float32).reshape(-1, sound.shape[-1]).mean(axis=0)
        _add(stems[note.part], cache[name] * np.float32(note.velocity), note.at_s)
    kit = KITS[str(rng.choice(song.style.kits))]
    strokes: dict[tuple[str, int], Floats] = {}
    for stroke in song.hits:
        piece = next((name for name in OWN_DRUMS[stroke.piece] if name in kit), None)
        if piece is None:
            continue
        if (piece, 0) not in strokes:
            strokes[piece, 0] = np.asarray(
                hit(kit[piece], 0.8, np.random.default_rng(crc32(piece.encode()))), np.float32
            )
        _add(stems["drums"], strokes[piece, 0] * np.float32(stroke.velocity), stroke.at_s)
    return mixed(stems, rng)


def _add(stem: Floats, sound: Floats, at_s: float) -> None:
    start = max(0, round(at_s * TAKE_RATE_HZ))
    end = min(len(stem), start + len(sound))
    if start < end:
        stem[start:end] += sound[: end - start]


def by_soundfont(song: Song, font: Path, rng: np.random.Generator) -> Floats:
    """As `synthesised`, through a General MIDI soundfont; each part by itself, so that levels can be set."""
    stems: dict[str, Floats] = {}
    synthesizer = opened(font)
    for part, family in parts_of(song).items():
        events = []
        for note in song.notes:
            if note.part == part:
                on = (note.midi, int(np.clip(1 + 126 * note.velocity, 1, 127)))
                events += [Event(note.at_s, 0x90, on), Event(note.at_s + note.lasts_s, 0x80, (note.midi, 0))]
        if events:
            events.sort(key=lambda event: event.time_s)
            program = int(rng.choice(PROGRAMS[family]))
            stems[part] = synthesizer.render(events, program, start_s=0, end_s=SAMPLES / TAKE_RATE_HZ)
    if song.hits:
        pieces = {sign: int(rng.choice(choice)) for sign, choice in GM_DRUMS.items()}
        channel = 0x90 | DRUM_CHANNEL
        events = [
            Event(max(0.0, h.at_s), channel, (pieces[h.piece], int(np.clip(126 * h.velocity, 1, 127))))
            for h in song.hits
        ]
        events.sort(key=lambda event: event.time_s)
        kit = int(rng.choice(DRUM_KITS))
        stems["drums"] = synthesizer.render(events, 0, start_s=0, end_s=SAMPLES / TAKE_RATE_HZ, kit=kit)
    return mixed(stems, rng)


@lru_cache(maxsize=4)
def opened(font: Path) -> Synthesizer:
    return Synthesizer(font, TAKE_RATE_HZ)


def mixed(stems: Mapping[str, Floats], rng: np.random.Generator) -> Floats:
    """Stems at levels as mixes have them, drums forward or back."""
    levels_db = {
        "drums": rng.uniform(-8, 4),
        "bass": rng.uniform(-6, 2),
        "chords": rng.uniform(-5, 2),
        "pad": rng.uniform(-12, -4),
        "melody": rng.uniform(-4, 4),
    }
    out = np.zeros(SAMPLES, np.float32)
    for part, stem in stems.items():
        sounding = stem[np.abs(stem) > 1e-4]
        if len(sounding):
            rms = float(np.sqrt(np.mean(np.square(sounding, dtype=np.float64))))
            out[: len(stem)] += stem[:SAMPLES] * np.float32(0.1 / rms * 10 ** (levels_db[part] / 20))
    return out


def recorded(sound: Floats, rng: np.random.Generator) -> tuple[Floats, float]:
    """Room, equaliser, compression, a narrow band, hiss, another tuning. Returns (time,) at RATE_HZ and the factor by
    which it runs faster (and sounds higher)."""
    sound = sound.astype(np.float32)
    if rng.random() < 0.6:
        sound = _in_a_room(sound, float(rng.uniform(0.2, 2.2)), float(rng.uniform(0.05, 0.5)), rng)
    if rng.random() < 0.6:
        for _ in range(2):
            hz, db = float(np.exp(rng.uniform(np.log(80), np.log(8000)))), float(rng.uniform(-8, 8))
            band = sosfilt(butter(1, (0.7 * hz, 1.4 * hz), "bandpass", fs=TAKE_RATE_HZ, output="sos"), sound)
            sound = np.asarray(sound + (10 ** (db / 20) - 1) * band, np.float32)
    if rng.random() < 0.5:
        level = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) + 1e-9
        drive = float(rng.uniform(0.3, 1.5))
        sound = np.tanh(drive * sound / (3 * level)).astype(np.float32)
    faster = float(2 ** (rng.uniform(-50, 50) / 1200)) if rng.random() < 0.4 else 1.0
    if faster != 1.0:
        sound = soxr.resample(sound, TAKE_RATE_HZ * faster, TAKE_RATE_HZ)
    if rng.random() < 0.12:
        edge_hz = float(rng.choice([3_400, 3_900, 5_000]))
        sound = np.asarray(sosfilt(butter(6, edge_hz, fs=TAKE_RATE_HZ, output="sos"), sound), np.float32)
    sound = np.asarray(soxr.resample(sound, TAKE_RATE_HZ, RATE_HZ), np.float32)
    sound /= max(float(np.abs(sound).max()), 1e-6)
    if rng.random() < 0.3:
        sound += rng.standard_normal(len(sound)).astype(np.float32) * np.float32(10 ** (rng.uniform(-75, -40) / 20))
    return sound * np.float32(0.8), faster


def _in_a_room(sound: Floats, decay_s: float, share: float, rng: np.random.Generator) -> Floats:
    time_s = np.arange(round(1.2 * decay_s * TAKE_RATE_HZ)) / TAKE_RATE_HZ
    impulse = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / decay_s)
    impulse = impulse / np.sqrt(np.sum(impulse**2))
    wet = fftconvolve(sound, impulse.astype(np.float32))[: len(sound)]
    return np.asarray(sound + share * wet, np.float32)

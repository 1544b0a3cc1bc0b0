"""The adapter that ships: MIDI in, regression against its definition, learning what is there, hearing once."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from aural.types import ClipFeatures
from aural.wording.descriptors import DESCRIPTORS
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from training.adapter.clips import Clips, Features
from training.adapter.evaluate import answers, feeling_scores, r_squared, resampled, share
from training.adapter.hearing import Ears, Variant, hear_all, shaped, variants
from training.adapter.manifest import BadManifest, Row
from training.adapter.ridge import fit, ridge, style_weights
from training.adapter.semantics import AROUSAL, STYLE_READINGS, TEMPO_WINDOWS, VALENCE
from training.midi import Event, read_midi


def midi_file(path: Path) -> Path:
    """96 ticks a beat; one beat at 120 bpm, then 60 bpm; running status, a long delta and an ignored sysex."""
    track = bytes([
        0x00, 0xC0, 5,  # program change
        0x00, 0x90, 60, 100,  # note on at 0
        0x60, 60, 0,  # a beat later, by running status: off at .5 s
        0x00, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40,  # 60 bpm from here
        0x00, 0xF0, 2, 1, 0xF7,
        0x60, 0x80, 64, 0,  # a beat later: 1.5 s
        0x81, 0x40, 0xB0, 64, 127,  # 192 ticks later: 3.5 s
        0x00, 0xFF, 0x2F, 0,
    ])  # fmt: skip
    path.write_bytes(b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">I", len(track)) + track)
    return path


def test_midi_times_follow_the_tempo_changes(tmp_path: Path) -> None:
    assert read_midi(midi_file(tmp_path / "a.mid")) == [
        Event(0.0, 0xC0, (5,)),
        Event(0.0, 0x90, (60, 100)),
        Event(0.5, 0x90, (60, 0)),
        Event(1.5, 0x80, (64, 0)),
        Event(3.5, 0xB0, (64, 127)),
    ]


def row_of(file: Path, line: int = 2) -> Row:
    return Row(file, "s", "train", "g", 0.6, 0.6, line=line)


def test_variants_are_drawn_once_and_for_all() -> None:
    for name in ("x.mid", "x.ogg"):
        row = row_of(Path(name))
        assert variants(row, 3, 2) == variants(row, 3, 2)
        assert variants(row, 3, 2)[0] == Variant()
        assert len(set(variants(row, 3, 2))) == 4
    assert len({variant.program for variant in variants(row_of(Path("y.MIDI")), 9, 2)}) > 3
    assert all(variant.program == 0 and variant.equaliser_db for variant in variants(row_of(Path("x.ogg")), 3, 2)[1:])


def test_a_variant_is_equalised_and_low_passed() -> None:
    t = np.arange(16_000) / 16_000
    low, high = np.sin(2 * np.pi * 250 * t), np.sin(2 * np.pi * 6000 * t)
    both = (low + high).astype(np.float32)
    np.testing.assert_allclose(shaped(both, Variant(bandwidth_hz=4000), 16_000), low, atol=1e-3)
    louder = Variant(equaliser_db=(0.0, 0.0, 6.0206, 0.0, 0.0, 0.0, 0.0))
    np.testing.assert_allclose(shaped(low.astype(np.float32), louder, 16_000), 2 * low, atol=1e-3)


def test_ridge_is_where_the_penalised_error_is_least() -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.standard_normal((80, 6)) + 2, rng.standard_normal((80, 2))
    weight, bias = ridge(inputs, targets, 5.0)

    def error(w: np.ndarray, b: np.ndarray) -> float:
        return float(((inputs @ w + b - targets) ** 2).sum() + 5.0 * (w**2).sum())

    least = error(weight, bias)
    for _ in range(50):
        assert least <= error(weight + 0.01 * rng.standard_normal(weight.shape), bias + 0.01 * rng.standard_normal(2))


def test_readings_speak_of_tags_that_exist() -> None:
    assert set(STYLE_READINGS) == set(STYLES)
    named = {tag for reading in STYLE_READINGS.values() for tag in reading.tags} | VALENCE.keys() | AROUSAL.keys()
    assert named <= set(TAGS)
    assert TEMPO_WINDOWS.keys() <= set(STYLES)
    np.testing.assert_allclose(np.linalg.norm(style_weights(np.eye(len(TAGS))), axis=1), 1)


def made(count: int, seed: int) -> Clips:
    """Clips whose onset rate follows arousal and whose mode follows valence, everything else being noise."""
    rng = np.random.default_rng(seed)
    signs = rng.choice((-1, 1), (count, 2))
    row = rng.standard_normal((count, len(DESCRIPTORS))).astype(np.float32)
    row[:, DESCRIPTORS.index("tonal.mode_strength")] += 3 * signs[:, 0]
    row[:, DESCRIPTORS.index("rhythm.onset_rate_per_s")] += 3 * signs[:, 1]
    tags = rng.uniform(0.01, 0.3, (count, len(TAGS))).astype(np.float32)
    rows = [
        Row(Path(f"{i}.wav"), "made", "train", f"group {i % 60}", 0.6 * int(v), 0.6 * int(a))
        for i, (v, a) in enumerate(signs)
    ]
    return Clips(Features(row, np.zeros((count, 400), np.float32), tags), rows)


def test_what_is_in_the_data_is_learned() -> None:
    adapter = fit(made(200, 0), made(60, 1), {"model": "made"})
    new = made(100, 2)
    score = feeling_scores(new.rows, answers(adapter, new, hears=False).feelings)
    assert min(score["valence"].share, score["arousal"].share) > 0.9
    assert score["quadrant"].low < score["quadrant"].share < score["quadrant"].high
    row = new.features.descriptors[0]
    louder = row.copy()
    louder[DESCRIPTORS.index("dynamics.loudness_lufs")] += 30
    nobody = ClipFeatures("tagger", new.features.embedding[0], None)
    assert adapter.label(nobody, row).arousal == adapter.label(nobody, louder).arousal


def test_the_middle_is_where_the_reference_has_it() -> None:
    """Labelled clips that are all busier than other music teach the direction, not the middle."""
    labelled, reference = made(200, 0), made(60, 1)
    labelled.features.descriptors[:, DESCRIPTORS.index("rhythm.onset_rate_per_s")] += 8
    adapter = fit(labelled, reference, {"model": "made"})
    new = made(100, 2)
    score = feeling_scores(new.rows, answers(adapter, new, hears=False).feelings)
    assert score["arousal"].share > 0.9


def test_intervals_resample_groups() -> None:
    """Ten clips of one group are one observation."""
    right = np.repeat([True, False], 10)
    alone, grouped = share(right, np.arange(20).astype(str)), share(right, np.repeat(["a", "b"], 10))
    assert alone.share == grouped.share == 0.5
    assert grouped.high - grouped.low == 1.0
    assert 0.2 < alone.high - alone.low < 0.6


def test_draws_that_define_no_figure_do_not_count() -> None:
    truth = np.array([0.5, -0.5, 0.5])
    score = resampled(lambda places: r_squared(truth[places], truth[places]), np.array(["a", "b", "c"]))
    assert (score.share, score.low, score.high) == (1, 1, 1)


def test_hearing_is_resumed_from_the_cache(tmp_path: Path) -> None:
    t = np.arange(16_000 * 4) / 16_000
    soundfile.write(tmp_path / "a.wav", 0.3 * np.sin(2 * np.pi * 220 * t), 16_000)
    sounds, cache = [(row_of(tmp_path / "a.wav"), Variant())], tmp_path / "cache"
    once = hear_all(sounds, Ears(), cache=cache, processes=1)
    files = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    assert len(files) == 2
    again = hear_all(sounds, Ears(), cache=cache, processes=1)
    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == files
    assert np.array_equal(once.features.descriptors, again.features.descriptors)
    assert once.features.tags.shape == (1, len(TAGS))


def test_every_file_that_cannot_be_heard_is_named_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF....")
    soundfile.write(tmp_path / "silent.wav", np.zeros(32_000), 16_000)
    midi_file(tmp_path / "tune.mid")
    sounds = [
        (row_of(tmp_path / name, line), Variant())
        for line, name in enumerate(("broken.wav", "silent.wav", "tune.mid"), 2)
    ]
    with pytest.raises(BadManifest) as fault:
        hear_all(sounds, Ears(), cache=tmp_path / "cache", processes=1)
    told = str(fault.value).splitlines()
    assert [line.partition(" cannot be heard")[0] for line in told] == [
        "line 2: broken.wav", "line 3: silent.wav", "line 4: tune.mid",
    ]  # fmt: skip
    assert "no soundfont" in told[2]


def test_a_missing_soundfont_is_told_before_anybody_listens(tmp_path: Path) -> None:
    ears = Ears(fonts=(tmp_path / "missing.sf2",))
    with pytest.raises(FileNotFoundError, match="apt-get install fluid"):
        hear_all([], ears, cache=tmp_path / "cache", processes=1)
    assert not (tmp_path / "cache").exists()

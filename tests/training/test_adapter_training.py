"""The adapter's trainer: MIDI in, manifests with faults, regression against its definition, learning what is there."""

from __future__ import annotations

import dataclasses
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from aural.listening.descriptors import DESCRIPTORS
from aural.wire import Evidence
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from training.adapter.data import Features, Row, Variant, heard, low_passed, read_manifest, stacked, variants
from training.adapter.evaluate import answers, feeling_scores, share
from training.adapter.semantics import AROUSAL, STYLE_READINGS, TEMPO_WINDOWS, VALENCE
from training.adapter.train import Clips, fit, ridge, style_weights
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


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("gone.ogg,Q1,,,", "line 3: none of the files it names is there .gone.ogg."),
        (",Q1,,,", "line 3: none of the files it names is there .it names none."),
        ("a.wav,Q5,,,", "line 3: quadrant 'Q5' is not one of Q1, Q2, Q3, Q4"),
        ("a.wav,,7,0.5,", "line 3: valence and arousal must be numbers from -1 to 1"),
        ("a.wav,,high,0.5,", "line 3: valence and arousal must be numbers from -1 to 1"),
        ("a.wav,,,,", "line 3: it has no label"),
    ],
)
def test_a_faulty_row_is_named(row: str, sentence: str, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 16_000)
    manifest = tmp_path / "m.csv"
    manifest.write_text(f"path,quadrant,valence,arousal,style_id\na.wav,Q2,,,jazz\n{row}\n")
    with pytest.raises(ValueError, match=sentence):
        read_manifest(manifest)


def test_labels_of_a_manifest(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(100), 16_000)
    manifest = tmp_path / "mine.csv"
    manifest.write_text("path,quadrant,valence,arousal,style_id\na.wav,Q2,,,jazz\na.wav,,0.3,-0.2,\na.wav,,,,rock\n")
    first, second, third = read_manifest(manifest)
    assert (first.valence_sign, first.arousal_sign, first.style_id, first.source) == (-1, 1, "jazz", "mine")
    assert (second.valence_sign, second.arousal_sign, second.split) == (1, -1, "train")
    assert (third.valence_sign, third.arousal_sign, third.style_id) == (0, 0, "rock")


def test_variants_are_drawn_once_and_for_all() -> None:
    row = Row(Path("x.mid"), "s", "train", "g", 1, 1, "", frozenset())
    assert variants(row, 3, 2) == variants(row, 3, 2)
    assert variants(row, 3, 2)[0] == Variant()
    assert variants(dataclasses.replace(row, file=Path("x.ogg")), 3, 2) == [Variant()]


def test_low_pass_removes_what_is_above() -> None:
    t = np.arange(16_000) / 16_000
    both = (np.sin(2 * np.pi * 1000 * t) + np.sin(2 * np.pi * 6000 * t)).astype(np.float32)
    np.testing.assert_allclose(low_passed(both, 4000), np.sin(2 * np.pi * 1000 * t), atol=1e-3)


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
        Row(Path(f"{i}.wav"), "made", "train", f"group {i % 60}", int(v), int(a), "", frozenset())
        for i, (v, a) in enumerate(signs)
    ]
    return Clips(Features(row, np.zeros((count, 400), np.float32), tags), rows)


def test_what_is_in_the_data_is_learned() -> None:
    adapter = fit(made(200, 0), made(60, 1), {"model": "made"})
    new = made(100, 2)
    score = feeling_scores(new.rows, answers(adapter, new.features, hears=False, describes=True))
    assert min(score["valence"].share, score["arousal"].share) > 0.9
    assert score["quadrant"].low < score["quadrant"].share < score["quadrant"].high
    row = new.features.descriptors[0]
    louder = row.copy()
    louder[DESCRIPTORS.index("dynamics.loudness_lufs")] += 30
    nobody = Evidence("tagger", new.features.embedding[0], None)
    assert adapter.label(nobody, row).arousal == adapter.label(nobody, louder).arousal


def test_the_middle_is_where_the_reference_has_it() -> None:
    """Labelled clips that are all busier than other music teach the direction, not the middle."""
    labelled, reference = made(200, 0), made(60, 1)
    labelled.features.descriptors[:, DESCRIPTORS.index("rhythm.onset_rate_per_s")] += 8
    adapter = fit(labelled, reference, {"model": "made"})
    new = made(100, 2)
    score = feeling_scores(new.rows, answers(adapter, new.features, hears=False, describes=True))
    assert score["arousal"].share > 0.9


def test_intervals_resample_groups() -> None:
    """Ten clips of one group are one observation."""
    right = np.repeat([True, False], 10)
    alone, grouped = share(right, np.arange(20).astype(str)), share(right, np.repeat(["a", "b"], 10))
    assert alone.share == grouped.share == 0.5
    assert grouped.high - grouped.low == 1.0
    assert 0.2 < alone.high - alone.low < 0.6


def test_hearing_is_resumed_from_the_cache(tmp_path: Path) -> None:
    t = np.arange(16_000 * 4) / 16_000
    soundfile.write(tmp_path / "a.wav", 0.3 * np.sin(2 * np.pi * 220 * t), 16_000)
    row = Row(tmp_path / "a.wav", "s", "train", "g", 1, 1, "", frozenset())
    cache = tmp_path / "cache"
    once = stacked(heard([(row, Variant())], fonts=(), cache=cache, processes=1))
    files = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    assert len(files) == 2
    again = stacked(heard([(row, Variant())], fonts=(), cache=cache, processes=1))
    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == files
    assert np.array_equal(once.descriptors, again.descriptors)
    assert once.tags.shape == (1, len(TAGS))
    shutil.rmtree(cache)

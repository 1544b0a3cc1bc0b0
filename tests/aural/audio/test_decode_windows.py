"""A long file in windows: together they are the file, whatever it is, and no more than two are held."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from aural.audio.clip import FULL_RATE_HZ
from aural.audio.decode import decode
from aural.audio.windows import audio_windows, stated_s
from aural.errors import NotAudio, TooShort
from tests.aural.audio.audio_files import by_pyav, by_soundfile, noise, tone


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("seconds", "lengths_s"), [(8.0, [8.0]), (31.0, [15.5, 15.5]), (61.0, [20.5, 20.5, 20.0])])
def test_windows_are_equal_and_begin_on_half_seconds(tmp_path: Path, seconds: float, lengths_s: list[float]) -> None:
    path = written(tmp_path, by_soundfile(noise(seconds, 8_000), 8_000, "WAV", "PCM_16"))
    windows = list(audio_windows(path))
    assert [round(one.clip.duration_s, 3) for one in windows] == lengths_s
    assert all(one.start_s % 0.5 == 0 for one in windows)
    assert windows[0].of_s == seconds


@pytest.mark.parametrize(
    "data",
    [
        by_soundfile(noise(9.3, 44_100, 2), 44_100, "WAV", "PCM_24"),
        by_soundfile(noise(9.3, 22_050), 22_050, "FLAC", "PCM_16"),
        by_soundfile(noise(2.0, 22_050), 22_050, "OGG", "VORBIS") * 2,
        by_pyav(noise(9.3, 48_000), 48_000, "adts", "aac"),
    ],
    ids=["wav", "flac", "chained ogg", "aac, whose length nothing tells"],
)
def test_together_they_are_what_decoding_it_whole_gives(tmp_path: Path, data: bytes) -> None:
    whole = decode(data)
    windows = list(audio_windows(written(tmp_path, data), longest_s=3.0))
    assert len(windows) > 1
    assert max(one.clip.duration_s for one in windows) <= 3.0
    assert min(one.clip.duration_s for one in windows) >= 1.0
    assert np.array_equal(np.concatenate([one.clip.samples for one in windows]), whole.samples)
    assert {(one.clip.source_rate_hz, one.clip.codec) for one in windows} == {(whole.source_rate_hz, whole.codec)}


def test_what_a_file_says_of_its_length(tmp_path: Path) -> None:
    assert stated_s(written(tmp_path, by_soundfile(noise(4.0, 8_000), 8_000, "FLAC", "PCM_16"))) == 4.0
    assert stated_s(written(tmp_path, by_pyav(noise(4.0, 48_000), 48_000, "adts", "aac"))) is None
    assert stated_s(written(tmp_path, b"no audio")) is None
    assert stated_s(written(tmp_path, b"")) is None


def test_no_more_than_a_few_windows_are_held(tmp_path: Path) -> None:
    path = written(tmp_path, by_soundfile(tone(90, 4_000), 4_000, "WAV", "PCM_U8"))
    whole_bytes = 90 * FULL_RATE_HZ * 4
    tracemalloc.start()
    try:
        for _ in audio_windows(path, longest_s=2.0):
            pass
        assert tracemalloc.get_traced_memory()[1] < whole_bytes / 4
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", NotAudio, "empty"),
        (b"MThd" + bytes(100), NotAudio, "MIDI has notes and no sound"),
        (by_soundfile(tone(0.2, 8_000), 8_000, "WAV", "PCM_16"), TooShort, "0.20 s; at least 0.5 s"),
    ],
)
def test_what_cannot_be_heard_is_refused_as_a_short_file_is(
    tmp_path: Path, data: bytes, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        list(audio_windows(written(tmp_path, data)))

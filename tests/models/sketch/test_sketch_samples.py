"""The bank of recordings: the files that are shipped, pitch without aliases, loops without joints, a bounded cache."""

from __future__ import annotations

import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from aural.errors import MissingWeights
from aural.types import TAKE_RATE_HZ, Floats
from models.cards import SAMPLES
from models.sketch.samples.bank import DECODED_BYTES, FOLDER, PITCHED_BYTES, SampleBank, shipped_bank
from models.sketch.samples.cache import SoundCache
from models.sketch.samples.zone import Stream, Zone
from models.weights import sha256_of

RATE_HZ = 44_100


def bank_of(folder: Path, sound: Floats, loop: tuple[int, int] | None = None) -> tuple[SampleBank, Zone]:
    """A bank with one recording, which is at middle C."""
    written = io.BytesIO()
    soundfile.write(written, sound, RATE_HZ, format="OGG", subtype="VORBIS")
    (folder / "one.ogg").write_bytes(b"before" + written.getvalue())
    stream = Stream("one.ogg", 6, len(written.getvalue()), len(sound), RATE_HZ)
    zone = Zone(stream, 0, 127, 60.0, loop, 0.0, 0.0, 0.001, 0.0, 1.0, 0.0, 0.1, None)
    return SampleBank(folder, {"one": (zone,)}), zone


def sine(frequency_hz: float, seconds: float) -> Floats:
    return (0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def test_the_files_are_those_of_the_card() -> None:
    assert {name: sha256_of(FOLDER / name) for name in SAMPLES.files} == SAMPLES.sha256
    assert {path.name for path in FOLDER.glob("*.ogg")} | {"index.json"} == set(SAMPLES.files)
    assert max((FOLDER / name).stat().st_size for name in SAMPLES.files) < 4_900_000


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_without_its_files_the_bank_does_not_load(fault: str, tmp_path: Path) -> None:
    for name in SAMPLES.files:
        shutil.copy(FOLDER / name, tmp_path / name)
    if fault == "missing":
        (tmp_path / "winds.ogg").unlink()
    else:
        (tmp_path / "winds.ogg").write_bytes(b"OggS")
    with pytest.raises(MissingWeights, match=r"winds\.ogg is not the file that is shipped"):
        SampleBank.load(tmp_path)


def test_every_stream_has_the_frames_that_the_index_says() -> None:
    bank = shipped_bank()
    zones = {zone for preset in bank.presets for midi in range(128) for zone in bank.zones(preset, midi)}
    for file in sorted({zone.stream.file for zone in zones}):
        data = (FOLDER / file).read_bytes()
        for stream in {zone.stream for zone in zones if zone.stream.file == file}:
            info = soundfile.info(io.BytesIO(data[stream.offset : stream.offset + stream.bytes]))
            assert (info.frames, info.samplerate, info.channels) == (stream.frames, stream.rate_hz, 1)
    assert all(0 <= zone.loop[0] < zone.loop[1] <= zone.stream.frames for zone in zones if zone.loop)


@pytest.mark.parametrize("semitones", [-12, -5, 7, 12])
def test_a_tone_is_brought_to_its_pitch(semitones: int, tmp_path: Path) -> None:
    bank, zone = bank_of(tmp_path, sine(1000, 2.0))
    sound = bank.sounding(zone, 60 + semitones, 0.5)[3200:16_000].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    heard_hz = np.argmax(spectrum) * TAKE_RATE_HZ / (1 << 18)
    assert abs(1200 * np.log2(heard_hz / (1000 * 2 ** (semitones / 12)))) < 1


def test_what_would_fold_back_is_gone(tmp_path: Path) -> None:
    """A tone of 9 kHz an octave up is over what 32 kHz holds: 60 dB or more of it vanish."""
    bank, zone = bank_of(tmp_path, sine(9000, 2.0))
    kept, folded = (bank.sounding(zone, midi, 0.5)[3200:15_900] for midi in (60, 72))
    assert np.sqrt(np.mean(kept**2)) > 0.3
    assert np.sqrt(np.mean(folded**2)) < 3e-4


def test_a_loop_has_no_joint(tmp_path: Path) -> None:
    """Forty whole periods go round; the end of the recording, past the loop, is another note."""
    sound = np.concatenate([sine(441, 1.0), sine(700, 1.0)])
    bank, zone = bank_of(tmp_path, sound, loop=(10_000, 14_000))
    heard = bank.sounding(zone, 60, 4.0)
    assert len(heard) >= 4 * TAKE_RATE_HZ
    steepest = 0.5 * 2 * np.pi * 441 / TAKE_RATE_HZ
    assert np.abs(np.diff(heard[:-200])).max() < 1.1 * steepest
    assert np.std([np.abs(part).max() for part in np.array_split(heard[:-200], 50)]) < 0.02


def test_length_does_not_depend_on_who_asked_before(tmp_path: Path) -> None:
    first, zone = bank_of(tmp_path, sine(440, 3.0))
    second, _ = bank_of(tmp_path, sine(440, 3.0))
    first.sounding(zone, 61.5, 2.0)
    np.testing.assert_array_equal(first.sounding(zone, 61.5, 0.3), second.sounding(zone, 61.5, 0.3))


def test_the_cache_holds_what_it_may_and_drops_what_was_asked_for_longest_ago() -> None:
    cache, made = SoundCache(800), []

    def make(name: int) -> Floats:
        made.append(name)
        return np.zeros(50, np.float32)

    for name in range(5):
        for asked in (name, 0):
            cache.get(asked, partial(make, asked))
    assert cache.bytes == 800
    assert made == [0, 1, 2, 3, 4]
    for name in (0, 4, 3, 2, 1):
        cache.get(name, partial(make, name))
    assert made == [0, 1, 2, 3, 4, 1]
    assert not cache.get(2, partial(make, 2)).flags.writeable


def test_threads_get_what_one_gets() -> None:
    bank = shipped_bank()
    asked = [(preset, midi) for preset in ("grand", "strings", "flute") for midi in range(60, 75)]

    def heard(one: tuple[str, int]) -> bytes:
        return bank.sounding(bank.zones(one[0], one[1])[0], one[1], 0.4).tobytes()

    alone = [heard(one) for one in asked]
    fresh = SampleBank.load()
    bank = fresh
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(heard, asked * 3)) == alone * 3
    assert fresh.bytes <= DECODED_BYTES + PITCHED_BYTES

"""Cutting a SoundFont: a font of two zones, made by hand, and recordings that are out of tune by a known amount."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from aural.types import Floats
from models.sketch.samples.bank import FOLDER, SampleBank
from training.samples.__main__ import Streams, balanced, kept, zone_of
from training.samples.intonation import deviation_cents
from training.samples.presets import FAMILIES, Cut
from training.samples.soundfont import SoundFont

RATE_HZ = 44_100


def tone(frequency_hz: float, seconds: float = 1.0, level: float = 0.5, rate_hz: int = RATE_HZ) -> Floats:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    harmonics = [np.sin(2 * np.pi * k * frequency_hz * times) / k for k in range(1, 5)]
    return np.asarray(level * np.sum(harmonics, axis=0), np.float32)


def ogg(sound: Floats) -> bytes:
    written = io.BytesIO()
    soundfile.write(written, sound, RATE_HZ, format="OGG", subtype="VORBIS")
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def signed(value: int) -> int:
    return value & 0xFFFF


def font(low: bytes, high: bytes) -> bytes:
    """Preset 0:7 with its own attenuation over an instrument: a global zone (release), two halves of the keys."""
    streams = low + high
    samples = [(b"low", 0, len(low), 48, -7), (b"high", len(low), len(streams), 72, 0), (b"EOS", 0, 0, 0, 0)]
    shdr = b"".join(
        struct.pack("<20sIIIIIBbHH", name, first, last, 1000, 21_000, RATE_HZ, root, correction, 0, 17)
        for name, first, last, root, correction in samples
    )
    keys = [(43, 0 | 59 << 8), (43, 60 | 127 << 8)]
    igen = [(38, 1200), keys[0], (52, 20), (54, 1), (53, 0), keys[1], (58, 70), (48, 100), (38, signed(-1200)), (53, 1)]
    pgen = [(48, 50), (41, 0)]
    pdta = b"".join(
        chunk(kind, data)
        for kind, data in {
            b"phdr": struct.pack("<20sHHHIII", b"two halves", 7, 0, 0, 0, 0, 0)
            + struct.pack("<20sHHHIII", b"EOP", 0, 0, 1, 0, 0, 0),
            b"pbag": struct.pack("<4H", 0, 0, len(pgen), 0),
            b"pgen": b"".join(struct.pack("<HH", *one) for one in pgen),
            b"inst": struct.pack("<20sH20sH", b"halves", 0, b"EOI", 3),
            b"ibag": struct.pack("<8H", 0, 0, 1, 0, 5, 0, len(igen), 0),
            b"igen": b"".join(struct.pack("<HH", *one) for one in igen),
            b"shdr": shdr,
        }.items()
    )
    body = b"sfbk" + chunk(b"LIST", b"sdta" + chunk(b"smpl", streams)) + chunk(b"LIST", b"pdta" + pdta)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture(scope="module")
def two_halves() -> SoundFont:
    return SoundFont(font(ogg(tone(130.81)), ogg(tone(523.25, level=0.25))))


def test_a_zone_has_its_own_values_its_instruments_and_its_presets(two_halves: SoundFont) -> None:
    low, high = (zone_of(Streams(two_halves, "a.ogg"), zone) for zone in two_halves.zones(0, 7))
    assert ((low.low, low.high), (high.low, high.high)) == ((0, 59), (60, 127))
    assert low.root == pytest.approx(48 - 0.2 + 0.07)
    assert high.root == 70
    assert (low.loop, high.loop) == ((1000, 21_000), None)
    assert (low.release_s, high.release_s) == (2.0, 0.5)
    assert low.gain_db == pytest.approx(-0.4 * 5)
    assert high.gain_db == pytest.approx(-0.4 * 15)
    assert low.stream.frames == high.stream.frames == RATE_HZ


def test_streams_are_cut_out_as_they_are(two_halves: SoundFont) -> None:
    streams = Streams(two_halves, "a.ogg")
    first, second = balanced(streams, kept(two_halves, Cut(0, 7)), tuned=False)
    end = second.stream.offset + second.stream.bytes
    assert streams.data[second.stream.offset : end] == two_halves.stream(1)
    assert streams.data[: first.stream.bytes] == two_halves.stream(0)
    loud = 20 * np.log10(0.5 / 0.25)
    assert first.gain_db - second.gain_db == pytest.approx(0.4 * 10, abs=0.11)
    assert (first.gain_db + second.gain_db) / 2 + 20 * np.log10(0.5) - loud / 2 == pytest.approx(-15 + 1.5, abs=1)


def test_keys_of_what_is_left_out_go_to_the_nearest(two_halves: SoundFont) -> None:
    (only,) = kept(two_halves, Cut(0, 7, gap=40))
    assert only.keys == (0, 127)
    (upper,) = kept(two_halves, Cut(0, 7, low=65))
    assert (upper.sample, upper.keys) == (1, (0, 127))


def test_what_is_no_soundfont_or_has_no_such_preset_is_refused(two_halves: SoundFont) -> None:
    with pytest.raises(ValueError, match="not a SoundFont"):
        SoundFont(b"RIFF" + bytes(40))
    with pytest.raises(KeyError, match="0:8"):
        two_halves.zones(0, 8)


@pytest.mark.parametrize("cents", [-37, -11, 0, 5, 28, 52])
def test_a_recording_is_as_far_off_as_it_is(cents: float) -> None:
    heard = deviation_cents(tone(440 * 2 ** (cents / 1200), 1.5), RATE_HZ, 440.0)
    assert heard == pytest.approx(cents, abs=1.0)


def test_what_has_no_steady_pitch_is_left_alone() -> None:
    rng = np.random.default_rng(1)
    glide = np.cumsum(440 * 2 ** (np.linspace(-60, 60, 2 * RATE_HZ) / 1200)) / RATE_HZ
    assert deviation_cents(np.sin(2 * np.pi * glide).astype(np.float32), RATE_HZ, 440.0) == 0
    assert deviation_cents(rng.standard_normal(50).astype(np.float32), RATE_HZ, 440.0) == 0


def test_the_bank_has_every_preset_of_the_table() -> None:
    assert SampleBank.load(FOLDER).presets == {name for cuts in FAMILIES.values() for name in cuts}

"""What more bits carry, and how a file says that it has them."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import get_args

import mutagen
import numpy as np
import pytest
import soundfile

from aural.files import flac
from aural.files.bundle import zip_bytes
from aural.files.compressed import flac_bytes
from aural.files.resampling import resampled_take
from aural.files.riff import chunks
from aural.files.tags import Tags, read_tags
from aural.files.wav import BitDepth, wav_bytes
from aural.types import Take
from tests.aural.files.takes import tags, take

DEPTHS = pytest.mark.parametrize("bits", get_args(BitDepth))
SUBTYPES = {16: "PCM_16", 24: "PCM_24", "32f": "FLOAT"}


def whisper() -> Take:
    """A tone at -100 dBFS, under half a step of 16 bits."""
    tone = 1e-5 * np.sin(2 * np.pi * 441 * np.arange(32_000) / 32_000)
    return Take(np.stack([tone, tone]).astype(np.float32), 32_000, 1, "m")


@pytest.mark.parametrize("write", [wav_bytes, flac_bytes])
def test_24_bits_carry_what_16_cannot(write: object) -> None:
    heard = {
        bits: soundfile.read(io.BytesIO(write(whisper(), Tags.of(whisper()), bits)))[0].T  # type: ignore[operator]
        for bits in (16, 24)
    }
    assert not heard[16].any()
    error = heard[24] - whisper().samples
    assert 20 * np.log10(np.abs(error).max() / 1e-5) < -40
    assert np.abs(error).max() <= 2**-24


def test_floats_are_the_takes_own_and_nothing_clips_them(caplog: pytest.LogCaptureFixture) -> None:
    made = take()
    loud = Take(made.samples * 9, made.loop_end, 1, "m")
    for music in (made, loud):
        back, rate_hz = soundfile.read(io.BytesIO(wav_bytes(music, Tags.of(music), "32f")), dtype="float32")
        np.testing.assert_array_equal(back.T, music.samples)
        assert rate_hz == 32_000
    assert np.abs(loud.samples).max() > 1
    assert not caplog.text


@DEPTHS
@pytest.mark.parametrize("rate_hz", [32_000, 44_100, 48_000])
def test_a_wav_says_what_it_is(bits: BitDepth, rate_hz: int) -> None:
    made = resampled_take(take(), rate_hz, loops=True)
    data = wav_bytes(made, Tags.of(made), bits)
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert (file.samplerate, file.channels, file.subtype) == (rate_hz, 2, SUBTYPES[bits])
        assert file.frames == made.samples.shape[1] == round(2.3 * rate_hz)
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    found = dict(chunks(data[12:]))
    smpl = struct.unpack("<15I", found[b"smpl"])
    assert (smpl[2], smpl[12]) == (round(1e9 / rate_hz), 2 * rate_hz - 1)
    beats, tempo = struct.unpack("<IHHfIHHf", found[b"acid"])[4::3]
    assert (beats, tempo) == (4, 120.0), "the same beats at any rate"
    facts = read_tags(data)
    assert (facts["loop_end"], facts.get("rate_hz", 32_000)) == (2 * rate_hz, rate_hz)
    assert found.get(b"fact", b"") == (struct.pack("<I", file.frames) if bits == "32f" else b"")


def test_a_tempo_without_bars_counts_the_same_beats_at_any_rate() -> None:
    for rate_hz in (32_000, 44_100, 48_000):
        made = resampled_take(take(bars=0), rate_hz, loops=False)
        assert Tags.of(made).beats == 4


@pytest.mark.parametrize("rate_hz", [32_000, 48_000])
def test_flac_of_24_bits_is_the_wav_with_its_chunks(rate_hz: int) -> None:
    made = resampled_take(take(), rate_hz, loops=True)
    wav, packed = wav_bytes(made, Tags.of(made), 24), flac_bytes(made, Tags.of(made), 24)
    with soundfile.SoundFile(io.BytesIO(packed)) as file:
        assert (file.subtype, file.samplerate) == ("PCM_24", rate_hz)
        samples = file.read(dtype="int32") >> 8
    pieces = [
        content.removeprefix(b"riff") for kind, content in flac.metadata_blocks(packed) if kind == flac.APPLICATION
    ]
    three_bytes = samples.astype("<i4").tobytes()
    raw = b"".join(three_bytes[at : at + 3] for at in range(0, len(three_bytes), 4))
    assert b"".join([*pieces[:3], raw, *pieces[3:]]) == wav
    assert mutagen.File(io.BytesIO(packed)).tags["looplength"] == [str(2 * rate_hz)]


def test_flac_has_no_floats() -> None:
    with pytest.raises(ValueError, match="no floats"):
        flac_bytes(take(), tags(), "32f")


@DEPTHS
def test_a_zips_mix_has_the_depth_and_all_of_it_the_rate(bits: BitDepth) -> None:
    made = resampled_take(take(), 44_100, loops=True)
    with zipfile.ZipFile(io.BytesIO(zip_bytes(made, Tags.of(made), bits))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files["mix.wav"] == wav_bytes(made, Tags.of(made), bits)
    stems = [soundfile.SoundFile(io.BytesIO(data)) for name, data in files.items() if name.startswith("stems/")]
    assert {(stem.samplerate, stem.subtype, stem.frames) for stem in stems} == {(44_100, "PCM_24", 101_430)}
    rest = sum(stem.read() for stem in stems).T - made.samples
    assert 20 * np.log10(np.abs(rest).max()) < -120

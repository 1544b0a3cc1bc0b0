"""The WAV is what other readers say it is, and it carries its loop and its facts."""

from __future__ import annotations

import io
import json
import struct
import wave
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from aural.audio.decode import decode
from aural.files.riff import chunks
from aural.files.tags import MAX_PROMPT_CHARS, SOFTWARE, SOURCE_TYPES, Tags, read_tags
from aural.files.wav import wav_bytes
from aural.types import TAKE_RATE_HZ, Floats, Take

LSB = 2.0**-15


def music(n: int = 48_001, peak: float = 0.9) -> Floats:
    return np.random.default_rng(0).uniform(-peak, peak, (2, n)).astype(np.float32)


def take_of(samples: Floats, loop_end: int = 40_000) -> Take:
    return Take(samples, loop_end, seed=42, model="sketch", bpm=120.0, key="A minor")


def tags_of(take: Take, prompt: str = "calm piano") -> Tags:
    return Tags.of(replace(take, prompt=prompt, licence="CC0-1.0", style_id="ambient"))


def wav(prompt: str = "calm piano") -> bytes:
    take = take_of(music())
    return wav_bytes(take, tags_of(take, prompt))


def test_samples_come_back_to_half_a_step() -> None:
    back, rate_hz = soundfile.read(io.BytesIO(wav()), dtype="float32")
    assert rate_hz == TAKE_RATE_HZ
    assert back.shape == (48_001, 2)
    assert np.abs(back.T - music()).max() <= LSB / 2


def test_the_standard_library_reads_it() -> None:
    with wave.open(io.BytesIO(wav())) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, TAKE_RATE_HZ)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert np.array_equal(frames.T, np.rint(music().astype(np.float64) * 2**15))


def test_our_own_ears_read_it() -> None:
    clip = decode(wav())
    assert (clip.source_rate_hz, clip.source_channels, clip.codec) == (TAKE_RATE_HZ, 2, "pcm_s16le")
    assert clip.duration_s == pytest.approx(48_001 / TAKE_RATE_HZ, abs=1e-4)


def test_the_chunks_are_well_formed() -> None:
    for prompt in ("even", "odd"):
        data = wav(prompt)
        assert data[:4] + data[8:12] == b"RIFFWAVE"
        assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
        found = dict(chunks(data[12:]))
        assert list(found) == [b"fmt ", b"data", b"smpl", b"acid", b"LIST", b"iXML", b"_PMX", b"id3 "]
        walked = sum(8 + len(content) + len(content) % 2 for content in found.values())
        assert walked == len(data) - 12
        assert len(found[b"data"]) == 4 * 48_001


def test_the_loop_is_the_body() -> None:
    smpl = struct.unpack("<15I", dict(chunks(wav()[12:]))[b"smpl"])
    period_ns, n_loops, (kind, start, last, _, plays) = smpl[2], smpl[7], smpl[10:]
    assert period_ns == 31_250
    assert (n_loops, kind, start, plays) == (1, 0, 0, 0)
    assert last == 40_000 - 1, "the chunk counts the last sample in"


def test_players_see_title_genre_licence_and_software() -> None:
    with soundfile.SoundFile(io.BytesIO(wav())) as file:
        shown = file.copy_metadata()
    assert shown["title"] == "calm piano"
    assert shown["genre"] == "ambient"
    assert shown["copyright"] == "CC0-1.0"
    assert shown["software"].startswith(SOFTWARE)


@pytest.mark.parametrize(
    "prompt", ["calm piano", "Übermut, 静かなピアノ 🎹", 'quotes " and \\ and \n lines', "nul \0 inside", "\ud800", ""]
)
def test_the_facts_come_back(prompt: str) -> None:
    assert read_tags(wav(prompt)) == {
        "prompt": prompt,
        "seed": 42,
        "model": "sketch",
        "licence": "CC0-1.0",
        "loop_end": 40_000,
        "bpm": 120.0,
        "key": "A minor",
        "style_id": "ambient",
        "software": SOFTWARE,
        "digital_source_type": f"{SOURCE_TYPES}trainedAlgorithmicMedia",
    }


def test_a_very_long_prompt_is_cut_and_no_character_broken() -> None:
    data = wav("é🎹" * 5_000)
    facts = read_tags(data)
    assert len(facts["prompt"]) == MAX_PROMPT_CHARS
    assert facts["prompt"].startswith("é🎹é🎹")
    assert facts["prompt"].endswith("…")
    info = dict(chunks(dict(chunks(data[12:]))[b"LIST"][4:]))
    assert info[b"INAM"].rstrip(b"\0").decode().startswith("é🎹é🎹")


def test_unknown_facts_are_left_out() -> None:
    take = replace(take_of(music()), bpm=None, key=None)
    facts = read_tags(wav_bytes(take, Tags.of(replace(take, prompt="x"))))
    assert not {"bpm", "key", "style_id", "request_id"} & set(facts)


def test_the_same_take_gives_the_same_bytes_and_a_request_id_only_on_demand() -> None:
    take = take_of(music())
    tags = tags_of(take)
    assert wav_bytes(take, tags) == wav_bytes(take, tags)
    assert "request_id" not in read_tags(wav_bytes(take, tags))
    assert read_tags(wav_bytes(take, replace(tags, request_id="r1")))["request_id"] == "r1"


def test_full_scale_is_no_clipping_and_more_is_clipped_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    samples = np.zeros((2, 4), np.float32)
    samples[0] = [1.0, -1.0, 1.5 * LSB, 0.5 * LSB]
    take = take_of(samples, loop_end=4)
    back, _ = soundfile.read(io.BytesIO(wav_bytes(take, tags_of(take))), dtype="int16")
    assert back[:, 0].tolist() == [32_767, -32_768, 2, 0]
    assert not caplog.text
    loud = take_of(2 * samples, loop_end=4)
    back, _ = soundfile.read(io.BytesIO(wav_bytes(loud, tags_of(loud))), dtype="int16")
    assert back[:2, 0].tolist() == [32_767, -32_768]
    assert "Clipped 2 samples" in caplog.text


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_not_finite_are_refused(value: float) -> None:
    samples = music()
    samples[1, 7] = value
    take = take_of(samples)
    with pytest.raises(ValueError, match="not finite"):
        wav_bytes(take, tags_of(take))


@pytest.mark.parametrize("loop_end", [0, 48_002])
def test_a_loop_that_ends_outside_is_refused(loop_end: int) -> None:
    take = take_of(music(), loop_end)
    with pytest.raises(ValueError, match="loop ends"):
        wav_bytes(take, tags_of(take))


def test_a_wav_of_others_has_no_facts_and_what_is_no_wav_is_refused() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.zeros((10, 2)), TAKE_RATE_HZ, format="WAV")
    assert read_tags(buffer.getvalue()) == {}
    assert read_tags(wav()[: wav().index(b"LIST") + 40]) == {}, "cut off"
    with pytest.raises(ValueError, match="Not a WAV"):
        read_tags(json.dumps({}).encode())

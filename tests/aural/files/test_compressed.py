"""FLAC and OGG hold the music of the WAV and its facts, and their bytes repeat."""

from __future__ import annotations

import hashlib
import io
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import mutagen
import numpy as np
import pytest
import soundfile

from aural.files import flac, ogg
from aural.files.bundle import zip_bytes
from aural.files.compressed import flac_bytes, ogg_bytes
from aural.files.tags import MAX_PROMPT_CHARS, Tags, read_tags
from aural.files.vorbis_comment import packed, unpacked
from aural.files.wav import wav_bytes
from aural.types import TAKE_RATE_HZ, Take
from examples.serving import ROOT
from tests.aural.files.takes import NASTY, READABLE, tags, take

Write = Callable[[Take, Tags], bytes]
BOTH = pytest.mark.parametrize("write", [flac_bytes, ogg_bytes])


@pytest.mark.parametrize("prompt", ["calm piano", NASTY, ""])
@BOTH
def test_the_facts_are_those_of_the_wav(write: Write, prompt: str) -> None:
    facts = read_tags(write(take(), tags(prompt)))
    assert facts == read_tags(wav_bytes(take(), tags(prompt)))
    assert facts["prompt"] == prompt


@BOTH
def test_any_prompt_can_be_read(write: Write) -> None:
    assert mutagen.File(io.BytesIO(write(take(), tags(NASTY)))).tags["prompt"] == [READABLE]
    long = mutagen.File(io.BytesIO(write(take(), tags("🎹" * 5000)))).tags
    assert len(long["prompt"][0]) == MAX_PROMPT_CHARS
    assert long["title"][0] == "🎹" * 30


def test_flac_is_the_wav_with_its_chunks() -> None:
    """With its foreign blocks taken out of it in order and the samples put in, it is that file again."""
    wav, packed_wav = wav_bytes(take(), tags()), flac_bytes(take(), tags())
    samples, _ = soundfile.read(io.BytesIO(packed_wav), dtype="int16")
    pieces = [
        content.removeprefix(b"riff") for kind, content in flac.metadata_blocks(packed_wav) if kind == flac.APPLICATION
    ]
    assert b"".join([*pieces[:3], samples.astype("<i2").tobytes(), *pieces[3:]]) == wav
    assert mutagen.File(io.BytesIO(packed_wav)).info.md5_signature == int(
        hashlib.md5(samples.astype("<i2").tobytes(), usedforsecurity=False).hexdigest(), 16
    )


def test_ogg_is_near_the_music() -> None:
    near, _ = soundfile.read(io.BytesIO(ogg_bytes(take(), tags())))
    error = near.T - take().samples
    assert 10 * np.log10(np.square(take().samples).sum() / np.square(error).sum()) > 30


@pytest.mark.parametrize("samples", [1, 63, 64, 577, TAKE_RATE_HZ, TAKE_RATE_HZ + 9601, 5 * TAKE_RATE_HZ + 13])
@BOTH
def test_it_is_as_long_as_the_music(write: Write, samples: int) -> None:
    made = take(samples=samples)
    assert soundfile.info(io.BytesIO(write(made, tags(made=made)))).frames == samples


def test_another_process_writes_the_same_bytes() -> None:
    written = [write(take(), tags()) for write in (wav_bytes, flac_bytes, ogg_bytes, zip_bytes)]
    there = """
import hashlib
from aural.files.bundle import zip_bytes
from aural.files.compressed import flac_bytes, ogg_bytes
from aural.files.wav import wav_bytes
from tests.aural.files.takes import tags, take
for write in (wav_bytes, flac_bytes, ogg_bytes, zip_bytes):
    print(hashlib.sha256(write(take(), tags())).hexdigest())
"""
    done = subprocess.run([sys.executable, "-c", there], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [hashlib.sha256(data).hexdigest() for data in written]


@BOTH
def test_what_is_no_take_is_refused(write: Write) -> None:
    made = take()
    with pytest.raises(ValueError, match=r"\(2, time\)"):
        write(replace(made, samples=made.samples[:1]), tags())
    with pytest.raises(ValueError, match="not finite"):
        write(replace(made, samples=made.samples + np.float32(np.inf)), tags())
    with pytest.raises(ValueError, match="loop ends"):
        write(made, replace(tags(), loop_end=made.samples.shape[1] + 1))


def test_only_integers_clip(caplog: pytest.LogCaptureFixture) -> None:
    loud = replace(take(), samples=take().samples * 9)
    with caplog.at_level(logging.WARNING):
        ogg_bytes(loud, tags())
    assert not caplog.text
    flac_bytes(loud, tags())
    assert "beyond full scale" in caplog.text


@BOTH
def test_files_of_others_and_halves_of_ours_have_no_facts(write: Write) -> None:
    form = "FLAC" if write is flac_bytes else "OGG"
    others = io.BytesIO()
    with soundfile.SoundFile(others, "w", TAKE_RATE_HZ, 2, format=form) as file:
        file.comment = "made by hand"
        file.write(take().samples.T)
    assert read_tags(others.getvalue()) == {}
    data = write(take(), tags())
    for cut in range(4, 1200, 7):
        assert read_tags(data[:cut]) in ({}, read_tags(data))


def test_comments_come_back_up_to_where_they_are_cut_off() -> None:
    told = {"TITLE": "a=b", "EMPTY": "", "PROMPT": "Übermut 🎹"}
    block = packed(told)
    assert unpacked(block) == told
    assert list(unpacked(block[:-1])) == ["TITLE", "EMPTY"]
    assert unpacked(b"") == unpacked(block[:5]) == {}


def test_an_opus_file_has_no_vorbis_comments() -> None:
    buffer = io.BytesIO()
    soundfile.write(buffer, np.zeros((48_000, 2)), 48_000, format="OGG", subtype="OPUS")
    assert ogg.vorbis_comments(buffer.getvalue()) == b""

"""MP3, M4A and Opus: as long as the music and in step with it to the sample, with its facts, and their bytes repeat."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import av
import mutagen
import numpy as np
import pytest
import soundfile
from mutagen.mp3 import BitrateMode

from aural.files import mp3, mp4
from aural.files.compressed import m4a_bytes, mp3_bytes, opus_bytes
from aural.files.resampling import resampled_take
from aural.files.tags import Tags, read_tags
from aural.files.wav import wav_bytes
from aural.types import Floats, Take
from examples.serving import ROOT
from tests.aural.files.takes import IPTC, NASTY, READABLE, tags, take

Write = Callable[[Take, Tags], bytes]
RATES = (32_000, 44_100, 48_000)
EVERY = {
    **{f"mp3 at {rate}": (mp3_bytes, rate) for rate in RATES},
    **{f"m4a at {rate}": (m4a_bytes, rate) for rate in RATES},
    "opus": (opus_bytes, 48_000),
}
EACH = pytest.mark.parametrize(("write", "rate_hz"), EVERY.values(), ids=EVERY)
AT_48 = pytest.mark.parametrize("write", [mp3_bytes, m4a_bytes, opus_bytes])
AAC_FRAME = 1024


def at_48() -> Take:
    return resampled_take(take(), 48_000, loops=True)


def played(data: bytes) -> tuple[Floats, int]:
    """What FFmpeg decodes, (2, time), and how many samples it says there are."""
    with av.open(io.BytesIO(data), "r") as container:
        stream: Any = container.streams.audio[0]
        blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
        told = round(stream.duration * stream.time_base * stream.rate)
    return np.concatenate([block.reshape(-1, 2).T if len(block) == 1 else block for block in blocks], axis=1), told


def delay_of(heard: Floats, music: Floats) -> int:
    """By how many samples it is behind, where both are most alike."""
    size = 1 << (2 * music.shape[1] - 1).bit_length()
    spectra = [np.fft.rfft(sound[0], size) for sound in (heard, music)]
    alike = np.fft.irfft(spectra[0] * np.conj(spectra[1]), size)
    return int(np.argmax(np.concatenate([alike[-5000:], alike[:5000]]))) - 5000


@EACH
@pytest.mark.parametrize("samples", [1, 577, 1_153, 20_011, 33_333])
def test_it_is_as_long_as_the_music_and_in_step_with_it(write: Write, rate_hz: int, samples: int) -> None:
    music = resampled_take(take(samples=samples), rate_hz, loops=False)
    length = music.samples.shape[1]
    data = write(music, Tags.of(music))
    heard, told = played(data)
    if write is m4a_bytes:
        # FFmpeg knows the length, and yet hands out the last frame as it is.
        assert told == length
        assert heard.shape[1] - length in range(AAC_FRAME)
        heard = heard[:, :length]
    assert heard.shape == music.samples.shape
    if write is not m4a_bytes:
        heard_by_others, rate_there = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
        assert (heard_by_others.T.shape, rate_there) == (music.samples.shape, rate_hz)
        assert np.abs(heard_by_others.T - heard).max() < 1e-3
    if samples > 20_000:
        assert delay_of(heard, music.samples) == 0
        noise = np.square(heard - music.samples).sum() / np.square(music.samples).sum()
        assert 10 * np.log10(noise) < -25, "the hiss is not kept wave by wave"


@AT_48
def test_loud_music_does_not_decode_over_full_scale(write: Write) -> None:
    """Under -1 dBFS it goes in: tones and noise, in both channels alike and not."""
    time_s = np.arange(48_000) / 48_000
    noise = np.random.default_rng(3).standard_normal((2, len(time_s)))
    tones = [np.sin(2 * np.pi * hz * time_s) for hz in (55.0, 880.0)]
    loud = np.stack(tones) + 0.1 * noise
    samples = (loud / np.abs(loud).max() * 10 ** (-1 / 20)).astype(np.float32)
    music = Take(samples, 48_000, 1, "m", rate_hz=48_000)
    assert np.abs(played(write(music, Tags.of(music)))[0]).max() < 1


def test_an_mp3_is_padded_as_lame_says_it() -> None:
    """The header's checksum is of what it says, by LAME's own polynomial; the delay is that of LAME."""
    music = resampled_take(take(), 44_100, loops=True)
    data = mp3_bytes(music, Tags.of(music))
    head = data.index(b"Xing")
    delay, padding = divmod(int.from_bytes(data[head + 141 : head + 144], "big"), 4096)
    frames = int.from_bytes(data[head + 8 : head + 12], "big")
    assert delay == 576
    assert frames * 1152 - delay - padding == music.samples.shape[1]
    start = data.index(b"\xff\xfb")
    assert int.from_bytes(data[start + 190 : start + 192], "big") == mp3._checksum(data[start : start + 190])
    assert mp3._checksum(b"123456789") == 0xBB3D, "the check value of CRC-16/ARC"


def test_an_m4a_says_its_length_where_apple_looks() -> None:
    music = at_48()
    data = m4a_bytes(music, Tags.of(music))
    (told,) = mutagen.File(io.BytesIO(data)).tags["----:com.apple.iTunes:iTunSMPB"]
    _, priming, padding, length = (int(number, 16) for number in bytes(told).split()[:4])
    assert length == music.samples.shape[1]
    assert (priming + padding + length) % AAC_FRAME == 0
    assert priming == AAC_FRAME
    names = [name for name, _ in mp4.boxes(data)]
    assert names.index(b"mdat") < names.index(b"moov"), "its sound is where its table says"


@AT_48
@pytest.mark.parametrize("prompt", ["calm piano", NASTY, ""])
def test_the_facts_are_those_of_the_wav_at_that_rate(write: Write, prompt: str) -> None:
    told = tags(prompt, at_48())
    facts = read_tags(write(at_48(), told))
    assert facts == read_tags(wav_bytes(at_48(), told))
    assert (facts["prompt"], facts["rate_hz"], facts["loop_end"]) == (prompt, 48_000, 96_000)


def test_mutagen_sees_the_facts_in_an_mp3() -> None:
    found = mutagen.File(io.BytesIO(mp3_bytes(at_48(), tags(NASTY, at_48()))))
    assert (found.info.sample_rate, found.info.channels, found.info.bitrate_mode) == (48_000, 2, BitrateMode.VBR)
    shown = {name: str(found.tags[name]) for name in ("TCON", "TBPM", "TKEY", "TCOP")}
    assert list(shown.values()) == ["ambient", "120", "F#m", "CC0-1.0"]
    assert str(found.tags["TSSE"]).startswith("Aural Architect")
    named = {name.removeprefix("TXXX:"): str(text) for name, text in found.tags.items() if name.startswith("TXXX:")}
    assert named.pop("PROMPT") == READABLE
    assert named == {
        "KEY": "F# minor",
        "LICENSE": "CC0-1.0",
        "SEED": "42",
        "MODEL": "sketch-1",
        "BARS": "1",
        "METRE": "4/4",
        "LOOPSTART": "0",
        "LOOPLENGTH": "96000",
        "DIGITALSOURCETYPE": f"{IPTC}algorithmicMedia",
    }
    assert json.loads(str(found.tags["COMM::eng"]))["loop_end"] == 96_000


def test_mutagen_sees_the_facts_in_an_m4a() -> None:
    found = mutagen.File(io.BytesIO(m4a_bytes(at_48(), tags("calm piano", at_48()))))
    assert (found.info.codec, found.info.sample_rate, found.info.channels) == ("mp4a.40.2", 48_000, 2)
    told = dict(found.tags)
    assert [told[name] for name in ("©nam", "©gen", "cprt", "tmpo")] == [
        ["calm piano"],
        ["ambient"],
        ["CC0-1.0"],
        [120],
    ]
    assert told["©too"][0].startswith("Aural Architect")
    assert json.loads(told["©cmt"][0])["seed"] == 42
    named = {name.rpartition(":")[2]: bytes(text).decode() for name, (text,) in told.items() if name[0] == "-"}
    assert (named["INITIALKEY"], named["LOOPLENGTH"], named["PROMPT"]) == ("F#m", "96000", "calm piano")
    assert named["DIGITALSOURCETYPE"] == f"{IPTC}algorithmicMedia"


def test_mutagen_sees_the_facts_in_opus() -> None:
    found = mutagen.File(io.BytesIO(opus_bytes(at_48(), tags("calm piano", at_48()))))
    assert type(found).__name__ == "OggOpus"
    shown = [found.tags[name][0] for name in ("title", "bpm", "initialkey", "loopstart", "looplength")]
    assert shown == ["calm piano", "120", "F#m", "0", "96000"]
    assert found.tags["digitalsourcetype"] == [f"{IPTC}algorithmicMedia"]


@AT_48
def test_what_is_cut_off_has_its_facts_or_none(write: Write) -> None:
    data = write(at_48(), tags(made=at_48()))
    whole = read_tags(data)
    for cut in [*range(12, 2500, 37), *range(len(data) - 2500, len(data), 37)]:
        assert read_tags(data[:cut]) in ({}, whole)


def test_files_without_facts_of_ours_have_none() -> None:
    """Made by FFmpeg alone, and none of its own words taken for facts."""
    for form, codec in (("mp3", "libmp3lame"), ("ipod", "aac"), ("ogg", "libopus")):
        out = io.BytesIO()
        with av.open(out, "w", format=form) as container:
            container.metadata["title"] = "by hand"
            stream: Any = container.add_stream(codec, rate=48_000, layout="stereo")
            frame = av.AudioFrame.from_ndarray(np.zeros((2, 4800), np.float32), format="fltp", layout="stereo")
            frame.sample_rate = 48_000
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        assert read_tags(out.getvalue()) == {}


def test_opus_of_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="48 kHz, not 32000 Hz"):
        opus_bytes(take(), tags())


@AT_48
def test_what_is_no_music_is_refused(write: Write) -> None:
    music = at_48()
    broken = Take(music.samples * np.float32(np.nan), music.loop_end, 1, "m", rate_hz=48_000)
    with pytest.raises(ValueError, match="not finite"):
        write(broken, Tags.of(broken))


def test_another_process_writes_the_same_bytes() -> None:
    written = [write(at_48(), Tags.of(at_48())) for write in (mp3_bytes, m4a_bytes, opus_bytes)]
    there = """
import hashlib
from aural.files.compressed import m4a_bytes, mp3_bytes, opus_bytes
from aural.files.tags import Tags
from tests.aural.files.test_lossy import at_48
for write in (mp3_bytes, m4a_bytes, opus_bytes):
    print(hashlib.sha256(write(at_48(), Tags.of(at_48()))).hexdigest())
"""
    done = subprocess.run([sys.executable, "-c", there], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [hashlib.sha256(data).hexdigest() for data in written]

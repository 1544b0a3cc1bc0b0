"""What a file says is what independent readers see in it: a sampler, taggers, editors, FFmpeg."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import mutagen
import numpy as np
import pysfizz
import pytest
import soundfile
import wavinfo

from aural.files.compressed import flac_bytes, ogg_bytes
from aural.files.tags import Tags
from aural.files.wav import wav_bytes
from aural.types import TAKE_RATE_HZ, Floats, Take
from tests.aural.files.takes import BODY, IPTC, NASTY, READABLE, SAMPLES, tags, take

BLOCK, LOOP = 500, 6000
SOURCE = f"{IPTC}algorithmicMedia"
WRITERS = {"wav": wav_bytes, "flac": flac_bytes, "ogg": ogg_bytes}
EVERY = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
Write = Callable[[Take, Tags], bytes]


def short() -> Take:
    """Of fewer samples than sfizz holds ready: of longer ones it may play silence until the rest is read."""
    return replace(take(samples=7000), loop_end=LOOP)


def sampled(file: Path, key: int, unity: str = "66") -> Floats:
    """What the sampler sfizz plays while a key is held for a second. `unity`: "sample" is as the file says."""
    instrument = file.with_suffix(".sfz")
    instrument.write_text(f"<region> sample={file.name} pitch_keycenter={unity}\n")
    synth = pysfizz.Synth(sample_rate=TAKE_RATE_HZ, block_size=BLOCK)
    assert synth.load_sfz_file(str(instrument))
    return np.asarray(synth.render_note(key, 127, 1.0, 1.1))


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_sampler_plays_the_loop_round_and_round(suffix: str, tmp_path: Path) -> None:
    """After the body comes the body, sample for sample; the same file without its `smpl` chunk plays once."""
    file = tmp_path / f"loop.{suffix}"
    data = WRITERS[suffix](short(), tags(made=short()))
    file.write_bytes(data)
    looped = sampled(file, key=66)
    first = looped[:, BLOCK:LOOP]  # in its first block a voice fades in
    for round_ in range(1, 5):
        np.testing.assert_array_equal(looped[:, round_ * LOOP + BLOCK : (round_ + 1) * LOOP], first)
    assert np.abs(first).max() > 0.01
    file.write_bytes(data.replace(b"smpl", b"none"))
    once = sampled(file, key=66)
    assert np.abs(once[:, BLOCK:LOOP]).max() > 0.01
    assert np.abs(once[:, 7000 + 2 * BLOCK :]).max() < 1e-4


def test_a_sampler_takes_the_tonic_for_the_note(tmp_path: Path) -> None:
    """On the key of its tonic a file sounds as it is, an octave higher twice as fast."""
    file = tmp_path / "loop.wav"
    file.write_bytes(wav_bytes(short(), tags(made=short())))

    def pitch_hz(sound: Floats) -> float:
        part = sound[0, BLOCK:LOOP]
        return float(np.argmax(np.abs(np.fft.rfft(part * np.hanning(len(part)), TAKE_RATE_HZ))))

    assert pitch_hz(sampled(file, key=66, unity="sample")) == pytest.approx(220, abs=3)
    assert pitch_hz(sampled(file, key=78, unity="sample")) == pytest.approx(440, abs=3)


def test_mutagen_sees_the_facts_in_a_wav() -> None:
    found = mutagen.File(io.BytesIO(wav_bytes(take(), tags())))
    told = {name: str(found.tags[name]) for name in ("TIT2", "TCON", "TBPM", "TKEY", "TCOP", "TXXX:SEED")}
    assert list(told.values()) == ["calm piano", "ambient", "120", "F#m", "CC0-1.0", "42"]
    assert str(found.tags["TXXX:DIGITALSOURCETYPE"]) == SOURCE
    assert json.loads(str(found.tags["COMM::eng"]))["loop_end"] == BODY


@pytest.mark.parametrize("write", [flac_bytes, ogg_bytes])
def test_mutagen_sees_the_facts_in_vorbis_comments(write: Write) -> None:
    found = mutagen.File(io.BytesIO(write(take(), tags())))
    assert found.info.sample_rate == TAKE_RATE_HZ
    told = {name: value for name, (value,) in dict(found.tags).items()}
    facts = json.loads(told.pop("comment"))
    assert (facts["seed"], facts["bars"], facts["beats_per_bar"], facts["digital_source_type"]) == (42, 1, 4, SOURCE)
    software = told.pop("software")
    assert software == told.pop("encoder")
    assert software.startswith("Aural Architect")
    assert told == {
        "title": "calm piano",
        "description": "calm piano",
        "prompt": "calm piano",
        "genre": "ambient",
        "copyright": "CC0-1.0",
        "license": "CC0-1.0",
        "bpm": "120",
        "initialkey": "F#m",
        "key": "F# minor",
        "seed": "42",
        "model": "sketch-1",
        "bars": "1",
        "metre": "4/4",
        "loopstart": "0",
        "looplength": str(BODY),
        "digitalsourcetype": SOURCE,
    }


def test_wavinfo_sees_loop_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "loop.wav"
    path.write_bytes(wav_bytes(take(), tags(NASTY)))
    found = wavinfo.WavInfoReader(str(path), info_encoding="utf-8")
    (loop,) = found.smpl.sample_loops
    assert (loop.start, loop.end, loop.loop_type, loop.repetition_count) == (0, BODY - 1, 0, 0)
    assert found.smpl.midi_note == 66
    assert found.info.title == 'Übermut 静か 🎹 "quoted" & <b> ]]> end'
    assert found.info.copyright == "CC0-1.0"
    assert found.ixml.project.startswith("Aural Architect")
    assert found.ixml.raw_xml.findtext("NOTE") == READABLE
    assert [track.name for track in found.ixml.track_list] == ["left", "right"]


@EVERY
def test_ffmpeg_and_libsndfile_see_the_same(write: Write) -> None:
    data = write(take(), tags())
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.audio[0]
        told = {name.lower(): value for name, value in {**container.metadata, **stream.metadata}.items()}
        heard = sum(frame.samples for frame in container.decode(audio=0))
    assert (told["title"], told["copyright"], told["genre"]) == ("calm piano", "CC0-1.0", "ambient")
    assert '"seed": 42' in told["comment"]
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert (file.frames, file.samplerate, file.channels) == (SAMPLES, TAKE_RATE_HZ, 2)
        shown = file.copy_metadata()
    assert heard == SAMPLES
    assert (shown["title"], shown["copyright"]) == ("calm piano", "CC0-1.0")


def test_libsndfile_reads_acid_and_the_loop() -> None:
    """As the log of what it parsed has them."""
    with soundfile.SoundFile(io.BytesIO(wav_bytes(take(), tags()))) as file:
        read = " ".join(file.extra_info.split())
    assert "Beats : 4 Meter : 4/4 Tempo : 120.000" in read
    assert f"Start : 0 End : {BODY - 1}" in read


@EVERY
@pytest.mark.parametrize("tool", [["sox", "--i"], ["ffprobe", "-v", "error", "-show_format"]], ids=["sox", "ffprobe"])
def test_command_line_tools_read_it_without_a_word_of_complaint(tool: list[str], write: Write, tmp_path: Path) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed here")
    suffix = next(name for name, known in WRITERS.items() if known is write)
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(write(take(), tags(NASTY)))
    done = subprocess.run([*tool, str(path)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")

"""Too long, too short, not finite, cut off, damaged: what is refused, with which sentence, and what passes."""

from __future__ import annotations

import logging
import struct
import time
import tracemalloc

import numpy as np
import pytest

from aural.audio.decode import decode
from aural.errors import NotAudio, TooLong, TooShort
from tests.aural.audio.audio_files import FORMATS, by_pyav, by_soundfile, tone


def wav(seconds: float, rate_hz: int = 8_000) -> bytes:
    return by_soundfile(tone(seconds, rate_hz), rate_hz, "WAV", "PCM_16")


@pytest.mark.parametrize(("seconds", "rate_hz"), [(30.0, 44_100), (30.1, 44_100), (30.1, 8_000), (30.1, 11_025)])
def test_thirty_seconds_and_a_codecs_padding_pass(seconds: float, rate_hz: int) -> None:
    assert decode(wav(seconds, rate_hz)).duration_s == pytest.approx(seconds, abs=1e-3)


@pytest.mark.parametrize("container", ["adts", "ipod"])
def test_thirty_seconds_of_aac_pass_with_their_padding(container: str) -> None:
    clip = decode(by_pyav(tone(30.0, 22_050), 22_050, container, "aac"))
    assert clip.duration_s == pytest.approx(30.05, abs=0.05)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (wav(30.101), "Audio is 30.1 s; at most 30 s. Trim it."),
        (wav(94.0), "Audio is 94.0 s; at most 30 s. Trim it."),
        (by_soundfile(tone(94.0, 8_000), 8_000, "FLAC", "PCM_16"), "Audio is 94.0 s; at most 30 s. Trim it."),
        (by_soundfile(tone(94.0, 8_000), 8_000, "OGG", "VORBIS"), "Audio is 94.0 s; at most 30 s. Trim it."),
        (by_soundfile(tone(94.0, 8_000), 8_000, "MP3", "MPEG_LAYER_III"), "Audio is 94.0 s; at most 30 s. Trim it."),
        (by_pyav(tone(94.0, 8_000), 8_000, "adts", "aac"), "Audio is longer than 30 s, which is the most. Trim it."),
    ],
    ids=["wav-just", "wav", "flac", "ogg", "mp3", "adts"],
)
def test_longer_is_refused_with_its_length(data: bytes, sentence: str) -> None:
    with pytest.raises(TooLong) as refused:
        decode(data)
    assert refused.value.sentence == sentence


def test_the_limits_are_the_callers() -> None:
    with pytest.raises(TooLong, match=r"Audio is 2\.0 s; at most 1\.5 s"):
        decode(wav(2.0), max_s=1.5)
    assert decode(wav(0.2), min_s=0.2).duration_s == pytest.approx(0.2)


def test_an_hour_in_a_small_file_costs_half_a_minute_of_it() -> None:
    hour = by_soundfile(np.zeros((3600 * 8_000, 1), np.float32), 8_000, "FLAC", "PCM_16")
    assert len(hour) < 200_000
    tracemalloc.start()
    began_s = time.process_time()
    with pytest.raises(TooLong, match=r"Audio is 3600\.0 s"):
        decode(hour)
    cpu_s, (_, peak_bytes) = time.process_time() - began_s, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cpu_s < 2
    assert peak_bytes < 30 * 2**20


def recorded_to_a_pipe(seconds: float) -> bytes:
    """A WAV whose writer could not go back to fill in the sizes."""
    data = bytearray(wav(seconds))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    return bytes(data)


def test_sizes_that_were_never_filled_in() -> None:
    assert decode(recorded_to_a_pipe(2.0)).duration_s == pytest.approx(2.0, abs=0.01)
    with pytest.raises(TooLong, match=r"Audio is 40\.0 s"):
        decode(recorded_to_a_pipe(40.0))


def test_a_header_that_promises_too_much_is_not_believed() -> None:
    data = bytearray(wav(2.0))
    data[40:44] = struct.pack("<I", 100_000_000)
    assert decode(bytes(data)).duration_s == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.49])
def test_shorter_is_refused(seconds: float) -> None:
    with pytest.raises(TooShort, match=rf"Audio is {seconds:.2f} s; at least 0\.5 s\. Send a longer clip\."):
        decode(wav(seconds))


def test_an_empty_file_is_no_audio() -> None:
    with pytest.raises(NotAudio, match="The file is empty"):
        decode(b"")


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_finite_are_refused(value: float, subtype: str) -> None:
    signal = tone(1.0, 48_000, 2)
    signal[20_000, 0] = value
    with pytest.raises(NotAudio, match="not finite"):
        decode(by_soundfile(signal, 48_000, "WAV", subtype))


def test_infinities_that_meet_are_refused() -> None:
    signal = tone(1.0, 48_000, 2)
    signal[20_000] = [np.inf, -np.inf]
    with pytest.raises(NotAudio, match="not finite"):
        decode(by_soundfile(signal, 48_000, "WAV", "FLOAT"))


def test_samples_out_of_all_proportion_are_refused() -> None:
    with pytest.raises(NotAudio, match=r"samples of 1e\+30 where full scale is 1"):
        decode(by_soundfile(np.full((48_000, 1), 1e30, np.float32), 48_000, "WAV", "FLOAT"))


@pytest.mark.parametrize("name", ["wav-s16", "flac-16", "mp3-cbr", "ogg-vorbis", "ogg-opus", "adts-aac", "webm-opus"])
def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(name: str) -> None:
    data = FORMATS[name].file_of_noise(2.0)
    clip = decode(data[: len(data) * 2 // 3])
    assert 0.5 < clip.duration_s < 1.6


def test_an_m4a_whose_index_is_cut_off_cannot_be_read() -> None:
    with pytest.raises(NotAudio):
        decode(FORMATS["m4a-aac"].file(2.0)[:20_000])


@pytest.mark.parametrize("name", ["flac-16", "mp3-cbr", "ogg-vorbis", "adts-aac"])
def test_damage_in_the_middle_is_skipped(name: str) -> None:
    data = bytearray(FORMATS[name].file_of_noise(5.0))
    at = len(data) // 2
    data[at : at + 300] = np.random.default_rng(0).bytes(300)
    assert decode(bytes(data)).duration_s == pytest.approx(5.0, abs=0.5)


def test_what_is_skipped_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    data = bytearray(FORMATS["m4a-aac"].file_of_noise(5.0))
    at = len(data) // 2
    data[at : at + 300] = b"\xff" * 300
    with caplog.at_level(logging.WARNING):
        decode(bytes(data))
    assert "Skipped" in caplog.text


def test_a_file_that_is_damaged_all_over_is_refused() -> None:
    data = bytearray(FORMATS["m4a-aac"].file_of_noise(5.0))
    audio = slice(data.find(b"mdat") + 8, data.find(b"moov") - 4)
    data[audio] = b"\xff" * (audio.stop - audio.start)
    with pytest.raises(NotAudio, match="damaged"):
        decode(bytes(data))


def test_a_file_in_crumbs_is_refused_before_it_costs_minutes() -> None:
    data = bytearray(FORMATS["caf-s16"].file(20.0))
    per_packet = data.index(b"desc") + 12 + 16
    assert struct.unpack_from(">II", data, per_packet) == (4, 1), "bytes and frames in a packet"
    struct.pack_into(">II", data, per_packet, 4, 16)  # FFmpeg then takes each sample for a packet
    began_s = time.process_time()
    with pytest.raises(NotAudio, match="crumbs"):
        decode(bytes(data))
    assert time.process_time() - began_s < 5


@pytest.mark.parametrize(("peak", "passes"), [(2.0**23, True), (2.0**24 * 1.01, False)])
def test_an_int24_that_was_stored_as_float_passes_and_no_more(peak: float, passes: bool) -> None:
    data = by_soundfile((tone(1.0, 8_000) * 2 * peak).astype(np.float64), 8_000, "WAV", "DOUBLE")
    if passes:
        assert np.abs(decode(data).samples).max() == pytest.approx(peak, rel=0.02)
    else:
        with pytest.raises(NotAudio, match="Normalise it"):
            decode(data)

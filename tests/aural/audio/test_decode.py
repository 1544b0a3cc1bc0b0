"""A tone goes in, in every format, rate and channel count: the same tone comes out."""

from __future__ import annotations

import numpy as np
import pytest

from aural.audio.clip import Clip
from aural.audio.decode import decode
from tests.aural.audio.audio_files import FORMATS, TONE_HZ, TONE_PEAK, Format, by_pyav, by_soundfile, tone

EDGE_S = 0.2


def middle(clip: Clip) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    edge = round(EDGE_S * clip.rate_hz)
    return clip.samples[edge:-edge]


def peak_hz(clip: Clip) -> float:
    """The strongest frequency, by a parabola through the three highest bins of the log spectrum."""
    samples = middle(clip)
    spectrum = np.log(np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) + 1e-12)
    top = int(np.argmax(spectrum))
    below, at, above = spectrum[top - 1 : top + 2]
    return float((top + (below - above) / (2 * (below - 2 * at + above))) * clip.rate_hz / len(samples))


def level_db(clip: Clip, peak: float = TONE_PEAK) -> float:
    """How far the tone is from a sine of that peak."""
    return float(20 * np.log10(np.sqrt(2 * np.mean(middle(clip) ** 2)) / peak))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_back_its_tone(name: str) -> None:
    kind: Format = FORMATS[name]
    clip = decode(kind.file(1.0))
    assert clip.samples.dtype == np.float32
    assert clip.samples.ndim == 1
    assert clip.rate_hz == 48_000
    source = (clip.source_rate_hz, clip.source_channels, clip.codec)
    assert source == (kind.rate_hz, kind.channels, kind.codec)
    assert clip.duration_s == pytest.approx(1.0, abs=kind.padding_s + 1e-3)
    assert peak_hz(clip) == pytest.approx(TONE_HZ, abs=0.5)
    assert abs(level_db(clip)) < kind.lossy_db


@pytest.mark.parametrize(
    "rate_hz", [4_000, 7_350, 8_000, 11_025, 16_000, 22_050, 32_000, 37_800, 44_100, 48_000, 96_000, 192_000]
)
def test_every_rate_gives_back_its_tone(rate_hz: int) -> None:
    clip = decode(by_soundfile(tone(1.0, rate_hz), rate_hz, "WAV", "PCM_16"))
    assert clip.source_rate_hz == rate_hz
    assert len(clip.samples) == pytest.approx(48_000, abs=2)
    assert peak_hz(clip) == pytest.approx(TONE_HZ, abs=0.1)
    assert abs(level_db(clip)) < 0.05


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 64])
def test_channels_are_averaged(channels: int) -> None:
    signal = tone(1.0, 16_000, channels)
    signal[:, 1:] = 0
    clip = decode(by_soundfile(signal, 16_000, "WAV", "PCM_24"))
    assert clip.source_channels == channels
    assert abs(level_db(clip, TONE_PEAK / channels)) < 0.05


@pytest.mark.parametrize(
    ("container", "encoder", "layout", "channels"),
    [
        ("mp4", "aac", "5.1", 6),
        ("mp4", "aac", "7.1", 8),  # eight planes: `AudioFrame.to_ndarray` crashes
        ("webm", "libopus", "7.1", 8),
        ("flac", "flac", "7.1", 8),
        ("ac3", "ac3", "5.1", 6),
        ("wav", "pcm_s24le", "7.1", 8),
        ("caf", "pcm_s32le", "7.1", 8),  # a custom channel order: PyAV 18.0 and 18.1 free it twice
        ("mov", "pcm_s16le", "quad", 4),
    ],
)
def test_surround(container: str, encoder: str, layout: str, channels: int) -> None:
    data = by_pyav(tone(1.0, 48_000, channels), 48_000, container, encoder, layout, bit_rate=64_000 * channels)
    clip = decode(data)
    assert clip.source_channels == channels
    assert peak_hz(clip) == pytest.approx(TONE_HZ, abs=0.5)


def test_opposite_channels_cancel() -> None:
    signal = tone(1.0, 48_000, 2) * np.array([1, -1], np.float32)
    assert np.abs(decode(by_soundfile(signal, 48_000, "WAV", "FLOAT")).samples).max() == 0


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_full_scale_is_one_and_silence_is_zero(subtype: str) -> None:
    signal = np.zeros((48_000, 1), np.float32)
    signal[100:200] = -1.0
    samples = decode(by_soundfile(signal, 48_000, "WAV", subtype)).samples
    assert set(np.unique(samples)) == {-1.0, 0.0}


def test_float_samples_may_exceed_full_scale() -> None:
    clip = decode(by_soundfile(tone(1.0, 48_000) * 8, 48_000, "WAV", "FLOAT"))
    assert np.abs(clip.samples).max() == pytest.approx(8 * TONE_PEAK, rel=1e-4)


def test_resampling_in_blocks_leaves_no_seams() -> None:
    samples = middle(decode(by_soundfile(tone(3.0, 44_100), 44_100, "WAV", "FLOAT")))
    # A sine obeys x[n+1] + x[n-1] = 2 cos(w) x[n]; a seam does not.
    rest = samples[2:] + samples[:-2] - 2 * np.cos(2 * np.pi * TONE_HZ / 48_000) * samples[1:-1]
    assert np.abs(rest).max() < 1e-5


def test_the_same_file_gives_the_same_samples() -> None:
    data = FORMATS["mp3-vbr"].file(1.0)
    assert np.array_equal(decode(data).samples, decode(data).samples)


def test_a_chained_file_may_change_its_rate() -> None:
    first = by_soundfile(tone(1.0, 44_100, 2), 44_100, "OGG", "VORBIS")
    second = by_soundfile(tone(1.0, 22_050, 1), 22_050, "OGG", "VORBIS")
    clip = decode(first + second)
    assert (clip.source_rate_hz, clip.source_channels) == (44_100, 2)
    assert clip.duration_s == pytest.approx(2.0, abs=0.05)
    assert peak_hz(clip) == pytest.approx(TONE_HZ, abs=1.0)

"""The summary of windows: arithmetic that can be done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from aural.audio.clip import Clip
from aural.audio.loudness import integrated_lufs
from aural.listening.loudness import measure_loudness
from cli.summary import octaves_apart, summarize
from tests.cli.analyses import analysis, windows

SILENT = analysis(
    None, None, energy=(0.0, 0.0), lufs=(None, None), integrated_lufs=None, emotion="sad", valence=-1.0, arousal=-1.0
)


def test_one_window_is_its_own_summary() -> None:
    one = analysis(
        96.5, "E minor", tempo_confidence=0.7, probabilities={"E minor": 0.6, "G major": 0.4},
        emotion="tense", valence=-0.2, arousal=0.4, styles={"house": 0.8, "techno": 0.2}, integrated_lufs=-13.4,
        energy=(0.2, 0.4, 0.6),
    )  # fmt: skip
    told = summarize(windows(one, lengths_s=(1.5,)))
    assert (told.bpm, told.bpm_confidence, told.key, told.key_confidence) == (96.5, 0.7, "E minor", 0.6)
    assert (told.camelot, told.emotion, told.valence, told.arousal) == ("9A", "tense", -0.2, 0.4)
    assert (told.style_id, told.loudness_lufs, told.duration_s, told.prompt) == ("house", -13.4, 1.5, "a prompt")
    assert told.energy_curve == (0.2, 0.4, 0.6)
    assert told.energy_mean == pytest.approx(0.4)


def test_the_tempo_is_that_of_the_windows_that_agree_octaves_aside() -> None:
    told = summarize(windows(analysis(120.0), analysis(61.0), analysis(122.0), analysis(97.0)))
    assert told.bpm == pytest.approx((120 + 122 + 122) / 3, abs=0.01)
    assert told.bpm_confidence == 0.75


def test_the_octave_is_that_of_most_weight() -> None:
    slow, fast = analysis(60.0, tempo_confidence=0.4), analysis(120.0, tempo_confidence=1.0)
    assert summarize(windows(slow, slow, fast)).bpm == 120.0
    assert summarize(windows(slow, slow, slow, fast)).bpm == 60.0


def test_one_sure_window_outweighs_two_that_guess() -> None:
    guess = analysis(97.0, tempo_confidence=0.1)
    told = summarize(windows(guess, analysis(140.0, tempo_confidence=0.9), guess))
    assert (told.bpm, told.bpm_confidence) == (140.0, 0.3)


@pytest.mark.parametrize(("bpm", "octaves"), [(120, 0), (124.7, 0), (125, None), (60, -1), (241, 1), (90, None)])
def test_octaves_between_tempi(bpm: float, octaves: int | None) -> None:
    assert octaves_apart(bpm, 120.0) == octaves


def test_the_key_has_the_greatest_sum_of_probabilities_by_length() -> None:
    first = analysis(probabilities={"A minor": 0.9, "C major": 0.1}, key="A minor")
    second = analysis(probabilities={"C major": 0.6, "A minor": 0.4}, key="C major")
    told = summarize(windows(first, second, lengths_s=(10.0, 30.0)))
    assert (told.key, told.key_confidence) == ("A minor", round((0.9 * 10 + 0.4 * 30) / 40, 4))
    assert told.camelot == "8A"
    told = summarize(windows(first, second, lengths_s=(10.0, 60.0)))
    assert (told.key, told.key_confidence) == ("C major", round((0.1 * 10 + 0.6 * 60) / 70, 4))


def test_silence_has_no_say_but_in_the_curve_and_the_length() -> None:
    sound = analysis(valence=0.6, arousal=0.2)
    told = summarize(windows(SILENT, sound, SILENT, lengths_s=(60.0, 20.0, 20.0)))
    assert (told.bpm, told.bpm_confidence, told.key, told.key_confidence) == (120.0, 1.0, "A minor", 1.0)
    assert (told.emotion, told.valence, told.arousal, told.loudness_lufs) == ("calm", 0.6, 0.2, -20.0)
    assert told.duration_s == 100.0
    assert told.energy_curve == (0.0, 0.0, 0.5, 0.5, 0.0, 0.0)


def test_all_silent_there_is_no_tempo_key_or_loudness() -> None:
    told = summarize(windows(SILENT, SILENT))
    assert (told.bpm, told.bpm_confidence, told.key, told.key_confidence) == (None, 0.0, None, 0.0)
    assert (told.loudness_lufs, told.energy_mean) == (None, 0.0)


def test_words_weigh_by_confidence_and_means_by_length() -> None:
    calm = analysis(emotion="calm", emotion_confidence=0.2, valence=0.0, styles={"house": 0.5, "techno": 0.4})
    tense = analysis(emotion="tense", emotion_confidence=0.5, valence=0.8, styles={"trap": 0.45, "techno": 0.4})
    told = summarize(windows(calm, calm, tense, lengths_s=(10.0, 10.0, 20.0)))
    assert (told.emotion, told.valence, told.style_id) == ("tense", 0.4, "techno")


def test_the_prompt_is_of_the_window_most_like_the_whole() -> None:
    other = analysis(90.0, "C major", prompt="other")
    alike = analysis(prompt="alike")
    assert summarize(windows(other, alike, alike)).prompt == "alike"


def test_gated_loudness_of_windows_is_that_of_the_whole() -> None:
    """Against BS.1770-4 over all of it: tone at two levels, one of which the relative gate takes out, and silence."""
    rate_hz = 48_000
    loud = 0.2 * np.sin(2 * np.pi * 997 * np.arange(20 * rate_hz) / rate_hz)
    parts = [part.astype(np.float32) for part in (loud, loud / 2, loud / 40, np.zeros_like(loud))]
    meters = [measure_loudness(Clip(part, rate_hz, rate_hz, 1, "pcm")) for part in parts]
    told = summarize(
        windows(
            *(
                analysis(lufs=tuple(None if np.isinf(one) else float(one) for one in meter.lufs), integrated_lufs=0.0)
                for meter in meters
            )
        )
    )
    assert told.loudness_lufs == pytest.approx(integrated_lufs(np.concatenate(parts)[None], rate_hz), abs=0.15)

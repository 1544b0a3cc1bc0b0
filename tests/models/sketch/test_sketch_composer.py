"""The take as a whole: its length, its level, its tempo and key as they can be measured, and its determinism."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from aural.audio.clip import Clip
from aural.listening import listen
from aural.listening.energy import energy_curve
from aural.types import TAIL_S, TAKE_RATE_HZ, MusicRequest, Take
from models.sketch.composer import SketchComposer
from models.sketch.styles import STYLES
from tests.models.sketch.conftest import Compose

HASH_ELSEWHERE = """
from hashlib import sha256
from aural.types import MusicRequest
from models.sketch.composer import SketchComposer
take = SketchComposer.load().compose(MusicRequest("jazz at night", duration_s=2.0, seed=9), lambda fraction: None)
print(sha256(take.samples.tobytes()).hexdigest())
"""
RNG = np.random.default_rng(4)
CURVES = {
    "up": np.linspace(0.25, 0.85, 40),
    "down": np.linspace(0.9, 0.35, 40),
    "arch": 0.35 + 0.45 * np.sin(np.linspace(0, np.pi, 40)),
    "step": np.repeat((0.45, 0.8), 20),
    "restless": 0.72 + 0.04 * RNG.standard_normal(24).cumsum().clip(-2, 2),
    "noise": 0.75 + 0.03 * RNG.standard_normal(24),
}


def body(take: Take) -> np.ndarray:
    return take.samples[:, : take.loop_end]


def clip_of(take: Take) -> Clip:
    return Clip(body(take).mean(axis=0), TAKE_RATE_HZ, TAKE_RATE_HZ, 2, "pcm_f32le")


def db(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples))) + 1e-9))


@pytest.mark.parametrize("ending", ["ring", "cut", "fade"])
@pytest.mark.parametrize("duration_s", [1.0, 3.337, 8.00001])
def test_body_is_exact_and_ends_as_asked(compose: Compose, duration_s: float, ending: str) -> None:
    """Cut, the tail goes on and stays as loud; rung out or faded, body and tail die away."""
    take = compose("funk", duration_s, bpm=103.7, ending=ending)
    assert take.samples.dtype == np.float32
    assert take.loop_end == round(duration_s * TAKE_RATE_HZ)
    assert take.samples.shape == (2, take.loop_end + round(TAIL_S * TAKE_RATE_HZ))
    assert take.bpm == 103.7
    tail, before = take.samples[:, take.loop_end :], take.samples[:, : take.loop_end][:, -TAKE_RATE_HZ // 2 :]
    if ending == "cut":
        assert abs(db(tail) - db(before)) < 8
        assert db(tail[:, -3200:]) > db(before) - 14, "the tail fades away"
    else:
        half_s = TAKE_RATE_HZ // 2
        blocks = [db(take.samples[:, at : at + half_s]) for at in range(0, take.loop_end - half_s + 1, half_s)]
        if duration_s > 2:  # what is hardly longer than its own end has no level to fall from
            assert db(before) < np.median(blocks) - 12
        assert db(tail) < db(before) - 6


def test_a_piece_rings_out_on_its_tonic_by_itself(compose: Compose) -> None:
    """Without being asked to, and in whatever style; an energy that was asked goes on to the end of the body."""
    asked, left = compose("pop", 12.0, ending="ring"), compose("pop", 12.0)
    np.testing.assert_array_equal(asked.samples, left.samples)
    level = compose("pop", 12.0, energy_curve=(0.6, 0.6))
    last, whole = level.samples[:, level.loop_end - 16000 : level.loop_end], level.samples[:, : level.loop_end]
    assert db(last) > db(whole) - 6


def test_same_seed_same_bytes_in_any_process_or_thread(composer: SketchComposer) -> None:
    request = MusicRequest("jazz at night", duration_s=2.0, seed=9)
    alone = composer.compose(request, lambda _: None).samples.tobytes()
    others = [MusicRequest("techno", duration_s=1.0, seed=1), MusicRequest("house", duration_s=1.0, seed=2)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda r: composer.compose(r, lambda _: None), [request, *others, request]))
    assert together[0].samples.tobytes() == alone == together[-1].samples.tobytes()
    told = subprocess.run([sys.executable, "-c", HASH_ELSEWHERE], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == sha256(alone).hexdigest()


def test_another_seed_is_another_piece(compose: Compose) -> None:
    one, two = (body(compose("lofi", 6.0, seed, bpm=80.0, key="A minor")) for seed in (1, 2))
    assert abs(np.corrcoef(one[0], two[0])[0, 1]) < 0.5


@pytest.fixture(scope="module")
def renderings(compose: Compose) -> dict[str, Take]:
    """Every style at one tempo and in one key."""
    asked = {"bpm": 120.0, "key": "C minor", "ending": "cut"}
    return {style_id: compose("music", 4.0, 2, style_id=style_id, **asked) for style_id in STYLES}


@pytest.mark.parametrize("style_id", STYLES)
def test_every_style_is_clean(renderings: dict[str, Take], style_id: str) -> None:
    take = renderings[style_id]
    samples = body(take)
    assert np.isfinite(take.samples).all()
    assert np.abs(take.samples).max() <= 10 ** (-1 / 20)
    # Weighted by a window, so that a bass note which the end cuts in its middle is no offset.
    assert np.abs(np.average(samples, axis=1, weights=np.hanning(samples.shape[1]))).max() < 1e-3
    mid, side = samples.mean(axis=0), (samples[0] - samples[1]) / 2
    assert db(side) < db(mid), "a mono sum would lose more than half of it"
    assert db(side) > db(mid) - 30, "hardly stereo"
    blocks = samples.reshape(2, 8, -1)
    assert min(db(blocks[:, i]) for i in range(8)) > -40, "it falls silent"


def test_styles_differ_in_spectrum_and_rhythm(renderings: dict[str, Take]) -> None:
    prints = {}
    for style_id, take in renderings.items():
        frames = np.abs(np.fft.rfft(body(take).mean(axis=0).reshape(-1, 2000) * np.hanning(2000), axis=1))
        bands = np.log10(np.add.reduceat(frames, np.geomspace(1, 900, 12).astype(int), axis=1) + 1e-3)
        prints[style_id] = bands - bands.mean()
    names = list(prints)
    for i, one in enumerate(names):
        for two in names[i + 1 :]:
            assert np.sqrt(np.mean((prints[one] - prints[two]) ** 2)) > 0.15, f"{one} sounds like {two}"


@pytest.mark.parametrize(
    ("style_id", "bpm"),
    [("rock", 128.3), ("lofi", 82.0), ("house", 122.5), ("jazz", 140.0), ("classical", 96.0)],
)
def test_tempo_is_measured_as_asked(compose: Compose, style_id: str, bpm: float) -> None:
    heard = listen(clip_of(compose("music", 16.0, 3, style_id=style_id, bpm=bpm))).tempo
    assert heard.bpm == pytest.approx(bpm, rel=0.005)


def test_beats_fall_on_the_grid(compose: Compose) -> None:
    """Alone, the kick drum of a machine rises at every beat, early and late in the piece."""
    bpm = 127.31
    asked = "techno without bass, synths, melody or chords"
    mono = body(compose(asked, 12.0, 2, bpm=bpm, ending="cut")).mean(axis=0)
    sections = butter(4, 120, "lowpass", fs=TAKE_RATE_HZ, output="sos")
    low = np.abs(sosfiltfilt(sections, mono)).reshape(-1, 160).max(axis=1)  # per 5 ms
    places = [round(beat * 60 / bpm / 0.005) for beat in range(1, int(12.0 * bpm / 60))]
    near = 16  # 80 ms: a stroke a sixteenth beside the beat, 118 ms off, is another stroke
    late_s = np.array([(int(np.argmax(np.diff(low[at - near : at + near]))) - near) * 0.005 for at in places])
    early, late = np.median(late_s[: len(late_s) // 2]), np.median(late_s[len(late_s) // 2 :])
    assert 0 <= early <= 0.03, "a kick's low end follows its click, and nothing else"
    assert abs(late - early) <= 0.005, "the beat drifts"
    assert np.mean(np.abs(late_s - early) <= 0.011) > 0.8  # a fill or a second stroke may cover a beat


def test_keys_are_measured_as_asked(compose: Compose) -> None:
    asked = ["C major", "F# major", "Bb major", "E major", "C# minor", "G minor"]
    styles = ["pop", "metal", "jazz", "folk", "lofi", "cinematic"]
    heard = [
        listen(clip_of(compose("music", 12.0, 6, style_id=style_id, key=key))).key.key
        for style_id, key in zip(styles, asked, strict=True)
    ]
    assert sum(a == h for a, h in zip(asked, heard, strict=True)) >= 5, list(zip(styles, asked, heard, strict=True))


@pytest.mark.parametrize(
    ("style_id", "name"),
    [("country", name) for name in CURVES] + [("lofi", "noise"), ("electronic", "step"), ("ambient", "arch")],
)
def test_energy_follows_the_curve(compose: Compose, style_id: str, name: str) -> None:
    asked = CURVES[name]
    take = compose("music", len(asked) / 2, 3, style_id=style_id, energy_curve=tuple(map(float, asked)))
    heard = np.array(energy_curve(clip_of(take)))
    assert np.corrcoef(heard, asked)[0, 1] > 0.87
    assert np.abs(take.samples).max() <= 10 ** (-1 / 20)


def test_energy_is_absolute_where_feasible(compose: Compose) -> None:
    for level in (0.4, 0.7):
        take = compose("pop", 8.0, 3, energy_curve=(level,) * 4)
        assert np.mean(energy_curve(clip_of(take))) == pytest.approx(level, abs=0.03)


def test_more_energy_brings_more_players(compose: Compose) -> None:
    """Not only louder: with the level taken out, the full passage still has more onsets and more treble."""
    take = compose("house", 16.0, 3, energy_curve=(0.4, 0.4, 0.8, 0.8))
    mono = body(take).mean(axis=0)
    quiet, full = (half / np.sqrt(np.mean(half**2)) for half in np.split(mono[: len(mono) // 2 * 2], 2))
    treble = [np.mean(np.abs(np.fft.rfft(half))[len(half) // 4 :] ** 2) for half in (quiet, full)]
    assert treble[1] > 1.3 * treble[0]


def test_progress_rises_and_may_stop_the_work(composer: SketchComposer) -> None:
    seen: list[float] = []
    composer.compose(MusicRequest("ambient", duration_s=8.0, seed=1), seen.append)
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.5
    assert seen[-1] == 1.0

    class StopError(Exception):
        pass

    def stop(fraction: float) -> None:
        raise StopError(fraction)

    with pytest.raises(StopError):
        composer.compose(MusicRequest("ambient", duration_s=8.0, seed=1), stop)

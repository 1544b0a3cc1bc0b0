"""AURAL_MODELS=pretrained without a service, on small random checkpoints: loaded when needed, and the same calls."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
import soundfile

from aural_client import Analysis, Info, Music, NotReady
from cli.checks import all_checks
from cli.connect import connect
from tests.serving import band, wav_of


@pytest.fixture(autouse=True)
def pretrained(hub_cache: Path, no_record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AURAL_MODELS": "pretrained",
        "AURAL_WEIGHTS": str(hub_cache),
        "AURAL_WEIGHTS_RECORD": str(no_record),
        "AURAL_DEVICE": "cpu",
        "AURAL_COMPOSER_THREADS": "1",
    }.items():
        monkeypatch.setenv(name, value)


def test_clap_hears_and_musicgen_is_loaded_for_music_alone() -> None:
    async def scene() -> tuple[Analysis, Info, Music, Info]:
        async with connect(None) as aural:
            heard = await aural.analyze(wav_of(band(4)))
            before = await aural.info()
            music = await aural.compose(wav_of(band(4)), duration=1, seed=3, candidates=2)
            return heard, before, music, await aural.info()

    heard, before, music, after = asyncio.run(scene())
    assert "clap" in heard.details.models["feeling"]
    assert heard.details.models["composer"] == "musicgen-small"
    assert before.models["composer"] == {"model": "musicgen-small", "loaded": False, "gpu": False}
    assert after.models["composer"]["licence"] == "CC-BY-NC-4.0"
    assert len(music.scores) == 2
    assert all(score.likeness is not None for score in music.scores)
    samples, rate_hz = soundfile.read(io.BytesIO(music.data))
    assert (samples.shape, rate_hz) == ((round(1.3 * 32_000), 2), 32_000)


def test_weights_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AURAL_WEIGHTS", str(tmp_path))

    async def scene() -> None:
        async with connect(None) as aural:
            with pytest.raises(NotReady, match=r"Weights are missing in .*facebook/musicgen-small"):
                await aural.generate("calm piano", duration=1)

    asyncio.run(scene())


def test_the_check_finds_them() -> None:
    found = {one.name: one for one in all_checks(0)}
    assert found["weights"].state == "ok", found["weights"]
    assert "facebook/musicgen-small" in found["weights"].told

"""An answer's facts, its file in the forms that it has, and where it is saved."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aural.files.bundle import zip_bytes
from aural.files.tags import Tags
from aural.files.takes_bundle import takes_zip_bytes
from aural.files.wav import wav_bytes
from aural.gateway.answers import measurement_headers, music_headers
from aural.types import BY_RULE, Measurements, Score, Selection, Take
from aural_client import BrokenAnswer, Music
from aural_client.formats import MEDIA

HEADERS = {
    "X-Aural-Seed": "7",
    "X-Aural-Bpm": "92.5",
    "X-Aural-Key": "A minor",
    "X-Aural-Metre": "3/4",
    "X-Aural-Loop-End": "256000",
    "X-Aural-Bars": "4",
    "X-Aural-Model": "sketch",
    "X-Aural-Heard": "style: jazz; no drums",
    "X-Request-Id": "r5",
}


def a_take(**facts: object) -> Take:
    samples = np.linspace(-0.5, 0.5, 2 * 64_000, dtype=np.float32).reshape(2, -1)
    stems = {"bass": samples / 2, "e-piano": samples / 2}
    whole = {"bpm": 92.5, "key": "A minor", "stems": stems, "midi": b"MThd", "origin": BY_RULE, **facts}
    return Take(samples, 60_000, 7, "sketch", licence="CC0-1.0", exact=True, **whole)  # type: ignore[arg-type]


def music(media: str, data: bytes = b"data", **headers: str) -> Music:
    return Music(data, media, {**HEADERS, **{f"X-Aural-{name}": value for name, value in headers.items()}})


def test_facts_are_the_headers() -> None:
    made = music("audio/wav")
    assert (made.seed, made.bpm, made.key, made.metre) == (7, 92.5, "A minor", "3/4")
    assert (made.loop_end, made.bars, made.model, made.heard) == (256_000, 4, "sketch", "style: jazz; no drums")
    assert (made.request_id, made.off, made.scores) == ("r5", None, ())
    assert made.headers["x-aural-seed"] == "7"


def test_facts_are_read_as_the_service_writes_them() -> None:
    take = a_take(bpm=None, key=None)
    scores = (Score(3, 90.0, None, ("bpm",), None, 0.5), Score(4, None, "A minor", (), 0.25, 0.1))
    found = Measurements(bpm=90.0, key=None, off=("bpm", "key"), stretched=1.0, transposed=0, lufs=-14.0)
    headers = music_headers(Tags.of(take), suffix="wav", models="builtin", request_id="r6")
    headers |= measurement_headers(found, Selection(chosen=1, asked=2, scores=scores))
    made = Music(b"", "audio/wav", headers)
    assert (made.seed, made.loop_end, made.bpm, made.key, made.off) == (7, 60_000, None, None, ("bpm", "key"))
    assert [(one.seed, one.bpm, one.off, one.likeness) for one in made.scores] == [
        (3, 90.0, ("bpm",), None),
        (4, None, (), 0.25),
    ]


def test_what_is_not_known_is_none_and_nothing_off_is_empty() -> None:
    made = music("audio/wav", Bpm="unknown", Key="unknown", Metre="unknown", Off="nothing")
    assert (made.bpm, made.key, made.metre, made.off) == (None, None, None, ())


def test_headers_that_are_not_the_services_are_said() -> None:
    bare = Music(b"", "audio/wav", {})
    for name in ("seed", "loop_end", "bars", "model"):
        with pytest.raises(BrokenAnswer, match="X-Aural-"):
            getattr(bare, name)
    for name, attribute in {"Seed": "seed", "Bpm": "bpm", "Scores": "scores"}.items():
        with pytest.raises(BrokenAnswer, match=f"X-Aural-{name}"):
            getattr(Music(b"", "audio/wav", {f"X-Aural-{name}": "many"}), attribute)


def test_a_wav_is_one_by_either_name() -> None:
    for media in ("audio/wav", "application/octet-stream"):
        assert music(media).wav == b"data"
    with pytest.raises(ValueError, match=r"FLAC.*format='wav'"):
        _ = music("audio/flac").wav


def test_a_zip_has_mix_stems_and_notes() -> None:
    take = a_take()
    made = music("application/zip", zip_bytes(take, Tags.of(take)))
    assert made.wav[:4] == b"RIFF"
    assert {name: flac[:4] for name, flac in made.stems.items()} == {"bass": b"fLaC", "e-piano": b"fLaC"}
    assert made.midi == b"MThd"


def test_a_zip_without_notes_has_none() -> None:
    take = a_take(midi=None)
    assert music("application/zip", zip_bytes(take, Tags.of(take))).midi is None


def test_all_takes_are_there_best_first() -> None:
    takes = tuple(replace(a_take(bpm=bpm), seed=seed, stems={}) for seed, bpm in ((3, 90.0), (4, 92.5)))
    scores = (Score(3, 90.0, None, ("bpm",), None, 1.5), Score(4, 92.5, "A minor", (), 0.25, -0.25))
    best = replace(takes[1], seed=3, selection=Selection(1, scores, 2, takes))
    made = music("application/zip", takes_zip_bytes(best, Tags.of(best)))
    first, second = made.takes
    assert (first.name, second.name) == ("1-seed-4.wav", "2-seed-3.wav")
    assert [(one.candidate, one.score.seed, one.score.cost) for one in (first, second)] == [(2, 4, -0.25), (1, 3, 1.5)]
    assert second.wav == wav_bytes(takes[0], Tags.of(takes[0]))
    assert (second.facts["seed"], second.facts["bpm"]) == (3, 90.0)
    assert made.wav == first.wav == wav_bytes(takes[1], Tags.of(takes[1]))
    assert (made.stems, made.midi) == ({}, None)


def test_a_zip_of_one_take_has_no_others() -> None:
    take = a_take()
    assert music("application/zip", zip_bytes(take, Tags.of(take))).takes == ()


def test_takes_that_are_not_told_of_are_broken() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("takes/1-seed-4.wav", b"RIFF")
        archive.writestr("facts.json", b"{}")
    with pytest.raises(BrokenAnswer, match="TakesTold"):
        _ = music("application/zip", held.getvalue()).takes


def test_without_a_zip_stems_say_how_to_get_them() -> None:
    for attribute in ("stems", "midi", "takes"):
        with pytest.raises(ValueError, match="format='zip'"):
            getattr(music("audio/wav"), attribute)


def test_a_zip_that_is_none_is_broken() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("music.mid", b"MThd")
    for data in (b"PK", held.getvalue()):
        with pytest.raises(BrokenAnswer):
            _ = music("application/zip", data).wav


@pytest.mark.parametrize(
    ("media", "suffix"),
    [
        *((media, form) for form, media in MEDIA.items()),
        ("Audio/OGG; Codecs=opus", "opus"),
        ("application/octet-stream", "wav"),
    ],
)
def test_a_file_is_saved_under_its_formats_suffix(tmp_path: Path, media: str, suffix: str) -> None:
    made = music(media)
    assert made.save(tmp_path / "new") == tmp_path / f"new.{suffix}"
    assert made.save(str(tmp_path / f"as said.{suffix.upper()}")).read_bytes() == b"data"
    with pytest.raises(ValueError, match=rf"\.aiff.*\.{suffix}"):
        made.save(tmp_path / "wrong.aiff")
    assert not (tmp_path / "wrong.aiff").exists()


def test_what_is_no_music_is_broken(tmp_path: Path) -> None:
    with pytest.raises(BrokenAnswer, match="text/html"):
        music("text/html; charset=utf-8").save(tmp_path / "page")

"""Loops, candidates, loudness, formats, stems: over real HTTP on the built-in models, measured in what comes back."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import bentoml
import httpx
import mido
import numpy as np
import pyloudnorm
import pytest
import soundfile

from aural.audio.decode import decode
from aural.files.tags import read_tags
from aural.finishing.choose import candidate_seed
from aural.listening import listen
from examples.clip import CLIP
from tests.http.test_limits import assert_error
from tests.serving import Served

LOOP: dict[str, Any] = {
    "prompt": "warm lofi piano with drums",
    "bpm": 120,
    "key": "A minor",
    "loop": True,
    "bars": 4,
    "seed": 5,
}
SAMPLES = 256_000  # of four bars at 120


def generate(served: Served, accept: str = "", **fields: Any) -> httpx.Response:
    headers = {"accept": accept} if accept else {}
    return httpx.post(f"{served.url}/generate", json=fields, headers=headers, timeout=90)


def sound_of(answer: httpx.Response) -> np.ndarray:
    assert answer.status_code == 200, answer.text
    return np.asarray(soundfile.read(io.BytesIO(answer.content), always_2d=True)[0].T)


@pytest.fixture(scope="module")
def loops(builtin: Served) -> dict[str, httpx.Response]:
    """LOOP by what was asked for in Accept."""
    return {accept: generate(builtin, accept, **LOOP) for accept in ("", "audio/flac", "audio/ogg;q=0.9, audio/midi")}


@pytest.fixture(scope="module")
def loop(loops: dict[str, httpx.Response]) -> httpx.Response:
    return loops[""]


def test_a_loop_is_whole_bars_to_the_sample_and_says_what_was_heard_in_it(
    builtin: Served, loop: httpx.Response
) -> None:
    answer = loop
    sound = sound_of(answer)
    assert sound.shape == (2, SAMPLES + 9600)
    facts = {name: answer.headers[f"x-aural-{name}"] for name in ("loop-end", "bars", "bpm", "key", "metre", "off")}
    known = {"loop-end": str(SAMPLES), "bars": "4", "bpm": "120", "key": "A minor", "metre": "4/4"}
    assert facts == {**known, "off": "nothing"}
    assert float(answer.headers["x-aural-bpm-measured"]) in (pytest.approx(120, rel=2e-3), pytest.approx(60, rel=2e-3))
    assert answer.headers["x-aural-key-measured"] == "A minor"
    tags = read_tags(answer.content)
    assert (tags["bars"], tags["loop_end"]) == (4, SAMPLES)
    assert generate(builtin, **LOOP).content == answer.content


def test_a_loop_that_is_told_no_tempo_is_whole_bars_of_its_own(builtin: Served) -> None:
    answer = generate(builtin, prompt="dub techno", duration=9, loop=True, seed=1)
    bpm, bars = float(answer.headers["x-aural-bpm"]), int(answer.headers["x-aural-bars"])
    assert int(answer.headers["x-aural-loop-end"]) == round(bars * 4 * 60 / bpm * 32_000)
    assert abs(bars * 240 / bpm - 9) <= 120 / bpm + 1e-9, "no other number of bars is nearer"


def test_compose_makes_a_loop_in_the_clips_tempo(builtin: Served) -> None:
    with bentoml.SyncHTTPClient(builtin.url, timeout=70) as client:
        wav = client.compose(file=CLIP, loop=True, bars=4, seed=3)
    tags = read_tags(wav)
    assert tags["bars"] == 4
    assert tags["loop_end"] == round(16 * 60 / tags["bpm"] * 32_000)
    assert tags["bpm"] == pytest.approx(96, rel=2e-3)


def test_the_best_of_several_candidates_comes_back_the_same_each_time(builtin: Served) -> None:
    answer = generate(builtin, **LOOP, candidates=3)
    scores = json.loads(answer.headers["x-aural-scores"])
    chosen, asked = map(int, answer.headers["x-aural-candidate"].split("/"))
    assert (len(scores), asked) == (3, 3)
    assert [score["seed"] for score in scores] == [candidate_seed(5, place) for place in range(3)]
    assert scores[chosen - 1]["cost"] == min(score["cost"] for score in scores)
    assert answer.headers["x-aural-seed"] == "5"
    assert generate(builtin, **LOOP, candidates=3).content == answer.content
    alone = generate(builtin, **{**LOOP, "seed": scores[chosen - 1]["seed"]})
    np.testing.assert_array_equal(sound_of(alone), sound_of(answer))


@pytest.mark.parametrize(
    "asked",
    [{**LOOP, "bars": 2, "tail": False}, {"prompt": "folk guitar", "bpm": 96, "duration": 3, "seed": 8}],
    ids=["loop", "piece"],
)
def test_all_takes_come_best_first_and_each_is_what_its_seed_gives_alone(
    builtin: Served, asked: dict[str, Any]
) -> None:
    answer = generate(builtin, **asked, candidates=3, takes="all")
    best = generate(builtin, **asked, candidates=3)
    assert answer.headers["content-type"] == "application/zip"
    same = ("seed", "bpm", "key", "loop-end", "bars", "candidate", "scores", "off", "lufs")
    assert [answer.headers[f"x-aural-{name}"] for name in same] == [best.headers[f"x-aural-{name}"] for name in same]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(files.pop("facts.json"))
    assert list(files) == [one["file"] for one in told["takes"]]
    costs = [one["score"]["cost"] for one in told["takes"]]
    assert costs == sorted(costs)
    scores = json.loads(answer.headers["x-aural-scores"])
    for one in told["takes"]:
        assert one["score"] == scores[one["candidate"] - 1]
        alone = generate(builtin, **{**asked, "seed": one["score"]["seed"]})
        assert files[one["file"]] == alone.content
    first, _ = soundfile.read(io.BytesIO(files[told["best"]]), always_2d=True)
    np.testing.assert_array_equal(first.T, sound_of(best))


def test_all_takes_of_a_clip_come_as_events_too_and_again_the_same(builtin: Served) -> None:
    asked = {"duration": "3", "seed": "5", "candidates": "2", "takes": "all"}

    def ask(accept: str) -> httpx.Response:
        files = {"file": CLIP.read_bytes()}
        headers = {"accept": accept}
        return httpx.post(f"{builtin.url}/compose", files=files, data=asked, headers=headers, timeout=60)

    plain = ask("application/zip")
    with zipfile.ZipFile(io.BytesIO(plain.content)) as archive:
        assert len(archive.namelist()) == 3
    *_, done = ask("text/event-stream").text.split("\n\n")[:-1]
    told = json.loads(done.removeprefix("event: done\ndata: "))
    assert told["media_type"] == "application/zip"
    assert base64.b64decode(told["file"]) == plain.content


@pytest.mark.parametrize("lufs", [-24, -14])
def test_loudness_is_as_stated(builtin: Served, lufs: float) -> None:
    answer = generate(builtin, prompt="folk guitar", duration=6, seed=2, loudness=lufs)
    body = sound_of(answer)[:, : 6 * 32_000]
    assert pyloudnorm.Meter(32_000).integrated_loudness(body.T) == pytest.approx(lufs, abs=0.3)
    assert float(answer.headers["x-aural-lufs"]) == pytest.approx(lufs, abs=0.3)
    assert float(answer.headers["x-aural-true-peak"]) <= -0.9


def test_flac_is_the_wav_and_ogg_is_as_long(loops: dict[str, httpx.Response]) -> None:
    wav, flac, ogg = loops.values()
    assert [one.headers["content-type"] for one in (wav, flac, ogg)] == [
        "application/octet-stream",
        "audio/flac",
        "audio/ogg",
    ]
    assert flac.headers["content-disposition"].endswith('.flac"')
    np.testing.assert_array_equal(sound_of(flac), sound_of(wav))
    assert sound_of(ogg).shape == sound_of(wav).shape
    assert read_tags(wav.content) == read_tags(flac.content) == read_tags(ogg.content)
    heard = listen(decode(ogg.content))
    assert heard.key.key == "A minor"


def test_a_zip_has_the_mix_stems_that_add_up_to_it_and_the_notes(builtin: Served, loop: httpx.Response) -> None:
    answer = generate(builtin, "application/zip", **LOOP)
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files["mix.wav"] == loop.content
    mix, _ = soundfile.read(io.BytesIO(files["mix.wav"]))
    stems = [soundfile.read(io.BytesIO(data))[0] for name, data in files.items() if name.startswith("stems/")]
    assert len(stems) > 2
    left = sum(stems) - mix
    assert 20 * np.log10(np.sqrt(np.mean(left**2)) / np.sqrt(np.mean(mix**2))) < -70, "16 bits of the mix are the limit"
    notes = mido.MidiFile(file=io.BytesIO(files["music.mid"]))
    assert notes.length == pytest.approx(8.0, abs=0.01)
    assert generate(builtin, "application/zip", **LOOP).content == answer.content


@pytest.mark.parametrize("accept", ["audio/wav", "audio/flac", "audio/ogg"])
def test_without_its_tail_the_file_is_the_loop(builtin: Served, loops: dict[str, httpx.Response], accept: str) -> None:
    (whole,) = (answer for asked, answer in loops.items() if accept in (asked or "audio/wav"))
    body = generate(builtin, accept, **LOOP, tail=False)
    assert sound_of(body).shape == (2, SAMPLES)
    assert read_tags(body.content) == read_tags(whole.content)
    assert read_tags(body.content)["loop_end"] == SAMPLES == int(body.headers["x-aural-loop-end"])
    if accept != "audio/ogg":
        np.testing.assert_array_equal(sound_of(body), sound_of(whole)[:, :SAMPLES])


def test_without_its_tail_a_piece_ends_in_silence_in_the_mix_the_stems_and_a_stream(builtin: Served) -> None:
    asked: dict[str, Any] = {"prompt": "folk guitar", "duration": 3, "seed": 2, "ending": "cut"}
    answer = generate(builtin, "application/zip", **asked, tail=False)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sounds = [soundfile.read(io.BytesIO(data))[0].T for name, data in files.items() if name.endswith((".wav", ".flac"))]
    assert len(sounds) > 2
    for sound in sounds:
        assert sound.shape == (2, 96_000)
        assert np.abs(sound[:, -1]).max() < 1e-4
    mix = sounds[list(files).index("mix.wav")]
    with_tail = sound_of(generate(builtin, **asked))
    np.testing.assert_array_equal(mix[:, :-160], with_tail[:, : 96_000 - 160])
    streamed = generate(builtin, **asked, tail=False, stream=True)
    assert len(streamed.content) == int(streamed.headers["content-length"])
    np.testing.assert_array_equal(sound_of(streamed), mix)


def test_what_this_composer_cannot_is_said(builtin: Served) -> None:
    with CLIP.open("rb") as clip:
        answer = httpx.post(f"{builtin.url}/compose", files={"file": clip}, data={"mode": "continue"}, timeout=60)
    assert "needs MusicGen" in assert_error(answer, 422, "not_offered")


@pytest.mark.parametrize(
    ("fields", "accept", "said"),
    [
        ({"bars": 4}, "", "Send loop: true with it"),
        ({"bars": 4, "loop": True, "duration": 10}, "", "Send one of them"),
        ({"bars": 64, "loop": True, "bpm": 60}, "", "64 bars at 60 bpm are 256 s; at most 120 s"),
        ({"candidates": 20}, "", "less than or equal to 8"),
        ({"metre": "7/8"}, "", "'3/4', '4/4', '5/4', '6/8' or '12/8'"),
        ({"ending": "ring", "loop": True}, "", "Leave ending out, or loop"),
        ({"chords": "  "}, "", "chords: Is blank"),
        ({"takes": "all"}, "", "needs several candidates"),
        ({"loop": True, "stream": True}, "", "need the whole"),
        ({"stream": True}, "audio/flac", "sends WAV only"),
    ],
)
def test_controls_that_cannot_be_are_refused(builtin: Served, fields: dict[str, Any], accept: str, said: str) -> None:
    sentence = assert_error(generate(builtin, accept, prompt="rain", **fields), 400, "bad_field")
    assert said in sentence
    assert not sentence.startswith("body")

"""aural generate and aural compose: options, files, and what is told of the music."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import FunctionType

import pytest

from aural_client import orders
from cli import excerpts, playing
from cli.music_options import LEFT_OUT, call_fields, words_of
from tests.cli.conftest import Aural

CLIP = Path(__file__).parents[2] / "examples" / "clip_96bpm_e_minor.ogg"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_music_is_written_and_its_facts_are_told(aural: Aural, here: Path) -> None:
    ended = aural(
        "generate", "lofi hip hop", "--bpm", 82, "--key", "Am", "--bars", 2, "--loop", "--seed", 5,
        "--energy-curve", "0.2,0.8", "-o", "loop.flac", "--json",
    )  # fmt: skip
    assert ended.code == 0
    told = ended.json
    assert (told["file"], told["format"], told["seed"], told["bars"]) == ("loop.flac", "flac", 5, 2)
    assert (told["bpm"], told["key"], told["heard"]) == (82, "A minor", None)
    assert (here / "loop.flac").read_bytes().startswith(b"fLaC")


def test_without_a_name_it_has_the_seeds_and_writes_over_nothing(aural: Aural, here: Path) -> None:
    first = aural("generate", "calm piano", "--duration", 2, "--seed", 7)
    assert (first.code, first.out.splitlines()[0].strip()) == (0, "aural-7.wav")
    music = (here / "aural-7.wav").read_bytes()
    assert aural("generate", "calm piano", "--duration", 2, "--seed", 7, "--json").json["file"] == "aural-7-2.wav"
    assert (here / "aural-7-2.wav").read_bytes() == music
    assert aural("generate", "loud rock", "--duration", 2, "--seed", 7, "--force").code == 0
    assert (here / "aural-7.wav").read_bytes() != music


def test_a_part_of_a_clip_is_followed_and_what_was_heard_is_told(aural: Aural) -> None:
    told = aural("compose", CLIP, "--excerpt", "0:02-12", "--duration", 4, "--seed", 7, "--json").json
    assert (told["seed"], told["heard"]["key"]) == (7, "E minor")
    assert told["heard"]["details"]["duration_s"] == 10.0
    assert told["bpm"] == pytest.approx(96, abs=0.5)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("generate", "x", "-o", "there.wav"), 1, "there.wav is there. Take another name, or --force"),
        (("generate", "x", "-o", "no/a.wav"), 1, "There is no folder no to write a.wav to."),
        (("generate", "x", "-o", "a.txt"), 1, "a.txt ends in .txt; music is written as .wav, .flac"),
        (("generate", "x", "-o", "a.wav", "--format", "flac"), 1, "and --format is flac. Leave one of them out."),
        (("generate", "x", "--format", "zip", "--play"), 1, "A ZIP cannot be played."),
        (("generate", "x", "--bpm", "3"), 1, "bpm: Input should be greater than or equal to 30."),
        (("generate", "x", "--energy-curve", "0.2;1"), 64, "is no list of numbers. Write it like 0.2,0.8,0.5."),
        (("generate", "x", "--metre", "7/8"), 64, "--metre"),
        (("generate",), 64, "Missing argument"),
        (("gnerate", "x"), 64, "Did you mean 'generate'?"),
        (("compose", "missing.wav"), 1, "missing.wav: No such file or directory."),
        (("compose", CLIP, "--excerpt", "5"), 1, "write it like 60-90 or 1:00-1:30"),
        (("compose", CLIP, "--excerpt", "9-8"), 1, "it ends before it begins"),
        (("compose", CLIP, "--excerpt", "60-70"), 1, "--excerpt begins at 60 s, and clip_96bpm_e_minor.ogg is 20.0 s"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    aural: Aural, here: Path, arguments: tuple[object, ...], code: int, said: str
) -> None:
    (here / "there.wav").write_bytes(b"mine")
    ended = aural(*arguments)
    assert (ended.code, ended.out) == (code, "")
    assert said in " ".join(ended.err.replace("│", " ").split())
    assert [path.read_bytes() for path in here.iterdir()] == [b"mine"]


@pytest.mark.parametrize("call", [orders.generate, orders.compose])
def test_every_field_of_a_call_is_an_option_with_its_words(call: FunctionType, aural: Aural) -> None:
    fields = set(inspect.signature(call).parameters) - set(LEFT_OUT)
    assert set(call_fields(call)) == fields
    assert fields <= set(words_of(orders.generate)) | set(words_of(call))
    shown = aural(call.__name__, "--help").out
    assert [name for name in fields if f"--{name.replace('_', '-')}" not in shown] == []


def test_a_player_is_the_first_that_is_there_and_can(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = {"aplay": "/bin/aplay", "play": "/bin/play"}
    monkeypatch.setattr("cli.playing.shutil.which", here.get)
    assert playing.player_for(".wav") == ["/bin/aplay", "--quiet"]
    assert playing.player_for(".flac") == ["/bin/play", "-q"]
    del here["play"]
    with pytest.raises(playing.CannotPlay, match=r"no player here for \.flac files: none of ffplay, afplay"):
        playing.player_for(".flac")
    played = tmp_path / "played"
    playing.play(["touch"], played)
    assert played.exists()
    with pytest.raises(playing.CannotPlay, match="ended with status"):
        playing.play(["false"], played)


@pytest.mark.parametrize(
    ("text", "times_s"),
    [("60-90", (60, 90)), ("1:00-1:30.5", (60, 90.5)), ("0-0:05", (0, 5)), (" 59.5-61 ", (59.5, 61))],
)
def test_times_of_an_excerpt(text: str, times_s: tuple[float, float]) -> None:
    assert excerpts.times_of(text) == times_s

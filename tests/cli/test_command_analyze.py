"""aural analyze and aural info: what is told, and what becomes of files that cannot be heard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aural_client import AudioFeatures
from aural_client.analysis import Analysis
from cli.main import app
from tests.cli.conftest import Aural

CLIP = Path(__file__).parents[2] / "examples" / "clip_96bpm_e_minor.ogg"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.mp3"
    path.write_bytes(b"no audio at all")
    return path


def test_a_file_is_a_table_of_what_is_heard(aural: Aural) -> None:
    ended = aural("analyze", CLIP, "--windows")
    assert ended.code == 0
    facts = dict(line.split(maxsplit=1) for line in ended.out.splitlines() if line[:1].islower())
    assert facts["tempo"].split()[:2] == ["95.99", "bpm,"]
    assert facts["key"].startswith("E minor")
    assert set(facts) >= {"length", "tempo", "key", "emotion", "style", "loudness", "energy", "prompt"}
    assert "0.0 s" in ended.out
    assert "20.0 s" in ended.out
    assert ended.err == ""


def test_json_has_the_summary_and_the_services_own_analysis(aural: Aural) -> None:
    told = aural("analyze", CLIP, "--json").json
    (window,) = told["windows"]
    heard = Analysis.model_validate(window["analysis"])
    assert (told["file"], told["summary"]["bpm"], told["summary"]["key"]) == (str(CLIP), heard.bpm, heard.key)
    assert told["summary"]["energy_curve"] == heard.energy_curve
    assert (window["start_s"], window["end_s"]) == (0.0, told["summary"]["duration_s"])


def test_audio_features_are_those_of_the_analysis(aural: Aural) -> None:
    told = aural("analyze", CLIP, "--shape", "audio-features", "--json").json
    summary = aural("analyze", CLIP, "--json").json["summary"]
    assert AudioFeatures.model_validate(told).tempo == summary["bpm"]
    assert (told["file"], told["key"], told["mode"], told["time_signature"]) == (str(CLIP), 4, 0, 4)
    assert told["loudness"] == summary["loudness_lufs"]
    lines = aural("analyze", CLIP, "--shape", "audio-features").out.splitlines()
    facts = dict(line.split(maxsplit=1) for line in lines if line[:1].islower())
    assert {"tempo", "key", "mode", "valence", "duration_ms"} <= set(facts)


@pytest.mark.parametrize("beside", [["--windows"], ["--plot", "out.png"]])
def test_audio_features_have_no_windows_and_no_picture(aural: Aural, beside: list[str]) -> None:
    ended = aural("analyze", CLIP, "--shape", "audio-features", *beside)
    assert (ended.code, ended.out) == (64, "")


def test_one_bad_file_does_not_stop_the_others(aural: Aural, broken: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.wav"
    ended = aural("analyze", broken, missing, CLIP, "--json")
    assert ended.code == 2
    told = [json.loads(line) for line in ended.out.splitlines()]
    assert [one.get("code") for one in told] == ["not_audio", "unreadable", None]
    assert told[2]["summary"]["key"] == "E minor"
    first, second = ended.err.splitlines()
    assert first.startswith(f"aural: {broken}: The file cannot be decoded as audio.")
    assert second == f"aural: {missing}: No such file or directory."


def test_a_single_file_that_fails_is_a_failure(aural: Aural, broken: Path) -> None:
    ended = aural("analyze", broken)
    assert (ended.code, ended.out) == (1, "")


def test_a_service_that_is_not_there_ends_it_at_once() -> None:
    """Without the fixture: by the network, where nobody listens."""
    ended = CliRunner().invoke(app, ["analyze", str(CLIP), str(CLIP), "--url", "http://127.0.0.1:9"])
    assert ended.exit_code == 1
    assert ended.stderr.startswith("aural: No connection to http://127.0.0.1:9")
    assert len(ended.stderr.splitlines()) == 1


def test_an_address_that_is_none_is_refused() -> None:
    ended = CliRunner().invoke(app, ["info", "--url", "localhost"])
    assert (ended.exit_code, "must begin with http" in ended.stderr) == (1, True)


def test_a_picture_is_drawn(aural: Aural, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "clip.png"
    assert aural("analyze", CLIP, "--plot", picture).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((CLIP, CLIP, "--plot", "a.png"), 64, "a picture is of one file"),
        ((CLIP, "--plot", "a.pdf"), 1, "a.pdf does not end in .png"),
        ((), 64, "Missing argument"),
    ],
)
def test_what_cannot_be_drawn_or_heard_is_said_before_any_work(
    aural: Aural, arguments: tuple[object, ...], code: int, said: str
) -> None:
    ended = aural("analyze", *arguments)
    assert (ended.code, said in ended.err) == (code, True)


def test_without_matplotlib_a_picture_says_how_to_get_it(aural: Aural, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.plot.importlib.util.find_spec", lambda name: None)
    ended = aural("analyze", CLIP, "--plot", "a.png")
    assert (ended.code, "pip install 'aural-architect[demo]'" in ended.err) == (1, True)


def test_info_is_the_services(aural: Aural) -> None:
    told = aural("info", "--json").json
    assert (told["name"], told["model_set"], told["models"]["pitch"]["model"]) == (
        "aural-architect",
        "builtin",
        "crepe-tiny",
    )
    shown = aural("info").out
    assert "drum_and_bass" in shown
    assert "max input s" in shown

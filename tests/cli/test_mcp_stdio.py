"""`aural mcp` as an agent's host starts it: a process, its stdin and stdout, the models in it."""

from __future__ import annotations

import inspect
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import soundfile
from mcp import StdioServerParameters
from mcp.types import ResourceLink

from aural_client import orders
from aural_client.formats import Format
from examples.serving import ROOT
from tests.cli.agent import Agent, agent, text_of

DEMO = ROOT / "examples" / "clip_96bpm_e_minor.ogg"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the demo's clip, a file that is no audio, and a link to a clip outside."""
    around = tmp_path_factory.mktemp("agents")
    music = around / "music"
    music.mkdir()
    (music / "clip.ogg").write_bytes(DEMO.read_bytes())
    (music / "broken.wav").write_bytes(b"This is no audio.")
    (around / "outside.ogg").write_bytes(DEMO.read_bytes())
    (music / "link.ogg").symlink_to(around / "outside.ogg")
    return music


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[Agent]:
    env = {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'client' / 'src'}",
        "AURAL_DEVICE": "cpu",
        "HOME": str(folder.parent),
    }
    arguments = ["-m", "cli.main", "mcp", "--folder", str(folder)]
    with agent(StdioServerParameters(command=sys.executable, args=arguments, env=env, cwd=folder.parent)) as started:
        yield started
        assert not started.strange  # nothing else came out of stdout


def test_the_tools_say_what_they_take(host: Agent) -> None:
    tools = host.tools()
    assert sorted(tools) == ["analyze", "compose", "generate", "info"]
    for name, call in (("generate", orders.generate), ("compose", orders.compose)):
        schema = tools[name].input_schema
        asked = set(inspect.signature(call).parameters) - {*orders.OF_THE_CALL, "stream"}
        own = {"format", "save_as"} | ({"path"} if name == "compose" else set())
        assert set(schema["properties"]) == asked | own
        assert all(described.get("description") for described in schema["properties"].values())
        assert schema["properties"]["format"]["enum"] == list(get_args(Format))
        assert not schema["additionalProperties"]
    bpm = tools["generate"].input_schema["properties"]["bpm"]
    assert (bpm["type"], bpm["minimum"], bpm["maximum"]) == ("number", 30, 300)
    assert tools["generate"].input_schema["properties"]["metre"]["enum"] == list(get_args(orders.Metre))
    assert tools["generate"].input_schema["required"] == ["prompt"]
    assert all(tool.description and tool.output_schema for tool in tools.values())
    assert tools["analyze"].annotations is not None
    assert tools["analyze"].annotations.read_only_hint


def test_the_demo_clip_is_heard_as_it_is_known(host: Agent) -> None:
    known = json.loads(DEMO.with_suffix(".json").read_text())
    heard = host.call("analyze", path="clip.ogg")
    assert not heard.is_error, text_of(heard)
    told = heard.structured_content
    assert told["bpm"] == pytest.approx(known["bpm"], rel=0.02)
    assert told["key"] == known["key"]
    assert told["key"] in text_of(heard)
    assert sum(one["end_s"] - one["start_s"] for one in told["windows"]) == pytest.approx(told["duration_s"], abs=0.1)
    assert told["windows"][0]["analysis"] is None
    full = host.call("analyze", path="clip.ogg", full=True).structured_content
    assert len(full["windows"][0]["analysis"]["details"]["tempo"]["beats_s"]) > 10


def test_music_is_written_and_linked(host: Agent, folder: Path) -> None:
    progress: list[tuple[float, str | None]] = []
    made = host.call("generate", progress, prompt="lofi", bpm=120, key="Am", duration=4, seed=7, save_as="new.wav")
    assert not made.is_error, text_of(made)
    told = made.structured_content
    assert (told["seed"], told["bpm"], told["key"]) == (7, 120.0, "A minor")
    file = folder.resolve() / "new.wav"
    data, rate_hz = soundfile.read(file)
    assert told["loop_end_samples"] == 4 * rate_hz
    assert len(data) / rate_hz == pytest.approx(4.3, abs=0.01)
    (link,) = [one for one in made.content if isinstance(one, ResourceLink)]
    assert link.uri == file.as_uri()
    assert (link.mime_type, link.size) == ("audio/wav", file.stat().st_size)
    assert [done for done, _ in progress] == sorted({done for done, _ in progress})
    assert progress
    # The same seed is the same music, under a name of its own.
    again = host.call("generate", prompt="lofi", bpm=120, key="Am", duration=4, seed=7).structured_content
    assert again["path"] == str(folder.resolve() / "aural-7.wav")
    assert Path(again["path"]).read_bytes() == file.read_bytes()


def test_nothing_is_written_over(host: Agent, folder: Path) -> None:
    before = (folder / "clip.ogg").read_bytes()
    assert "written over" in host.refusal("generate", prompt="lofi", duration=1, save_as="clip.ogg")
    assert (folder / "clip.ogg").read_bytes() == before


def test_a_composition_follows_the_file(host: Agent, folder: Path) -> None:
    known = json.loads(DEMO.with_suffix(".json").read_text())
    made = host.call("compose", path="clip.ogg", duration=4, format="flac", save_as="band")
    assert not made.is_error, text_of(made)
    assert made.structured_content["key"] == known["key"]
    data = (folder / "band.flac").read_bytes()
    assert soundfile.info(io.BytesIO(data)).format == "FLAC"


@pytest.mark.parametrize("path", ["../outside.ogg", str(DEMO), "link.ogg", "sub/../../outside.ogg"])
@pytest.mark.parametrize("tool", ["analyze", "compose"])
def test_files_outside_are_refused_with_the_folders(host: Agent, folder: Path, tool: str, path: str) -> None:
    sentence = host.refusal(tool, path=path)
    assert "outside" in sentence
    assert str(folder.resolve()) in sentence


def test_nothing_is_written_outside(host: Agent, folder: Path) -> None:
    before = sorted(folder.parent.iterdir())
    assert "outside" in host.refusal("generate", prompt="lofi", duration=1, save_as="../new.wav")
    assert sorted(folder.parent.iterdir()) == before


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("analyze", {"path": "broken.wav"}, "not_audio"),
    ("analyze", {"path": "none.wav"}, "There is no file none.wav"),
    ("analyze", {}, "path is missing"),
    ("generate", {"prompt": "lofi", "bpm": 500}, "bpm"),
    ("generate", {"prompt": "lofi", "style_id": "polka-core"}, "not a style"),
    ("generate", {"prompt": "lofi", "tempo": 90}, "no argument tempo"),
    ("generate", {"prompt": "lofi", "format": "aiff"}, "must be one of wav, flac"),
    ("generate", {"prompt": "lofi", "save_as": "x.aiff"}, "ends in .aiff"),
    ("generate", {"prompt": "lofi", "energy_curve": "loud"}, "list of numbers"),
]


@pytest.mark.parametrize(("tool", "given", "sentence"), REFUSALS, ids=[sentence for *_, sentence in REFUSALS])
def test_a_bad_call_gets_the_sentence(host: Agent, tool: str, given: dict[str, Any], sentence: str) -> None:
    assert sentence in host.refusal(tool, **given)


def test_what_there_is_to_ask_for(host: Agent) -> None:
    told = host.call("info").structured_content
    assert "lofi" in told["vocabularies"]["style_id"]
    assert told["limits"]["max_duration_s"] == 120

"""The examples that the commands' own help shows, run as they stand."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from documentation.command_pages import all_commands, examples_of
from examples.serving import ROOT
from tests.reading import Reader
from tests.serving import Served, free_port
from tests.snippets import snippet_of

CLIP = ROOT / "examples" / "clip_96bpm_e_minor.ogg"
SONG_ROUNDS = 5
EXAMPLES = [line for _, command in all_commands() for line in examples_of(command)]
PROMISED = {
    "aural analyze song.mp3": 'prints "E minor"',
    "aural analyze *.wav --json | jq -r '[.file, .summary.bpm] | @tsv'": 'prints "clip.wav\t9"',
    "aural analyze song.mp3 --windows --plot song.png": 'prints "1:15", writes song.png',
    "aural analyze clip.wav --shape audio-features --json": 'prints "time_signature_confidence"',
    'aural generate "lofi hip hop, dusty drums" --bpm 82 --key Am --bars 8 --loop -o loop.wav': 'prints "A minor", '
    "writes loop.wav longer than 23.7 s",
    'aural generate "calm piano" --duration 20 --seed 7 --play': "writes aural-7.wav longer than 20.2 s, writes played",
    "aural compose clip.wav --seed 7 -o out.wav": 'prints "E minor", writes out.wav',
    "aural compose song.mp3 --excerpt 1:00-1:20 --loop --bars 8 -o loop.flac": "writes loop.flac longer than 20.2 s",
    "aural batch ~/Music -o music.parquet": "writes music.parquet",
    "aural batch loops --jobs 8 --url http://studio:8000": "writes aural-batch.csv",
    "aural check": 'prints "The service can start."',
    "AURAL_MODELS=pretrained AURAL_WEIGHTS=/weights aural check --json": 'prints "fault"',
    "aural info": 'prints "builtin"',
    "aural info --url http://localhost:8000 --json | jq .vocabularies.style_id": 'prints "lofi"',
    "aural mcp --folder ~/Music": "",
}
NOT_RUN = {
    "aural serve --port 9000": "it serves until it is stopped",
    "AURAL_MODELS=pretrained aural serve": "it serves until it is stopped, and needs the published weights",
    "claude mcp add aural -- aural mcp --folder ~/Music": "it is another program that takes it",
    "aural mcp --http --port 8765": "it serves until it is stopped; tests/cli/test_mcp_server.py asks it",
}
FAILING = {"AURAL_MODELS=pretrained AURAL_WEIGHTS=/weights aural check --json": 1}


def test_every_example_is_run_or_says_why_not() -> None:
    assert sorted(EXAMPLES) == sorted([*PROMISED, *NOT_RUN])


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip, round after round: longer than a request takes."""
    samples, rate_hz = soundfile.read(CLIP)
    path = tmp_path_factory.mktemp("song") / "song.mp3"
    soundfile.write(path, np.tile(samples, (SONG_ROUNDS, 1)), rate_hz)
    return path


@pytest.mark.parametrize("line", PROMISED)
def test_an_example_of_a_commands_help_does_what_it_says(
    builtin: Served, program_folder: Path, song: Path, line: str, tmp_path: Path
) -> None:
    if "| jq" in line and shutil.which("jq") is None:
        pytest.skip("jq is not installed here.")
    (tmp_path / "song.mp3").symlink_to(song)
    soundfile.write(tmp_path / "clip.wav", *soundfile.read(CLIP))
    for folder in ("Music", "loops"):
        (tmp_path / folder).mkdir()
        shutil.copy(CLIP, tmp_path / folder)
    elsewhere = {
        "http://studio:8000": builtin.url,
        "/weights": str(tmp_path / "no-weights"),
        "aural check": f"aural check --port {free_port()}",
    }
    reader = Reader(tmp_path, builtin.url, program_folder, elsewhere)
    reader.follow(snippet_of("sh", line, PROMISED[line], "help"), code=FAILING.get(line, 0))

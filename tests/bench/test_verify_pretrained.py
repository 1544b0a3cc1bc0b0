"""`make verify-pretrained` on small random checkpoints in the real layouts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import verify_pretrained
from examples.serving import ROOT
from models.cards import ENCODEC_32KHZ, MUSICGEN
from models.weights import Seen, files_of, revision_of, sha256_of, write_record

FRAMES = 20
ARGUMENTS = ["--frames", str(FRAMES), "--trip-s", "2"]


@pytest.fixture
def as_recorded(hub_cache: Path) -> dict[str, Seen]:
    """What a first download of MusicGen and its codec would have recorded."""
    recorded = {}
    for card in (MUSICGEN["musicgen-small"], ENCODEC_32KHZ):
        revision = revision_of(card, hub_cache)
        assert revision is not None
        sha256 = {name: sha256_of(path) for name, path in files_of(card, hub_cache).items()}
        recorded[card.repo] = Seen(revision, sha256)
    return recorded


@pytest.fixture
def environment(hub_cache: Path, tmp_path: Path) -> dict[str, str]:
    """With settings that nobody has by chance."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AURAL_")}
    return {
        **inherited,
        "AURAL_WEIGHTS": str(hub_cache),
        "AURAL_WEIGHTS_RECORD": str(tmp_path / "recorded.json"),
        "AURAL_DEVICE": "cpu",
        "AURAL_COMPOSER_THREADS": "1",
        "AURAL_PRECISION": "int8",
        "AURAL_SLOTS": "3",
        "AURAL_CACHE_MB": "64",
    }


@pytest.fixture
def assembled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What every composer was assembled with; they are closed afterwards."""
    from models.musicgen import assemble

    wishes, composers, real, threads = [], [], assemble.assemble, torch.get_num_threads()

    def heard(card: Any, folder: Any, wished: Any, **options: Any) -> Any:
        made = real(card, folder, wished, **options)
        wishes.append(wished)
        composers.append(made.composer)
        return made

    monkeypatch.setattr(assemble, "assemble", heard)
    yield wishes
    torch.set_num_threads(threads)
    for composer in composers:
        composer.scheduler.close()


def test_weights_as_recorded_play_what_their_makers_code_plays(
    as_recorded: dict[str, Seen],
    environment: dict[str, str],
    assembled: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And the round trips go through a composer that is set as the service's is."""
    write_record(tmp_path / "recorded.json", as_recorded)
    for name in os.environ.keys() - environment.keys():
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["verify_pretrained", *ARGUMENTS])
    with pytest.raises(SystemExit) as ended:
        verify_pretrained.main()
    said = capsys.readouterr().out
    assert ended.value.code == 0, said
    assert len(re.findall(r"^sha256 of .* as recorded +ok$", said, re.MULTILINE)) == 2
    assert re.search(rf"^greedy tokens against audiocraft +all {4 * FRAMES} are equal +ok$", said, re.MULTILINE)
    assert re.search(r"^the service's composer +int8, 3 slots *$", said, re.MULTILINE)
    assert len(re.findall(r"^asked .* heard ", said, re.MULTILINE)) == 3
    assert "FAILED" not in said
    (wishes,) = assembled
    assert (wishes.precision, wishes.slots, wishes.cache_mb, wishes.threads) == ("int8", 3, 64, 1)


def test_a_hash_that_differs_is_exit_status_one_and_nothing_is_loaded(
    as_recorded: dict[str, Seen], environment: dict[str, str], tmp_path: Path
) -> None:
    repo = ENCODEC_32KHZ.repo
    first = next(iter(as_recorded[repo].sha256))
    as_recorded[repo].sha256[first] = "0" * 64
    write_record(tmp_path / "recorded.json", as_recorded)
    command = [sys.executable, "-m", "bench.verify_pretrained", *ARGUMENTS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    found = rf"{first} of {repo} is not the file recorded .*FAILED$"
    assert re.search(rf"^sha256 of {repo} +{found}", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^sha256 of facebook/musicgen-small +as recorded +ok$", done.stdout, re.MULTILINE)
    assert "greedy" not in done.stdout
    assert "Traceback" not in done.stderr

"""`make verify-pretrained` on small random checkpoints in the published layouts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile
import torch

from bench.verify import __main__ as verify
from bench.verify.hashes import beside_public_sources
from examples.serving import ROOT
from models.cards import MUSICGEN, T5_BASE
from models.published import Published, PublishedFile
from models.weights import Seen, files_of, revision_of, sha256_of, write_record

FRAMES = 20
TRIP_S = 2


def arguments(out: Path) -> list[str]:
    return ["--frames", str(FRAMES), "--trip-s", str(TRIP_S), "--out", str(out)]


@pytest.fixture
def as_recorded(hub_cache: Path) -> dict[str, Seen]:
    """What a first download of MusicGen and its T5 would have recorded."""
    recorded = {}
    for card in (MUSICGEN["musicgen-small"], T5_BASE):
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
    out = tmp_path / "out"
    monkeypatch.setattr(sys, "argv", ["verify", *arguments(out)])
    with pytest.raises(SystemExit) as fade_out:
        verify.main()
    said = capsys.readouterr().out
    assert fade_out.value.code == 0, said
    assert len(re.findall(r"^sha256 of .* as recorded +ok$", said, re.MULTILINE)) == 2
    assert re.search(rf"^greedy tokens against audiocraft +all {4 * FRAMES} are equal +ok$", said, re.MULTILINE)
    assert re.search(r"^the service's composer +int8, 3 slots *$", said, re.MULTILINE)
    assert len(re.findall(r"^asked .* heard ", said, re.MULTILINE)) == 3
    assert re.search(r"^text states against audiocraft +differ by .* ok$", said, re.MULTILINE)
    assert re.search(r"^sound of these tokens against audiocraft +differs by -\d+ dB at most +ok$", said, re.MULTILINE)
    assert "FAILED" not in said
    is_a_receipt(out)
    (wishes,) = assembled
    assert (wishes.precision, wishes.slots, wishes.cache_mb, wishes.threads) == ("int8", 3, 64, 1)


def is_a_receipt(out: Path) -> None:
    """Music, a picture, and all figures in one file that could go to anybody."""
    for number in (1, 2, 3):
        samples, rate_hz = soundfile.read(out / f"trip_{number}.wav")
        assert (samples.shape, rate_hz) == ((round((TRIP_S + 0.3) * 32_000), 2), 32_000)
        assert samples.std() > 0.01
    assert (out / "trips.png").read_bytes().startswith(b"\x89PNG")
    text = (out / "receipt.json").read_text()
    told = json.loads(text)
    assert told["passed"] is True
    assert told["model"] == "facebook/musicgen-small"
    assert told["packages"]["audiocraft"] == "1.3.0"
    small = told["files"]["facebook/musicgen-small"]
    assert set(small["files"]) == {"state_dict.bin", "compression_state_dict.bin"}
    assert all(len(one["sha256"]) == 64 for one in small["files"].values())
    by_name = {check["what"]: check for check in told["checks"]}
    assert by_name["greedy tokens against audiocraft"]["figures"] == {"differing": 0, "of": 4 * FRAMES}
    assert by_name["asked 120 bpm, A minor"]["figures"]["asked"] == {"bpm": 120.0, "key": "A minor"}
    for secret in (str(out), str(ROOT), str(Path.home()), os.uname().nodename):
        assert secret not in text


def test_public_sources_are_believed_only_at_their_own_revision() -> None:
    public = Published("rev", {"a.bin": PublishedFile(3, "0" * 64, ("somebody",)), "b.bin": PublishedFile(5, "", ())})
    right = {"a.bin": {"bytes": 3, "sha256": "0" * 64}, "b.bin": {"bytes": 5, "sha256": "1" * 64}}
    wrong = {**right, "a.bin": {"bytes": 3, "sha256": "2" * 64}}
    short = {**right, "b.bin": {"bytes": 4, "sha256": "1" * 64}}
    assert beside_public_sources("r", "rev", right, public).passed is True
    assert beside_public_sources("r", "other", right, public).passed is True
    assert beside_public_sources("r", "rev", wrong, public).passed is False
    assert beside_public_sources("r", "rev", short, public).passed is False
    assert beside_public_sources("r", "other", wrong, public).passed is None
    assert "a.bin" in beside_public_sources("r", "other", wrong, public).found
    assert beside_public_sources("r", "rev", {}, public).passed is None


def test_a_hash_that_differs_is_exit_status_one_and_nothing_is_loaded(
    as_recorded: dict[str, Seen], environment: dict[str, str], tmp_path: Path
) -> None:
    repo = T5_BASE.repo
    first = next(iter(as_recorded[repo].sha256))
    as_recorded[repo].sha256[first] = "0" * 64
    write_record(tmp_path / "recorded.json", as_recorded)
    command = [sys.executable, "-m", "bench.verify", *arguments(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    found = rf"{first} of {repo} is not the file recorded .*FAILED$"
    assert re.search(rf"^sha256 of {repo} +{found}", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^sha256 of facebook/musicgen-small +as recorded +ok$", done.stdout, re.MULTILINE)
    assert "greedy" not in done.stdout
    assert json.loads((tmp_path / "out" / "receipt.json").read_text())["passed"] is False
    assert "Traceback" not in done.stderr

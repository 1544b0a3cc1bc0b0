"""What is looked at before anything is loaded: the settings' own folder, record, device and precision."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aural.errors import MissingWeights
from aural.settings import BadSetting, Settings
from models.cards import CLAP
from models.check import check, main
from models.devices import MissingDevice
from models.weights import sha256_of, snapshot


@pytest.fixture
def settings(hub_cache: Path) -> Settings:
    return replace(Settings(), models="pretrained", device="cpu", weights_dir=hub_cache, musicgen="small")


def test_what_is_there_and_can_be_played_passes(settings: Settings) -> None:
    check(settings)


@pytest.mark.parametrize(("sha256", "refused"), [("as it is", False), ("0" * 64, True)])
def test_the_record_that_the_settings_name_is_the_one_that_counts(
    settings: Settings, tmp_path: Path, sha256: str, refused: bool
) -> None:
    assert settings.weights_dir is not None
    file = snapshot(CLAP, settings.weights_dir) / "config.json"
    told = {file.name: sha256_of(file) if sha256 == "as it is" else sha256}
    record = tmp_path / "recorded.json"
    record.write_text(json.dumps({CLAP.repo: {"revision": file.parent.name, "sha256": told}}))
    named = replace(settings, weights_record=record)
    if not refused:
        check(named)
        return
    with pytest.raises(MissingWeights, match=r"recorded\.json") as refusal:
        check(named)
    assert CLAP.repo in str(refusal.value)


def test_what_is_missing_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match="make weights"):
        check(replace(settings, weights_dir=tmp_path))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"musicgen": "huge"}, BadSetting),
        ({"device": "cuda", "precision": "fp16"}, MissingDevice),
        ({"precision": "fp16"}, MissingDevice),
    ],
)
def test_settings_that_cannot_be_served_are_refused(
    settings: Settings, changed: dict[str, str], refusal: type[Exception]
) -> None:
    import torch

    if changed.get("device") == "cuda" and torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(refusal):
        check(replace(settings, **changed))  # type: ignore[arg-type]


def test_as_a_script_it_says_one_sentence_and_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AURAL_MODELS", "pretrained")
    monkeypatch.setenv("AURAL_WEIGHTS", str(tmp_path))
    assert main() == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "make weights" in said

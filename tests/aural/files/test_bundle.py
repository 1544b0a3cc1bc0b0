"""The ZIP: what is in it, and that its stems are the mix."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import mutagen
import numpy as np
import pytest
import soundfile

from aural.files.bundle import zip_bytes
from aural.files.tags import read_tags
from aural.files.wav import wav_bytes
from tests.aural.files.takes import IPTC, tags, take


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_the_mix_the_stems_the_notes_and_the_facts() -> None:
    files = opened(zip_bytes(take(), tags()))
    assert list(files) == ["mix.wav", "stems/01-tone.flac", "stems/02-hi-ss.flac", "music.mid", "facts.json"]
    assert files["mix.wav"] == wav_bytes(take(), tags())
    assert files["music.mid"] == take().midi
    assert json.loads(files["facts.json"]) == read_tags(files["mix.wav"])


def test_the_stems_add_up_to_the_mix() -> None:
    files = opened(zip_bytes(take(), tags()))
    stems = [data for name, data in files.items() if name.startswith("stems/")]
    assert {soundfile.info(io.BytesIO(data)).subtype for data in stems} == {"PCM_24"}
    rest = sum(soundfile.read(io.BytesIO(data))[0] for data in stems).T - take().samples
    assert 20 * np.log10(np.abs(rest).max()) < -120


def test_a_stem_has_its_name_and_says_that_it_is_machine_made() -> None:
    files = opened(zip_bytes(take(), tags()))
    told = mutagen.File(io.BytesIO(files["stems/01-tone.flac"])).tags
    assert told["title"] == ["tone"]
    assert told["digitalsourcetype"] == [f"{IPTC}algorithmicMedia"]
    assert read_tags(files["stems/01-tone.flac"]) == read_tags(files["mix.wav"])


def test_notes_are_left_out_where_there_are_none() -> None:
    assert "music.mid" not in opened(zip_bytes(replace(take(), midi=b""), tags()))


def test_names_are_made_fit_for_any_system() -> None:
    stem = take().stems["tone"]
    made = replace(take(), stems={"C:\\con/..": stem, "Übung": stem, "…": stem})
    names = [name for name in opened(zip_bytes(made, tags())) if name.startswith("stems/")]
    assert names == ["stems/01-C-con.flac", "stems/02-bung.flac", "stems/03-stem.flac"]


def test_a_take_without_stems_is_refused() -> None:
    with pytest.raises(ValueError, match="no stems"):
        zip_bytes(replace(take(), stems={}), tags())


def test_entries_have_no_time_of_their_own() -> None:
    archive = zipfile.ZipFile(io.BytesIO(zip_bytes(take(), tags())))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}

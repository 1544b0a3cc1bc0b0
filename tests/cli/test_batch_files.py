"""Which files a batch goes through."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.batch_files import Found, find_files


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"0")


def names(found: list[Found]) -> list[str]:
    return [one.name for one in found]


def test_audio_by_its_suffix_sorted_and_nothing_hidden(tmp_path: Path) -> None:
    put(tmp_path, "b/z.MP3", "b.wav", "a.flac", "notes.txt", ".hidden.wav", ".cache/x.wav", "b/c/d.ogg")
    assert names(find_files(tmp_path)) == ["a.flac", "b.wav", "b/c/d.ogg", "b/z.MP3"]
    assert names(find_files(tmp_path, recursive=False)) == ["a.flac", "b.wav"]
    assert names(find_files(tmp_path, every=True)) == ["a.flac", "b.wav", "b/c/d.ogg", "b/z.MP3", "notes.txt"]


def test_links_in_a_circle_end_and_each_folder_comes_once(tmp_path: Path) -> None:
    put(tmp_path, "z/song.wav", "other/x.wav")
    (tmp_path / "z" / "up").symlink_to(tmp_path)
    (tmp_path / "a").symlink_to(tmp_path / "z")
    (tmp_path / "me.wav").symlink_to(tmp_path / "me.wav")
    found = find_files(tmp_path)
    assert names(found) == ["me.wav", "other/x.wav", "z/song.wav"]
    assert [one.problem is None for one in found] == [False, True, True]


def test_a_linked_folder_from_elsewhere_is_gone_through(tmp_path: Path) -> None:
    put(tmp_path, "away/song.wav", "music/own.wav")
    (tmp_path / "music" / "more").symlink_to(tmp_path / "away")
    assert names(find_files(tmp_path / "music")) == ["more/song.wav", "own.wav"]


def test_a_link_to_nothing_and_a_pipe_are_problems_and_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    gone, pipe = find_files(tmp_path)
    assert gone.problem == "The file cannot be read: No such file or directory."
    assert pipe.problem is not None
    assert "pipe" in pipe.problem


def test_a_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    put_at = os.fsencode(tmp_path) + b"/caf\xe9.wav"
    with open(put_at, "wb") as file:
        file.write(b"0")
    (found,) = find_files(tmp_path)
    assert found.name == "caf\\xe9.wav"
    assert found.path.read_bytes() == b"0"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        find_files(tmp_path / "none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    put(tmp_path, "closed/x.wav")
    (tmp_path / "closed").chmod(0)
    try:
        (found,) = find_files(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert found.name == "closed"
    assert found.problem == "The folder cannot be listed: Permission denied."

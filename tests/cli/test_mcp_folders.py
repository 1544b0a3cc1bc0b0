"""Files that an agent may read and write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.agents.folders import Folders, Refused


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder with a file, a link out of it, a link to a folder outside, and one that stays inside."""
    folder = tmp_path / "music"
    (folder / "sub").mkdir(parents=True)
    (folder / "song.wav").write_bytes(b"0")
    (tmp_path / "secret.wav").write_bytes(b"0")
    (tmp_path / "music-of-others").mkdir()
    (tmp_path / "music-of-others" / "x.wav").write_bytes(b"0")
    (folder / "out.wav").symlink_to(tmp_path / "secret.wav")
    (folder / "away").symlink_to(tmp_path)
    (folder / "in.wav").symlink_to(folder / "song.wav")
    (folder / "circle.wav").symlink_to(folder / "circle.wav")
    return folder


def test_files_inside_by_any_of_their_names(music: Path) -> None:
    folders = Folders.of([music])
    for name in ("song.wav", "sub/../song.wav", str(music / "song.wav"), "in.wav"):
        assert folders.readable(name) == (music / "song.wav").resolve()
    assert folders.writable("sub/new.wav") == (music / "sub/new.wav").resolve()


OUTSIDE = (
    "../secret.wav",
    "sub/../../secret.wav",
    "/etc/passwd",
    "out.wav",
    "away/secret.wav",
    "../music-of-others/x.wav",
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_is_outside_is_refused_with_the_folders(music: Path, name: str) -> None:
    folders = Folders.of([music])
    for use in (folders.readable, folders.writable):
        with pytest.raises(Refused, match=f"outside.*{music.resolve()}"):
            use(name)


@pytest.mark.parametrize("name", ["away/new.wav", "../new.wav"])
def test_nothing_new_is_written_outside(music: Path, name: str) -> None:
    with pytest.raises(Refused, match="outside"):
        Folders.of([music]).writable(name)


@pytest.mark.parametrize("name", ["none.wav", "sub", "", "circle.wav", "a\0b.wav"])
def test_what_is_no_file_is_not_read(music: Path, name: str) -> None:
    with pytest.raises(Refused):
        Folders.of([music]).readable(name)


@pytest.mark.parametrize(("name", "why"), [("song.wav", "written over"), ("none/x.wav", "no folder"), ("sub", "there")])
def test_nothing_is_written_over(music: Path, name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        Folders.of([music]).writable(name)


def test_several_folders_and_the_current_one(music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Folders.of([music, tmp_path / "music-of-others"])
    assert both.readable(str(tmp_path / "music-of-others" / "x.wav"))
    monkeypatch.chdir(music)
    assert Folders.of([]).roots == (Path(os.path.realpath(music)),)
    with pytest.raises(Refused, match="no folder"):
        Folders.of([tmp_path / "none"])

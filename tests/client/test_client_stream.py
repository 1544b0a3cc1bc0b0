"""A stream's blocks are its music, whole frames each; one that ends early is never taken for a whole one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aural.files.tags import Tags
from aural.files.wav import wav_bytes
from aural.types import BY_RULE, Take
from aural_client import Aural, BrokenAnswer
from aural_client.wav import WavHead, WavMusic
from tests.client.answering import (
    answer,
    answering,
    blocks_async,
    blocks_sync,
    saved_async,
    saved_sync,
)

RAMP = np.linspace(-0.5, 0.5, 9_999)
SAMPLES = np.stack([RAMP, -RAMP]).astype(np.float32)
TAKE = Take(SAMPLES, 9_000, 7, "sketch", None, None, "CC0-1.0", exact=True, origin=BY_RULE)
FILE = wav_bytes(TAKE, Tags.of(TAKE))
PCM = np.rint(SAMPLES.astype(np.float64) * 2**15).T.astype("<i2").tobytes()
HEADERS = {"content_type": "audio/wav", "x_aural_seed": "7", "x_aural_loop_end": "9000", "x_request_id": "r7"}
BLOCKS = pytest.mark.parametrize("blocks", [blocks_sync, blocks_async])
SAVED = pytest.mark.parametrize("saved", [saved_sync, saved_async])

Blocks = Callable[[str], list[bytes]]
Saved = Callable[[str, Path], Path]


def sent(file: bytes, *, announced: int = len(FILE)) -> tuple[bytes, ...]:
    """In pieces of odd lengths."""
    whole = answer(200, file, **{**HEADERS, "content_length": str(announced)})
    return tuple(whole[start : start + 7_777] for start in range(0, len(whole), 7_777))


@pytest.mark.parametrize("size", [1, 3, 43, 44, 45, 1_001, 10**6])
def test_music_is_the_same_however_the_file_is_cut(size: int) -> None:
    pieces = [FILE[start : start + size] for start in range(0, len(FILE), size)]
    begun, head = b"", None
    while head is None:
        begun += pieces.pop(0)
        head = WavHead.of(begun)
    assert (head.rate, head.channels, head.file_bytes) == (32_000, 2, len(FILE))
    music = WavMusic(head)
    blocks = [music.feed(piece) for piece in (begun, *pieces)]
    music.finish()
    assert b"".join(blocks) == PCM
    assert {len(block) % 4 for block in blocks} == {0}


@pytest.mark.parametrize("data", [b"<html>so long", b"RIFF\4\0\0\0AVI ", b"RIFF\0\0\0\0WAVE" + b"junk\xff\xff\xff\x7f"])
def test_what_is_no_wav_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        WavHead.of(data)


@BLOCKS
def test_blocks_are_the_music(blocks: Blocks) -> None:
    with answering(sent(FILE)) as server:
        assert b"".join(blocks(server.url)) == PCM


@SAVED
def test_what_is_saved_is_the_file(saved: Saved, tmp_path: Path) -> None:
    with answering(sent(FILE)) as server:
        assert saved(server.url, tmp_path / "new") == tmp_path / "new.wav"
    assert [path.name for path in tmp_path.iterdir()] == ["new.wav"]
    assert (tmp_path / "new.wav").read_bytes() == FILE


@pytest.mark.parametrize("bytes_there", [0, 20, 44, 30_000, len(FILE) - 1])
@pytest.mark.parametrize("announces", [True, False])
@SAVED
def test_a_stream_that_ends_early_leaves_no_file(
    saved: Saved, bytes_there: int, announces: bool, tmp_path: Path
) -> None:
    """Whether the connection breaks, or something on the way made a whole answer of what there was."""
    short = FILE[:bytes_there]
    announced = len(FILE) if announces else len(short)
    with answering(sent(short, announced=announced)) as server, pytest.raises(BrokenAnswer) as raised:
        saved(server.url, tmp_path / "new.wav")
    assert not list(tmp_path.iterdir())
    assert len(server.asked) == 1
    if announces:
        assert raised.value.request_id == "r7"


@BLOCKS
def test_blocks_that_end_early_are_broken(blocks: Blocks) -> None:
    with answering(sent(FILE[:30_000])) as server, pytest.raises(BrokenAnswer):
        blocks(server.url)


def test_facts_are_there_before_the_music() -> None:
    with answering((*sent(FILE)[:1], b"hang")) as server:
        with Aural(server.url) as aural, aural.stream("dub") as music:
            assert (music.rate, music.channels, music.samples) == (32_000, 2, 9_999)
            assert (music.seed, music.loop_end) == (7, 9_000)
        assert server.left.wait(10), "who leaves the block closes the connection"


def test_a_stream_is_read_once(tmp_path: Path) -> None:
    with answering(sent(FILE)) as server, Aural(server.url) as aural, aural.stream("dub") as music:
        assert b"".join(music) == PCM
        with pytest.raises(RuntimeError):
            music.save(tmp_path / "again.wav")
    assert not list(tmp_path.iterdir())

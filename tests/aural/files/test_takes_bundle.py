"""The ZIP of all takes: each a file of its own, the best first, and how they were weighed."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, replace

import numpy as np
import pytest

from aural.files.resampling import resampled_take
from aural.files.tags import Tags, read_tags
from aural.files.takes_bundle import takes_zip_bytes
from aural.files.wav import wav_bytes
from aural.types import Score, Selection, Take
from tests.aural.files.takes import take

SEEDS, COSTS = (42, 7, 2**63 - 1), (1.5, 0.2, 0.2)
SCORES = tuple(Score(seed, 120.0, None, ("key",), None, cost) for seed, cost in zip(SEEDS, COSTS, strict=True))
BEST_FIRST = (1, 2, 0)


def chosen() -> Take:
    """The second of three, asked for with seed 42."""
    takes = tuple(
        replace(take(), seed=seed, prompt="calm", samples=take().samples / np.float32(place + 1), stems={})
        for place, seed in enumerate(SEEDS)
    )
    return replace(takes[1], seed=42, selection=Selection(1, SCORES, 4, takes))


def files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(takes_zip_bytes(chosen(), Tags.of(chosen())))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_take_is_a_whole_file_under_its_rank_and_its_seed() -> None:
    selection = chosen().selection
    assert selection is not None
    named = [f"takes/{rank}-seed-{SEEDS[place]}.wav" for rank, place in enumerate(BEST_FIRST, 1)]
    assert list(files()) == [*named, "facts.json"]
    for name, place in zip(named, BEST_FIRST, strict=True):
        one = selection.takes[place]
        assert files()[name] == wav_bytes(one, Tags.of(one))
        assert read_tags(files()[name])["seed"] == SEEDS[place]


def test_the_facts_say_how_they_were_weighed() -> None:
    told = json.loads(files()["facts.json"])
    assert (told["seed"], told["asked"], told["best"]) == (42, 4, "takes/1-seed-7.wav")
    assert [one["candidate"] for one in told["takes"]] == [place + 1 for place in BEST_FIRST]
    for one, place in zip(told["takes"], BEST_FIRST, strict=True):
        assert one["score"] == json.loads(json.dumps(asdict(SCORES[place])))
        assert one["facts"] == read_tags(files()[one["file"]])


def test_the_same_takes_give_the_same_bytes() -> None:
    first, second = (takes_zip_bytes(chosen(), Tags.of(chosen())) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("selection", [None, Selection(0, SCORES, 3)])
def test_a_take_that_is_alone_is_refused(selection: Selection | None) -> None:
    with pytest.raises(ValueError, match="not kept the others"):
        takes_zip_bytes(replace(take(), selection=selection), Tags.of(take()))


@pytest.mark.parametrize("loops", [False, True])
def test_all_of_them_are_at_the_rate_and_depth_that_are_asked(loops: bool) -> None:
    at_48 = resampled_take(chosen(), 48_000, loops=loops)
    data = takes_zip_bytes(at_48, Tags.of(at_48), 24)
    selection = chosen().selection
    assert selection is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for rank, place in enumerate(BEST_FIRST, 1):
            alone = resampled_take(selection.takes[place], 48_000, loops=loops)
            assert archive.read(f"takes/{rank}-seed-{SEEDS[place]}.wav") == wav_bytes(alone, Tags.of(alone), 24)

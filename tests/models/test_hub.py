"""How many bytes of a download are there: what its progress is told adds up to the file, whatever happens to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.hub import _Counted


class Sipping:
    """An unbuffered file that takes three bytes at a time."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: bytes) -> int:
        self.taken += bytes(data[:3])
        return min(3, len(data))

    def seek(self, *_: int) -> int:
        return 0

    def tell(self) -> int:
        return len(self.taken)


def test_what_is_told_is_what_the_file_holds(tmp_path: Path) -> None:
    told: list[int] = []
    with (tmp_path / "weights").open("w+b", buffering=0) as file:
        counted = _Counted(file, told.append)
        counted.write(b"seven, ")
        counted.write(b"and ten more")
        assert sum(told) == 19
        counted.seek(0)
        assert counted.truncate() == 0, "the server began anew"
        assert sum(told) == 0
        counted.write(b"all of it")
        counted.seek(4)
        assert counted.truncate() == 4
        assert sum(told) == 4 == (tmp_path / "weights").stat().st_size


@pytest.mark.parametrize("size", [1, 3, 10])
def test_a_file_that_takes_less_gets_the_rest_again(size: int) -> None:
    told: list[int] = []
    sipping = Sipping()
    assert _Counted(sipping, told.append).write(b"0123456789"[:size]) == size  # type: ignore[arg-type]
    assert sipping.taken == b"0123456789"[:size]
    assert sum(told) == size

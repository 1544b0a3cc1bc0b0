"""Headers of music: what is known, and what of a prompt was used, as any client can read it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aural.files.tags import Tags
from aural.gateway.answers import music_headers

KNOWN = Tags("calm", seed=1, model="m", licence="CC0-1.0", loop_end=900)


def headers(tags: Tags) -> dict[str, str]:
    return music_headers(tags, suffix="wav", models="builtin", request_id="r")


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        (("style: jazz", "no drums"), "style: jazz; no drums"),
        (("größer", "悲しい", "a\r\nset-cookie: x"), "gr??er; ???; a??set-cookie: x"),
        (("x" * 300, "y" * 300), "x" * 300 + "; " + "y" * 210),
    ],
)
def test_what_was_heard_is_one_line_of_ascii(heard: tuple[str, ...], told: str) -> None:
    given = headers(replace(KNOWN, heard=heard))["x-aural-heard"]
    assert given == told
    assert len(given) <= 512


def test_where_nothing_was_heard_nothing_is_said() -> None:
    assert "x-aural-heard" not in headers(KNOWN)


def test_the_metre_is_told_where_it_is_known() -> None:
    assert headers(KNOWN)["x-aural-metre"] == "unknown"
    assert headers(replace(KNOWN, metre="12/8"))["x-aural-metre"] == "12/8"

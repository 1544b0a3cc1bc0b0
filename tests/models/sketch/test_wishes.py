"""What a prompt wishes for, before anything is chosen: ensembles, by name and with their style."""

from __future__ import annotations

import pytest

from models.sketch.prompt.reading import read


@pytest.mark.parametrize(
    ("prompt", "ensemble", "style_id"),
    [
        ("string quartet", ("string quartet", "classical"), "classical"),
        ("a slow wind quintet", ("wind quintet", "classical"), "classical"),
        ("jazz trio at night", ("jazz trio", "jazz"), "jazz"),
        ("hip hop with a string quartet", ("string quartet", "classical"), "hiphop"),
        ("violin and piano", None, None),
        ("no string quartet, please", None, None),
    ],
)
def test_an_ensemble_is_heard_with_its_style_which_a_named_genre_wins_over(
    prompt: str, ensemble: tuple[str, str] | None, style_id: str | None
) -> None:
    reading = read(prompt)
    assert reading.ensemble == ensemble
    assert reading.style_id == style_id


def test_who_is_left_out_of_an_ensemble_does_not_play() -> None:
    voices = {player.instrument.voice for player in read("string quartet without viola").players}
    assert voices == {"violin", "cello"}

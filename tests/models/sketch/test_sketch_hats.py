"""One pair of hats: an open one rings until it is struck again."""

from __future__ import annotations

import numpy as np
import pytest

from aural.types import TAKE_RATE_HZ, Floats
from models.sketch.mix.stem import Humanise, play_kit
from models.sketch.render_window import RenderWindow
from models.sketch.score import Grid, Hit
from models.sketch.synth.kits import KITS

BPM = 120.0
BEAT = round(TAKE_RATE_HZ * 60 / BPM)


def played(*hits: Hit, loops: bool = False) -> Floats:
    """(time,) of four beats, to the sample on the grid."""
    span = RenderWindow.of(4 * BEAT, loops=loops)
    stem = play_kit(
        list(hits),
        KITS["electro"],
        grid=Grid(BPM, TAKE_RATE_HZ),
        span=span,
        humanise=Humanise(0, 0.0),
        rng=np.random.default_rng(0),
        tick=lambda: None,
    )
    mono: Floats = stem.dry[:, span.before :].mean(axis=0)
    return mono


def power(sound: Floats) -> float:
    return float(np.square(sound).mean())


@pytest.mark.parametrize("piece", ["hat", "open"])
def test_the_next_stroke_on_the_hats_ends_an_open_one(piece: str) -> None:
    """What sounds from then on is the second stroke alone."""
    both = played(Hit(0, "open", 1.0), Hit(0.25, piece, 0.4))
    alone = played(Hit(3.5, "open", 1.0), Hit(0.25, piece, 0.4))  # the second stroke here too: the same recording
    from_ = BEAT // 4 + round(0.021 * TAKE_RATE_HZ)
    np.testing.assert_allclose(both[from_:BEAT], alone[from_:BEAT], atol=1e-6)
    assert power(both[: BEAT // 4]) > 100 * power(alone[: BEAT // 4])


@pytest.mark.parametrize("piece", ["kick", "snare", "clap"])
def test_other_drums_leave_it_ringing(piece: str) -> None:
    both = played(Hit(0, "open", 1.0), Hit(0.25, piece, 0.4))
    second = played(Hit(3.5, "open", 1.0), Hit(0.25, piece, 0.4))
    np.testing.assert_allclose(both[: 3 * BEAT], (played(Hit(0, "open", 1.0)) + second)[: 3 * BEAT], atol=1e-6)


def test_what_is_struck_at_one_moment_does_not_silence_itself() -> None:
    together = played(Hit(0, "open", 1.0), Hit(0, "hat", 0.4))
    alone = played(Hit(0, "open", 1.0))
    assert power(together[: BEAT // 4]) > 0.9 * power(alone[: BEAT // 4])


def test_it_comes_round_in_a_loop() -> None:
    """An open hat before the end is ended by the loop's first stroke."""
    size = round(0.05 * TAKE_RATE_HZ)
    after = slice(round(0.03 * TAKE_RATE_HZ), round(0.03 * TAKE_RATE_HZ) + size)
    choked = played(Hit(3.9, "open", 1.0), Hit(0, "hat", 0.1), loops=True)
    free = played(Hit(3.9, "open", 1.0), loops=True)
    assert power(choked[after]) < 0.3 * power(free[after])

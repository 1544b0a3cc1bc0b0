"""The small networks: each opens, takes what its callers give, and answers on one thread, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from aural.listening.networks import KEY_FRAMES, beat_activations, downbeat_logits, key_scores, tempo_scores
from aural.types import Floats

RNG = np.random.default_rng(0)


def noise(*shape: int) -> Floats:
    return RNG.random(shape).astype(np.float32)


def test_the_key_network_follows_a_transposition() -> None:
    """Its input is notes: a fifth up is seven rows up."""
    notes = np.zeros((40, 84), np.float32)
    for pitch_class, level in ((0, 3.0), (4, 2.0), (7, 2.5), (2, 1.0), (5, 1.2), (9, 1.2), (11, 0.8)):
        notes[:, pitch_class + 24 :: 12] = level
    scores, local = key_scores(notes)
    up, _ = key_scores(np.roll(notes, 7, axis=1))
    assert scores.shape == (24,)
    assert local.shape == (40 // KEY_FRAMES, 24)
    assert int(scores.argmax()) == 0, "C major"
    assert int(up.argmax()) == 7, "G major"


@pytest.mark.parametrize("frames", [50, 500])
def test_the_beat_network_gives_chances(frames: int) -> None:
    told = beat_activations(noise(frames, 272))
    assert told.shape == (frames, 2)
    assert ((told >= 0) & (told <= 1)).all()


def test_the_same_in_is_the_same_out() -> None:
    rows = noise(40, 272)
    np.testing.assert_array_equal(beat_activations(rows), beat_activations(rows))


def test_each_candidate_is_scored_by_itself() -> None:
    from aural.listening.networks import _onnx_session

    width = _onnx_session("tempo").get_inputs()[0].shape[1]
    rows = noise(5, width)
    np.testing.assert_allclose(tempo_scores(rows)[[3, 1]], tempo_scores(rows[[3, 1]]), atol=1e-5)


def test_bars_are_told_for_every_beat() -> None:
    from aural.listening.networks import _onnx_session

    width = _onnx_session("metre").get_inputs()[0].shape[2]
    assert downbeat_logits(noise(17, width)).shape == (17,)

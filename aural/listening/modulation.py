"""Modulation: where a clip goes to other notes, from what the key network says of every half second.

Relatives (C major, A minor) share their notes and count as one place: which of the two is home is for the whole to say.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from aural.theory.keys import ALL_KEYS
from aural.types import Doubles, Floats

CHANGE_COST = 20.0
"""What other notes cost, in nats: so much must all their half seconds together say for them. Of held-back songs of our
own, 34 of 38 that spend five seconds or more elsewhere are found, and 19 of 431 that do not are suspected."""
RELATIVES: NDArray[np.int64] = np.array([[key, ALL_KEYS.index(ALL_KEYS[key].relative)] for key in range(12)])
"""(12, 2): the majors, in the order of ALL_KEYS, and their relative minors."""


def key_segments(local: Floats) -> list[tuple[int, int]]:
    """(first span, key from there on, 0..23), one or more. `local`: (spans, 24) scores."""
    told = log_softmax(local.astype(np.float64), axis=1)
    path = likeliest_path(np.logaddexp(told[:, RELATIVES[:, 0]], told[:, RELATIVES[:, 1]]))
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    found = []
    for begin, end in pairwise(edges):
        pair = RELATIVES[path[begin]]
        found.append((begin, int(pair[told[begin:end, pair].sum(axis=0).argmax()])))
    return found


def likeliest_path(told: Doubles) -> NDArray[np.int64]:
    """The state of every span, where each change costs CHANGE_COST (Viterbi). `told`: (spans, states) log chances."""
    total, before = told[0], np.zeros(told.shape, np.int64)
    for span, here in enumerate(told[1:], 1):
        best = int(total.argmax())
        stays = total >= total[best] - CHANGE_COST
        before[span] = np.where(stays, np.arange(len(total)), best)
        total = np.where(stays, total, total[best] - CHANGE_COST) + here
    path = np.empty(len(told), np.int64)
    path[-1] = total.argmax()
    for span in range(len(told) - 1, 0, -1):
        path[span - 1] = before[span, path[span]]
    return path

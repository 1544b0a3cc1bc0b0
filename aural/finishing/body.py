"""A take without its tail: the body alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aural.types import TAKE_RATE_HZ, Floats, Take

EDGE_FADE_S = 0.005
_EDGE = np.cos(np.linspace(0, np.pi / 2, round(EDGE_FADE_S * TAKE_RATE_HZ), dtype=np.float32)) ** 2


def body_of(take: Take, *, loops: bool) -> Take:
    """The take, its stems and the others that it was chosen from, each up to its `loop_end`.

    What would have gone on clicks where it is cut off: the last five milliseconds fade. Those of a loop never do, since
    its end goes on with its start.
    """

    def cut(sound: Floats) -> Floats:
        return sound[:, : take.loop_end] if loops else cut_with_edge(sound, 0, take.loop_end)

    stems, selection = {name: cut(stem) for name, stem in take.stems.items()}, take.selection
    if selection is not None:
        selection = replace(selection, takes=tuple(body_of(one, loops=loops) for one in selection.takes))
    return replace(take, samples=cut(take.samples), stems=stems, selection=selection)


def cut_with_edge(block: Floats, start: int, loop_end: int) -> Floats:
    """Of (channels, n) that begin at sample `start` what lies before `loop_end`, with its part of the fade there."""
    body = block[:, : max(0, loop_end - start)]
    fade_at = loop_end - len(_EDGE) - start
    if fade_at >= body.shape[1]:
        return body
    faded = body.copy()
    faded[:, max(0, fade_at) :] *= _EDGE[max(0, -fade_at) :][: body.shape[1] - max(0, fade_at)]
    return faded

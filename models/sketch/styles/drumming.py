"""What the drummers of a style choose from."""

from __future__ import annotations

from dataclasses import dataclass

DrumPattern = dict[str, str]


@dataclass(frozen=True)
class Drumming:
    """A style's drum vocabulary: a groove is one `kick`, one `back` and one `time`; a full one has `colour` on top.

    Sixteen steps to a bar of 4/4, `1`..`9` a stroke of that strength, `.` a rest; a pattern has one bar or two.
    `kick`: of the kick drum, or of what stands for it; `back`: what answers it (the backbeat, rim, claps, clave);
    `time`: what keeps time (hats, ride, shaker, brushes); `colour`: cymbals, bells and hand drums of the full band.
    """

    kick: tuple[DrumPattern, ...]
    back: tuple[DrumPattern, ...]
    time: tuple[DrumPattern, ...]
    colour: tuple[DrumPattern, ...]

"""How threads of networks wait for each other: asleep, in every process that imports a room of this house."""

from __future__ import annotations

import os

POLICY = "OMP_WAIT_POLICY"


def wait_asleep() -> None:
    """To be called before torch is imported. What the environment says stays so.

    Else OpenMP's threads spin while they wait, on cores that others want: pitch, feeling and a worker hear a clip side
    by side. On two busy cores a pass of CREPE and one of the tagger then took four to six times the CPU time, and three
    to six times as long; what they hear is the same, bit for bit.
    """
    os.environ.setdefault(POLICY, "PASSIVE")

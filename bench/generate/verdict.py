"""What the measurements of `bench.generate` come to: speeds over 30 s, ratios, and whether the goals are met."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.generate.load import Load
from bench.generate.timing import Timed, share_of_limit, whole_clip_s
from models.musicgen.shape import WINDOW_FRAMES, Shape


@dataclass(frozen=True)
class Meeting:
    """Ours and one guest, interleaved, at one batch size. `timed` by contestant's name, the guest's among them."""

    batch: int
    peer: str
    precision: str
    guest: str
    timed: Mapping[str, Timed]

    def clip_s(self, name: str) -> float:
        return whole_clip_s(self.timed[name].step_s)

    @property
    def ours(self) -> list[str]:
        return [name for name in self.timed if name != self.guest]

    def ratio(self, ours: str) -> float:
        """How many times as fast as the guest."""
        return self.clip_s(self.guest) / self.clip_s(ours)


@dataclass(frozen=True)
class Goal:
    """`least`, or `most` where less is better; `got` None: not measured in this run."""

    what: str
    got: float | None
    least: float = 0.0
    most: float = float("inf")

    @property
    def verdict(self) -> str:
        if self.got is None:
            return "not measured"
        return "met" if self.least <= self.got <= self.most else "missed"

    @property
    def asked(self) -> str:
        return f">= {self.least:g}" if self.least else f"<= {self.most:g}"


def clip_s(meetings: Sequence[Meeting], batch: int, name: str) -> float | None:
    """The median over the meetings at that batch size; None where there was none."""
    times = [one.clip_s(name) for one in meetings if one.batch == batch and name in one.timed]
    return statistics.median(times) if times else None


def frames_per_s(clip_s: float, batch: int) -> float:
    return batch * WINDOW_FRAMES / clip_s


def ratio(meetings: Sequence[Meeting], batch: int, ours: str, peer: str, precision: str = "") -> float | None:
    """Against the peer's fastest setting, of that precision or of all; pairs that were interleaved are compared.

    `ours` "best": whichever of ours was fastest.
    """
    met = [one for one in meetings if one.batch == batch and one.peer == peer and precision in ("", one.precision)]
    ratios = [max(map(one.ratio, one.ours)) if ours == "best" else one.ratio(ours) for one in met]
    return min(ratios, default=None)


def goals_on_cpu(meetings: Sequence[Meeting], shape: Shape, limit: float, loads: Mapping[str, Load]) -> list[Goal]:
    """The goals, for two threads of a CPU."""
    goals = []
    for batch, ours, least in ((1, "fp32", (4.5, 6)), (4, "fp32", (4, 5)), (1, "int8", (9, 12))):
        for peer, times in zip(("transformers", "audiocraft"), least, strict=True):
            got = ratio(meetings, batch, f"ours {ours}", peer, "fp32")
            goals.append(Goal(f"{ours} against {peer} in fp32, batch {batch}", got, least=times))
    for batch in sorted({one.batch for one in meetings}):
        for peer in ("transformers", "audiocraft"):
            got = ratio(meetings, batch, "best", peer)
            goals.append(Goal(f"our best against {peer} at its best, batch {batch}", got, least=2))
    alone = [one.timed["ours fp32"] for one in meetings if one.batch == 1]
    best = [share_of_limit(shape, "fp32", 1, one.step_s, limit) for one in alone]
    beside = [share_of_limit(shape, "fp32", 1, one.step_s, one.read_per_s) for one in alone]
    return [
        *goals,
        Goal("fp32, batch 1: share of the best reads of memory", statistics.median(best) if best else None, least=0.75),
        Goal("the same of reads between the same steps", statistics.median(beside) if beside else None, least=0.75),
        *goals_of_load(loads),
    ]


def goals_of_load(loads: Mapping[str, Load]) -> list[Goal]:
    throughput = latency = None
    if loads:
        throughput = loads["continuous"].frames_per_s / loads["static"].frames_per_s
        latency = loads["continuous"].latency_s / loads["static"].latency_s
    return [
        Goal("continuous against static batching: throughput", throughput, least=1.4),
        Goal("continuous against static batching: mean latency", latency, most=0.5),
    ]


def goals_on_gpu(meetings: Sequence[Meeting], loads: Mapping[str, Load]) -> list[Goal]:
    """The goals, for one data-centre GPU."""
    seconds = clip_s(meetings, 32, "ours fp16")
    real_time = None if seconds is None else 32 * 30 / seconds
    return [
        Goal("our best against audiocraft at its best, batch 1", ratio(meetings, 1, "best", "audiocraft"), least=20),
        Goal("fp16, batch 32: times real time", real_time, least=300),
        *goals_of_load(loads),
    ]

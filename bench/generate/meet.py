"""Ours and each guest, from small batches to large ones. What a guest cannot do costs that guest alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch

from bench.generate.field import PEERS, Field, Guest, Host, peers_precisions_on
from bench.generate.timing import CACHE_BYTES, FLOAT_BYTES, PLACES, GenerationRequest, free_bytes, interleaved
from bench.generate.verdict import Meeting
from bench.musicgen_shapes import cached_numbers
from models.musicgen.shape import Shape

SPARE_BYTES = 10**9


@dataclass(frozen=True, eq=False)
class Met:
    """So far. `memory`: the most bytes, by contestant and batch; `left_out`: who did not play, and why."""

    meetings: list[Meeting] = field(default_factory=list)
    memory: dict[str, dict[int, int]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def leave_out(self, who: str, why: object) -> None:
        said = f"{type(why).__name__}: {why}" if isinstance(why, Exception) else str(why)
        print(f"{who}: left out, {said}", flush=True)
        self.left_out[who] = said

    def add(self, meeting: Meeting, held: dict[str, int]) -> None:
        """`held`: bytes by contestant, its cache's growth included."""
        self.meetings.append(meeting)
        for name, count in held.items():
            self.memory.setdefault(name, {})[meeting.batch] = count


def meet(field: Field, hosts: Sequence[Host], batches: Sequence[int], plan: GenerationRequest) -> Iterator[Met]:
    """All that is measured so far, after each batch size: the same object each time."""
    met = Met()
    ours_bytes = {host.contestant.name: host.built_bytes for host in hosts}
    guests = _guests(field, met)
    for batch in sorted(batches):
        for guest in guests:
            name = guest.contestant.name
            needed = memory_needed(hosts, guest, batch, field.weights.shape, field.device)
            if free_bytes(field.device) < needed + SPARE_BYTES:
                met.leave_out(f"batch {batch}, {name}", f"{needed / 1e9:.1f} GB of memory are not free")
                continue
            began = time.monotonic()
            ours = [host.contestant for host in hosts]
            try:
                timed = interleaved(ours, guest.contestant, batch, PLACES, plan, field.device)
            except Exception as error:  # of whatever kind: the others are measured all the same
                met.leave_out(f"batch {batch}, {name}", error)
                guest.contestant.leave()
                continue
            for own in ours_bytes:
                ours_bytes[own] += max(0, timed[own].grown_bytes)
            meeting = Meeting(batch, guest.peer, guest.precision, name, timed)
            met.add(meeting, {**ours_bytes, name: guest.held_bytes + timed[name].grown_bytes})
            ratios = ", ".join(f"{own} {meeting.ratio(own):.2f} x" for own in meeting.ours)
            print(f"batch {batch}, {name}: {ratios}  ({time.monotonic() - began:.0f} s)", flush=True)
        yield met
    for host in hosts:
        host.contestant.leave()


def _guests(field: Field, met: Met) -> list[Guest]:
    guests: list[Guest] = []
    for peer in PEERS:
        for precision in peers_precisions_on(field.device):
            try:
                guests += field.guests(peer, precision)
            except Exception as error:
                met.leave_out(f"{peer} {precision}", error)
    return guests


def memory_needed(hosts: Sequence[Host], guest: Guest, batch: int, shape: Shape, device: torch.device) -> float:
    """Bytes: the guest's cache, a quarter more while it is copied, and what ours have to grow by.

    On a GPU all of our cache is there already. On a CPU all numbers are taken for floats: too little memory there ends
    this process and not the guest's turn.
    """
    slot = cached_numbers(shape, PLACES[-1])
    if device.type != "cpu":
        return 1.25 * batch * slot * CACHE_BYTES[guest.precision]
    grow = sum(max(0, batch - len(host.contestant.engine.sequences)) for host in hosts)
    return FLOAT_BYTES * slot * (1.25 * batch + grow)

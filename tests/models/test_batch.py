"""Packing: rows of several items go through together, and each item comes out whole, in order, as soon as it can."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from models.batch import packed


class Doubling:
    def __init__(self) -> None:
        self.passes: list[Tensor] = []

    def __call__(self, rows: Tensor) -> Tensor:
        self.passes.append(rows)
        return 2 * rows


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 100])
def test_each_item_is_what_it_is_alone(size: int) -> None:
    for lengths in itertools.product((1, 2, 5), repeat=3):
        rows = torch.arange(sum(lengths) * 6.0).reshape(-1, 3, 2)
        items = list(torch.split(rows, list(lengths)))
        network = Doubling()
        results = list(packed(items, network, size))
        assert [len(result) for result in results] == list(lengths)
        for item, result in zip(items, results, strict=True):
            assert torch.equal(result, 2 * item)
        assert {one.shape for one in network.passes} == {(size, 3, 2)}
        assert len(network.passes) == -(-sum(lengths) // size), "no pass more than the rows of all need"
        padding = len(network.passes) * size - sum(lengths)
        assert not network.passes[-1][size - padding :].any()


def test_an_item_comes_out_before_the_next_ones_go_in() -> None:
    network = Doubling()
    results = packed([torch.ones(3, 1), torch.ones(2, 1), torch.ones(8, 1)], network, 4)
    for passes in (1, 2, 4):
        next(results)
        assert len(network.passes) == passes


def test_nothing_makes_no_pass() -> None:
    network = Doubling()
    assert list(packed([], network, 4)) == []
    assert not network.passes

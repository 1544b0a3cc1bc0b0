"""No dataclass compares arrays by `==`, whose answer is an array and no yes or no."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil

import numpy as np
import torch

import aural
import models
import runners

ARRAYS = ("NDArray", "Floats", "Doubles", "Tensor", "Clip")  # with what may follow: "[...]", " | None"


def with_arrays(kind: type) -> list[str]:
    return [
        field.name for field in dataclasses.fields(kind) if str(field.type).split("[")[0] in (*ARRAYS, "Floats | None")
    ]


def test_types_with_arrays_are_equal_to_themselves_alone() -> None:
    wrong = []
    for package in (aural, models, runners):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "triton" in found.name:
                continue
            module = importlib.import_module(found.name)
            for kind in vars(module).values():
                if not (isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == found.name):
                    continue
                if with_arrays(kind) and kind.__eq__ is not object.__eq__:
                    wrong.append(f"{found.name}.{kind.__name__}: {with_arrays(kind)}")
    assert not wrong


def test_what_would_be_wrong_with_it() -> None:
    assert np.ndim(np.zeros(2) == np.zeros(2)) == 1
    assert (torch.zeros(2) == torch.zeros(2)).ndim == 1

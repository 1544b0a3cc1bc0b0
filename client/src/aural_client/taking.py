"""Methods that take an order's parameters."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from aural_client.order import Order

Client = TypeVar("Client")
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


def taking(
    make: Callable[P, Order[T]],
) -> Callable[[Callable[[Client, Order[T]], R]], Callable[Concatenate[Client, P], R]]:
    """Gives a method that carries out an order the parameters and the words of the function that makes the order."""

    def wrap(carry_out: Callable[[Client, Order[T]], R]) -> Callable[Concatenate[Client, P], R]:
        @functools.wraps(make)
        def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return carry_out(self, make(*args, **kwargs))

        of_self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        asked = inspect.signature(make)
        told = inspect.signature(carry_out).return_annotation
        shown = asked.replace(parameters=[of_self, *asked.parameters.values()], return_annotation=told)
        method.__signature__ = shown  # type: ignore[attr-defined]
        method.__module__, method.__qualname__ = carry_out.__module__, carry_out.__qualname__
        return method

    return wrap

"""The group of all commands: what they cost to name, to help with, and to misspell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from cli.exits import USAGE


class Commands(TyperGroup):
    """Commands whose options come from the client's calls are made when they are asked for: their imports take a
    second, and the list of commands needs none of them. A command line that cannot be understood ends with USAGE."""

    late: dict[str, Callable[[], Any]] = {}  # noqa: RUF012  # one group, filled as the commands are declared

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.late[name]() if name in self.late else command, rest

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().make_context(*args, **kwargs)
        except UsageError as error:
            error.exit_code = USAGE
            raise

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            error.exit_code = USAGE
            raise


UsageError: Any = typer.BadParameter.__base__
"""Typer's own, which it exports under no other name."""

"""The reference of the command `aural`, made from the commands themselves: what `--help` tells, and nothing else."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from typer.main import get_command

from cli.commands import Commands
from cli.exits import TOLD
from cli.main import app
from documentation.tables import code, table

EXAMPLES = "\n\nExamples:\n\n"
ARGUMENTS, OPTIONS = "Arguments", "Options"
KINDS: dict[Any, str] = {int: "whole number", float: "number", str: "text", Path: "path"}


def commands() -> str:
    """A section for each command, and the exit codes of all."""
    return "\n\n".join([*(_section(name, command) for name, command in all_commands()), "## Exit codes", exit_codes()])


def exit_codes() -> str:
    told = TOLD.removeprefix("Exit codes: ").removesuffix(".")
    return table(("exit code", ""), [(code(number), words) for number, _, words in _pairs(told)])


def all_commands() -> Iterator[tuple[str, Any]]:
    """With those whose options are made when they are asked for."""
    group: Any = get_command(app)
    for name, command in group.commands.items():
        yield name, Commands.late[name]() if name in Commands.late else command


def examples_of(command: Any) -> list[str]:
    """The command lines that its help shows."""
    return [line.strip() for line in _help(command)[1].splitlines() if line.strip()]


def _section(name: str, command: Any) -> str:
    parts = [f"## aural {name}", _help(command)[0], "```sh\n" + "\n".join(examples_of(command)) + "\n```"]
    for panel, parameters in _panels(command).items():
        if panel == ARGUMENTS:
            parts.append(table(("argument", ""), [(code(_argument(one)), _words(one)) for one in parameters]))
        else:
            head = ("option" if panel == OPTIONS else panel, "values", "default", "")
            rows = [(_spelled(one), values_of(one), _default(one), _words(one)) for one in parameters]
            parts.append(table(head, rows))
    return "\n\n".join(parts)


def _help(command: Any) -> tuple[str, str]:
    """What stands before the examples, and they."""
    told, _, examples = inspect.cleandoc(command.help).partition(EXAMPLES)
    return told, examples


def _panels(command: Any) -> dict[str, list[Any]]:
    """Parameters under the headings that help has them under."""
    panels: dict[str, list[Any]] = {}
    for one in command.params:
        own = OPTIONS if _is_option(one) else ARGUMENTS
        panels.setdefault(one.rich_help_panel or own, []).append(one)
    return panels


def _is_option(parameter: Any) -> bool:
    return str(parameter.opts[0]).startswith("-")


def _argument(parameter: Any) -> str:
    name: str = parameter.metavar or parameter.name.upper()
    return f"{name}..." if parameter.nargs == -1 else name


def _spelled(option: Any) -> str:
    return ", ".join(map(code, [*option.opts, *option.secondary_opts]))


def values_of(option: Any) -> str:
    """What an option takes, in words: nothing where it is a switch."""
    if option.is_flag:
        return ""
    (kind,) = (one for one in _either(option.type_descriptor.annotation) if one is not NoneType)
    if get_origin(kind) is list:
        (kind,) = get_args(kind)
    if get_origin(kind) is Literal:
        return ", ".join(code(str(one)) for one in get_args(kind))
    within = f", {option.min:g} to {option.max:g}" if option.min is not None and option.max is not None else ""
    return (code(option.metavar) if option.metavar else KINDS[kind]) + within


def _either(annotation: Any) -> tuple[Any, ...]:
    return (annotation,) if get_origin(annotation) in (None, list, Literal) else get_args(annotation)


def _default(option: Any) -> str:
    if option.default in (None, False, [], ()):
        return ""
    return code(option.opts[0] if option.default is True else str(option.default))


def _words(parameter: Any) -> str:
    """Its help, without what keeps it from being read as markup of a terminal."""
    words = (parameter.help or "").replace("\\[", "[")
    named = f" Also {code(parameter.envvar)}." if parameter.envvar else ""
    return words[:1].upper() + words[1:] + named


def _pairs(told: str) -> Iterator[tuple[str, str, str]]:
    return (piece.partition(" ") for piece in told.split("; "))

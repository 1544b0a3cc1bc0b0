"""The reference of the command is its help: every command, option and word."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from cli.exits import FAILED, FINE, INTERRUPTED, SOME_FAILED, USAGE
from cli.main import app
from documentation.command_pages import all_commands, commands, examples_of, exit_codes, values_of

COMMANDS = dict(all_commands())
PAGE = commands()


def section(name: str) -> str:
    return PAGE.split(f"## aural {name}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_that_help_shows_is_in_the_reference(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"], terminal_width=200).stdout
    options = [one for one in COMMANDS[name].params if one.opts[0].startswith("-")]
    assert options
    for option in options:
        assert option.opts[0] in shown
        assert f"`{option.opts[0]}`" in section(name)
        assert (option.help or "").replace("\\[", "[")[1:] in section(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_of_itself(name: str) -> None:
    examples = examples_of(COMMANDS[name])
    assert examples
    assert all(f"aural {name}" in one and one in section(name) for one in examples)


def test_the_exit_codes_are_those_of_the_command() -> None:
    told = exit_codes()
    assert all(f"| `{code}` | " in told for code in (FINE, FAILED, SOME_FAILED, USAGE, INTERRUPTED))


def option(command: str, name: str) -> Any:
    return next(one for one in COMMANDS[command].params if name in one.opts)


@pytest.mark.parametrize(
    ("command", "name", "words"),
    [
        ("serve", "--port", "whole number, 0 to 65535"),
        ("generate", "--metre", "`3/4`, `4/4`, `5/4`, `6/8`, `12/8`"),
        ("generate", "--loop", ""),
        ("compose", "--excerpt", "`START-END`"),
        ("analyze", "--deadline", "`SECONDS`, 0.1 to 600"),
        ("mcp", "--folder", "path"),
    ],
)
def test_what_an_option_takes_is_told_in_words(command: str, name: str, words: str) -> None:
    assert values_of(option(command, name)) == words


def test_defaults_and_variables_are_told() -> None:
    assert "| `--port` | whole number, 0 to 65535 | `8000` |" in section("serve")
    assert "| `--recursive`, `--no-recursive` |  | `--recursive` |" in section("batch")
    assert "Also `AURAL_URL`." in section("info")

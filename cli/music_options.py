"""The options of the commands that make music: one for each parameter of the client's call, with its words."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import typer
from typer.main import get_command

from aural_client import orders
from aural_client.formats import Format
from cli.options import ApiKey, AsJson, Deadline, Url

LEFT_OUT = ("file", "prompt", "stream", *orders.OF_THE_CALL)
"""Of the parameters: an argument of the command, or nothing that a command has."""
CALLS: dict[str, Callable[..., Any]] = {"generate": orders.generate, "compose": orders.compose}
MUSIC = "The music"

Output: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help=f"The file; its suffix says the format: {', '.join(get_args(Format))}. Left out: aural-SEED.wav here.",
    ),
]
FormatName: TypeAlias = Annotated[Format | None, typer.Option("--format", help="The format, where no suffix says it.")]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
Play: TypeAlias = Annotated[bool, typer.Option("--play", help="Play it when it is there.")]
Excerpt: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="START-END", help="The part of the file that is followed, in seconds or m:ss: 60-90, 1:00-1:30."
    ),
]
Prompt: TypeAlias = Annotated[str, typer.Argument(show_default=False, help="What the music should be.")]
Clip: TypeAlias = Annotated[Path, typer.Argument(metavar="CLIP", show_default=False, help="An audio file.")]


def music_command(name: str, words: str) -> Any:
    """The command that makes the call `name`. `words`: its help."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    app.command(name, help=words)(_carrying_out(name))
    return get_command(app)


def _carrying_out(name: str) -> Callable[..., None]:
    call = CALLS[name]
    fields = call_fields(call)

    def carry_out(**given: Any) -> None:
        from cli.music_command import Asked, run

        asked = {field: _read(field, fields[field], given.pop(field)) for field in fields}
        source = given.pop("prompt" if name == "generate" else "clip")
        raise typer.Exit(run(Asked(name, source, {k: v for k, v in asked.items() if v is not None}, **given)))

    words = {**words_of(orders.generate), **words_of(call)}
    source = {"prompt": Prompt} if name == "generate" else {"clip": Clip}
    parameters = [
        *(_parameter(key, kind, inspect.Parameter.empty) for key, kind in source.items()),
        *(_parameter("excerpt", Excerpt, None) for _ in range(name == "compose")),
        *(_parameter(key, option_of(key, kind, words.get(key)), None) for key, kind in fields.items()),
        *(_parameter(key, kind, False if kind in (Force, Play, AsJson) else None) for key, kind in OWN.items()),
    ]
    carry_out.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    carry_out.__annotations__ = {}
    return carry_out


OWN: dict[str, Any] = {
    "output": Output,
    "form": FormatName,
    "force": Force,
    "play": Play,
    "as_json": AsJson,
    "url": Url,
    "api_key": ApiKey,
    "deadline": Deadline,
}


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def call_fields(call: Callable[..., Any]) -> dict[str, Any]:
    """What the body can have, by name: the type of a value, without None."""
    parameters = inspect.signature(call, eval_str=True).parameters
    return {name: _known(one.annotation) for name, one in parameters.items() if name not in LEFT_OUT}


def _known(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = [one for one in get_args(annotation) if one is not NoneType]
    return annotation


def option_of(name: str, kind: Any, words: str | None) -> Any:
    """A value's type as an option that may be left out. A list is written with commas, a choice as it reads."""
    metavar = None
    if get_origin(kind) is Literal:
        kind = Literal[tuple(map(str, get_args(kind)))]
    elif _is_list(kind):
        kind, metavar = str, "0.2,0.8,..."
    return Annotated[kind | None, typer.Option(metavar=metavar, help=_plain(name, words), rich_help_panel=MUSIC)]


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is Sequence or kind is Sequence


def _read(name: str, kind: Any, value: Any) -> Any:
    """An option's value as the call takes it. Raises BadParameter for a list that is none."""
    if value is None:
        return None
    if get_origin(kind) is Literal:
        return {str(one): one for one in get_args(kind)}[value]
    if not _is_list(kind):
        return value
    try:
        return [float(one) for one in value.split(",")]
    except ValueError as cause:
        raise typer.BadParameter(
            f"{value!r} is no list of numbers. Write it like 0.2,0.8,0.5.", param_hint=f"--{name.replace('_', '-')}"
        ) from cause


def words_of(call: Callable[..., Any]) -> dict[str, str]:
    """What a call's docstring says of each parameter: lines like `a, b: words`, which may go on in deeper lines."""
    lines = inspect.getdoc(call) or ""
    found = re.findall(r"^([a-z_]+(?:, [a-z_]+)*): (.+(?:\n    .+)*)", lines, re.MULTILINE)
    return {name: re.sub(r"\s+", " ", words) for names, words in found for name in names.split(", ")}


def _plain(name: str, words: str | None) -> str | None:
    """In a command's spelling, and nothing of it read as markup."""
    if words is None:
        return None
    words = words.removeprefix("True: ").replace("False: ", f"--no-{name}: ")
    return words.replace("`", "").replace("[", r"\[")

"""What `aural generate` and `aural compose` do: the call, its progress, the file, and what is told of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from aural_client import Analysis, AsyncAural, BadField, Heard, Music, Progress
from aural_client.events import Event
from aural_client.formats import Format
from aural_client.saving import whole_file
from cli.asking import exit_code_of
from cli.connect import connect
from cli.excerpts import excerpt_wav
from cli.exits import FINE
from cli.playing import play, player_for
from cli.showing import console, facts_table, progress_bar

SUFFIXES = tuple(f".{form}" for form in get_args(Format))


class FileIsThere(BadField):
    """A file would be written over."""

    code = "file_is_there"


@dataclass(frozen=True)
class Asked:
    """`source`: the prompt, or the clip's path. `fields`: of the call, those that are set."""

    call: str
    source: str | Path
    fields: dict[str, Any] = field(default_factory=dict)
    excerpt: str | None = None
    output: Path | None = None
    form: Format | None = None
    force: bool = False
    play: bool = False
    as_json: bool = False
    url: str | None = None
    api_key: str | None = None
    deadline: float | None = None


@dataclass
class Told:
    """What a call tells on its way, on the bar and for later. `heard`: in the clip."""

    update: Any
    heard: Analysis | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.update(completed=event.done, description=event.stage)
        elif isinstance(event, Heard):
            self.heard = event.analysis


def run(asked: Asked) -> int:
    """The exit code. Nothing is written unless the music is there whole."""
    return exit_code_of(_run(asked))


async def _run(asked: Asked) -> int:
    form = format_of(asked)
    to = None if asked.output is None else check_output(asked.output.with_suffix(f".{form}"), force=asked.force)
    player = player_for(f".{form}") if asked.play else None
    async with connect(asked.url, api_key=asked.api_key, deadline_s=asked.deadline) as aural:
        with progress_bar() as progress:
            task = progress.add_task("waiting", total=1.0)
            told = Told(lambda **changes: progress.update(task, **changes))
            music = await _music(aural, asked, form, told)
    to = to or free_name(music.seed, form, force=asked.force)
    with whole_file(to) as file:
        file.write(music.data)
    if asked.as_json:
        print(json.dumps(as_told(to, music, told.heard)))
    else:
        console().print(facts_table(str(to), facts_of(music, told.heard)))
    if player is not None:
        play(player, to)
    return FINE


async def _music(aural: AsyncAural, asked: Asked, form: Format, told: Told) -> Music:
    made = {**asked.fields, "format": form, "on_progress": told}
    if asked.call == "generate":
        return await aural.generate(str(asked.source), **made)
    source: Path | bytes = Path(asked.source)
    if asked.excerpt is not None:
        source = await asyncio.to_thread(excerpt_wav, Path(asked.source), asked.excerpt)
    return await aural.compose(source, **made)


def format_of(asked: Asked) -> Format:
    """By the suffix of the file, else as asked for, else a ZIP for all takes, else WAV. Raises BadField."""
    suffix = asked.output.suffix.lower() if asked.output else ""
    if suffix and suffix not in SUFFIXES:
        raise BadField(f"{asked.output} ends in {suffix}; music is written as {', '.join(SUFFIXES)}.")
    by_suffix = cast(Format | None, suffix.removeprefix(".") or None)
    if by_suffix and asked.form and by_suffix != asked.form:
        raise BadField(f"{asked.output} ends in {suffix}, and --format is {asked.form}. Leave one of them out.")
    return by_suffix or asked.form or ("zip" if asked.fields.get("takes") == "all" else "wav")


def check_output(to: Path, *, force: bool) -> Path:
    """Before any work. Raises FileIsThere, BadField for a folder that is none."""
    if not to.parent.is_dir():
        raise BadField(f"There is no folder {to.parent} to write {to.name} to.")
    if to.exists() and not force:
        raise FileIsThere(f"{to} is there. Take another name, or --force to write over it.")
    return to


def free_name(seed: int, form: Format, *, force: bool) -> Path:
    """`aural-SEED`, or with a number where there is such a file and it is not to be written over."""
    name, number = Path(f"aural-{seed}.{form}"), 2
    while name.exists() and not force:
        name, number = Path(f"aural-{seed}-{number}.{form}"), number + 1
    return name


def facts_of(music: Music, heard: Analysis | None) -> Iterator[tuple[str, str | None]]:
    """Name and value of what is told of music."""
    if heard is not None:
        tempo = "no tempo" if heard.bpm is None else f"{heard.bpm:g} bpm"
        yield "heard", f"{tempo}, {heard.key or 'no key'}, {heard.emotion}, {heard.style_id}"
    yield "seed", str(music.seed)
    yield "tempo", None if music.bpm is None else f"{music.bpm:g} bpm"
    yield "key", music.key
    yield "metre", music.metre
    yield "bars", str(music.bars) if music.bars else None
    yield "loop end", f"sample {music.loop_end}"
    yield "model", music.model
    yield "of the prompt", music.heard
    yield "not as asked", ", ".join(music.off) if music.off else None
    for place, score in enumerate(music.scores, 1):
        yield f"take {place}", f"seed {score.seed}, cost {score.cost:.3g}"


def as_told(to: Path, music: Music, heard: Analysis | None) -> dict[str, Any]:
    """For --json. `heard`: as `aural analyze` has a window's analysis; null where there was no clip."""
    return {
        "file": str(to),
        "format": music.format,
        "seed": music.seed,
        "bpm": music.bpm,
        "key": music.key,
        "metre": music.metre,
        "bars": music.bars,
        "loop_end": music.loop_end,
        "model": music.model,
        "of_the_prompt": music.heard,
        "off": music.off,
        "scores": [score.model_dump() for score in music.scores],
        "heard": None if heard is None else heard.model_dump(),
    }

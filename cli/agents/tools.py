"""The tools: what an agent is told of them, and what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mcp.types import CallToolResult, ContentBlock, ResourceLink, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel

from aural_client import AsyncAural
from aural_client.events import Event, Progress, Queued
from aural_client.formats import MEDIA
from aural_client.info import Info
from aural_client.music import Music
from cli.agents import arguments
from cli.agents.folders import Folders
from cli.agents.listening import HeardInFile
from cli.agents.music_files import format_for, place_for, save
from cli.agents.progress import Tell
from cli.agents.results import MusicFile, schema_of
from cli.analyzing import analyze_file

HEAR = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITE = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)

TOOLS = (
    Tool(
        name="analyze",
        title="Analyse an audio file",
        description="What is heard in an audio file: tempo in bpm with confidence, key, emotion, style, energy,"
        " loudness in LUFS, and a prompt for music like it, which `generate` takes. A file of any length from 0.5 s on;"
        " one of more than 30 s is heard in windows of at most 30 s, each with its own values, and summed up. bpm and"
        " key are null where nothing pulses or is tonal, as in silence. Writes nothing."
        ' Example: {"path": "loops/drums.wav"}.',
        input_schema=arguments.ANALYZE,
        output_schema=schema_of(HeardInFile),
        annotations=HEAR,
    ),
    Tool(
        name="generate",
        title="Make music from a prompt",
        description="Makes instrumental music from a prompt, 1 to 120 s, and writes it to a file (a stereo WAV, unless"
        " save_as or format says another). Say tempo in beats a minute (bpm, 30 to 300), key ('A minor',"
        " 'F#m'), length as duration in s or as bars with loop: true. The same request with the same seed gives the"
        " same file. What is left out is chosen to fit the prompt. Answers the path and the facts. Reports progress."
        ' Examples: {"prompt": "warm lofi with a lazy beat", "bpm": 82, "key": "A minor", "duration": 20};'
        ' {"prompt": "drum and bass", "bpm": 174, "loop": true, "bars": 8, "save_as": "loop.wav"}.',
        input_schema=arguments.GENERATE,
        output_schema=schema_of(MusicFile),
        annotations=WRITE,
    ),
    Tool(
        name="compose",
        title="Make music that follows an audio file",
        description="Listens to an audio file of 0.5 to 30 s (30 MB at most) and makes music in its tempo, key, energy,"
        " style and emotion, 1 to 120 s, written to a file. What is said here wins over what is heard. The seed is 42"
        " where it is left out. Answers the path and the facts. Reports progress."
        ' Example: {"path": "voice.m4a", "duration": 30, "seed": 7, "save_as": "band.flac"}.',
        input_schema=arguments.COMPOSE,
        output_schema=schema_of(MusicFile),
        annotations=WRITE,
    ),
    Tool(
        name="info",
        title="What can be asked for",
        description="What the service is, has and takes: all styles (style_id), emotions, keys, metres and endings;"
        " limits with units in their names; the models with their licences. Ask once, before you name a style or an"
        " emotion.",
        input_schema=arguments.INFO,
        output_schema=schema_of(Info),
        annotations=HEAR,
    ),
)


@dataclass(frozen=True)
class Tools:
    """What they do. Each raises Refused, the client's errors, OSError, ValueError."""

    aural: AsyncAural
    folders: Folders

    async def call(self, name: str, given: Mapping[str, Any], tell: Tell) -> CallToolResult:
        """Raises KeyError for a tool that there is not."""
        calls: dict[str, Callable[[dict[str, Any], Tell], Awaitable[CallToolResult]]] = {
            "analyze": self._analyze,
            "generate": self._generate,
            "compose": self._compose,
            "info": self._info,
        }
        schema = next(tool.input_schema for tool in TOOLS if tool.name == name)
        return await calls[name](arguments.checked(schema, given), tell)

    async def _analyze(self, asked: dict[str, Any], tell: Tell) -> CallToolResult:
        path = self.folders.readable(asked["path"])

        def told(done_s: float, of_s: float | None) -> None:
            if of_s:  # of a file that does not say how long it is, no share can be told
                tell(min(1.0, done_s / of_s), f"heard {done_s:.0f} of {of_s:.0f} s")

        analysis = await analyze_file(self.aural, path, told)
        heard = HeardInFile.of(path, analysis, full=asked.get("full") is True)
        return answered(heard.sentence(), heard)

    async def _generate(self, asked: dict[str, Any], tell: Tell) -> CallToolResult:
        return await self._made(self.aural.generate, asked, tell)

    async def _compose(self, asked: dict[str, Any], tell: Tell) -> CallToolResult:
        clip = self.folders.readable(asked.pop("path"))
        return await self._made(self.aural.compose, {"file": clip, **asked}, tell)

    async def _info(self, asked: dict[str, Any], tell: Tell) -> CallToolResult:
        del asked, tell
        info = await self.aural.info()
        styles = ", ".join(info.vocabularies.get("style_id", []))
        return answered(f"{info.name} {info.version}, {info.model_set} models. Styles: {styles}.", info)

    async def _made(
        self, compose: Callable[..., Awaitable[Music]], asked: dict[str, Any], tell: Tell
    ) -> CallToolResult:
        save_as = asked.pop("save_as", None)
        form = format_for(save_as, asked.pop("format", None))
        to = None if save_as is None else place_for(save_as, form, self.folders)
        music = await compose(**asked, format=form, on_progress=_telling(tell))
        path = await asyncio.to_thread(save, music, to, self.folders)
        made = MusicFile.of(path, music)
        link = ResourceLink(
            uri=path.as_uri(),
            name=path.name,
            mime_type=MEDIA[music.format],
            size=made.size_bytes,
            description=made.sentence(),
        )
        return answered(made.sentence(), made, link)


def answered(sentence: str, data: BaseModel, *links: ResourceLink) -> CallToolResult:
    content: list[ContentBlock] = [TextContent(type="text", text=sentence), *links]
    return CallToolResult(content=content, structured_content=data.model_dump(mode="json"))


def refused(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)


def _telling(tell: Tell) -> Callable[[Event], None]:
    def told(event: Event) -> None:
        if isinstance(event, Queued) and event.ahead:
            tell(0.0, f"waiting: {event.ahead} requests before this one")
        elif isinstance(event, Progress):
            left = "" if event.seconds_left is None else f", about {event.seconds_left:.0f} s left"
            tell(event.done, f"{event.stage}{left}")

    return told

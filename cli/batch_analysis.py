"""What analyses a batch's files: a service, or the models in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aural.settings import VERSION, Settings
from aural_client import AsyncAural
from cli.analyzing import FileAnalysis, analyze_file
from cli.batch_files import Found
from cli.batch_rows import Row
from cli.batch_run import Analyse, Stopped
from cli.connect import connect


@asynccontextmanager
async def analysing(
    url: str | None, *, api_key: str | None = None, jobs: int = 1
) -> AsyncIterator[tuple[str, Analyse]]:
    """By what it is made (version, models), and what analyses one file. Raises Stopped for an address or a setting that
    is none, the client's errors."""
    async with AsyncExitStack() as stack:
        try:
            aural = await stack.enter_async_context(connect(url, api_key=api_key, jobs=jobs))
        except ValueError as cause:
            raise Stopped(str(cause)) from cause

        async def analyse(found: Found) -> Row:
            return row_of(found.name, await analyze_file(aural, found.path))

        yield await _made_by(url, aural), analyse


async def _made_by(url: str | None, aural: AsyncAural) -> str:
    """In this process without loading anything."""
    if url is None:
        here = Settings.from_env()
        return " ".join((VERSION, here.models, *([str(here.adapter)] if here.adapter else [])))
    info = await aural.info()
    listening = [
        f"{told.get('model')}@{told.get('revision')}" for role, told in info.models.items() if role != "composer"
    ]
    return " ".join((info.version, info.model_set, *listening))


def row_of(name: str, heard: FileAnalysis) -> Row:
    found = heard.summary
    return Row(
        name,
        duration_s=_rounded(found.duration_s),
        bpm=_rounded(found.bpm),
        bpm_confidence=_rounded(found.bpm_confidence),
        key=found.key,
        key_confidence=_rounded(found.key_confidence),
        camelot=found.camelot,
        emotion=found.emotion,
        valence=_rounded(found.valence),
        arousal=_rounded(found.arousal),
        style=found.style_id,
        loudness_lufs=_rounded(found.loudness_lufs),
        energy_mean=_rounded(found.energy_mean),
        prompt=found.prompt,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)

"""What the tools answer, as data: their output schemas, and how they are made of the client's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from aural_client.music import Music


class Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class MusicFile(Result):
    """A file of music that was written."""

    path: str = Field(description="The file.")
    format: str = Field(description="wav, flac, ogg or zip.")
    size_bytes: int = Field(description="Size of the file.")
    seed: int = Field(description="With this seed the same request gives the same music again.")
    bpm: float | None = Field(description="Tempo in beats a minute; null where it is not known.")
    key: str | None = Field(description="Key, like 'A minor'; null where it is not known.")
    metre: str | None = Field(description="Metre, like '3/4'; null where it is not known.")
    bars: int = Field(description="Bars of the loop; 0 where it was not asked to be one.")
    loop_end_samples: int = Field(description="Where the body ends, in samples: the tail follows.")
    model: str = Field(description="The model that composed.")
    heard: str | None = Field(description="What of the prompt was used; null where nothing tells.")
    off: list[str] | None = Field(description="What was measured and is not as asked; null where nothing was measured.")

    @classmethod
    def of(cls, path: Path, music: Music) -> MusicFile:
        """Raises BrokenAnswer where the answer lacks what it must tell."""
        return cls(
            path=str(path),
            format=music.format,
            size_bytes=len(music.data),
            seed=music.seed,
            bpm=music.bpm,
            key=music.key,
            metre=music.metre,
            bars=music.bars,
            loop_end_samples=music.loop_end,
            model=music.model,
            heard=music.heard,
            off=None if music.off is None else list(music.off),
        )

    def sentence(self) -> str:
        facts = [
            f"{self.bpm:g} bpm" if self.bpm is not None else None,
            self.key,
            self.metre,
            f"{self.bars} bars" if self.bars else None,
            f"seed {self.seed}",
        ]
        off = f" Not as asked: {', '.join(self.off)}." if self.off else ""
        return f"{self.path}: {', '.join(fact for fact in facts if fact)}.{off}"


def schema_of(kind: type[BaseModel]) -> dict[str, Any]:
    return kind.model_json_schema(mode="serialization")

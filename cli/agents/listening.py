"""What was heard in a file, for an agent."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from aural_client.analysis import Analysis
from cli.agents.results import Result
from cli.analyzing import FileAnalysis


class HeardWindow(Result):
    """A part of the file of 30 s at most."""

    start_s: float = Field(description="Where it begins.")
    end_s: float = Field(description="Where it ends.")
    bpm: float | None = Field(description="Its tempo; null where nothing pulses.")
    key: str | None = Field(description="Its key; null where nothing is tonal.")
    emotion: str = Field(description="Its emotion.")
    style_id: str = Field(description="Its style.")
    analysis: Analysis | None = Field(description="All of it, where it was asked for (full).")


class HeardInFile(Result):
    """All of the file."""

    path: str = Field(description="The file.")
    duration_s: float = Field(description="Its length.")
    bpm: float | None = Field(description="Tempo in beats a minute; null where nothing pulses.")
    bpm_confidence: float = Field(description="How sure the tempo is, 0 to 1.")
    key: str | None = Field(description="One of 24 keys, like 'A minor'; null where nothing is tonal.")
    key_confidence: float = Field(description="Probability of the key, 0 to 1.")
    camelot: str | None = Field(description="The key's code on the Camelot wheel, like '8A'; null without a key.")
    emotion: str = Field(description="One of the emotion vocabulary (see info).")
    valence: float = Field(description="Unpleasant (-1) to pleasant (1).")
    arousal: float = Field(description="Calm (-1) to excited (1).")
    style_id: str = Field(description="One of the style vocabulary (see info).")
    loudness_lufs: float | None = Field(description="Integrated loudness; null in digital silence.")
    energy_mean: float = Field(description="Mean of the energy curve, 0 to 1.")
    energy_curve: list[float] = Field(description="Energy 0 to 1, one value per energy_step_s.")
    energy_step_s: float = Field(description="Seconds between two values of energy_curve.")
    prompt: str = Field(description="A prompt for music like it, for `generate`.")
    windows: list[HeardWindow] = Field(description="The parts that it was heard in, in order.")

    @classmethod
    def of(cls, path: Path, heard: FileAnalysis, *, full: bool) -> HeardInFile:
        told = heard.summary
        return cls(
            path=str(path),
            duration_s=told.duration_s,
            bpm=told.bpm,
            bpm_confidence=told.bpm_confidence,
            key=told.key,
            key_confidence=told.key_confidence,
            camelot=told.camelot,
            emotion=told.emotion,
            valence=told.valence,
            arousal=told.arousal,
            style_id=told.style_id,
            loudness_lufs=told.loudness_lufs,
            energy_mean=round(told.energy_mean, 4),
            energy_curve=list(told.energy_curve),
            energy_step_s=told.energy_step_s,
            prompt=told.prompt,
            windows=[
                HeardWindow(
                    start_s=round(one.start_s, 3),
                    end_s=round(one.end_s, 3),
                    bpm=one.analysis.bpm,
                    key=one.analysis.key,
                    emotion=one.analysis.emotion,
                    style_id=one.analysis.style_id,
                    analysis=one.analysis if full else None,
                )
                for one in heard.windows
            ],
        )

    def sentence(self) -> str:
        tempo = "no tempo" if self.bpm is None else f"{self.bpm:g} bpm (confidence {self.bpm_confidence:.2f})"
        key = "no key" if self.key is None else f"{self.key} ({self.key_confidence:.2f})"
        loud = "silence" if self.loudness_lufs is None else f"{self.loudness_lufs:.1f} LUFS"
        return (
            f"{self.path}: {self.duration_s:.1f} s, {tempo}, {key}, {self.emotion}, {self.style_id}, {loud}."
            f" Prompt: {self.prompt}"
        )

"""`aural analyze`: what is heard in files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cli.options import ApiKey, AsJson, Deadline, Url

Shape = Literal["analysis", "audio-features"]


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", show_default=False, help="Audio, of any length.")],
    windows: Annotated[bool, typer.Option("--windows", help="Each window of a long file as well.")] = False,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="PNG", help="Draw waveform, energy and beats there. For one file; needs matplotlib."),
    ] = None,
    shape: Annotated[
        Shape, typer.Option(help="audio-features: under the names of Spotify's; of files up to 30 s.")
    ] = "analysis",
    as_json: AsJson = False,
    url: Url = None,
    api_key: ApiKey = None,
    deadline: Deadline = None,
) -> None:
    """Tell tempo, key, emotion, style, loudness and energy of files.

    A file of more than 30 s is heard in windows of at most 30 s, and the findings are summed up.
    With --json each file is one line: its path, the summary and the analyses of its windows, or its error.

    Examples:

        aural analyze song.mp3

        aural analyze *.wav --json | jq -r '[.file, .summary.bpm] | @tsv'

        aural analyze song.mp3 --windows --plot song.png

        aural analyze clip.wav --shape audio-features --json
    """
    from cli.analyze_command import Asked, run

    if plot is not None and len(files) > 1:
        raise typer.BadParameter("a picture is of one file.", param_hint="--plot")
    features = shape == "audio-features"
    if features and (windows or plot is not None):
        raise typer.BadParameter("audio features have no windows and no picture.", param_hint="--shape")
    raise typer.Exit(run(Asked(tuple(files), windows, plot, features, as_json, url, api_key, deadline)))

"""`aural generate` and `aural compose`: their names and first words.

Their options come from the client's calls, and are made when one of them is asked for (see `cli.music_options`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from cli.commands import Commands


def generate() -> None:
    """Compose music from a prompt.

    Examples:

        aural generate "lofi hip hop, dusty drums" --bpm 82 --key Am --bars 8 --loop -o loop.wav

        aural generate "calm piano" --duration 20 --seed 7 --play
    """


def compose() -> None:
    """Compose music that follows a clip: its tempo, key, energy, style and emotion.

    What an option sets wins over what is heard. A clip is at most 30 s long: --excerpt takes a part of a longer file.

    Examples:

        aural compose clip.wav --seed 7 -o out.wav

        aural compose song.mp3 --excerpt 1:00-1:20 --loop --bars 8 -o loop.flac
    """


def _made(name: str, command: Callable[[], None]) -> Any:
    from cli.music_options import music_command

    return music_command(name, inspect.getdoc(command) or "")


Commands.late |= {command.__name__: partial(_made, command.__name__, command) for command in (generate, compose)}

"""Playing a file: whatever player the machine has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from aural_client import AuralError

PLAYERS: dict[str, tuple[str, ...]] = {
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "error"),
    "afplay": (),
    "aplay": ("--quiet",),
    "paplay": (),
    "play": ("-q",),
}
"""With what makes them play a file, say nothing, and end."""
WAV_ALONE = ("aplay",)


class CannotPlay(AuralError):
    """There is no player for it."""

    code = "cannot_play"


def player_for(suffix: str) -> list[str]:
    """The command that plays a file with that suffix. Raises CannotPlay."""
    if suffix == ".zip":
        raise CannotPlay("A ZIP cannot be played. Leave --play out, or ask for another format.")
    for name, options in PLAYERS.items():
        if (found := shutil.which(name)) and (suffix == ".wav" or name not in WAV_ALONE):
            return [found, *options]
    raise CannotPlay(
        f"There is no player here for {suffix} files: none of {', '.join(PLAYERS)} is installed. Leave --play out, or"
        " install ffmpeg."
    )


def play(player: list[str], path: Path) -> None:
    """Until it ends. Raises CannotPlay where the player fails."""
    done = subprocess.run([*player, str(path)], stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise CannotPlay(f"{player[0]} ended with status {done.returncode}. The music is in {path}.")

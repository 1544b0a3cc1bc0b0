"""What can be known of the pretrained set before it is loaded: `python -m models.check`, with the service's settings.

Whether the files are there and those that were recorded, whether they are a MusicGen that the engine plays, and whether
the device and precision can be had. One sentence on standard output, and exit status 1, where not. The service runs it
before it starts anything.
"""

from __future__ import annotations

import sys

from aural.errors import MissingWeights
from aural.settings import BadSetting, Settings
from models.cards import CLAP, musicgen_card
from models.devices import MissingDevice, choose_device
from models.musicgen.load import check_musicgen
from models.musicgen.precision import choose_precision
from models.weights import RECORD, obtain


def check(settings: Settings) -> None:
    """Raises BadSetting, MissingDevice, MissingWeights."""
    card = musicgen_card(settings.musicgen)
    choose_precision(settings.precision, choose_device(settings.device))
    folder = obtain([CLAP, card], settings.weights_dir, settings.weights_record or RECORD)
    check_musicgen(card, folder)


def main() -> int:
    try:
        check(Settings.from_env())
    except (BadSetting, MissingDevice, MissingWeights) as refusal:
        print(refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

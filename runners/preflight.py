"""What can be known before any process starts: a bad setting or absent weights end it in one sentence."""

from __future__ import annotations

from aural.errors import MissingWeights
from aural.settings import BadSetting, Settings
from models.cards import CLAP, MUSICGEN, Card
from models.fetch import fetch_elsewhere
from models.weights import RECORD, distinct, find, hub_folder, missing


def settings_or_exit() -> Settings:
    """The environment's settings. SystemExit with the sentence where they cannot be served.

    Presence only: each runner checks the hashes of the files that it loads.
    """
    try:
        settings = Settings.from_env()
        _require_present(settings)
    except (BadSetting, MissingWeights) as error:
        raise SystemExit(f"aural-architect cannot start: {error}") from None
    return settings


def pretrained_cards(settings: Settings) -> list[Card]:
    """Everything that the pretrained set loads from a hub cache. Raises BadSetting."""
    name = f"musicgen-{settings.musicgen}"
    if name not in MUSICGEN:
        sizes = ", ".join(known.removeprefix("musicgen-") for known in MUSICGEN)
        raise BadSetting(f"AURAL_MUSICGEN is {settings.musicgen!r}; it must be one of {sizes}.")
    return distinct([CLAP, MUSICGEN[name]])


def _require_present(settings: Settings) -> None:
    if settings.models != "pretrained":
        return
    cards = pretrained_cards(settings)
    folder = settings.weights_dir or hub_folder()
    absent = [card for card in cards if find(card, folder) is None]
    if absent and settings.weights_dir is None:
        print(f"Downloading {', '.join(card.repo for card in absent)} to {folder} ...", flush=True)
        fetch_elsewhere(absent, settings.weights_record or RECORD)
    elif absent:
        raise missing(absent, f"in {folder}")

"""What can be known before any process starts: a bad setting or absent weights end it in one sentence."""

from __future__ import annotations

from aural.errors import MissingWeights
from aural.settings import BadSetting, Settings
from models.cards import CLAP, musicgen_card
from models.fetch import fetch_elsewhere
from models.weights import RECORD, absent, hub_folder, missing


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


def _require_present(settings: Settings) -> None:
    if settings.models != "pretrained":
        return
    folder = settings.weights_dir or hub_folder()
    lacking = absent([CLAP, musicgen_card(settings.musicgen)], folder)
    if lacking and settings.weights_dir is None:
        print(f"Downloading {', '.join(card.repo for card in lacking)} to {folder} ...", flush=True)
        fetch_elsewhere(lacking, settings.weights_record or RECORD)
    elif lacking:
        raise missing(lacking, f"in {folder}")

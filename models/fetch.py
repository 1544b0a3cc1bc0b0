"""Downloading weights from the hub: `python -m models.fetch [FOLDER] [--card NAME ...]`, or `make weights`.

A first download records revision and sha256 of what came; later ones fetch the recorded revision and refuse
other bytes. The network is reached here and nowhere else, always in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from aural.errors import MissingWeights
from aural.settings import BadSetting
from models.cards import CLAP, ENCODEC_32KHZ, MUSICGEN, PRETRAINED, T5_BASE, Card, musicgen_card
from models.weights import (
    RECORD,
    Seen,
    files_of,
    find,
    in_folder,
    missing,
    read_record,
    refuse_what_differs,
    repo_folder,
    revision_of,
    sha256_of,
    shards,
    write_record,
)

ON_THE_HUB = {card.name: card for card in (CLAP, T5_BASE, ENCODEC_32KHZ, *MUSICGEN.values())}

Download = Callable[[Card, Path, str], str]
"""Card, hub-cache folder, revision or "main" -> the revision whose files now lie in the folder."""


def download(card: Card, folder: Path, revision: str) -> str:
    """Fetch a card's files with huggingface_hub; of alternatives the first that the repository has."""
    from huggingface_hub import HfApi, snapshot_download

    commit = HfApi().model_info(card.repo, revision=revision).sha
    assert commit is not None
    wanted = names_to_fetch(card, HfApi().list_repo_files(card.repo, revision=commit))
    here = Path(snapshot_download(card.repo, revision=commit, cache_dir=folder, allow_patterns=wanted))
    for index in [here / name for name in wanted if name.endswith(".index.json") and (here / name).is_file()]:
        snapshot_download(card.repo, revision=commit, cache_dir=folder, allow_patterns=shards(index))
    return commit


def names_to_fetch(card: Card, present: Collection[str]) -> list[str]:
    """The files of the first layout that a repository holds whole, each the first of its alternatives."""

    def names(layout: Card) -> list[str]:
        return [next((name for name in group.split("|") if name in present), group) for group in layout.files]

    choices = [names(layout) for layout in card.layouts()]
    return next((choice for choice in choices if set(choice) <= set(present)), choices[0])


def fetch(cards: Sequence[Card], folder: Path, record: Path, *, remember: bool, get: Download = download) -> None:
    """Bring the cards' files, and those that they need, into a hub-cache folder at their recorded revisions.

    `remember`: write what is seen for the first time into the record. Raises MissingWeights when a download
    does not hold what a card names, or differs from the record.
    """
    recorded = read_record(record)
    waiting = {card.name: card for card in cards}
    while waiting:
        card = waiting.pop(next(iter(waiting)))
        pinned = recorded[card.repo].revision if card.repo in recorded else None
        if find(card, folder) is None or revision_of(card, folder) != (pinned or revision_of(card, folder)):
            _point_main_at(card, folder, get(card, folder, pinned or "main"))
        refuse_what_differs(card, folder, record)
        # Known only now: which layout the repository has.
        waiting |= {one.name: one for one in in_folder(card, folder).needs}
        if remember:
            files = {name: sha256_of(path) for name, path in files_of(card, folder).items()}
            revision = revision_of(card, folder)
            assert revision is not None  # its files were found
            known = recorded[card.repo].sha256 if card.repo in recorded else {}
            recorded[card.repo] = Seen(revision, {**known, **files})
            write_record(record, recorded)


def _point_main_at(card: Card, folder: Path, revision: str) -> None:
    """Loaders that go by a repository's id take what refs/main names."""
    ref = repo_folder(folder, card.repo) / "refs" / "main"
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(revision)


def fetch_elsewhere(cards: Sequence[Card], record: Path) -> Path:
    """Run this module in another process and return the hub's own cache folder. Raises MissingWeights."""
    command = [sys.executable, "-m", "models.fetch", "--record", str(record), "--keep-record"]
    for card in cards:
        command += ["--card", card.name]
    child = subprocess.run(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, check=False)
    if child.returncode != 0:
        raise MissingWeights(child.stdout.strip() or str(missing(cards, "and could not be downloaded")))
    return Path(json.loads(child.stdout)["folder"])


def card_named(name: str) -> Card:
    """By a card's name, or as AURAL_MUSICGEN names one. Raises argparse's error for what is neither."""
    try:
        return ON_THE_HUB.get(name) or musicgen_card(name)
    except BadSetting as cause:
        known = ", ".join(sorted(ON_THE_HUB))
        raise argparse.ArgumentTypeError(f"{name!r} is none of {known}, nor organisation/name of one") from cause


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.fetch", description="Download weights from the hub.")
    parser.add_argument("folder", nargs="?", type=Path, help="a hub-cache folder (default: the hub's own)")
    parser.add_argument("--card", action="append", type=card_named, help="this and what it needs, nothing else")
    parser.add_argument(
        "--musicgen", type=card_named, help="the pretrained set with this one, as AURAL_MUSICGEN names it"
    )
    parser.add_argument("--record", type=Path, default=RECORD)
    parser.add_argument("--keep-record", action="store_true", help="do not write what is seen for the first time")
    asked = parser.parse_args(arguments)
    from httpx2 import HTTPError
    from huggingface_hub import constants

    folder = asked.folder or Path(constants.HF_HUB_CACHE)
    cards = asked.card or ([CLAP, asked.musicgen] if asked.musicgen else list(PRETRAINED))
    try:
        fetch(cards, folder, asked.record, remember=not asked.keep_record)
    except MissingWeights as refusal:
        print(refusal)
        return 1
    except (HTTPError, OSError) as cause:  # no network, no such repository, no room on the disk
        print(missing(cards, f"and could not be downloaded ({type(cause).__name__})"))
        return 1
    print(json.dumps({"folder": str(folder), "cards": [card.name for card in cards]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

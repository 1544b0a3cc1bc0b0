"""Downloading weights from the hub: `python -m models.fetch [FOLDER] [--card NAME ...]`, or `make weights`.

What is to come is known, and said, before the first of it is fetched. A first download records revision and sha256 of
what came; later ones fetch the recorded revision and refuse other bytes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import constants

from aural.errors import MissingWeights
from aural.settings import BadSetting
from models.cards import CLAP, ENCODEC_32KHZ, MUSICGEN, PRETRAINED, T5_BASE, Card, musicgen_card
from models.hub import Listing, RemoteFile, bring, come_bytes, listing
from models.progress import Progress, bytes_said
from models.weights import (
    RECORD,
    Seen,
    files_of,
    find,
    in_folder,
    is_index,
    needed,
    needs_of,
    read_record,
    refuse_what_differs,
    repo_folder,
    revision_of,
    sha256_of,
    shards,
    write_record,
)

WORTH_SAYING_BYTES = 100_000
ON_THE_HUB = {card.name: card for card in (CLAP, T5_BASE, ENCODEC_32KHZ, *MUSICGEN.values())}


@dataclass(frozen=True)
class Wanted:
    """What is to be fetched of a card's repository: these files of what it holds, in one layout of the card's."""

    card: Card
    layout: Card
    listed: Listing
    names: tuple[str, ...]

    @property
    def files(self) -> list[RemoteFile]:
        return [self.listed.files[name] for name in self.names]

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    def come_bytes(self, folder: Path) -> int:
        return sum(come_bytes(file, self.listed.repo, folder) for file in self.files)


def fetch(cards: Sequence[Card], folder: Path, record: Path, *, remember: bool) -> None:
    """Bring the cards' files, and those that they need, into a hub-cache folder at their recorded revisions.

    `remember`: write what is seen for the first time into the record. Raises MissingWeights when a repository does not
    hold what a card names, when a download cannot be finished, or when what is there differs from the record.
    """
    if wanted := plan(cards, folder, record):
        announce(wanted, folder)
    for one in wanted:
        bring_all(one, folder)
    for card in needed(cards, folder):
        refuse_what_differs(card, folder, record)
        if remember:
            _remember(card, folder, record)


def plan(cards: Sequence[Card], folder: Path, record: Path) -> list[Wanted]:
    """Which files of which repositories the folder lacks. Fetches no more than what tells: configurations, indexes."""
    recorded, waiting, wanted = read_record(record), {card.name: card for card in cards}, list[Wanted]()
    while waiting:
        card = waiting.pop(next(iter(waiting)))
        pinned = recorded[card.repo].revision if card.repo in recorded else None
        files = find(card, folder)
        if files is not None and pinned in (None, revision_of(card, folder)):
            layout, sizes = in_folder(card, folder), {name: path.stat().st_size for name, path in files.items()}
        else:
            one = files_wanted(card, listing(card.repo, pinned), folder)
            layout, sizes = one.layout, {file.name: file.size_bytes for file in one.files}
            wanted.append(one)
        waiting |= {other.name: other for other in needs_of(layout, sizes)}
    return wanted


def files_wanted(card: Card, listed: Listing, folder: Path) -> Wanted:
    """Of a repository. Raises MissingWeights where it is a model of another kind, or holds no layout whole."""
    _check_kind(card, listed, folder)
    for layout in card.layouts():
        names = chosen(layout, listed.files)
        if None in names:
            continue
        kept = [name for name in names if name is not None]
        for index in filter(is_index, kept[:]):
            kept += shards(bring(listed, index, folder, received=_ignored))
        if absent := [name for name in kept if name not in listed.files]:
            raise MissingWeights(f"{card.repo} lacks {absent[0]}, which its index names; nothing was downloaded of it.")
        return Wanted(card, layout, listed, tuple(kept))
    forms = " or ".join(", ".join(names.split("|")[0] for names in layout.files) for layout in card.layouts())
    raise MissingWeights(f"{card.repo} is no {card.model_type or card.name}: it does not hold {forms}. Check its name.")


def chosen(layout: Card, present: Collection[str]) -> list[str | None]:
    """Of each of a layout's files the first alternative that a repository has, None where it has none."""
    return [next((name for name in group.split("|") if name in present), None) for group in layout.files]


def _check_kind(card: Card, listed: Listing, folder: Path) -> None:
    """By config.json, which is small, before gigabytes are fetched in vain. Not all repositories have one."""
    if not card.model_type or "config.json" not in listed.files:
        return
    try:
        kind = json.loads(bring(listed, "config.json", folder, received=_ignored).read_text()).get("model_type")
    except (ValueError, AttributeError) as cause:
        raise MissingWeights(f"{card.repo} has a config.json that cannot be read; check its name.") from cause
    if kind not in (card.model_type, None):
        raise MissingWeights(
            f"{card.repo} is a {kind} model by its config.json, not a {card.model_type}; nothing more was downloaded "
            "of it. Check its name."
        )


def announce(wanted: Sequence[Wanted], folder: Path) -> None:
    """What will come, how large it is, and where to; on standard error. Raises MissingWeights where it has no room."""
    total, came = sum(one.size_bytes for one in wanted), sum(one.come_bytes(folder) for one in wanted)
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    parts = ", ".join(f"{one.card.repo} ({bytes_said(one.size_bytes)})" for one in wanted)
    done = f", {bytes_said(came)} of them are there" if came >= WORTH_SAYING_BYTES else ""
    print(f"Downloading to {folder}: {parts}; {bytes_said(total)} in all{done}.", file=sys.stderr, flush=True)
    if total - came > free:
        raise MissingWeights(
            f"{folder} has {bytes_said(free)} free, and {bytes_said(total - came)} are still to come. Free some, or "
            "name another folder in AURAL_WEIGHTS."
        )


def bring_all(one: Wanted, folder: Path) -> None:
    """With progress; and from then on the folder's main revision is this one, by which loaders find it."""
    with Progress(one.card.repo, one.size_bytes, one.come_bytes(folder)) as progress:
        for name in one.names:
            bring(one.listed, name, folder, received=progress.received)
    ref = repo_folder(folder, one.card.repo) / "refs" / "main"
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(one.listed.revision)


def _remember(card: Card, folder: Path, record: Path) -> None:
    """What is seen for the first time; what is known was just compared with the record."""
    recorded, revision = read_record(record), revision_of(card, folder)
    assert revision is not None  # its files were found
    known = recorded[card.repo].sha256 if card.repo in recorded else {}
    new = {name: sha256_of(path) for name, path in files_of(card, folder).items() if name not in known}
    recorded[card.repo] = Seen(revision, {**known, **new})
    write_record(record, recorded)


def _ignored(_count: int) -> None:
    """For files so small that nobody waits for them."""


def card_named(name: str) -> Card:
    """By a card's name, or as AURAL_MUSICGEN names one. Raises BadSetting for what is neither."""
    return ON_THE_HUB.get(name) or musicgen_card(name)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models.fetch", description="Download weights from the hub.")
    parser.add_argument("folder", nargs="?", type=Path, help="a hub-cache folder (default: the hub's own)")
    parser.add_argument("--card", action="append", help="this and what it needs, nothing else")
    parser.add_argument("--musicgen", help="the pretrained set with this one, as AURAL_MUSICGEN names it")
    parser.add_argument("--record", type=Path, default=RECORD)
    parser.add_argument("--keep-record", action="store_true", help="do not write what is seen for the first time")
    asked = parser.parse_args(arguments)
    folder = asked.folder or Path(constants.HF_HUB_CACHE)
    try:
        if asked.card:
            cards = [card_named(name) for name in asked.card]
        else:
            cards = [CLAP, musicgen_card(asked.musicgen)] if asked.musicgen else list(PRETRAINED)
        fetch(cards, folder, asked.record, remember=not asked.keep_record)
    except (BadSetting, MissingWeights) as refusal:
        print(refusal)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; what has come is kept, and the next run goes on there.")
        return 130
    print(json.dumps({"folder": str(folder), "cards": [card.name for card in cards]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

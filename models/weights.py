"""Finding weights: in a folder laid out like the hub's cache, checked against what was recorded of them.

Every model loads from such a folder and offline. What is not there yet is downloaded before, by another
process (models/fetch.py, which is `make weights`); the first download records revision and sha256 in
`recorded.json`, and from then on start-up refuses anything else. The layout is huggingface_hub's:
models--ORG--NAME/refs/main holds a revision, models--ORG--NAME/snapshots/REVISION/ its files.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from aural.errors import MissingWeights
from models.cards import POINTER_BYTES, Card

RECORD = Path(__file__).with_name("recorded.json")


@dataclass(frozen=True)
class Seen:
    """What was recorded of a repository when it was first downloaded: its revision, and sha256 by file."""

    revision: str
    sha256: dict[str, str]


def read_record(record: Path) -> dict[str, Seen]:
    """By repository; empty when nothing was recorded yet."""
    if not record.exists():
        return {}
    return {repo: Seen(**seen) for repo, seen in json.loads(record.read_text()).items()}


def write_record(record: Path, seen: dict[str, Seen]) -> None:
    record.write_text(json.dumps({repo: asdict(seen[repo]) for repo in sorted(seen)}, indent=2) + "\n")


def with_record(card: Card, record: Path = RECORD) -> Card:
    """The card with the revision and sha256 that were recorded, for /info; as it is when nothing was."""
    seen = read_record(record).get(card.repo)
    return card if seen is None else replace(card, revision=seen.revision, sha256=seen.sha256)


def hub_folder() -> Path:
    """The hub's own cache folder, as huggingface_hub finds it, without importing that."""
    home = os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def repo_folder(folder: Path, repo: str) -> Path:
    return folder / f"models--{repo.replace('/', '--')}"


def home_of(card: Card, folder: Path) -> Path:
    """The folder of a card's repository, under whichever of its ids it is there."""
    homes = [repo_folder(folder, repo) for repo in card.repos]
    return next((home for home in homes if (home / "refs" / "main").is_file()), homes[0])


def revision_of(card: Card, folder: Path) -> str | None:
    """The revision that loading by id takes: the one that refs/main names. None when there is none."""
    ref = home_of(card, folder) / "refs" / "main"
    return ref.read_text().strip() if ref.is_file() else None


def find(card: Card, folder: Path) -> dict[str, Path] | None:
    """Where a card's files lie in a hub-cache folder, by name in the repository; None if one is missing.

    Of a card's layouts the first that is there whole. Raises MissingWeights as `shards` does.
    """
    return next((found for layout in card.layouts() if (found := _find_layout(layout, folder)) is not None), None)


def _find_layout(card: Card, folder: Path) -> dict[str, Path] | None:
    revision = revision_of(card, folder)
    if revision is None:
        return None
    here = home_of(card, folder) / "snapshots" / revision
    found: dict[str, Path] = {}
    for names in card.files:
        present = [name for name in names.split("|") if (here / name).is_file()]
        if not present:
            return None
        found[present[0]] = here / present[0]
    for index in [path for name, path in found.items() if is_index(name)]:
        found |= {name: here / name for name in shards(index)}
    return found if all(path.is_file() for path in found.values()) else None


def is_index(name: str) -> bool:
    """Whether a file names the shards of a checkpoint."""
    return name.endswith(".index.json")


def weight_files(files: Mapping[str, Path]) -> list[Path]:
    """Those of a card's files that hold tensors."""
    return [path for path in files.values() if path.suffix in {".safetensors", ".bin"}]


def shards(index: Path) -> list[str]:
    """The files that hold the tensors of a sharded checkpoint.

    Raises MissingWeights if the index cannot be read, or if one of them lies elsewhere.
    """
    try:
        names = sorted(set(json.loads(index.read_text())["weight_map"].values()))
    except (ValueError, KeyError, AttributeError) as cause:
        raise MissingWeights(f"{index} names no shards; get the checkpoint again from its source.") from cause
    strays = [name for name in names if Path(name).name != name]
    if strays:
        raise MissingWeights(
            f"{index} names {strays[0]!r}, which is outside its own folder; only files beside it are read. Get the "
            "checkpoint again from its source."
        )
    return names


def in_folder(card: Card, folder: Path) -> Card:
    """The layout of a card that a folder holds; the card itself where it holds none."""
    return next((layout for layout in card.layouts() if _find_layout(layout, folder) is not None), card)


def absent(cards: Iterable[Card], folder: Path) -> list[Card]:
    """Which of the cards, and of what they need in the layout that is there, a folder lacks."""
    return [card for card in needed(cards, folder) if find(card, folder) is None]


def needed(cards: Iterable[Card], folder: Path) -> list[Card]:
    """The cards and all that they need in the layout that a folder holds, each once."""
    found: dict[str, Card] = {}
    for card in cards:
        found[card.name] = card
        layout, files = in_folder(card, folder), find(card, folder) or {}
        sizes = {name: path.stat().st_size for name, path in files.items()}
        found |= {one.name: one for one in needed(needs_of(layout, sizes), folder)}
    return list(found.values())


def needs_of(layout: Card, sizes: Mapping[str, int]) -> list[Card]:
    """The cards that a layout needs, given its files' sizes in bytes by name: those that its pointers name too."""
    named = [card for name, card in layout.pointers.items() if sizes.get(name, POINTER_BYTES) < POINTER_BYTES]
    return [*layout.needs, *named]


def files_of(card: Card, folder: Path) -> dict[str, Path]:
    """As `find`; raises MissingWeights instead of returning None."""
    found = find(card, folder)
    if found is None:
        raise missing([card], f"in {folder}")
    return found


def snapshot(card: Card, folder: Path) -> Path:
    """The folder that holds a card's files, for loaders that take one. Raises MissingWeights."""
    return next(iter(files_of(card, folder).values())).parent


def weights_bytes(card: Card, folder: Path) -> int:
    """Size on disk of a card's files, from which memory is estimated. Raises MissingWeights."""
    return sum(path.stat().st_size for path in files_of(card, folder).values())


def missing(cards: Iterable[Card], where: str) -> MissingWeights:
    """The one sentence: which repositories, where they were looked for, and how to get them."""
    repos = ", ".join(card.repo for card in cards)
    return MissingWeights(
        f"Weights are missing {where}: {repos}; run `make weights`, or set AURAL_WEIGHTS to a hub-cache "
        "folder that holds them."
    )


def require(cards: Iterable[Card], folder: Path, record: Path = RECORD) -> None:
    """Raises MissingWeights unless the folder holds every card's files, as recorded where they were."""
    cards = needed(cards, folder)
    lacking = absent(cards, folder)
    if lacking:
        raise missing(lacking, f"in {folder}")
    for card in cards:
        refuse_what_differs(card, folder, record)


def refuse_what_differs(card: Card, folder: Path, record: Path = RECORD) -> None:
    """Raises MissingWeights unless a card's own files are there, and as recorded where they were."""
    files = files_of(card, folder)
    seen = read_record(record).get(card.repo)
    if seen is None:
        return
    revision = revision_of(card, folder)
    if revision != seen.revision:
        raise MissingWeights(
            f"{card.repo} in {folder} is at revision {revision}, but {record} holds {seen.revision}; run "
            "`make weights` to fetch that one, or remove its entry from the record to accept another."
        )
    for name, path in files.items():
        if name in seen.sha256 and sha256_of(path) != seen.sha256[name]:
            raise MissingWeights(
                f"{name} of {card.repo} is not the file recorded in {record} (its sha256 differs); delete "
                f"{home_of(card, folder)} and run `make weights`."
            )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def use_hub_cache(folder: Path) -> None:
    """From here on this process reads hub files from `folder` only, offline, and unpickles nothing unsafe.

    Call it before anything imports huggingface_hub, which fixes its cache at import. Raises RuntimeError when
    it was imported with another cache, for the process cannot be turned round then.
    """
    folder = folder.absolute()
    os.environ["HF_HUB_CACHE"] = str(folder)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"  # transformers heeds it too
    # torch.load takes tensors and plain containers only, whatever its caller says (audiocraft says nothing).
    os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None and (Path(constants.HF_HUB_CACHE) != folder or not constants.HF_HUB_OFFLINE):
        raise RuntimeError(
            f"huggingface_hub is already imported, with cache {constants.HF_HUB_CACHE} (offline: "
            f"{constants.HF_HUB_OFFLINE}); call use_hub_cache before any import of transformers "
            "or audiocraft."
        )


def obtain(cards: Iterable[Card], folder: Path | None, record: Path = RECORD) -> Path:
    """The hub-cache folder that holds the cards' files, checked; `folder` None is the hub's own.

    Nothing is downloaded here: models/fetch.py does that before. Raises MissingWeights with a sentence naming what is
    missing.
    """
    folder = folder or hub_folder()
    require(cards, folder, record)
    return folder

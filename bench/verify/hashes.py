"""The bytes at hand, beside what `make weights` recorded of them and what public sources say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aural.errors import MissingWeights
from bench.verify.receipt import Check
from models.cards import Card
from models.published import PUBLISHED, Published
from models.weights import files_of, needed, read_record, refuse_what_differs, revision_of, sha256_of

Files = dict[str, dict[str, Any]]


def hashes(cards: Sequence[Card], folder: Path, record: Path) -> tuple[list[Check], dict[str, Any]]:
    """Of the cards and all that they need; with revision, size and sha256 of each file, by repository."""
    checks, told = list[Check](), dict[str, Any]()
    for card in needed(cards, folder):
        files = {
            name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for name, path in files_of(card, folder).items()
        }
        revision = revision_of(card, folder)
        told[card.repo] = {"revision": revision, "files": files}
        checks.append(_recorded(card, folder, record))
        if card.repo in PUBLISHED:
            checks.append(beside_public_sources(card.repo, revision, files, PUBLISHED[card.repo]))
    return checks, told


def _recorded(card: Card, folder: Path, record: Path) -> Check:
    what = f"sha256 of {card.repo}"
    if card.repo not in read_record(record):
        return Check(what, "nothing recorded to compare with")
    try:
        refuse_what_differs(card, folder, record)
    except MissingWeights as differs:
        return Check(what, str(differs), passed=False)
    return Check(what, "as recorded", passed=True)


def beside_public_sources(repo: str, revision: str | None, files: Files, public: Published) -> Check:
    """Wrong only at the very revision that the sources saw: at another one files may differ."""
    what = f"public sources on {repo}"
    known = {name: seen for name, seen in public.files.items() if name in files}
    if not known:
        return Check(what, "they say nothing of these files")
    other = [name for name, seen in known.items() if not _same(files[name], seen.size_bytes, seen.sha256)]
    if not other:
        return Check(what, f"all {len(known)} files that they know are these", passed=True)
    if revision != public.revision:
        return Check(what, f"they saw others at {public.revision[:8]}: {', '.join(other)}")
    return Check(what, f"they saw others at this very revision: {', '.join(other)}", passed=False)


def _same(file: dict[str, Any], size_bytes: int, sha256: str) -> bool:
    return bool(file["bytes"] == size_bytes and file["sha256"] == (sha256 or file["sha256"]))

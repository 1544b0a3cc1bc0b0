"""Weights that an installed package carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from aural.errors import MissingWeights
from models.cards import Card
from models.weights import sha256_of


def package_file(card: Card) -> Path:
    """The one file of a card whose weights an installed package carries, checked. Raises MissingWeights."""
    package, _, version = card.repo.removeprefix("package:").partition("==")
    (name,) = card.files
    spec = importlib.util.find_spec(package.replace("-", "_"))  # found, not imported
    if spec is None or not spec.submodule_search_locations:
        raise MissingWeights(
            f"The package {package} {version}, which carries weights, is not installed. Install it with pip."
        )
    path = Path(spec.submodule_search_locations[0]) / name
    if not path.is_file() or sha256_of(path) != card.sha256[name]:
        raise MissingWeights(
            f"{path} is not the file that {package} {version} carries (its sha256 differs); reinstall that package."
        )
    return path

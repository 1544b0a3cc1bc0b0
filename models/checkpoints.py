"""Reading checkpoints of others: tensors alone, all of them, or one sentence that says what is wrong with the file."""

from __future__ import annotations

import logging
import pickle
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from aural.errors import MissingWeights

LFS_POINTER = b"version https://git-lfs"
"""How a file begins that a git checkout without LFS left in the place of the weights."""


def read_pickled(repo: str, path: Path) -> dict[str, Any]:
    """What torch.save wrote: tensors and plain containers only, mapped into memory where they lie in one piece.

    Raises MissingWeights for a file that is cut short, that is no such file, or that holds more than tensors.
    """
    try:
        # What torch wrote before 1.6 is no zip file and cannot be mapped.
        package = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as cause:
        raise _unreadable(repo, path, "holds more than tensors, and nothing in it is run") from cause
    except (RuntimeError, EOFError, OSError, ValueError, KeyError) as cause:
        raise _unreadable(repo, path, "is damaged or cut short") from cause
    if not isinstance(package, dict):
        raise _unreadable(repo, path, f"holds a {type(package).__name__}, not tensors by name")
    return package


def _open_safetensors(repo: str, path: Path) -> Any:
    """A context manager over a file of safetensors: `keys()` and `get_tensor(name)`. Raises MissingWeights."""
    from safetensors import SafetensorError, safe_open

    try:
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError) as cause:
        raise _unreadable(repo, path, "is damaged or cut short") from cause


def read_tensors(repo: str, paths: Collection[Path]) -> dict[str, Tensor]:
    """All tensors of a checkpoint's weight files, .safetensors or .bin, as views of them. Raises MissingWeights."""
    tensors: dict[str, Tensor] = {}
    for path in paths:
        if path.suffix == ".safetensors":
            with _open_safetensors(repo, path) as opened:
                tensors |= {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (no mapping)
        else:
            tensors |= read_pickled(repo, path)
    return tensors


def whole(repo: str, kind: Any, config: Any, tensors: dict[str, Tensor], *, exact: bool = False) -> Any:
    """One of transformers' models in float32 on the CPU, from a configuration and tensors by name.

    Raises MissingWeights where a tensor is absent or has another shape (transformers itself would draw it at random
    and say so in a log), and where `exact` for one that the model has not.
    """
    from transformers.utils import logging as talk

    loud = talk.get_verbosity()
    talk.set_verbosity(logging.CRITICAL)  # what it logs is what is said here
    try:
        model, report = kind.from_pretrained(
            None,
            config=config,
            state_dict=tensors,
            local_files_only=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
    except RuntimeError as cause:  # shapes that differ
        raise MissingWeights(f"{repo} has tensors in other shapes than its {kind.__name__} is to have.") from cause
    finally:
        talk.set_verbosity(loud)
    for fact, names in (("lacks", report["missing_keys"]), ("has", report["unexpected_keys"] if exact else ())):
        if names:
            others = f" and {len(names) - 1} tensors more" if len(names) > 1 else ""
            raise MissingWeights(
                f"{repo} {fact} {min(names)}{others}, and so is no {kind.__name__} of its configuration; delete its "
                "folder and run `make weights`."
            )
    return model.eval()


def _unreadable(repo: str, path: Path, fact: str) -> MissingWeights:
    with path.open("rb") as file:
        if file.read(len(LFS_POINTER)) == LFS_POINTER:
            fact = "is a Git LFS pointer, not the weights"
    return MissingWeights(f"{path.name} of {repo} {fact}; delete {path.parent} and run `make weights`.")

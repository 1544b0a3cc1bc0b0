"""Building MusicGen from a hub-cache folder with audiocraft 1.3: language model, T5 and EnCodec."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from models.cards import Card
from models.devices import check_fits
from models.weights import files_of, use_hub_cache, weights_bytes


def load_musicgen(card: Card, folder: Path, device: torch.device) -> Any:
    """audiocraft's MusicGen, ready to generate. `folder` holds what the card needs (see weights.require).

    audiocraft finds T5 by its id alone, so the whole process reads from `folder` from here on. Its torch.load
    calls name no mode: torch's own default since 2.6, tensors and plain containers only, is forced besides.
    Raises MissingDevice when the device has no room.
    """
    check_fits(device, memory_needed(card, folder, device), card.name)
    use_hub_cache(folder)
    from audiocraft.models.musicgen import MusicGen  # 15 to 25 s

    with current_device(device):
        return MusicGen.get_pretrained(card.repo, device=device.type)


def memory_needed(card: Card, folder: Path, device: torch.device) -> int:
    """Bytes at the worst moment of loading: the language model twice (its file's tensors and the module's).

    Files hold it in half precision, which stays on a GPU and becomes float32 on a CPU, where the file's
    tensors are held beside it. What generation needs later (a 30 s cache: 295 MB for small) is less than what
    loading frees.
    """
    language_model = files_of(card, folder)["state_dict.bin"].stat().st_size
    others = sum(weights_bytes(needed, folder) for needed in card.needs)
    return others + language_model * (3 if device.type == "cpu" else 2)


@contextlib.contextmanager
def current_device(device: torch.device) -> Iterator[None]:
    """Make cuda:N what "cuda" means: audiocraft gives the device's name to autocast, which takes no N."""
    if device.type == "cuda":
        with torch.cuda.device(device):
            yield
    else:
        yield

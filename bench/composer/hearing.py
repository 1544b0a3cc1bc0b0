"""What the tagger and the adapter that ship hear. Each process loads them once."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import numpy as np
import torch

from aural.listening import listen
from aural.listening.descriptors import describe
from aural.types import Floats
from bench.composer.sound import PREPARATION, as_real_clips_come, for_descriptors, real_clip
from models.adapter import Adapter
from models.cards import TAGGER
from models.tagger import Tagger, patches, repeated

KEPT = Path(".cache/composer")
NETWORK = "tagger_msd.safetensors"


@cache
def tagger() -> Tagger:
    torch.set_num_threads(1)
    return Tagger.load()


@cache
def adapter() -> Adapter:
    return Adapter.load()


@torch.inference_mode()
def patch_embeddings(samples: Floats) -> Floats:
    """What the tagger's MSD network makes of every 3 s: (patches, 200). `samples`: (time,) float32 at 16 kHz."""
    network = tagger().networks[list(TAGGER.sha256).index(NETWORK)]
    rows = patches(network.log_mel(torch.tensor(repeated(samples))))
    return np.asarray(torch.cat([network(row[None])[0] for row in rows]).numpy(), np.float32)


def real_patch_embeddings(path: Path) -> Floats:
    """`patch_embeddings` of a stored clip, kept in KEPT by the file's and the network's hash, and PREPARATION."""
    name = hashlib.sha256(path.read_bytes()).hexdigest()[:24]
    kept = KEPT / f"{name}-{TAGGER.sha256[NETWORK][:12]}-{PREPARATION}.npy"
    if kept.is_file():
        return np.asarray(np.load(kept), np.float32)
    embeddings = patch_embeddings(real_clip(path))
    KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_name(f"{kept.stem}.{os.getpid()}.npy")
    np.save(unfinished, embeddings)
    unfinished.replace(kept)
    return embeddings


def styles_heard(samples: Floats, rate_hz: int) -> tuple[str, ...]:
    """All styles, the likeliest first, as the adapter that ships has them. `samples`: (time,) of a take."""
    clip = for_descriptors(samples)
    heard = listen(clip)
    features = tagger().embed(as_real_clips_come(samples, rate_hz))
    affect = adapter().label(features, describe(clip, bpm=heard.tempo.bpm, key=heard.key))
    return tuple(style for style, _ in affect.styles)

"""From logits to tokens: guidance, temperature, top-k or top-p, and a number that belongs to the request alone.

Probabilities become whole numbers before they are summed: no order of summation can change those, so a token depends
neither on what else is in the batch nor on the kind of device.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.musicgen.shape import CODEBOOK_SIZE

LEVELS = 2**40
"""The likeliest token weighs so much; 2048 of them are below 2**53, where doubles are still whole."""


@dataclass(frozen=True)
class Controls:
    """How to sample. `temperature` 0: always the likeliest. `top_k` 0: all; `top_p` above 0 replaces it."""

    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0


def uniforms(seed: int, frames: int, codebooks: int) -> NDArray[np.float64]:
    """(frames, codebooks) in [0, 1), a frame's own however many follow: Philox 4x64, keyed by the seed."""
    return np.random.Generator(np.random.Philox(key=seed)).random((frames, codebooks))


def pick(logits: Tensor, controls: list[Controls], numbers: NDArray[np.float64]) -> tuple[Tensor, Tensor]:
    """Tokens (n, codebooks), and (n,) whether a slot's logits were finite; where not, its tokens mean nothing.

    `logits`: (n, 2, codebooks, CODEBOOK_SIZE) float32, conditional first; `numbers`: (n, codebooks) in [0, 1).
    """

    if logits.device.type == "mps":  # it has no doubles
        logits = logits.cpu()

    def column(*values: float) -> Tensor:
        return torch.tensor(values, device=logits.device)[:, None, None]

    conditional, unconditional = logits[:, 0], logits[:, 1]
    mixed = unconditional + (conditional - unconditional) * column(*(c.guidance for c in controls))
    finite = mixed.isfinite().all(dim=-1).all(dim=-1)
    tokens = mixed.argmax(dim=-1)
    if all(c.temperature == 0 for c in controls):
        return tokens, finite
    warmth = column(*(c.temperature or 1.0 for c in controls))
    likely = ((mixed - mixed.amax(dim=-1, keepdim=True)) / warmth).exp()
    weights = (likely.nan_to_num().double() * LEVELS).long()
    weights = weights * (weights >= _least(weights, controls))
    sums = weights.cumsum(dim=-1)
    target = torch.from_numpy(numbers).to(logits.device)[..., None] * sums[..., -1:]
    drawn = torch.searchsorted(sums, target.long(), right=True)[..., 0]
    greedy = column(*(c.temperature for c in controls))[..., 0] == 0
    return torch.where(greedy, tokens, drawn), finite


def _least(weights: Tensor, controls: list[Controls]) -> Tensor:
    """(n, codebooks, 1): the smallest weight that may still be drawn. Equal ones are in or out together."""
    most = max(CODEBOOK_SIZE if c.top_p > 0 or c.top_k == 0 else c.top_k for c in controls)
    falling = (
        weights.topk(most, dim=-1).values if most < CODEBOOK_SIZE else weights.sort(dim=-1, descending=True).values
    )
    kept = torch.tensor([(c.top_k or CODEBOOK_SIZE) for c in controls], device=weights.device)[:, None, None]
    last = (kept - 1).expand(-1, weights.shape[1], 1).clamp(max=most - 1)
    if any(c.top_p > 0 for c in controls):
        share = torch.tensor([c.top_p for c in controls], dtype=torch.float64, device=weights.device)[:, None, None]
        before = falling.cumsum(dim=-1) - falling
        nucleus = (before <= share * falling.sum(dim=-1, keepdim=True)).sum(dim=-1, keepdim=True)
        last = torch.where(share > 0, nucleus - 1, last)
    return falling.gather(-1, last)

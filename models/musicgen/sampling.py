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
class SamplingParams:
    """How to sample. `temperature` 0: always the likeliest. `top_k` 0: all; `top_p` above 0 replaces it."""

    guidance: float = 3.0
    temperature: float = 1.0
    top_k: int = 250
    top_p: float = 0.0


def uniforms(seed: int, frames: int, codebooks: int) -> NDArray[np.float64]:
    """(frames, codebooks) in [0, 1), a frame's own however many follow: Philox 4x64, keyed by the seed."""
    return np.random.Generator(np.random.Philox(key=seed)).random((frames, codebooks))


def sample_tokens(logits: Tensor, params: list[SamplingParams], numbers: NDArray[np.float64]) -> tuple[Tensor, Tensor]:
    """Tokens (n, codebooks), and (n,) whether a slot's logits were finite; where not, its tokens mean nothing.

    `logits`: (n, 2, codebooks, CODEBOOK_SIZE) float32, conditional first; `numbers`: (n, codebooks) in [0, 1).
    """
    if logits.device.type == "mps":  # it has no doubles
        logits = logits.cpu()
    if all(c.temperature == 0 for c in params):
        guidance = torch.tensor([c.guidance for c in params], device=logits.device)
        mixed, finite = apply_guidance(logits, guidance)
        return mixed.argmax(dim=-1), finite
    most = max(CODEBOOK_SIZE if c.top_p > 0 or c.top_k == 0 else c.top_k for c in params)
    table = torch.from_numpy(pack_table(params, numbers)).to(logits.device)
    return sample_on_device(logits, table, most=most, nuclei=any(c.top_p > 0 for c in params))


def pack_table(params: list[SamplingParams], numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 4 + codebooks): what `sample_on_device` needs to know of each slot, in one piece to hand over."""
    return np.concatenate([[(c.guidance, c.temperature, c.top_k, c.top_p) for c in params], numbers], axis=1)


def sample_on_device(
    logits: Tensor, table: Tensor, *, most: int = CODEBOOK_SIZE, nuclei: bool = True
) -> tuple[Tensor, Tensor]:
    """See `sample_tokens`. Looks at no value on the host, so that a CUDA graph can hold it. `table`: see pack_table.

    `most`: no top-k is above it; `nuclei`: there may be a top-p. Both spare work alone.
    """
    guidance, temperature = table[:, 0].float(), table[:, 1].float()[:, None, None]
    top_k, top_p = table[:, 2].long()[:, None, None], table[:, 3][:, None, None]
    mixed, finite = apply_guidance(logits, guidance)
    greedy = temperature == 0
    likely = ((mixed - mixed.amax(dim=-1, keepdim=True)) / torch.where(greedy, 1.0, temperature)).exp()
    weights = (likely.nan_to_num().double() * LEVELS).long()
    weights = weights * (weights >= _top_k_p_cutoff(weights, top_k, top_p, most, nuclei))
    sums = weights.cumsum(dim=-1)
    target = table[:, 4:, None] * sums[..., -1:]
    tokens = torch.searchsorted(sums, target.long(), right=True)[..., 0]
    return torch.where(greedy[..., 0], mixed.argmax(dim=-1), tokens), finite


def apply_guidance(logits: Tensor, guidance: Tensor) -> tuple[Tensor, Tensor]:
    """Logits (n, codebooks, CODEBOOK_SIZE) as far beyond the unconditional as `guidance` (n,) says; (n,) all finite."""
    conditional, unconditional = logits[:, 0], logits[:, 1]
    mixed = unconditional + (conditional - unconditional) * guidance[:, None, None]
    return mixed, mixed.isfinite().all(dim=-1).all(dim=-1)


def _top_k_p_cutoff(weights: Tensor, top_k: Tensor, top_p: Tensor, most: int, nuclei: bool) -> Tensor:
    """(n, codebooks, 1): the smallest weight that may still be drawn. Equal ones are in or out together."""
    falling = (
        weights.topk(most, dim=-1).values if most < CODEBOOK_SIZE else weights.sort(dim=-1, descending=True).values
    )
    kept = torch.where(top_k == 0, CODEBOOK_SIZE, top_k)
    last = (kept - 1).clamp(max=most - 1).expand(-1, weights.shape[1], 1)
    if nuclei:
        before = falling.cumsum(dim=-1) - falling
        nucleus = (before <= top_p * falling.sum(dim=-1, keepdim=True)).sum(dim=-1, keepdim=True)
        last = torch.where(top_p > 0, nucleus - 1, last)
    return falling.gather(-1, last)

"""What goes into the decoder: the sum of the codebooks' embeddings, and where in time it stands."""

from __future__ import annotations

import torch
from torch import Tensor

from models.musicgen.shape import CODEBOOK_SIZE, Weights

LONGEST_PERIOD = 10_000.0


def sinusoids(positions: int, width: int) -> Tensor:
    """(positions, width) float32: cosines, then sines, of periods from 2 pi to 2 pi * LONGEST_PERIOD.

    audiocraft's `create_sin_embedding` (transformers has the same).
    """
    half = width // 2
    rates = LONGEST_PERIOD ** (torch.arange(half, dtype=torch.float32) / (half - 1))
    phases = torch.arange(positions, dtype=torch.float32)[:, None] / rates
    return torch.cat([phases.cos(), phases.sin()], dim=1)


def embedding_rows(weights: Weights) -> tuple[Tensor, Tensor]:
    """All codebooks' embeddings one below the other, float32, and the row where each codebook begins (codebooks,)."""
    rows = weights.embeddings.float().reshape(-1, weights.shape.width)
    return rows, torch.arange(weights.shape.codebooks) * (CODEBOOK_SIZE + 1)

"""What a MusicGen decoder is made of: its shape and its weights, whichever layout they came from."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

CODEBOOK_SIZE = 2048
PAD = CODEBOOK_SIZE
"""The token that stands where the delay pattern has none: before a codebook's first frame and after its last."""
EPSILON = 1e-5
"""Of the layer norms."""
FRAMES_PER_S = 50
WINDOW_FRAMES = 30 * FRAMES_PER_S
"""The longest that any MusicGen was trained on."""


@dataclass(frozen=True)
class Shape:
    """`delays`: how many steps each codebook lags; 0-1-2-3, or 0-0-1-1-2-2-3-3 in stereo (left, right, left ...)."""

    layers: int
    width: int
    heads: int
    feedforward: int
    delays: tuple[int, ...]

    @property
    def codebooks(self) -> int:
        return len(self.delays)

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def cached_numbers(self) -> int:
        """Keys and values of one position of a request, in both its rows."""
        return 2 * 2 * self.layers * self.width

    @property
    def longest_delay(self) -> int:
        return max(self.delays)

    @property
    def channels(self) -> int:
        return 2 if self.codebooks == 8 else 1


@dataclass(frozen=True, eq=False)
class Norm:
    """Layer normalisation: `weight` and `bias`, (width,)."""

    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, eq=False)
class Layer:
    """One pre-norm decoder layer. Every matrix is (out, in), as torch's linear layers keep them; none has a bias.

    `qkv`: (3 * width, width), queries first. `cross_k`, `cross_v`: (width, width), applied to the projected text.
    """

    norm: Norm
    qkv: Tensor
    out: Tensor
    cross_norm: Norm
    cross_q: Tensor
    cross_k: Tensor
    cross_v: Tensor
    cross_out: Tensor
    feedforward_norm: Norm
    up: Tensor
    down: Tensor


@dataclass(frozen=True, eq=False)
class Weights:
    """All that decoding reads. In the file's own precision, on the CPU.

    `embeddings`: (codebooks, CODEBOOK_SIZE + 1, width). `heads`: (codebooks * CODEBOOK_SIZE, width).
    """

    shape: Shape
    embeddings: Tensor
    layers: tuple[Layer, ...]
    out_norm: Norm
    heads: Tensor

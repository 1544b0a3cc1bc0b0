"""The adapter's trained opinion: small networks, several times over, from what is known of a clip to its feeling.

They take three groups of inputs: descriptors, the tags' log odds, and the embedder's embedding. Where a group is not
there, a trained mask stands in for it, so that any subset works. One head says valence and arousal, another the style:
they share nothing, for where labels are few, what helps one takes from the other. The members of a head differ in what
they were trained on; their mean counts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import gelu

from aural.types import ClipFeatures, Floats
from aural.wording.style import STYLES

LIMIT = 4.0  # standard deviations beyond which an input counts as an outlier and is held
GROUPS = ("descriptors", "tags", "embedding")
FEELINGS = ("valence", "arousal")
HEADS = {"feelings": len(FEELINGS), "styles": len(STYLES)}
"""Outputs of each."""


@dataclass(frozen=True, eq=False)
class Parameters:
    """A head of `m` members with `w` inputs, `h` hidden units and `o` outputs: `mask` (m, w), `inward` (m, h, w),
    `inward_bias` (m, h), `outward` (m, o, h), `outward_bias` (m, o)."""

    mask: Tensor
    inward: Tensor
    inward_bias: Tensor
    outward: Tensor
    outward_bias: Tensor

    def __iter__(self) -> Any:
        return iter(getattr(self, field.name) for field in fields(self))

    @classmethod
    def drawn(cls, members: int, width: int, hidden: int, outputs: int, generator: torch.Generator) -> Self:
        """Where training begins: even draws within 1 / sqrt(inputs), as torch's linear layers; masks of zero."""

        def draw(*shape: int, inputs: int) -> Tensor:
            bound = float(inputs**-0.5)
            return torch.rand(*shape, generator=generator) * 2 * bound - bound

        return cls(
            mask=torch.zeros(members, width),
            inward=draw(members, hidden, width, inputs=width),
            inward_bias=draw(members, hidden, inputs=width),
            outward=draw(members, outputs, hidden, inputs=hidden),
            outward_bias=draw(members, outputs, inputs=hidden),
        )


@dataclass(frozen=True, eq=False)
class AffectNetwork:
    """`widths`: of each group of GROUPS; `ear`: whose embedding the last one is ("tagger" or "clap").

    `mean`, `scale`: (w,) of the inputs. `heads`: by HEADS' names, those that training had labels for. `sharpness`: (3,)
    what valence's, arousal's and the styles' logits are multiplied by, so that they are as sure as they are right; 0
    for what training did not have. `styles`: (23,) bool, the ones that training had.
    """

    ear: str
    widths: tuple[int, ...]
    mean: Tensor
    scale: Tensor
    heads: dict[str, Parameters]
    sharpness: Tensor
    styles: Tensor

    @property
    def feels(self) -> bool:
        """Whether training had a feeling."""
        return "feelings" in self.heads

    def known(self, evidence: ClipFeatures, descriptors: Floats) -> tuple[Tensor, Tensor] | None:
        """One clip's (1, w) inputs and (1, 3) flags; None where nothing is there that it knows.

        Descriptors of silence, all zeros, are not there, nor is what another ear heard.
        """
        groups = {}
        if np.any(descriptors):
            groups["descriptors"] = tensor(descriptors)
        if evidence.source == self.ear:
            groups["embedding"] = tensor(evidence.embedding)
            if evidence.tags is not None:
                groups["tags"] = tag_logits(evidence.tags)
        if not groups:
            return None
        parts = [
            groups.get(name, torch.zeros(width, dtype=torch.float64))
            for name, width in zip(GROUPS, self.widths, strict=True)
        ]
        present = torch.tensor([[float(name in groups) for name in GROUPS]], dtype=torch.float64)
        return torch.cat(parts)[None], present

    def feelings(self, inputs: Tensor, present: Tensor) -> Tensor:
        """(valence, arousal) in -1..1, (n, 2); zeros where training had none.

        `inputs`: (n, w), `present`: (n, 3) 0 or 1; what is absent may hold anything finite.
        """
        if not self.feels:
            return torch.zeros(len(inputs), len(FEELINGS), dtype=inputs.dtype)
        return torch.tanh(self.sharpness[:2] * self._head_mean("feelings", inputs, present))

    def style_logits(self, inputs: Tensor, present: Tensor) -> Tensor:
        """The styles' log probabilities, (n, 23), -inf where unknown; zeros where it had none. Inputs as above."""
        if not self.styles.any():
            return torch.zeros(len(inputs), len(STYLES), dtype=inputs.dtype)
        logits = self.sharpness[2] * self._head_mean("styles", inputs, present)
        return torch.log_softmax(logits.masked_fill(~self.styles, -torch.inf), dim=1)

    def _head_mean(self, head: str, inputs: Tensor, present: Tensor) -> Tensor:
        """(n, o): the mean of a head's members."""
        return raw_outputs(self.heads[head], self.standard(inputs), spread(present, self.widths)).mean(dim=0)

    def standard(self, inputs: Tensor) -> Tensor:
        """At the training clips' mean and spread."""
        return ((inputs - self.mean) / self.scale).clamp(-LIMIT, LIMIT)

    def saved(self) -> dict[str, Any]:
        """Plain tensors and names, as `restored` reads them."""
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "heads": {name: vars(head) for name, head in self.heads.items()},
        }

    @classmethod
    def restored(cls, saved: dict[str, Any]) -> Self:
        heads = {name: Parameters(**head) for name, head in saved["heads"].items()}
        return cls(**{**saved, "widths": tuple(saved["widths"]), "heads": heads})


def spread(present: Tensor, widths: tuple[int, ...]) -> Tensor:
    """(n, 3) to (n, w): each group's flag at each of its inputs."""
    return torch.cat([present[:, [i]].expand(-1, width) for i, width in enumerate(widths)], dim=1)


def raw_outputs(
    parameters: Parameters,
    standard: Tensor,
    present: Tensor,
    *,
    hidden_dropout: float = 0.0,
    generator: torch.Generator | None = None,
) -> Tensor:
    """(m, n, o). `standard`, `present`: (n, w) for all members, or (m, n, w)."""
    seen = standard * present + parameters.mask[:, None] * (1 - present)
    hidden = gelu(seen @ parameters.inward.mT + parameters.inward_bias[:, None])
    if hidden_dropout:
        kept = torch.rand(hidden.shape, generator=generator) >= hidden_dropout
        hidden = hidden * kept / (1 - hidden_dropout)
    return hidden @ parameters.outward.mT + parameters.outward_bias[:, None]


def tag_logits(tags: Floats) -> Tensor:
    """Log odds of tag probabilities."""
    odds = tensor(tags).clamp(1e-6, 1 - 1e-6)
    return torch.log(odds / (1 - odds))


def tensor(values: Floats) -> Tensor:
    return torch.from_numpy(np.asarray(values, np.float64))

"""Train the feeling network: heads of members that each leave out one fold of the groups, stopped early on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from aural.wording.style import STYLES
from models.affect_network import GROUPS, HEADS, LIMIT, AffectNetwork, Parameters, raw_outputs, spread, tag_logits
from training.adapter.clips import Clips

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Recipe:
    """Chosen on 4QAED's folds: hidden 64 to 256, mixing clips up, more weight decay and a slower rate change its
    macro-F1 by under a point."""

    hidden: int = 128
    hidden_dropout: float = 0.5
    input_dropout: float = 0.2
    group_dropout: float = 0.2
    rate: float = 2e-3
    weight_decay: float = 1e-2
    batch: int = 64
    most_epochs: int = 150
    patience: int = 15
    folds: int = 5
    repeats: int = 2


@dataclass(frozen=True, eq=False)
class Targets:
    """`feelings`: (n, 2) in -1..1, NaN where unknown; `styles`: (n, 23) shares of 1, NaN rows where unknown."""

    feelings: Tensor
    styles: Tensor

    @property
    def known_styles(self) -> Tensor:
        """(23,) bool."""
        return self.styles.nan_to_num().sum(dim=0) > 0

    def known(self, head: str) -> bool:
        """Whether any clip has a label for it."""
        return bool(getattr(self, head).isfinite().any())


@dataclass(frozen=True, eq=False)
class Lessons:
    """Of n clips, for m members. `standard`: (n, w) inputs at mean 0 and deviation 1; `present`: (n, 3), the groups
    that a clip has, `widths` wide; `left_out`: (m, n) bool, the clips that a member is not trained on but stopped by.
    """

    standard: Tensor
    present: Tensor
    widths: tuple[int, ...]
    targets: Targets
    left_out: Tensor

    @torch.no_grad()
    def answers(self, head: Parameters) -> Tensor:
        """(m, n, o) of a head that is shown all there is."""
        return raw_outputs(head, self.standard, spread(self.present, self.widths))

    def left_out_losses(self, name: str, raw: Tensor) -> Tensor:
        """(m,) of what each member leaves out."""
        rows = torch.arange(raw.shape[1]).expand(self.left_out.shape)
        return losses(name, raw, self.targets, rows, self.left_out)

    def batch_losses(
        self, name: str, head: Parameters, batch: Tensor, recipe: Recipe, generator: torch.Generator
    ) -> Tensor:
        """(m,) of each member's clips in `batch`, (m, b), shown with gaps."""
        flags = keep_some(self.present[batch], recipe.group_dropout, generator)
        wide = spread(flags.flatten(0, 1), self.widths).reshape(*batch.shape, -1)
        seen = torch.rand(wide.shape, generator=generator) >= recipe.input_dropout
        shown = self.standard[batch] * seen / (1 - recipe.input_dropout)
        raw = raw_outputs(head, shown, wide, hidden_dropout=recipe.hidden_dropout, generator=generator)
        return losses(name, raw, self.targets, batch, ~self.left_out.gather(1, batch))


Report = Callable[[str, int, float], None]  # head, epochs done, mean loss on what each member leaves out


def fit_network(clips: Clips, recipe: Recipe, seed: int, report: Report = lambda *_: None) -> AffectNetwork:
    """A head of `recipe.folds` x `recipe.repeats` members for each kind of label that there is. Groups never lie on
    both sides of a fold."""
    generator = torch.Generator().manual_seed(seed)
    inputs, present, widths = inputs_of(clips)
    mean, scale = inputs.mean(dim=0), inputs.std(dim=0) + 1e-6
    left_out = torch.stack([
        torch.from_numpy(folds_of(clips.groups, recipe.folds, seed + repeat) == fold)
        for repeat in range(recipe.repeats) for fold in range(recipe.folds)
    ])  # fmt: skip
    targets = targets_of(clips)
    lessons = Lessons(((inputs - mean) / scale).clamp(-LIMIT, LIMIT), present, widths, targets, left_out)
    heads, sharpness = {}, torch.zeros(3, dtype=torch.float64)
    for name, places in (("feelings", slice(0, 2)), ("styles", slice(2, 3))):
        if targets.known(name):
            head = train(name, lessons, recipe, generator, report)
            sharpness[places] = torch.tensor(sharpest(name, head, lessons), dtype=torch.float64)
            heads[name] = Parameters(*(tensor.double() for tensor in head))
    return AffectNetwork(clips.ear, widths, mean.double(), scale.double(), heads, sharpness, targets.known_styles)


def train(name: str, lessons: Lessons, recipe: Recipe, generator: torch.Generator, report: Report) -> Parameters:
    """All members of a head at once, each at its own best epoch."""
    members, n = lessons.left_out.shape
    head = Parameters.drawn(members, lessons.standard.shape[1], recipe.hidden, HEADS[name], generator)
    tensors = [tensor.requires_grad_() for tensor in head]
    optimizer = torch.optim.AdamW(tensors, lr=recipe.rate, weight_decay=recipe.weight_decay)
    best = torch.full((members,), torch.inf)
    kept = [tensor.detach().clone() for tensor in tensors]
    waited = torch.zeros(members)
    for epoch in range(recipe.most_epochs):
        order = torch.rand(members, n, generator=generator).argsort(dim=1)
        for batch in torch.split(order, recipe.batch, dim=1):
            optimizer.zero_grad()
            loss = lessons.batch_losses(name, head, batch, recipe, generator).sum()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        left_out = lessons.left_out_losses(name, lessons.answers(head))
        better = left_out < best - 1e-4
        best = torch.where(better, left_out, best)
        waited = torch.where(better, 0, waited + 1)
        for old, new in zip(kept, tensors, strict=True):
            old[better] = new.detach()[better]
        report(name, epoch + 1, float(best.mean()))
        if bool((waited >= recipe.patience).all()):
            break
    return Parameters(*kept)


def keep_some(present: Tensor, dropped: float, generator: torch.Generator) -> Tensor:
    """Flags (m, b, 3) with each group dropped now and then, but never all that a clip has."""
    kept = present * (torch.rand(present.shape, generator=generator) >= dropped)
    return torch.where(kept.sum(dim=-1, keepdim=True) > 0, kept, present)


def losses(name: str, raw: Tensor, targets: Targets, rows: Tensor, counts: Tensor) -> Tensor:
    """(m,) mean cross-entropy of a head's outputs over the `rows` (m, b) of each member that count.

    A feeling of v is a coin that falls on 1 with (1 + v) / 2: the best answer is tanh(z) = v, for signs and ratings.
    """
    if name == "feelings":
        feelings = targets.feelings[rows]
        known = feelings.isfinite() & counts[..., None]
        coins = binary_cross_entropy_with_logits(2 * raw, (1 + feelings.nan_to_num()) / 2, reduction="none")
        return mean_where(coins.flatten(1), known.flatten(1))
    styles = targets.styles[rows]
    shares = log_softmax(raw.masked_fill(~targets.known_styles, -1e9), dim=-1)
    surprise = -(styles.nan_to_num() * shares).sum(dim=-1)
    return mean_where(surprise, styles.isfinite().all(dim=-1) & counts)


def mean_where(values: Tensor, counts: Tensor) -> Tensor:
    """(m,) from (m, k): 0 where nothing counts."""
    return (values * counts).sum(dim=1) / counts.sum(dim=1).clamp(min=1)


def sharpest(name: str, head: Parameters, lessons: Lessons) -> list[float]:
    """What makes logits as sure as they are right where a member left a clip out: valence's and arousal's, or the
    styles' in common."""
    factors = torch.logspace(-1, 0.5, 31).tolist()
    raw = lessons.answers(head)

    def cost(factor: float, places: slice) -> float:
        scaled = raw.clone()
        scaled[..., places] *= factor
        return float(lessons.left_out_losses(name, scaled).mean())

    together = [slice(0, 1), slice(1, 2)] if name == "feelings" else [slice(None)]
    return [min(factors, key=lambda factor: cost(factor, places)) for places in together]


def inputs_of(clips: Clips) -> tuple[Tensor, Tensor, tuple[int, ...]]:
    """(n, w) float32 inputs, (n, 3) flags and the groups' widths; zeros where a group is not there."""
    features = clips.features
    n = len(features.descriptors)
    tags = np.stack([tag_logits(row).numpy() for row in features.tags]) if features.tags.shape[1] else features.tags
    parts = {"descriptors": features.descriptors, "tags": tags, "embedding": features.embedding}
    widths = tuple(parts[name].shape[1] for name in GROUPS)
    flags = torch.tensor([[float(width > 0) for width in widths]]).expand(n, -1)
    return torch.from_numpy(np.concatenate([parts[name] for name in GROUPS], axis=1).astype(np.float32)), flags, widths


def targets_of(clips: Clips) -> Targets:
    feelings = torch.tensor([[row.valence, row.arousal] for row in clips.rows], dtype=torch.float32)
    styles = np.full((len(clips.rows), len(STYLES)), np.nan, np.float32)
    for i, row in enumerate(clips.rows):
        if row.styles:
            styles[i] = [(style in row.styles) / len(row.styles) for style in STYLES]
    return Targets(feelings, torch.from_numpy(styles))


def folds_of(groups: NDArray[np.str_], count: int, seed: int) -> NDArray[np.int_]:
    """(n,) a fold for each clip: groups in a drawn order, dealt round."""
    names, index = np.unique(groups, return_inverse=True)
    dealt = np.random.default_rng(seed).permutation(len(names)) % count
    return np.asarray(dealt[index])

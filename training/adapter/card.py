"""The model card of a trained adapter: what it heard, how right it is on what it did not, and how to make it again."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from aural.wording.descriptors import DESCRIPTORS
from models.adapter import Adapter
from training.adapter.evaluate import Score
from training.adapter.manifest import Row
from training.adapter.network import Recipe


@dataclass(frozen=True)
class Story:
    """What a card tells beside the figures."""

    name: str
    command: str
    licence: str
    ear: str
    variants: int
    recipe: Recipe


def card(story: Story, adapter: Adapter, rows: Sequence[Row], figures: Mapping[str, Mapping[str, Score]]) -> str:
    """Markdown. `figures`: by what was judged ("cross-validation, 630 clips"), then by figure."""
    sources = ", ".join(f"{source} ({count})" for source, count in sorted(Counter(row.source for row in rows).items()))
    groups = len({(row.source, row.group) for row in rows})
    counted = Counter(style for row in rows for style in row.styles).most_common()
    styles = ", ".join(f"{style} {count}" for style, count in counted) or "none (read from the tags' meaning)"
    heard_by = "CLAP" if story.ear == "clap" else "the built-in tagger"
    feelings = sum(row.felt for row in rows)
    network = adapter.network
    assert network is not None, "a card is written for what was trained"
    factors = ", ".join(f"{factor:.2f}" for factor in network.sharpness.tolist())
    today = datetime.datetime.now(datetime.UTC).date()
    lines = [
        f"# {story.name}",
        "",
        "An adapter for Aural Architect: valence, arousal, emotion word and style of a clip, from",
        f"{len(DESCRIPTORS)} descriptors and what {heard_by} hears. Made on {today.isoformat()}.",
        "",
        f"**Licence: {story.licence}** (given with `--licence`; weights follow what they were trained on).",
        "",
        "## Trained on",
        "",
        f"{len(rows)} clips in {groups} groups: {sources}. {feelings} with valence and arousal; styles: {styles}.",
        f"Each is heard as it is and {story.variants} times changed (instrument or equaliser, speed, bandwidth).",
        "",
        "## How right it is",
        "",
        "With 95 % intervals over groups. Cross-validation: each clip is judged by a network that heard nothing of its",
        "group.",
        "",
        "| judged | figure | |",
        "|---|---|---|",
        *(f"| {judged} | {name} | {score} |" for judged, scores in figures.items() for name, score in scores.items()),
        "",
        f"The logits of valence, arousal and styles are multiplied by {factors}, fitted where each member had left",
        "a clip out, to be as sure as they are right.",
        "",
        "## Made by",
        "",
        f"    {story.command}",
        "",
        f"Recipe: {asdict(story.recipe)}",
        "",
    ]
    return "\n".join(lines)

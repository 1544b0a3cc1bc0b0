"""The built-in composer's music beside real music and its goals: `python -m bench.composer [DATA]`

Every style, 12 seeds of 30 s without `loop`, and some of 8, 60 and 120 s; by their notes (endings, variety, melody,
accompaniment, form, ranges), their sound (the MSD tagger's embeddings against real clips, the style that the adapter
hears) and their cost; prompts with what they must bring; and pieces in other metres. Prints the table and, by figure,
the styles that miss its goal; writes bench/results/composer.json.

DATA: a folder of recorded clips with their styles (manifest.csv; 12 s, mono, Ogg Vorbis at 22.05 kHz). Without it what
compares with sound is left out. Their embeddings are kept in .cache/composer/. With `--quick` few takes, and nothing
that embeds; for a look while something is changed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: as it is served, and the processes share the cores

import argparse
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch

from aural.wording.style import STYLES
from bench.composer.accompaniment import rhythms_by_role
from bench.composer.likeness import RealMusic, real_clips
from bench.composer.measures import (
    cost_figures,
    ending_figures,
    form_figures,
    likeness_figures,
    metre_figures,
    note_figures,
    range_figures,
    variety_figures,
)
from bench.composer.minute import cost_of
from bench.composer.obeying import faults_of
from bench.composer.orders import LONG_S, PLAIN_S, PROGRESSION_SEEDS, Plan
from bench.composer.prompts import PROMPTS
from bench.composer.rendering import Rendered, progressions_written, real_embeddings, render
from bench.composer.table import Figure, Goal, show
from bench.machine import machine
from training.adapter.progress import tell

RESULT = Path(__file__).parents[1] / "results" / "composer.json"
PROMPTS_OBEYED = 54
Asked = TypeVar("Asked")
Made = TypeVar("Made")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.composer", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="?", help="folder with manifest.csv")
    parser.add_argument("--seeds", type=int, default=12, help="of each style")
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=list(STYLES), metavar="STYLE")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--quick", action="store_true", help="three seeds, and nothing that embeds")
    parser.add_argument("--out", type=Path, default=RESULT)
    chosen = parser.parse_args()
    seeds = min(chosen.seeds, 3) if chosen.quick else chosen.seeds
    told = measured(Plan(tuple(chosen.styles), seeds, chosen.quick, chosen.data), chosen.jobs)
    facts = {"styles": len(chosen.styles), "seeds": seeds, "quick": chosen.quick, "data": chosen.data is not None}
    about = {"machine": machine(1, torch.device("cpu")), "asked": facts}
    chosen.out.write_text(json.dumps(about | told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measured(plan: Plan, jobs: int) -> dict[str, Any]:
    """Print the table and tell it as plain values."""
    cost = cost_of(plan.timed_styles)  # alone, before others take its core
    with ProcessPoolExecutor(jobs) as pool:
        each = partial(_each, pool)
        takes = each("takes", render, plan.orders())
        seeds = [(style, seed) for style in plan.styles for seed in range(1, PROGRESSION_SEEDS + 1)]
        found = each("progressions", _progressions, seeds)
        prompts = dict(zip(PROMPTS, each("prompts", faults_of, PROMPTS), strict=True))
        real = None
        if plan.embeds and plan.data is not None:
            clips = real_clips(plan.data)
            real = RealMusic.of(clips, each("real clips", real_embeddings, [clip.path for clip in clips]))
    tell("")
    written = {style: [one for (of, _), one in zip(seeds, found, strict=True) if of == style] for style in plan.styles}
    plain, long = (_of_length(takes, duration_s) for duration_s in (PLAIN_S, LONG_S))
    obeyed = sum(not faults for faults in prompts.values())
    figures = [
        *ending_figures(plain),
        *variety_figures(written, plain),
        *note_figures(plain),
        *form_figures(long),
        *likeness_figures(plain, real),
        Figure(f"prompts obeyed, of {len(prompts)}", float(obeyed), Goal(least=PROMPTS_OBEYED)),
        *range_figures(plain),
        *cost_figures(cost),
        *metre_figures([take for take in takes if take.order.metre]),
    ]
    show(figures)
    lengths = sorted({take.order.duration_s for take in takes if not take.order.metre})
    endings = {f"{length:g} s": list(ending_figures(_of_length(takes, length))) for length in lengths}
    rhythms = _rhythms_by_role(plain)
    _show_details(endings, rhythms, prompts)
    return {
        "figures": [figure.told() for figure in figures],
        "endings": {length: {one.name: one.told()["value"] for one in of} for length, of in endings.items()},
        "accompaniment": rhythms,
        "prompts not obeyed": {prompt: list(faults) for prompt, faults in prompts.items() if faults},
    }


def _each(pool: ProcessPoolExecutor, what: str, make: Callable[[Asked], Made], asked: Iterable[Asked]) -> list[Made]:
    """In the order of `asked`."""
    everything = list(asked)
    made = []
    for one in pool.map(make, everything):
        made.append(one)
        tell(f"{len(made)} of {len(everything)} {what}")
    return made


def _progressions(asked: tuple[str, int]) -> Any:
    return progressions_written(*asked, PLAIN_S)


def _of_length(takes: Sequence[Rendered], duration_s: float) -> list[Rendered]:
    return [take for take in takes if take.order.duration_s == duration_s and not take.order.metre]


def _rhythms_by_role(takes: Sequence[Rendered]) -> dict[str, dict[str, float]]:
    """Means by role, and of all accompanying parts as one."""
    found = [item for take in takes for item in rhythms_by_role(take.score).items()]
    roles = dict.fromkeys(role for role, _ in found)
    told = {}
    for role in roles:
        of_role = list(itertools.chain.from_iterable(parts for name, parts in found if name == role))
        repeated, distinct = (sum(values) / len(of_role) for values in zip(*map(_pair, of_role), strict=True))
        told[role] = {"repeated": round(repeated, 3), "distinct": round(distinct, 2)}
    return told


def _pair(rhythms: Any) -> tuple[float, int]:
    return rhythms.repeated, rhythms.distinct


def _show_details(
    endings: dict[str, list[Figure]], rhythms: dict[str, dict[str, float]], prompts: dict[str, tuple[str, ...]]
) -> None:
    print("\nendings by length:")
    for length, figures in endings.items():
        print(f"  {length:>6}  " + "; ".join(f"{one.name} {one.value:.2f}" for one in figures if one.value is not None))
    print("\naccompaniment by role, bars that repeat a rhythm and distinct rhythms in a piece:")
    print("  " + "; ".join(f"{role} {one['repeated']:.2f}, {one['distinct']:.1f}" for role, one in rhythms.items()))
    print("\nprompts not obeyed:")
    for prompt, faults in prompts.items():
        if faults:
            print(f"  {prompt!r}: {'; '.join(faults)}")


if __name__ == "__main__":
    main()

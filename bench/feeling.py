"""Emotion and style against clips whose labels are known: what ships, what our trainer makes of the labels, and others.

`python -m bench.feeling DATA --font GM.sf2`: a folder with manifest.csv (training/adapter/manifest.py has its columns).
Per source: the majority, the data's descriptor baseline on split test (baseline_pred_specialist.csv), the adapter
that ships (from descriptors alone, and from all), a specialist that our trainer makes of the source's own labels in
grouped cross-validation (and of all but split test, judged on that), and CLAP's variants where `--clap` has weights.
Styles are judged over all sources together. Prints tables with 95 % intervals over groups; writes
bench/results/feeling.json.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from aural.wording.prototypes import EMOTION_PHRASINGS, STYLE_PHRASINGS
from aural.wording.style import STYLES
from models.adapter import Adapter
from training.adapter.clips import Clips
from training.adapter.evaluate import (
    FEELING_FIGURES,
    STYLE_FIGURES,
    STYLES_NOT_SCORED,
    Answers,
    Score,
    answers,
    feeling_scores,
    style_scores,
)
from training.adapter.hearing import Ears, Variant, ear_of, hear_all
from training.adapter.manifest import Row, read_manifest
from training.adapter.network import Recipe
from training.adapter.progress import tell
from training.adapter.validate import cross_validated, fitted, judge

RESULT = Path(__file__).parent / "results" / "feeling.json"
BASELINE = "baseline_pred_specialist.csv"
CLAP_CLIPS = 60  # of random weights: to prove the path
SEEDS = 3  # of the specialists' folds: the figures of one division differ from another's by two points
TRAINED_ON = "EMOPIA"  # what ships was, on its split train

Table = dict[str, dict[str, Score]]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.feeling", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--font", type=Path, action="append", default=[], help="soundfont, for rows that are MIDI")
    parser.add_argument("--clap", type=Path, help="hub-cache folder with CLAP's weights")
    parser.add_argument("--clap-is-random", action="store_true", help="say so, and hear only a few clips with it")
    parser.add_argument("--cache", type=Path, default=Path(".training-cache"))
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()

    manifest = chosen.data / "manifest.csv" if chosen.data.is_dir() else chosen.data
    rows = [row for row in read_manifest(manifest, other_styles=True) if row.styles or row.felt]
    clips = listen(rows, Ears(tuple(chosen.font)), chosen)
    baseline = read_baseline(manifest.with_name(BASELINE), manifest, rows)
    tables = {source: feeling_table(source, clips, baseline, chosen) for source in sources_of(rows)}
    tables["styles, all sources"] = style_table(clips, baseline, chosen)
    unseen = [row.source != TRAINED_ON and row.felt for row in rows]
    tables["what ships, sources it never saw"] = shipped_table(clips[np.array(unseen)])
    if chosen.clap:
        title = "CLAP, random weights: to prove the path" if chosen.clap_is_random else "CLAP"
        tables[title] = clap_table(rows, chosen)
    tell("")
    for title, table in tables.items():
        show(title, table)
    told = {
        title: {who: {name: asdict(score) for name, score in scores.items()} for who, scores in table.items()}
        for title, table in tables.items()
    }
    RESULT.write_text(json.dumps({"machine": platform.machine(), "tables": told}, indent=1) + "\n")


def sources_of(rows: list[Row]) -> list[str]:
    return sorted({row.source for row in rows if row.felt})


def listen(rows: list[Row], ears: Ears, chosen: argparse.Namespace) -> Clips:
    sounds = [(row, Variant()) for row in rows]
    return hear_all(sounds, ears, cache=chosen.cache, processes=chosen.processes, progress=tell)


def read_baseline(path: Path, manifest: Path, rows: list[Row]) -> Answers | None:
    """The baseline's answers to `rows`, by the manifest's `path` cells; it was fitted to all but split test."""
    if not path.is_file():
        return None
    with manifest.open(newline="", encoding="utf-8-sig") as lines:
        names = {line: fields["path"] for line, fields in enumerate(csv.DictReader(lines), start=2)}
    with path.open(newline="", encoding="utf-8") as lines:
        told = {fields["path"]: fields for fields in csv.DictReader(lines)}
    feelings, styles = np.zeros((len(rows), 2)), np.zeros((len(rows), len(STYLES)))
    for i, row in enumerate(rows):
        said = told[names[row.line]]
        feelings[i] = [float(said[name] or 0) for name in ("valence", "arousal")]
        for rank, style in enumerate(said["style_top3"].split(";")):
            if style in STYLES:
                styles[i, STYLES.index(style)] = 3 - rank
    return Answers(feelings, styles)


def feeling_table(source: str, clips: Clips, baseline: Answers | None, chosen: argparse.Namespace) -> Table:
    here = np.array([row.source == source and row.felt for row in clips.rows])
    part = clips[here]
    adapter = Adapter.load()
    told = {
        "majority": majority(part),
        "shipped, descriptors only": answers(adapter, part, hears=False),
        "shipped: saw split train" if source == TRAINED_ON else "shipped": answers(adapter, part),
    }
    table = {who: feeling_scores(part.rows, said.feelings) for who, said in told.items()}
    for seed in range(SEEDS):
        said = cross_validated(part, Recipe(), seed=100 * seed, cache=chosen.cache, progress=tell)
        table[f"specialist, cross-validated {seed + 1}"] = feeling_scores(part.rows, said.feelings)
    test = np.array([row.split == "test" for row in part.rows])
    if test.any() and not test.all():
        network = fitted(part[~test], Recipe(), 0, chosen.cache, source, tell)
        table[f"specialist, split test ({test.sum()})"] = feeling_scores(
            part[test].rows, judge(network, part[test]).feelings
        )
        shipped = answers(adapter, part[test])
        table[f"shipped, split test ({test.sum()})"] = feeling_scores(part[test].rows, shipped.feelings)
        if baseline is not None:
            old = baseline[here][test].feelings
            table[f"descriptor baseline, split test ({test.sum()})"] = feeling_scores(part[test].rows, old)
    return table


def style_table(clips: Clips, baseline: Answers | None, chosen: argparse.Namespace) -> Table:
    here = np.array([row.style_id in STYLES and row.style_id not in STYLES_NOT_SCORED for row in clips.rows])
    part = clips[here]
    told = {"majority": majority(part), "shipped": answers(Adapter.load(), part)}
    for seed in range(SEEDS):
        said = cross_validated(single_style(part), Recipe(), seed=100 * seed, cache=chosen.cache)
        told[f"specialist, cross-validated {seed + 1}"] = said
    table = {who: style_scores(part.rows, said.styles) for who, said in told.items()}
    test = np.array([row.split == "test" for row in part.rows])
    if baseline is not None and test.any():
        name = f"descriptor baseline, split test ({test.sum()})"
        table[name] = style_scores(part[test].rows, baseline[here][test].styles)
    return table


def single_style(clips: Clips) -> Clips:
    """Only the first style of each, and no feeling: what is judged."""
    nothing = float("nan")
    rows = [replace(row, valence=nothing, arousal=nothing, styles=frozenset({row.style_id})) for row in clips.rows]
    return Clips(clips.features, rows, clips.ear)


def shipped_table(clips: Clips) -> Table:
    adapter = Adapter.load()
    free = replace(adapter, descriptors=None, tags=None)
    return {
        "as shipped": feeling_scores(clips.rows, answers(adapter, clips).feelings),
        "descriptors only": feeling_scores(clips.rows, answers(adapter, clips, hears=False).feelings),
        "without EMOPIA": feeling_scores(clips.rows, answers(free, clips).feelings),
    }


def clap_table(rows: list[Row], chosen: argparse.Namespace) -> Table:
    """CLAP's prototypes alone, with the shipped adapter's descriptors, and a head that our trainer makes on CLAP."""
    labelled = [row for row in rows if row.felt]
    if chosen.clap_is_random:
        labelled = labelled[:: max(1, len(labelled) // CLAP_CLIPS)]
    ears = Ears(tuple(chosen.font), chosen.clap)
    clips = listen(labelled, ears, chosen)
    clap = ear_of(ears)
    adapter = Adapter.load().with_prototypes(clap.prototypes(STYLE_PHRASINGS), clap.prototypes(EMOTION_PHRASINGS))
    told = {
        "zero-shot prototypes": answers(adapter, clips, describes=False),
        "prototypes and descriptors": answers(adapter, clips),
        "trained head, cross-validated": cross_validated(clips, Recipe(), cache=chosen.cache),
    }
    return {who: feeling_scores(clips.rows, said.feelings) for who, said in told.items()}


def majority(clips: Clips) -> Answers:
    """The commonest quadrant and the mean ratings; the commonest style first, the second next."""
    feelings = np.array([[row.valence, row.arousal] for row in clips.rows])
    corner = Counter(row.signs for row in clips.rows).most_common(1)[0][0]
    rated = len(np.unique(np.abs(feelings[np.isfinite(feelings)]))) > 2
    said = np.nanmean(feelings, axis=0) if rated else np.array(corner, float)
    ranks = Counter(row.style_id for row in clips.rows if row.style_id)
    return Answers(
        np.tile(said, (len(clips.rows), 1)),
        np.tile([float(ranks[style]) for style in STYLES], (len(clips.rows), 1)),
    )


def show(title: str, table: Mapping[str, Mapping[str, Score]]) -> None:
    names = [name for name in (*FEELING_FIGURES, *STYLE_FIGURES) if any(name in scores for scores in table.values())]
    counts = {score.count for scores in table.values() for score in scores.values()}
    print(f"\n{title} ({max(counts)} clips)")
    print(f"{'':42s}" + "".join(f"{name:>19s}" for name in names))
    for who, scores in table.items():
        print(f"{who:42s}" + "".join(f"{scores[name]!s:>19s}" if name in scores else f"{'':19s}" for name in names))


if __name__ == "__main__":
    main()

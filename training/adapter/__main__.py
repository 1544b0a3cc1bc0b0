"""Train an adapter on your own labelled clips: what they feel like, what style they are.

    python -m training.adapter MANIFEST.csv --out mine.pt
    AURAL_ADAPTER=mine.pt make serve

MANIFEST.csv lies beside the clips, a line each. Columns: path (WAV, FLAC, OGG, MP3) or midi; and quadrant (Q1 to
Q4), or valence and arousal (-1..1), or emotion, or style_id (styles for several, with ";"); optional split (train,
dev, test), source and group (clips of one song, artist or album). What is heard of a clip is its middle 12 s.

Prints how right it is on clips of groups it never heard, and writes the adapter and its card. An interrupted run goes
on where it was. Forty clips take a minute or two on a CPU, a thousand ten.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from aural.errors import MissingWeights
from models.adapter import SHIPPED, Adapter
from models.affect_network import AffectNetwork
from training.adapter.card import Story, card
from training.adapter.evaluate import Answers, Score, feeling_scores, style_scores
from training.adapter.hearing import Ears, Variant, hear_all, variants
from training.adapter.manifest import BadManifest, Row, files_sha256, read_manifest
from training.adapter.network import Recipe
from training.adapter.progress import tell
from training.adapter.validate import FOLDS, cross_validated, fitted, judge

FEWEST_CLIPS = 20


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(
        prog="python -m training.adapter", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("manifest", type=Path)
    options.add_argument(
        "--out", type=Path, default=Path("adapter.pt"), help="written with its card, a .md (%(default)s)"
    )
    options.add_argument("--source", action="append", help="only rows of this source; repeat for several")
    options.add_argument("--licence", default="unknown", help="of the clips and labels, written into the file")
    options.add_argument(
        "--variants", type=int, default=0, help="times each clip is heard changed as well (%(default)s)"
    )
    options.add_argument("--font", type=Path, action="append", default=[], help="soundfont, for rows that are MIDI")
    options.add_argument("--clap", type=Path, help="hub-cache folder with CLAP's weights: train on CLAP's embedding")
    options.add_argument("--other-styles", action="store_true", help="pass over style names that are not ours")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--cache", type=Path, default=Path(".training-cache"), help="(%(default)s)")
    return options


def main(arguments: list[str] | None = None) -> None:
    chosen = parser().parse_args(arguments)
    began = time.monotonic()
    try:
        run(chosen)
    except (BadManifest, MissingWeights, FileNotFoundError) as fault:
        sys.exit(str(fault))
    print(f"{time.monotonic() - began:.0f} s")


def run(chosen: argparse.Namespace) -> None:
    if chosen.out.resolve() == SHIPPED.resolve():
        raise BadManifest(f"{chosen.out} is the adapter that ships. Give another --out.")
    rows = read_manifest(chosen.manifest, other_styles=chosen.other_styles)
    rows = [row for row in rows if (row.styles or row.felt) and (not chosen.source or row.source in chosen.source)]
    training = [row for row in rows if row.split != "test"]
    refuse_too_few(training)
    sounds = [(row, variant) for row in training for variant in variants(row, chosen.variants, len(chosen.font))]
    held_back = [row for row in rows if row.split == "test"]
    heard = hear_all(
        [*sounds, *((row, Variant()) for row in held_back)],
        Ears(tuple(chosen.font), chosen.clap),
        cache=chosen.cache,
        processes=chosen.processes,
        progress=tell,
    )
    clips, back = heard[np.arange(len(sounds))], heard[np.arange(len(sounds), len(heard.rows))]
    recipe = Recipe()
    judged = cross_validated(
        clips, recipe, seed=chosen.seed, cache=chosen.cache, variants_of=chosen.variants + 1, progress=tell
    )
    network = fitted(clips, recipe, chosen.seed + FOLDS, chosen.cache, "all", tell)
    tell("")
    figures = {f"cross-validation, {len(training)} clips": scores(training, judged)}
    if held_back:
        figures[f"split test, {len(held_back)} clips"] = scores(held_back, judge(network, back))
    adapter = adapter_with(network, provenance(training, chosen))
    adapter.save(chosen.out)
    story = Story(chosen.out.stem, command(chosen), chosen.licence, clips.ear, chosen.variants, recipe)
    chosen.out.with_suffix(".md").write_text(card(story, adapter, training, figures), encoding="utf-8")
    for name, told in figures.items():
        print(name, *(f"  {figure:12s} {score}" for figure, score in told.items()), sep="\n")
    print(f"{chosen.out} and {chosen.out.with_suffix('.md')}. To use it: AURAL_ADAPTER={chosen.out} make serve")


def refuse_too_few(rows: list[Row]) -> None:
    if len(rows) < FEWEST_CLIPS:
        raise BadManifest(f"{len(rows)} clips to train on are too few: at least {FEWEST_CLIPS}, better hundreds.")
    groups = len({(row.source, row.group) for row in rows})
    if groups < 2 * FOLDS:
        raise BadManifest(
            f"{groups} groups are too few to hold some back: at least {2 * FOLDS}. Look at the column group."
        )


def scores(rows: list[Row], said: Answers) -> Mapping[str, Score]:
    known = feeling_scores(rows, said.feelings) if any(row.felt for row in rows) else {}
    return {**known, **style_scores(rows, said.styles)}


def adapter_with(network: AffectNetwork, about: Mapping[str, str]) -> Adapter:
    """The network, and the tags' meaning where the labels said nothing: hand-made, so bound by no one's licence."""
    adapter = Adapter(provenance=about, network=network)
    shipped = Adapter.load()
    if not network.feels:
        adapter = replace(adapter, words=shipped.words)
    if not network.styles.any():
        adapter = replace(adapter, styles=shipped.styles, tempo_windows=shipped.tempo_windows)
    return adapter


def provenance(rows: list[Row], chosen: argparse.Namespace) -> dict[str, str]:
    return {
        "model": chosen.out.stem,
        "trained_on": f"{len(rows)} clips of {', '.join(sorted({row.source for row in rows}))}",
        "files_sha256": files_sha256(rows),
        "licence": chosen.licence,
        "command": command(chosen),
    }


def command(chosen: argparse.Namespace) -> str:
    """What makes the same again, without anybody's folders."""
    given = [f"--source {source}" for source in chosen.source or []]
    given += [f"--font {font.name}" for font in chosen.font]
    given += ["--clap FOLDER"] if chosen.clap else []
    given += ["--other-styles"] if chosen.other_styles else []
    given += [f"--variants {chosen.variants}", f"--seed {chosen.seed}"]
    return " ".join([f"python -m training.adapter {chosen.manifest.name}", *given])


if __name__ == "__main__":
    main()

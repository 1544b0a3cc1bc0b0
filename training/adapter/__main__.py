"""Train the adapter from a manifest of labelled clips and say how right it is.

    python -m training.adapter MANIFEST.csv --train-source EMOPIA --font GM.sf2 --font OTHER.sf2

Trains on the rows of `--train-source` whose split is "train"; everything else in the manifest is for evaluation.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from models.adapter import SHIPPED, Adapter
from training.adapter.data import Features, Row, Variant, heard, read_manifest, stacked, variants
from training.adapter.evaluate import answers, feeling_scores, labels, style_scores
from training.adapter.reference import composed
from training.adapter.train import Clips, fit

EVIDENCE = {
    "descriptors only": {"hears": False, "describes": True},
    "tags only": {"hears": True, "describes": False},
    "both, as shipped": {"hears": True, "describes": True},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--train-source", action="append", required=True, help="repeat for several")
    parser.add_argument("--font", type=Path, action="append", default=[], help="soundfonts, for rows that are MIDI")
    parser.add_argument("--renders", type=int, default=3, help="of each training MIDI on other instruments")
    parser.add_argument("--licence", default="unknown", help="of the training data, written into the file")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--cache", type=Path, default=Path(".training-cache"))
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()

    rows = read_manifest(chosen.manifest)
    in_training = [
        row for row in rows if row.source in chosen.train_source and row.split == "train" and row.arousal_sign
    ]
    if not in_training:
        sys.exit(f"{chosen.manifest} has no row of {', '.join(chosen.train_source)} in split train with both signs.")
    rest = [row for row in rows if row not in in_training]
    sounds = [(row, variant) for row in in_training for variant in variants(row, chosen.renders, len(chosen.font))]
    labelled = Clips(listen(sounds, chosen), [row for row, _ in sounds])
    music = composed(chosen.cache / "composed", chosen.processes)
    reference = Clips(listen([(row, Variant()) for row in music], chosen), music)
    adapter = fit(labelled, reference, provenance(in_training, chosen))
    adapter.save(chosen.out)
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, from {len(in_training)} clips, {len(sounds)} renderings")
    report(adapter, rest, listen([(row, variants(row, 0, 1)[0]) for row in rest], chosen), chosen.train_source)


def listen(sounds: Sequence[tuple[Row, Variant]], chosen: argparse.Namespace) -> Features:
    features = []
    for done, one in enumerate(heard(sounds, fonts=tuple(chosen.font), cache=chosen.cache, processes=chosen.processes)):
        features.append(one)
        print(f"\rheard {done + 1} of {len(sounds)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return stacked(features)


def provenance(rows: Sequence[Row], chosen: argparse.Namespace) -> dict[str, str]:
    fingerprint = hashlib.sha256("\n".join(sorted(row.file.name for row in rows)).encode()).hexdigest()
    return {
        "model": "aural-adapter",
        "trained_on": f"{len(rows)} clips of {', '.join(chosen.train_source)}, split train",
        "files_sha256": fingerprint,
        "licence": chosen.licence,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": "python -m training.adapter MANIFEST.csv "
        + " ".join(f"--train-source {source}" for source in chosen.train_source)
        + f" --renders {chosen.renders}",
        "card": "training/adapter/MODEL_CARD.md",
    }


def unlabelled(adapter: Adapter) -> Adapter:
    """What is left without labelled data: the tags read by their meaning, and no offset."""
    return replace(adapter, tags=adapter.words, piano_offset=torch.zeros(2, dtype=torch.float64))


def report(adapter: Adapter, rows: Sequence[Row], features: Features, train_sources: Sequence[str]) -> None:
    """Print, per source, what each opinion gets right; sources outside training count all their clips."""
    print(f"\n{'source':12s} {'clips':5s}  {'evidence':28s} {'valence':18s} {'arousal':18s} quadrant")
    everywhere = {name: answers(adapter, features, **evidence) for name, evidence in EVIDENCE.items()}
    everywhere["meaning of the tags alone"] = answers(unlabelled(adapter), features, hears=True, describes=False)
    for source in sorted({row.source for row in rows if row.arousal_sign}):
        splits = ("test",) if source in train_sources else ("train", "dev", "test")
        here = np.array([row.source == source and row.split in splits for row in rows])
        chosen = [row for row, keep in zip(rows, here, strict=True) if keep]
        for name, answer in everywhere.items():
            score = feeling_scores(chosen, answer[here])
            print(
                f"{source:12s} {score['quadrant'].count:5d}  {name:28s} {score['valence']!s:18s} "
                f"{score['arousal']!s:18s} {score['quadrant']}"
            )
    feelings = labels(adapter, features)
    sources = sorted({row.source for row in rows if row.style_id})
    for name, among in {"all": sources, **{source: [source] for source in sources}}.items():
        pairs = [(row, feeling) for row, feeling in zip(rows, feelings, strict=True) if row.source in among]
        score = style_scores([row for row, _ in pairs], [feeling for _, feeling in pairs])
        if score["top1"].count:
            print(f"style, {name:10s} {score['top1'].count:5d} clips: first {score['top1']}, in three {score['top3']}")


if __name__ == "__main__":
    main()

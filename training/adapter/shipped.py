"""Train the adapter that ships and say how right it is, with EMOPIA's labels and without any.

    python -m training.adapter.shipped MANIFEST.csv --font GM.sf2 --font OTHER.sf2

Trains on the rows of EMOPIA whose split is "train", the only ones whose licence lets weights be given away; everything
else in the manifest is for evaluation.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.adapter import NO_OFFSET, SHIPPED, Adapter
from training.adapter.clips import Clips
from training.adapter.evaluate import STYLES_NOT_SCORED, answers, feeling_scores, style_scores
from training.adapter.hearing import Ears, Variant, hear_all, variants
from training.adapter.manifest import Row, files_sha256, read_manifest
from training.adapter.progress import tell
from training.adapter.reference import composed
from training.adapter.ridge import fit

SOURCE, LICENCE = "EMOPIA", "CC-BY-NC-SA-4.0"
EVIDENCE = {
    "descriptors only": {"hears": False, "describes": True},
    "tags only": {"hears": True, "describes": False},
    "both, as shipped": {"hears": True, "describes": True},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--font", type=Path, action="append", required=True, help="soundfonts; repeat for several")
    parser.add_argument("--renders", type=int, default=3, help="of each training MIDI on other instruments")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--cache", type=Path, default=Path(".training-cache"))
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()

    rows = read_manifest(chosen.manifest, other_styles=True)
    in_training = [row for row in rows if row.source == SOURCE and row.split == "train"]
    if not in_training:
        sys.exit(f"{chosen.manifest} has no row of {SOURCE} in split train.")
    rest = [row for row in rows if row not in in_training]
    sounds = [(row, variant) for row in in_training for variant in variants(row, chosen.renders, len(chosen.font))]
    labelled = listen(sounds, chosen)
    reference = listen([(row, Variant()) for row in composed(chosen.cache / "composed", chosen.processes)], chosen)
    adapter = fit(labelled, reference, provenance(in_training, chosen))
    adapter.save(chosen.out)
    tell("")
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes, from {len(in_training)} clips, {len(sounds)} renderings")
    report(adapter, listen([(row, Variant()) for row in rest], chosen))


def listen(sounds: Sequence[tuple[Row, Variant]], chosen: argparse.Namespace) -> Clips:
    ears = Ears(tuple(chosen.font))
    return hear_all(sounds, ears, cache=chosen.cache, processes=chosen.processes, progress=tell)


def provenance(rows: Sequence[Row], chosen: argparse.Namespace) -> dict[str, str]:
    return {
        "model": "aural-adapter",
        "trained_on": f"{len(rows)} clips of {SOURCE}, split train",
        "files_sha256": files_sha256(rows),
        "licence": LICENCE,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": f"python -m training.adapter.shipped MANIFEST.csv --renders {chosen.renders}",
        "card": "training/adapter/MODEL_CARD.md",
    }


def unlabelled(adapter: Adapter) -> Adapter:
    """What is left without labelled data: the tags read by their meaning, and no offset."""
    return replace(adapter, descriptors=None, tags=None, piano_offset=NO_OFFSET)


def report(adapter: Adapter, clips: Clips) -> None:
    """Print, per source, what each opinion gets right; sources outside training count all their clips."""
    print(f"\n{'source':12s} {'clips':5s}  {'evidence':28s} {'valence':18s} {'arousal':18s} quadrant")
    said = {name: answers(adapter, clips, **evidence) for name, evidence in EVIDENCE.items()}
    said["meaning of the tags alone"] = answers(unlabelled(adapter), clips)
    for source in sorted({row.source for row in clips.rows if row.felt}):
        here = np.array([row.source == source and (source != SOURCE or row.split == "test") for row in clips.rows])
        for name, answer in said.items():
            score = feeling_scores(clips[here].rows, answer[here].feelings)
            print(
                f"{source:12s} {score['quadrant'].count:5d}  {name:28s} {score['valence']!s:18s} "
                f"{score['arousal']!s:18s} {score['quadrant']}"
            )
    sources = sorted({row.source for row in clips.rows if row.style_id})
    styles = said["both, as shipped"].styles
    for name, among in {"all": sources, **{source: [source] for source in sources}}.items():
        here = np.array([row.source in among for row in clips.rows])
        score = style_scores(clips[here].rows, styles[here], STYLES_NOT_SCORED)
        if score:
            told = f"first {score['first']}, in three {score['in three']}"
            print(f"style, {name:10s} {score['first'].count:5d} clips: {told}")


if __name__ == "__main__":
    main()

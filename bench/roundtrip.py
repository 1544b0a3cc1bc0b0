"""The closed loop: ask for music, listen to it, compare. `python -m bench.roundtrip --judge DATA`

Every emotion in every style, 16 s each; the keys dealt round all 24, in the mode that the emotion has, the tempo over
the style's range, in the half that it has, the energy an arch, a rise or a fall at its level: what is asked does not
contradict itself. Heard by `aural.listening` (tempo within 0.5 %, key exact, correlation of the energy curve), by the
adapter that ships (style, and the quadrant for a second opinion), and by a judge of the quadrant: our trainer's network
on real clips alone (DATA's manifest, the sources of JUDGES), which never heard the composer. Prints the table; writes
bench/results/roundtrip.json.

With `--models pretrained` MusicGen composes instead (AURAL_WEIGHTS, better with a GPU).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from aural.audio.clip import ANALYSIS_RATE_HZ
from aural.listening import listen
from aural.listening.descriptors import describe
from aural.settings import Settings
from aural.theory.keys import Key
from aural.types import MusicRequest
from aural.wording.emotion import ANCHORS
from aural.wording.style import STYLES, genre_word
from bench.sketch import as_clip, ignore, near
from models.adapter import Adapter
from models.affect_network import AffectNetwork
from models.composer import Composer
from models.load_composer import load_composer
from models.sketch.styles import STYLES as WAYS
from models.tagger import Tagger
from training.adapter.clips import Clips, Features
from training.adapter.hearing import Ears, Variant, hear_all
from training.adapter.manifest import Row, read_manifest
from training.adapter.network import Recipe
from training.adapter.progress import tell
from training.adapter.validate import fitted, judge

RESULT = Path(__file__).parent / "results" / "roundtrip.json"
JUDGES = ("4QAED", "Grekow-AV")
DURATION_S = 16.0
FELT = tuple(emotion for emotion in ANCHORS if emotion != "neutral")
STEPS = np.linspace(0, 1, int(2 * DURATION_S))
CURVES = {"arch": np.sin(np.pi * STEPS) - 0.5, "rise": STEPS - 0.5, "fall": 0.5 - STEPS}
DEPTH, LEVEL, LEVEL_BY_AROUSAL = 0.3, 0.55, 0.12  # of the energy curve's 0..1


@dataclass(frozen=True)
class Trip:
    """What was asked."""

    emotion: str
    style: str
    key: str
    bpm: float
    curve: str
    seed: int


def trips(each: int) -> list[Trip]:
    """`each` times every emotion in every style."""
    asked = []
    for number, (_, emotion, style) in enumerate(itertools.product(range(each), FELT, STYLES)):
        valence, arousal = ANCHORS[emotion]
        low, high = WAYS[style].bpm
        place = (0.1, 0.25, 0.4)[number % 3] + (0.5 if arousal > 0 else 0.0)
        key = Key(7 * number % 12, "major" if valence > 0 else "minor")
        curve = tuple(CURVES)[number // 3 % len(CURVES)]
        asked.append(Trip(emotion, style, str(key), float(round(low + (high - low) * place)), curve, number))
    return asked


def energy_of(trip: Trip) -> tuple[float, ...]:
    """The curve that is asked for."""
    level = LEVEL + LEVEL_BY_AROUSAL * ANCHORS[trip.emotion][1]
    return tuple((level + DEPTH * CURVES[trip.curve]).tolist())


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.roundtrip", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--judge", type=Path, required=True, help="folder of labelled real clips, with manifest.csv")
    parser.add_argument("--models", choices=("builtin", "pretrained"), default="builtin")
    parser.add_argument("--each", type=int, default=1, help="times every emotion in every style")
    parser.add_argument("--cache", type=Path, default=Path(".training-cache"))
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()

    network = real_judge(chosen)
    asked = trips(chosen.each)
    rows = []
    with ProcessPoolExecutor(chosen.processes, initializer=start, initargs=(chosen.models,)) as pool:
        for done, row in enumerate(pool.map(travel, asked, chunksize=2)):
            rows.append(row)
            tell(f"made and heard {done + 1} of {len(asked)}")
    tell("")
    told = [{**row, **opinion} for row, opinion in zip(rows, opinions(network, rows), strict=True)]
    summary = summed_up(told)
    show(told, summary)
    kept = [{name: value for name, value in row.items() if name != "features"} for row in told]
    result = {"machine": platform.machine(), "models": chosen.models, "summary": summary, "trips": kept}
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


def real_judge(chosen: argparse.Namespace) -> AffectNetwork:
    rows = [row for row in read_manifest(chosen.judge / "manifest.csv", other_styles=True) if row.source in JUDGES]
    rows = [replace(row, styles=frozenset()) for row in rows if row.felt]
    sounds = [(row, Variant()) for row in rows]
    clips = hear_all(sounds, Ears(), cache=chosen.cache, processes=chosen.processes, progress=tell)
    return fitted(clips, Recipe(), 0, chosen.cache, "judge", tell)


@dataclass(frozen=True)
class Traveller:
    """What a worker process holds."""

    composer: Composer
    tagger: Tagger
    adapter: Adapter


_traveller: list[Traveller] = []  # the worker process's own


def start(models: str) -> None:
    torch.set_num_threads(1)
    composer = load_composer(Settings.from_env({**os.environ, "AURAL_MODELS": models})).composer
    _traveller.append(Traveller(composer, Tagger.load(), Adapter.load()))


def travel(trip: Trip) -> dict[str, Any]:
    """Asked and heard."""
    here = _traveller[0]
    curve = energy_of(trip)
    request = MusicRequest(
        prompt=f"{trip.emotion} {genre_word(trip.style)}. bpm: {trip.bpm:.1f}. key: {trip.key.lower()}",
        duration_s=DURATION_S,
        seed=trip.seed,
        bpm=trip.bpm,
        key=trip.key,
        energy_curve=curve,
        style_id=trip.style,
        emotion=trip.emotion,
    )
    clip = as_clip(here.composer.compose(request, ignore))
    heard = listen(clip)
    row = describe(clip, bpm=heard.tempo.bpm, key=heard.key)
    evidence = here.tagger.embed(clip.resampled_to(ANALYSIS_RATE_HZ).samples)
    steps = min(len(curve), len(heard.energy_curve))
    bpm = heard.tempo.bpm or 0.0
    said = here.adapter.label(evidence, row)
    return {
        **vars(trip),
        "heard_bpm": bpm,
        "heard_key": heard.key.key,
        "tempo_right": near(bpm, trip.bpm, 1),
        "tempo_right_or_octave": near(bpm, trip.bpm, 1, 2, 0.5),
        "key_right": heard.key.key == trip.key,
        "energy_r": round(float(np.corrcoef(heard.energy_curve[:steps], curve[:steps])[0, 1]), 3),
        "style_first": said.style_id == trip.style,
        "style_in_three": trip.style in [style for style, _ in said.styles[:3]],
        "shipped_quadrant": all(sides(said.valence, said.arousal, trip.emotion)),
        "features": (row, evidence.embedding, evidence.tags),
    }


def opinions(network: AffectNetwork, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the judge feels, and whether it is the asked emotion's quadrant."""
    features = Features(*(np.stack([row["features"][i] for row in rows]) for i in range(3)))
    clips = Clips(features, [Row(Path(), "composed", "test", str(row["seed"])) for row in rows])
    told = []
    for row, (valence, arousal) in zip(rows, judge(network, clips).feelings.tolist(), strict=True):
        right = sides(valence, arousal, row["emotion"])
        told.append(
            {"valence": round(valence, 3), "arousal": round(arousal, 3)}
            | {"valence_right": right[0], "arousal_right": right[1], "quadrant_right": all(right)}
        )
    return told


def sides(valence: float, arousal: float, emotion: str) -> list[bool]:
    """Whether each lies on the asked emotion's side."""
    return [felt * meant > 0 for felt, meant in zip((valence, arousal), ANCHORS[emotion], strict=True)]


SHARES = (
    "tempo_right", "tempo_right_or_octave", "key_right", "valence_right", "arousal_right", "quadrant_right",
    "shipped_quadrant", "style_first", "style_in_three",
)  # fmt: skip


def summed_up(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    energy = [row["energy_r"] for row in rows]
    return {
        "trips": len(rows),
        **{name: round(float(np.mean([row[name] for row in rows])), 3) for name in SHARES},
        "energy_r_median": round(float(np.median(energy)), 3),
        "energy_r_worst": min(energy),
    }


def show(rows: Sequence[dict[str, Any]], summary: dict[str, float]) -> None:
    print(f"{'':15s}" + "".join(f"{name.removesuffix('_right'):>22s}" for name in SHARES) + f"{'energy r':>10s}")
    for by, names in (("emotion", FELT), ("style", STYLES)):
        for name in names:
            group = summed_up([row for row in rows if row[by] == name])
            print(
                f"{name:15s}"
                + "".join(f"{group[share]:22.2f}" for share in SHARES)
                + f"{group['energy_r_worst']:10.2f}"
            )
    print(json.dumps(summary, indent=1))


if __name__ == "__main__":
    main()

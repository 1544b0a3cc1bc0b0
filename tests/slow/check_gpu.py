"""`make check-gpu`: the whole of /compose on a GPU, with both model sets or those in SETS; says so where there is none.

The pretrained set runs on the weights in AURAL_WEIGHTS, or without them on small random checkpoints.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import httpx
import torch

from aural.settings import MODEL_SETS
from examples.clip import CLIP
from tests.checkpoints import write_hub_cache
from tests.serving import Served, serve


def main() -> None:
    """Exit status 1 where an answer is not what it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.slow.check_gpu", description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=MODEL_SETS, default=MODEL_SETS, help="of models: both")
    asked = parser.parse_args()
    if not torch.cuda.is_available():
        print("No GPU here that torch can use: nothing was checked.")
        return
    print(f"GPU: {torch.cuda.get_device_name(0)}, torch {torch.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        given = os.environ.get("AURAL_WEIGHTS")
        weights = Path(given) if given else write_hub_cache(home / "weights")
        print(f"weights: {'as given' if given else 'small random checkpoints'}")
        for models in asked.sets:
            settings = {"AURAL_MODELS": models, "AURAL_WEIGHTS": str(weights), "AURAL_DEVICE": "cuda"}
            with serve(home / models, settings) as served:
                check(served, models)


def check(served: Served, models: str) -> None:
    """Health says GPU, the runners are on it, and the same request gives the same bytes."""
    assert httpx.get(f"{served.url}/health", timeout=30).json() == {"ok": True, "gpu": True}
    runners = httpx.get(f"{served.url}/info", timeout=30).json()["models"]
    answers = []
    for _ in range(2):
        started = time.monotonic()
        files = {"file": ("clip.ogg", CLIP.read_bytes())}
        answer = httpx.post(f"{served.url}/compose", files=files, data={"duration": "10"}, timeout=90)
        answer.raise_for_status()
        answers.append(answer.content)
        took_s = time.monotonic() - started
    assert answers[0] == answers[1], "the same request must give the same bytes"
    where = ", ".join(f"{role} {told['model']} on {told['device']}" for role, told in runners.items())
    print(f"{models}: /compose of 10 s in {took_s:.2f} s, twice the same bytes ({where})")


if __name__ == "__main__":
    main()

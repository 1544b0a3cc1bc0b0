"""Compare the port with what `convert reference` recorded of the original: `python -m training.tagger.compare FILE`."""

from __future__ import annotations

import sys

import numpy as np

from aural.wording.tags import MSD_TAGS
from models.tagger import Tagger
from training.tagger.reference_signal import reference_signal


def main(path: str) -> None:
    """Print, per sound, the largest difference of embeddings and tags, and the five strongest tags of `msd`."""
    recorded = np.load(path)
    tagger = Tagger.load()
    for i in range(len({name.split(".")[0] for name in recorded.files})):
        samples = recorded[f"{i}.samples"] if f"{i}.samples" in recorded.files else reference_signal()
        evidence = tagger.embed(samples)
        assert evidence.tags is not None
        embedding = np.concatenate([recorded[f"{i}.{name}.embedding"].mean(0) for name in ("msd", "mtt")])
        tags = np.concatenate([recorded[f"{i}.{name}.tags"].mean(0) for name in ("msd", "mtt")])
        strongest = ", ".join(f"{MSD_TAGS[j]} {evidence.tags[j]:.2f}" for j in np.argsort(-evidence.tags[:50])[:5])
        print(
            f"sound {i}: embedding {np.abs(evidence.embedding - embedding).max():.1e} "
            f"(of {np.abs(embedding).max():.1f}), tags {np.abs(evidence.tags - tags).max():.1e}; {strongest}"
        )


if __name__ == "__main__":
    main(sys.argv[1])

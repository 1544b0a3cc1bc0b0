"""CLAP: what a clip is like, and what a sentence is like, in one space of 512 numbers. Wu et al. 2023."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from aural.errors import AuralError
from aural.types import ClipFeatures
from models.batch import sample_error
from models.cards import CLAP, Card
from models.checkpoints import read_tensors, whole
from models.devices import check_fits
from models.report import runtime_report
from models.weights import (
    RECORD,
    files_of,
    obtain,
    snapshot,
    use_hub_cache,
    weight_files,
    weights_bytes,
    with_record,
)

RATE_HZ = 48_000
WINDOW_S = 10
WINDOW = WINDOW_S * RATE_HZ
SPARED = RATE_HZ // 2  # samples that may stay unheard between windows: a codec's padding shall not cost a window
WINDOWS_PER_BATCH = {"cpu": 4, "cuda": 16, "mps": 8}
LONGEST_TEXT = 77  # tokens, LAION-CLAP's context


@dataclass(frozen=True)
class Clap:
    """Thread-safe: nothing changes after loading.

    Every forward pass over audio has the same shape, `windows_per_batch` windows of whichever clips are
    there, padded with silence: a clip's embedding depends on its neighbours by rounding at most.
    """

    card: Card
    model: Any
    extractor: Any
    tokenizer: Any
    device: torch.device
    windows_per_batch: int

    @classmethod
    def load(cls, folder: Path | None, device: torch.device, *, card: Card = CLAP, record: Path = RECORD) -> Clap:
        """From a hub-cache folder; None is the hub's own.

        Raises MissingWeights when the files are not there, not those recorded or not all of CLAP, MissingDevice
        when they don't fit.
        """
        folder = obtain([card], folder, record)
        files = snapshot(card, folder)
        check_fits(device, 2 * weights_bytes(card, folder), card.name)  # the weights, and as much to work in
        use_hub_cache(folder)
        from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, RobertaTokenizer

        config = ClapConfig.from_pretrained(files, local_files_only=True)
        tensors = read_tensors(card.repo, weight_files(files_of(card, folder)))
        model: Any = whole(card.repo, ClapModel, config, tensors)
        return cls(
            card=with_record(card, record),
            model=model.to(device),
            extractor=ClapFeatureExtractor.from_pretrained(files, local_files_only=True),
            tokenizer=RobertaTokenizer.from_pretrained(files, local_files_only=True),
            device=device,
            windows_per_batch=WINDOWS_PER_BATCH[device.type],
        )

    @property
    def rate_hz(self) -> int:
        """Of the samples that it hears."""
        return RATE_HZ

    def report(self) -> dict[str, Any]:
        """For /info."""
        return runtime_report(self.card, self.device)

    def embed_many(self, clips: Sequence[NDArray[np.float32]]) -> list[ClipFeatures | AuralError]:
        """Embed clips. `clips`: (time,) float32 at 48 kHz each. A clip that cannot be heard gets its error.

        The embedding (512,) is the mean of its windows' unit embeddings, scaled to unit length again.
        """
        flaws = [sample_error(samples) for samples in clips]
        windows = [[] if bad else cut_windows(samples) for bad, samples in zip(flaws, clips, strict=True)]
        embedded = self._embed_windows([window for one in windows for window in one])
        ends = np.cumsum([0, *map(len, windows)])
        return [
            bad or ClipFeatures(source="clap", embedding=_mean_direction(embedded[start:end]))
            for bad, (start, end) in zip(flaws, pairwise(ends), strict=True)
        ]

    def embed(self, samples: NDArray[np.float32]) -> ClipFeatures:
        """As `embed_many` for one clip; raises its error."""
        (features,) = self.embed_many([samples])
        if isinstance(features, AuralError):
            raise features
        return features

    @torch.inference_mode()
    def _embed_windows(self, windows: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """(480000,) each -> unit embeddings (windows, 512)."""
        rows = [np.zeros((0, self.model.config.projection_dim), np.float32)]
        for start in range(0, len(windows), self.windows_per_batch):
            batch = list(windows[start : start + self.windows_per_batch])
            silence = [np.zeros(WINDOW, np.float32)] * (self.windows_per_batch - len(batch))
            features = self.extractor(batch + silence, sampling_rate=RATE_HZ, return_tensors="pt")["input_features"]
            embedded = self.model.get_audio_features(input_features=features.float().to(self.device)).pooler_output
            rows.append(_unit(embedded[: len(batch)]))
        return np.concatenate(rows)

    @torch.inference_mode()
    def embed_text(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Unit embeddings (n, 512) of sentences."""
        tokens = self.tokenizer(
            list(sentences), padding=True, truncation=True, max_length=LONGEST_TEXT, return_tensors="pt"
        )
        return _unit(self.model.get_text_features(**tokens.to(self.device)).pooler_output)

    def prototypes(self, phrasings: Mapping[str, Sequence[str]]) -> NDArray[np.float32]:
        """One unit direction per label, (labels, 512) in order: the mean over that label's phrasings."""
        embedded = self.embed_text([sentence for sentences in phrasings.values() for sentence in sentences])
        ends = np.cumsum([0, *map(len, phrasings.values())])
        return np.stack([_mean_direction(embedded[start:end]) for start, end in pairwise(ends)])


def cut_windows(samples: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The 10 s windows that stand for a clip, always the same ones: spread evenly from its start to its end.

    The extractor itself would cut one at random. A clip under 10 s is repeated as often as it fits whole,
    then padded with silence ("repeatpad", as CLAP was trained).
    """
    if len(samples) < WINDOW:
        repeated = np.tile(samples, WINDOW // len(samples))
        return [np.pad(repeated, (0, WINDOW - len(repeated)))]
    count = max(1, -(-(len(samples) - SPARED) // WINDOW))
    starts = np.linspace(0, len(samples) - WINDOW, count) if count > 1 else np.zeros(1)
    return [samples[start : start + WINDOW] for start in starts.round().astype(int)]


def _unit(rows: Tensor) -> NDArray[np.float32]:
    return F.normalize(rows.float(), dim=-1).cpu().numpy()


def _mean_direction(units: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, width) -> (width,) of unit length."""
    mean = units.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

"""The adapter: from what an embedder heard and a clip's descriptors to valence, arousal, an emotion word and styles.

Several heads predict valence and arousal, each from one kind of features, and are averaged with fixed weights; what is
not there has none, so any subset works. `descriptors` and `tags` were trained for music of all kinds
(training/adapter/shipped.py), `network` on somebody's own clips (python -m training.adapter); `words` reads the
tagger's tags by their meaning; `clap` compares CLAP's embedding with text prototypes and is trained on nothing,
because no CLAP was there to train on. A file holds some of them.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from aural.errors import MissingWeights
from aural.types import Affect, ClipFeatures, Floats
from aural.wording.descriptors import DESCRIPTORS
from aural.wording.emotion import ANCHORS, EMOTIONS, nearest_emotion
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from models.affect_network import LIMIT, AffectNetwork, tag_logits, tensor

SHIPPED = Path(__file__).with_name("adapter.pt")
FORMAT = 3

# Of each head's prediction of valence and arousal in the average: equal, and not tuned. How far a head can be trusted
# depends on how much the clip resembles what the head was trained on, and no data at hand could tell that.
ENSEMBLE_WEIGHTS = {"descriptors": 1.0, "tags": 1.0, "words": 1.0, "network": 1.0, "clap": 1.0}
PIANO = "mtt:piano"
CLAP_LOGIT_SCALE = 1 / 0.07  # of cosine similarities; where CLIP and CLAP start their own (Radford et al. 2021)
HEADS = ("descriptors", "tags", "words", "styles")
VOCABULARY = {"emotions": EMOTIONS, "styles": STYLES, "descriptors": DESCRIPTORS, "tags": TAGS}


@dataclass(frozen=True, eq=False)
class Linear:
    """`weight` (out, in) and `bias` (out,) on inputs standardised by `mean` and `scale`, both (in,)."""

    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor

    def __call__(self, inputs: Tensor) -> Tensor:
        standard = ((inputs - self.mean) / self.scale).clamp(-LIMIT, LIMIT)
        return standard @ self.weight.T + self.bias


@dataclass(frozen=True, eq=False)
class TempoWindow:
    """`bonus` for `style_id` where the tempo, folded into the octave from `low_bpm` up, is at most `high_bpm`."""

    style_id: str
    low_bpm: float
    high_bpm: float
    bonus: float

    def holds(self, tempo_octaves: float) -> bool:
        above = (tempo_octaves - np.log2(self.low_bpm / 120)) % 1
        return bool(tempo_octaves != 0 and above <= np.log2(self.high_bpm / self.low_bpm))


@dataclass(frozen=True, eq=False)
class Prototypes:
    """CLAP's text embeddings of the labels, unit length: `styles` (23, width), `emotions` (10, width)."""

    styles: Tensor
    emotions: Tensor


NO_OFFSET = torch.zeros(2, dtype=torch.float64)


@dataclass(frozen=True, eq=False)
class Adapter:
    """Thread-safe: nothing changes after `load`.

    `piano_offset`: (2,) what solo piano has on average, which is taken off by how sure the tagger is of piano: it is
    judged among its own kind. `styles`: the tags' meaning as styles.
    """

    provenance: Mapping[str, str]
    descriptors: Linear | None = None
    tags: Linear | None = None
    words: Linear | None = None
    styles: Linear | None = None
    tempo_windows: tuple[TempoWindow, ...] = ()
    piano_offset: Tensor = NO_OFFSET
    network: AffectNetwork | None = None
    prototypes: Prototypes | None = None

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Adapter:
        """Read an adapter.pt. Raises MissingWeights where it is absent, unreadable or made for other names."""
        if not path.is_file():
            raise MissingWeights(
                f"There is no {path}. It ships with the project, or make it: python -m training.adapter.shipped."
            )
        try:
            saved = torch.load(io.BytesIO(path.read_bytes()), map_location="cpu", weights_only=True)
            refuse_other_names(saved, path)
            heads = {name: Linear(**saved["heads"][name]) if saved["heads"][name] else None for name in HEADS}
            return cls(
                provenance=saved["provenance"],
                descriptors=heads["descriptors"],
                tags=heads["tags"],
                words=heads["words"],
                styles=heads["styles"],
                tempo_windows=tuple(TempoWindow(**window) for window in saved["tempo_windows"]),
                piano_offset=saved["piano_offset"],
                network=AffectNetwork.restored(saved["network"]) if saved["network"] else None,
            )
        except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, TypeError) as cause:
            raise MissingWeights(f"{path} is not an adapter that can be read ({cause}). Restore it.") from cause

    def save(self, path: Path) -> None:
        """Plain tensors, names and numbers, as `load` reads them."""
        torch.save(
            {
                "format": FORMAT,
                "vocabulary": {name: list(words) for name, words in VOCABULARY.items()},
                "heads": {name: vars(getattr(self, name)) if getattr(self, name) else None for name in HEADS},
                "network": self.network.saved() if self.network else None,
                "tempo_windows": [vars(window) for window in self.tempo_windows],
                "piano_offset": self.piano_offset,
                "provenance": dict(self.provenance),
            },
            path,
        )

    def with_prototypes(self, style_prototypes: Floats, emotion_prototypes: Floats) -> Adapter:
        """The same adapter, able to use CLAP. Rows in the order of STYLES and EMOTIONS: (23, width), (10, width)."""
        assert len(style_prototypes) == len(STYLES)
        assert len(emotion_prototypes) == len(EMOTIONS)
        return replace(self, prototypes=Prototypes(unit(style_prototypes), unit(emotion_prototypes)))

    def label(self, features: ClipFeatures, descriptors: Floats) -> Affect:
        """Name what was heard. `descriptors`: (n,) as `describe` gives them; all zeros (silence) have no say."""
        valence, arousal = self.feel(features, descriptors).clamp(-1, 1).tolist()
        emotion, confidence = nearest_emotion(valence, arousal)
        probabilities = torch.softmax(self.style_logits(features, descriptors), dim=0).tolist()
        ranked = sorted(zip(STYLES, probabilities, strict=True), key=lambda item: -item[1])
        return Affect(valence, arousal, emotion, confidence, tuple(ranked))

    def feel(self, features: ClipFeatures, descriptors: Floats) -> Tensor:
        """(valence, arousal), not yet held to -1..1; (0, 0) where nothing is there to go by."""
        head_predictions = self.head_predictions(features, descriptors)
        if not head_predictions:
            return torch.zeros(2, dtype=torch.float64)
        feeling = combined(head_predictions)
        if features.tags is not None:
            feeling = feeling - self.piano_offset * float(features.tags[TAGS.index(PIANO)])
        return feeling

    def head_predictions(self, features: ClipFeatures, descriptors: Floats) -> dict[str, Tensor]:
        """(valence, arousal) in -1..1 of everyone who has something to go by."""
        head_predictions = {}
        if self.descriptors is not None and np.any(descriptors):
            head_predictions["descriptors"] = torch.tanh(self.descriptors(tensor(descriptors)))
        if features.tags is not None:
            logits = tag_logits(features.tags)
            for name, reading in (("tags", self.tags), ("words", self.words)):
                if reading is not None:
                    head_predictions[name] = torch.tanh(reading(logits))
        if self.network is not None and self.network.feels:
            known = self.network.known(features, descriptors)
            if known is not None:
                head_predictions["network"] = self.network.feelings(*known)[0]
        if features.source == "clap":
            likeness = torch.softmax(CLAP_LOGIT_SCALE * self._likeness(features, "emotions"), dim=0)
            head_predictions["clap"] = likeness @ torch.tensor(list(ANCHORS.values()), dtype=torch.float64)
        return head_predictions

    def style_logits(self, features: ClipFeatures, descriptors: Floats) -> Tensor:
        """(23,): the tags by their meaning, the network, CLAP's likeness to the styles' phrasings; and the tempo."""
        logits = torch.zeros(len(STYLES), dtype=torch.float64)
        if self.styles is not None and features.tags is not None:
            logits = logits + self.styles(tag_logits(features.tags))
        if self.network is not None and self.network.styles.any():
            known = self.network.known(features, descriptors)
            logits = logits + self.network.style_logits(*known)[0] if known is not None else logits
        if features.source == "clap":
            logits = logits + CLAP_LOGIT_SCALE * self._likeness(features, "styles")
        tempo_octaves = float(descriptors[DESCRIPTORS.index("rhythm.tempo_octaves")])
        for window in self.tempo_windows:
            if window.holds(tempo_octaves):
                logits[STYLES.index(window.style_id)] += window.bonus
        return logits

    def report(self) -> dict[str, Any]:
        """For /info: where the weights come from and what may be done with them."""
        return dict(self.provenance)

    def _likeness(self, features: ClipFeatures, labels: str) -> Tensor:
        assert self.prototypes is not None, "CLAP's embedding needs CLAP's prototypes: call with_prototypes first"
        prototypes: Tensor = getattr(self.prototypes, labels)
        return prototypes @ unit(features.embedding)


def combined(head_predictions: Mapping[str, Tensor]) -> Tensor:
    """The average by `ENSEMBLE_WEIGHTS`."""
    total = sum(ENSEMBLE_WEIGHTS[name] for name in head_predictions)
    return torch.stack([ENSEMBLE_WEIGHTS[name] / total * opinion for name, opinion in head_predictions.items()]).sum(
        dim=0
    )


def refuse_other_names(saved: Mapping[str, Any], path: Path) -> None:
    """Raises MissingWeights where the file was made for another format or other names than the code's."""
    if saved["format"] != FORMAT:
        raise MissingWeights(f"{path} has format {saved['format']}; this code reads {FORMAT}. Train it anew.")
    for name, words in VOCABULARY.items():
        if tuple(saved["vocabulary"][name]) != words:
            differing = sorted(set(words) ^ set(saved["vocabulary"][name])) or ["their order"]
            raise MissingWeights(
                f"{path} was made for other {name} than this code has (they differ in {', '.join(differing[:5])}). "
                "Train it anew: python -m training.adapter, or .shipped for the one that ships."
            )


def unit(vectors: Floats) -> Tensor:
    """Each row at length 1."""
    return torch.nn.functional.normalize(tensor(vectors), dim=-1)

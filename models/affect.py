"""What a clip feels like: an embedder (CLAP or the tagger) and the adapter that names what it heard."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from aural.errors import AuralError
from aural.settings import Settings
from aural.types import Affect, ClipFeatures, Floats
from aural.wording.descriptors import DESCRIPTORS
from aural.wording.prototypes import EMOTION_PHRASINGS, STYLE_PHRASINGS
from models.adapter import SHIPPED, Adapter
from models.devices import choose_device
from models.weights import RECORD


class Embedder(Protocol):
    """`rate_hz`: the rate of the samples it wants."""

    @property
    def rate_hz(self) -> int: ...

    def embed_many(self, clips: Sequence[Floats]) -> Iterable[ClipFeatures | AuralError]: ...

    def report(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class AffectModel:
    """Thread-safe. `embed_text`: sentences to unit vectors in the space of the embedder's embeddings; None: it has
    none."""

    ear: Embedder
    adapter: Adapter
    embed_text: Callable[[Sequence[str]], Floats] | None = None
    _reading: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def load(cls, settings: Settings) -> AffectModel:
        """The tagger for the built-in set, CLAP for the pretrained one. Raises MissingWeights."""
        device = choose_device(settings.device)
        adapter = Adapter.load(settings.adapter or SHIPPED)
        if settings.models == "builtin":
            from models.tagger import Tagger

            return cls(Tagger.load(device), adapter)
        from models.clap import Clap

        clap = Clap.load(settings.weights_dir, device, record=settings.weights_record or RECORD)
        return cls(
            clap,
            adapter.with_prototypes(clap.prototypes(STYLE_PHRASINGS), clap.prototypes(EMOTION_PHRASINGS)),
            clap.embed_text,
        )

    def warm_up(self) -> None:
        (features,) = self.embed_many([np.zeros(3 * self.ear.rate_hz, np.float32)])
        if isinstance(features, AuralError):
            raise features
        self.label(features, np.zeros(len(DESCRIPTORS), np.float32))

    def embed_many(self, clips: Sequence[Floats]) -> Iterable[ClipFeatures | AuralError]:
        return self.ear.embed_many(clips)

    def label(self, features: ClipFeatures, descriptors: Floats) -> Affect:
        return self.adapter.label(features, descriptors)

    @property
    def reads_words(self) -> bool:
        """Whether it can tell how alike sound and words are."""
        return self.embed_text is not None

    def likeness(self, features: ClipFeatures, prompt: str) -> float | None:
        """The cosine of what was heard and a prompt, -1..1. None where the embedder reads no words."""
        if self.embed_text is None:
            return None
        with self._reading:  # a tokenizer that pads bears one thread only
            (read,) = self.embed_text([prompt])
        return float(features.embedding @ read)

    def report(self) -> dict[str, Any]:
        return {**self.ear.report(), "rate_hz": self.ear.rate_hz, "adapter": self.adapter.report()}

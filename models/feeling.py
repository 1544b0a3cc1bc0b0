"""What a clip feels like: an ear (CLAP or the tagger) and the adapter that names what it heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from aural.errors import AuralError
from aural.listening.descriptors import DESCRIPTORS
from aural.settings import Settings
from aural.wire import Evidence, Feeling, Floats
from aural.wording.prototypes import EMOTION_PHRASINGS, STYLE_PHRASINGS
from models.adapter import SHIPPED, Adapter
from models.devices import choose_device
from models.weights import RECORD


class Ear(Protocol):
    """`rate_hz`: the rate of the samples it wants."""

    @property
    def rate_hz(self) -> int: ...

    def hear_many(self, clips: Sequence[Floats]) -> Sequence[Evidence | AuralError]: ...

    def report(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class FeelingModel:
    ear: Ear
    adapter: Adapter

    @classmethod
    def load(cls, settings: Settings) -> FeelingModel:
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
        )

    def warm_up(self) -> None:
        (heard,) = self.hear_many([np.zeros(3 * self.ear.rate_hz, np.float32)])
        if isinstance(heard, AuralError):
            raise heard
        self.label(heard, np.zeros(len(DESCRIPTORS), np.float32))

    def hear_many(self, clips: Sequence[Floats]) -> Sequence[Evidence | AuralError]:
        return self.ear.hear_many(clips)

    def label(self, evidence: Evidence, descriptors: Floats) -> Feeling:
        return self.adapter.label(evidence, descriptors)

    def report(self) -> dict[str, Any]:
        return {**self.ear.report(), "rate_hz": self.ear.rate_hz, "adapter": self.adapter.report()}

"""The music of every style sounds as it did: whoever changes it on purpose makes the fingerprints again."""

from __future__ import annotations

import json

import numpy as np
import pytest

from models.sketch.composer import SketchComposer
from tests.models.sketch.fingerprints import KEPT, fingerprint, requests

KNOWN = json.loads(KEPT.read_text())
TOLERANCE_DB = 0.05  # other processors round otherwise


@pytest.mark.parametrize("name", requests())
def test_a_style_sounds_as_it_did(name: str, composer: SketchComposer) -> None:
    take, known = composer.compose(requests()[name], lambda _: None), KNOWN[name]
    assert (take.bpm, take.key, take.samples.shape[1]) == (known["bpm"], known["key"], known["samples"])
    np.testing.assert_allclose(fingerprint(take), known["levels_db"], atol=TOLERANCE_DB)


def test_every_fingerprint_is_looked_at() -> None:
    assert set(KNOWN) == set(requests())

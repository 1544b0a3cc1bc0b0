from __future__ import annotations

from collections.abc import Callable

import pytest

from aural.types import MusicRequest, Take
from models.sketch.composer import SketchComposer
from models.sketch.prompt.interpreter import PromptInterpreter
from tests.models.sketch.takes import loaded_composer

Compose = Callable[..., Take]


@pytest.fixture(scope="session")
def composer() -> SketchComposer:
    return loaded_composer()


@pytest.fixture(scope="session")
def interpreter(composer: SketchComposer) -> PromptInterpreter:
    return composer._steering


@pytest.fixture(scope="session")
def compose(composer: SketchComposer) -> Compose:
    """Compose a request given by its fields; nobody watches the progress."""

    def composed(prompt: str = "music", duration_s: float = 4.0, seed: int = 1, **fields: object) -> Take:
        return composer.compose(MusicRequest(prompt, duration_s=duration_s, seed=seed, **fields), lambda _: None)  # type: ignore[arg-type]

    return composed

from __future__ import annotations

from pathlib import Path

import pytest

from aural.settings import BadSetting, Settings


def test_an_empty_environment_gives_the_builtin_set() -> None:
    settings = Settings.from_env({})
    assert settings.models == "builtin"
    assert settings.deadline_s == 60
    assert not settings.logs


def test_every_variable_is_read() -> None:
    settings = Settings.from_env(
        {
            "AURAL_MODELS": "pretrained",
            "AURAL_WEIGHTS": "w",
            "AURAL_DEADLINE_S": "5",
            "LOGS": "true",
            "AURAL_WORKERS": "3",
        }
    )
    assert settings.models == "pretrained"
    assert settings.weights_dir == Path("w")
    assert (settings.deadline_s, settings.logs, settings.workers) == (5, True, 3)


@pytest.mark.parametrize(
    "env", [{"AURAL_MODELS": "both"}, {"AURAL_DEADLINE_S": "soon"}, {"AURAL_WORKERS": "0"}, {"LOGS": "maybe"}]
)
def test_a_bad_value_names_its_variable(env: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match=next(iter(env))):
        Settings.from_env(env)

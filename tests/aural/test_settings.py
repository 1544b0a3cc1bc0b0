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
            "AURAL_SLOTS": "5",
            "AURAL_CACHE_MB": "700",
            "AURAL_PRECISION": "int8",
            "AURAL_CORS_ORIGINS": "https://app.example.com, http://localhost:5173",
        }
    )
    assert settings.models == "pretrained"
    assert settings.weights_dir == Path("w")
    assert (settings.deadline_s, settings.logs, settings.workers) == (5, True, 3)
    assert (settings.slots, settings.cache_mb, settings.precision) == (5, 700, "int8")
    assert settings.cors_origins == ("https://app.example.com", "http://localhost:5173")


@pytest.mark.parametrize("empty", [{}, {"AURAL_SLOTS": "", "AURAL_CACHE_MB": ""}])
def test_slots_cache_and_precision_are_the_devices_own_where_nobody_sets_them(empty: dict[str, str]) -> None:
    settings = Settings.from_env(empty)
    assert (settings.slots, settings.cache_mb, settings.precision) == (None, None, "auto")


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("AURAL_SLOTS", "0", "must be between 1 and 1024"),
        ("AURAL_SLOTS", "-3", "must be between 1 and 1024"),
        ("AURAL_SLOTS", "1025", "must be between 1 and 1024"),
        ("AURAL_SLOTS", "many", "must be a number"),
        ("AURAL_SLOTS", "nan", "must be between 1 and 1024"),
        ("AURAL_CACHE_MB", "0", "must be between 1 and 1e+07"),
        ("AURAL_CACHE_MB", "inf", "must be between 1 and 1e+07"),
        ("AURAL_CACHE_MB", "2 GB", "must be a number"),
        ("AURAL_PRECISION", "int4", "must be one of auto, fp32, bf16, fp16, int8"),
        ("AURAL_PRECISION", "", "must be one of auto, fp32, bf16, fp16, int8"),
    ],
)
def test_a_bad_value_is_told_with_what_it_may_be(name: str, value: str, remedy: str) -> None:
    with pytest.raises(BadSetting) as told:
        Settings.from_env({name: value})
    assert str(told.value).startswith(f"{name} is ")
    assert value in str(told.value)
    assert remedy in str(told.value)


@pytest.mark.parametrize(
    "env", [{"AURAL_MODELS": "both"}, {"AURAL_DEADLINE_S": "soon"}, {"AURAL_WORKERS": "0"}, {"LOGS": "maybe"}]
)
def test_a_bad_value_names_its_variable(env: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match=next(iter(env))):
        Settings.from_env(env)


@pytest.mark.parametrize(
    ("value", "origins"),
    [
        ("", ()),
        (" ", ()),
        ("*", ("*",)),
        ("https://a.example,http://b.example:8080,", ("https://a.example", "http://b.example:8080")),
        ("http://127.0.0.1:5173", ("http://127.0.0.1:5173",)),
        ("http://[::1]:5173", ("http://[::1]:5173",)),
        ("tauri://localhost", ("tauri://localhost",)),
        ("http://a.example:443", ("http://a.example:443",)),
    ],
)
def test_origins_are_a_list(value: str, origins: tuple[str, ...]) -> None:
    assert Settings.from_env({"AURAL_CORS_ORIGINS": value}).cors_origins == origins


@pytest.mark.parametrize(
    "origin",
    [
        "app.example.com",
        "localhost:5173",
        "https://a.example/",
        "https://a.example/page",
        "https://a.example?x",
        "https://user@a.example",
        "https://A.example",
        "https://*.example.com",
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:",
        "https://ä.example",
        "null",
        "file://",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(origin: str) -> None:
    with pytest.raises(BadSetting, match=r"AURAL_CORS_ORIGINS has .* a scheme, a host and a port") as told:
        Settings.from_env({"AURAL_CORS_ORIGINS": f"https://fine.example,{origin}"})
    assert repr(origin) in str(told.value)


def test_every_origin_and_one_is_refused() -> None:
    with pytest.raises(BadSetting, match="leave it out, or the others"):
        Settings.from_env({"AURAL_CORS_ORIGINS": "*, https://a.example"})

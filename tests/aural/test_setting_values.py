"""How keys, closed paths and addresses are written, and what is said of what is written otherwise."""

from __future__ import annotations

import hashlib

import pytest

from aural.setting_values import Address, ApiKey
from aural.settings import BadSetting, Settings

HEX = hashlib.sha256(b"swordfish").hexdigest()


def test_keys_have_names_and_are_kept_as_hashes() -> None:
    settings = Settings.from_env(
        {"AURAL_API_KEY": "sesame", "AURAL_API_KEYS": f"anna:a:b=c, robot:sha256={HEX},", "AURAL_RATE_PER_MINUTE": "60"}
    )
    assert settings.keys == (
        ApiKey.of("key", "sesame"),
        ApiKey.of("anna", "a:b=c"),
        ApiKey("robot", hashlib.sha256(b"swordfish").digest()),
    )
    assert (settings.rate_per_minute, settings.at_once_per_key) == (60, None)


@pytest.mark.parametrize("value", ["", " ", ","])
def test_no_keys_are_none(value: str) -> None:
    assert Settings.from_env({"AURAL_API_KEYS": value}).keys == ()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("verysecret", "number 1 of the list is neither NAME:KEY"),
        ("anna:verysecret, :verysecret", "number 2 of the list is neither NAME:KEY"),
        ("an na:verysecret", "number 1"),
        ("anna:very secret", "number 1"),
        ("anna:", "number 1"),
        (f"{'a' * 33}:verysecret", "number 1"),
        ("anna:sha256=verysecret", "what follows sha256= of 'anna' is no SHA-256"),
        (f"anna:sha256={HEX.upper()}", "is no SHA-256"),
        ("anna:verysecret,anna:other", "has 'anna' twice"),
        ("anna:verysecret,bert:verysecret", "under another name too"),
        (f"anna:swordfish,bert:sha256={HEX}", "under another name too"),
        ("key:verysecret", "has the name 'key'"),
    ],
)
def test_a_list_that_cannot_be_used_is_told_without_a_key_in_the_sentence(keys: str, said: str) -> None:
    with pytest.raises(BadSetting, match="AURAL_API_KEYS") as told:
        Settings.from_env({"AURAL_API_KEY": "sesame", "AURAL_API_KEYS": keys})
    assert said in str(told.value)
    for secret in ("verysecret", "swordfish", "sesame", HEX, HEX.upper()):
        assert secret not in str(told.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("AURAL_RATE_PER_MINUTE", "5"), ("AURAL_AT_ONCE_PER_KEY", "5"), ("AURAL_CLOSED_PATHS", "/info")],
)
def test_what_means_nothing_without_keys_is_told(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{variable} is set, and there is no key"):
        Settings.from_env({variable: value})
    Settings.from_env({variable: value, "AURAL_API_KEYS": "anna:x"})


def test_closed_paths_are_three() -> None:
    keyed = {"AURAL_API_KEY": "x"}
    assert Settings.from_env({**keyed, "AURAL_CLOSED_PATHS": "/metrics, /info"}).closed_paths == {"/metrics", "/info"}
    for path in ("/livez", "info", "/generate", "*"):
        with pytest.raises(BadSetting, match=r"it may have /metrics, /info, /docs\.json"):
            Settings.from_env({**keyed, "AURAL_CLOSED_PATHS": path})


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("", None),
        ("127.0.0.1:9090", Address("127.0.0.1", 9090)),
        ("0.0.0.0:1", Address("0.0.0.0", 1)),
        ("[::1]:65535", Address("::1", 65535)),
    ],
)
def test_an_address_is_an_ip_address_and_a_port(value: str, address: Address | None) -> None:
    assert Settings.from_env({"AURAL_METRICS_ADDRESS": value}).metrics_address == address


@pytest.mark.parametrize(
    "value",
    [
        *("9090", ":9090", "localhost:9090", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "::1:9090"),
        *("[127.0.0.1]:90", "[::1]", "127.0.0.1:+90", "127.0.0.1: 90", "127.0.0.1:٣"),
    ],
)
def test_what_is_no_address_is_told(value: str) -> None:
    with pytest.raises(BadSetting, match=r"AURAL_METRICS_ADDRESS is .* an IP address and a port"):
        Settings.from_env({"AURAL_METRICS_ADDRESS": value})


@pytest.mark.parametrize(("value", "days"), [("", 30), ("0.5", 0.5), ("365", 365)])
def test_records_have_an_age(value: str, days: float) -> None:
    assert Settings.from_env({"AURAL_LOG_MAX_DAYS": value}).log_max_days == days

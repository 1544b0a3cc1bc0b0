"""Every limit and switch, units in the names. The only reader of the environment.

Over 250 lines: it is one table, of which each row has its sentence.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from aural.setting_values import (
    Address,
    ApiKey,
    BadSetting,
    address_of,
    api_keys_of,
    closed_paths_of,
    origins_of,
)

__all__ = ["BadSetting", "Settings"]

VERSION = "0.2.0"
ModelSet = Literal["builtin", "pretrained"]
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MODEL_SETS: tuple[ModelSet, ...] = ("builtin", "pretrained")
PRECISIONS = ("auto", "fp32", "bf16", "fp16", "int8")

# The contract's limits: not switches.
MAX_UPLOAD_BYTES = 30 * 2**20
MAX_JSON_BYTES = 64 * 2**10  # an energy curve of 1000 numbers has 20 kB at most
MAX_INPUT_S = 30.0
INPUT_SLACK_S = 0.1  # codecs pad: 30.1 s passes
MIN_INPUT_S = 0.5
MAX_DURATION_S = 120.0
MIN_DURATION_S = 1.0


def _told(variable: str, sentence: str, default: str = "") -> dict[str, str]:
    """A field's metadata, which the documentation's table is made from. `default`: in words, where the field's own
    value does not say it."""
    return {"variable": variable, "sentence": sentence, "default": default}


@dataclass(frozen=True)
class Settings:
    """What the operator decides, one field per environment variable."""

    models: ModelSet = field(
        default="builtin",
        metadata=_told(
            "AURAL_MODELS", "The model set: `builtin` or `pretrained`.", "`builtin`; in the image `pretrained`"
        ),
    )
    device: str = field(
        default="auto",
        metadata=_told("AURAL_DEVICE", "Where models go: `auto`, `cpu`, `cuda`, `cuda:N` or `mps`."),
    )
    weights_dir: Path | None = field(
        default=None,
        metadata=_told(
            "AURAL_WEIGHTS", "Folder with the pretrained weights, laid out like the hub's cache.", "the hub's own cache"
        ),
    )
    weights_record: Path | None = field(
        default=None,
        metadata=_told(
            "AURAL_WEIGHTS_RECORD",
            "Revisions and hashes that `make weights` saw; files that differ are refused.",
            "`models/recorded.json`",
        ),
    )
    adapter: Path | None = field(
        default=None, metadata=_told("AURAL_ADAPTER", "An adapter trained on labels of your own.", "the one that ships")
    )
    musicgen: str = field(
        default="small",
        metadata=_told(
            "AURAL_MUSICGEN",
            "`small`, `medium`, `large`, `stereo-small`, `stereo-medium`, `stereo-large`, or a fine-tune's repository,"
            " `organisation/name`.",
        ),
    )
    precision: str = field(
        default="auto",
        metadata=_told(
            "AURAL_PRECISION",
            "MusicGen's numbers. On a CPU `fp32` (auto) or `int8`; on NVIDIA `fp16` (auto), `bf16` or `fp32`; on MPS"
            " `fp32` (auto) or `fp16`.",
        ),
    )
    slots: int | None = field(
        default=None,
        metadata=_told(
            "AURAL_SLOTS",
            "Requests that MusicGen decodes at once; on a GPU no more than fit.",
            "`8`; on an NVIDIA GPU `32`",
        ),
    )
    cache_mb: int | None = field(
        default=None,
        metadata=_told(
            "AURAL_CACHE_MB",
            "Memory for what these have played: it bounds slots times length.",
            "half of what is free",
        ),
    )
    deadline_s: float = field(
        default=60.0, metadata=_told("AURAL_DEADLINE_S", "Time for a request from when its body is there, in seconds.")
    )
    max_wait_s: float = field(
        default=math.inf,
        metadata=_told(
            "AURAL_MAX_WAIT_S",
            "Seconds that a call may wait for others before its own work begins, at the listeners and at the composer;"
            " one that would wait longer is answered 429 at once. It keeps answers quick under any load.",
            "as long as its deadline allows",
        ),
    )
    max_in_flight: int = field(
        default=32,
        metadata=_told(
            "AURAL_MAX_IN_FLIGHT", "Calls inside at once, from when their bodies are there; more are answered 429."
        ),
    )
    connections_per_address: int = field(
        default=256,
        metadata=_told(
            "AURAL_CONNECTIONS_PER_ADDRESS",
            "Connections that one address (IPv6: one network of 64 bits) may have open, in each gateway process; one"
            " more is answered 429. Behind a proxy all come from its address: set as many as it opens.",
        ),
    )
    takes_mb: int = field(
        default=2000,
        metadata=_told(
            "AURAL_TAKES_MB",
            "Memory for the music of all requests in the gateway: a minute takes 44 MB, as a ZIP ten times as much;"
            " what is too much beside others is answered 429.",
        ),
    )
    workers: int = field(
        default=2,
        metadata=_told("AURAL_WORKERS", "Processes that decode and analyse.", "cores - 1, at least 2, at most 8"),
    )
    composer_threads: int = field(
        default=2,
        metadata=_told(
            "AURAL_COMPOSER_THREADS",
            "Sketches composed at once; MusicGen's threads on a CPU.",
            "cores - 1; for `pretrained` cores",
        ),
    )
    api_key: str | None = field(
        default=None,
        repr=False,
        metadata=_told(
            "AURAL_API_KEY",
            "Asked for as `Authorization: Bearer KEY`, by all but the probes (`/livez`, `/readyz`, `/healthz`,"
            " `/health`), the pages (`/`, `/assets/`, `/docs`), and `/metrics`, `/info` and `/docs.json`, which"
            " AURAL_CLOSED_PATHS can close. The log calls it `key`.",
        ),
    )
    api_keys: tuple[ApiKey, ...] = field(
        default=(),
        metadata=_told(
            "AURAL_API_KEYS",
            "More keys, with commas between: `NAME:KEY`, or `NAME:sha256=HEX` where the key itself is not to stand"
            " here. The log says the name of the one that asked.",
            "none",
        ),
    )
    rate_per_minute: int | None = field(
        default=None,
        metadata=_told(
            "AURAL_RATE_PER_MINUTE",
            "Requests of one key in any 60 seconds; more are answered 429, and `Retry-After` says when there is room.",
            "no limit",
        ),
    )
    at_once_per_key: int | None = field(
        default=None,
        metadata=_told(
            "AURAL_AT_ONCE_PER_KEY", "Requests of one key that are served at once; more are answered 429.", "no limit"
        ),
    )
    closed_paths: frozenset[str] = field(
        default=frozenset(),
        metadata=_told(
            "AURAL_CLOSED_PATHS",
            "Those of `/metrics`, `/info`, `/docs.json` that are to ask for a key too, with commas between;"
            " `/docs.json` takes `/schema.json` along.",
            "none",
        ),
    )
    metrics_address: Address | None = field(
        default=None,
        metadata=_told(
            "AURAL_METRICS_ADDRESS",
            "Where metrics are served instead of at `/metrics`, which is not there then: an IP address and a port, like"
            " `127.0.0.1:9090`. Nobody is asked for a key there.",
            "none",
        ),
    )
    cors_origins: tuple[str, ...] = field(
        default=(),
        metadata=_told(
            "AURAL_CORS_ORIGINS",
            "Origins whose pages may call the service from a browser, with commas between; `*` is any.",
            "none",
        ),
    )
    logs: bool = field(
        default=False,
        metadata=_told("LOGS", "`true`: each request leaves a JSON record, its input and its output."),
    )
    log_dir: Path = field(
        default=Path("logs"),
        metadata=_told(
            "AURAL_LOG_DIR",
            "Where records go, which only their owner can read; a folder that is not there is made for its owner alone,"
            " one that is there keeps its mode. Files of others there stay, and are not counted.",
        ),
    )
    log_max_mb: int = field(
        default=1000, metadata=_told("AURAL_LOG_MAX_MB", "Records in all; beyond this the oldest go first.")
    )
    log_max_days: float = field(
        default=30, metadata=_told("AURAL_LOG_MAX_DAYS", "Records that are older go, within ten minutes.")
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read `AURAL_*` and `LOGS`. Raises BadSetting."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        weights = env.get("AURAL_WEIGHTS") or None
        record = env.get("AURAL_WEIGHTS_RECORD") or None
        adapter = env.get("AURAL_ADAPTER") or None
        models = _model_set(env.get("AURAL_MODELS", cls.models))
        pretrained = models == "pretrained"
        settings = cls(
            models=models,
            device=env.get("AURAL_DEVICE", cls.device),
            weights_dir=Path(weights) if weights else None,
            weights_record=Path(record) if record else None,
            adapter=Path(adapter) if adapter else None,
            musicgen=env.get("AURAL_MUSICGEN", cls.musicgen),
            precision=_precision(env.get("AURAL_PRECISION", cls.precision)),
            slots=int(_number(env, "AURAL_SLOTS", 0, low=1, high=1024)) or None,
            cache_mb=int(_number(env, "AURAL_CACHE_MB", 0, low=1, high=10_000_000)) or None,
            deadline_s=_number(env, "AURAL_DEADLINE_S", cls.deadline_s, low=0.1, high=600),
            max_wait_s=_number(env, "AURAL_MAX_WAIT_S", cls.max_wait_s, low=0, high=600),
            max_in_flight=int(_number(env, "AURAL_MAX_IN_FLIGHT", cls.max_in_flight, low=1, high=10_000)),
            connections_per_address=int(
                _number(env, "AURAL_CONNECTIONS_PER_ADDRESS", cls.connections_per_address, low=1, high=1_000_000)
            ),
            takes_mb=int(_number(env, "AURAL_TAKES_MB", cls.takes_mb, low=1, high=10_000_000)),
            workers=int(_number(env, "AURAL_WORKERS", min(8, max(2, cores - 1)), low=1, high=256)),
            # A sketch leaves a core to the rest; MusicGen's step is what a machine is there for.
            composer_threads=int(
                _number(env, "AURAL_COMPOSER_THREADS", cores if pretrained else max(1, cores - 1), low=1, high=256)
            ),
            api_key=env.get("AURAL_API_KEY") or None,
            api_keys=api_keys_of(env.get("AURAL_API_KEYS", "")),
            rate_per_minute=int(_number(env, "AURAL_RATE_PER_MINUTE", 0, low=1, high=1_000_000)) or None,
            at_once_per_key=int(_number(env, "AURAL_AT_ONCE_PER_KEY", 0, low=1, high=10_000)) or None,
            closed_paths=closed_paths_of(env.get("AURAL_CLOSED_PATHS", "")),
            metrics_address=address_of("AURAL_METRICS_ADDRESS", env.get("AURAL_METRICS_ADDRESS", "")),
            cors_origins=origins_of(env.get("AURAL_CORS_ORIGINS", "")),
            logs=_switch(env, "LOGS"),
            log_dir=Path(env.get("AURAL_LOG_DIR", str(cls.log_dir))),
            log_max_mb=int(_number(env, "AURAL_LOG_MAX_MB", cls.log_max_mb, low=1, high=10_000_000)),
            log_max_days=_number(env, "AURAL_LOG_MAX_DAYS", cls.log_max_days, low=0.01, high=100_000),
        )
        settings._check_keys()
        return settings

    @property
    def keys(self) -> tuple[ApiKey, ...]:
        """All that are let in; none where everybody is."""
        return (*(() if self.api_key is None else (ApiKey.of("key", self.api_key),)), *self.api_keys)

    def _check_keys(self) -> None:
        """Raises BadSetting for what means nothing without keys, and for keys that cannot be told apart."""
        needing = {
            "AURAL_RATE_PER_MINUTE": self.rate_per_minute,
            "AURAL_AT_ONCE_PER_KEY": self.at_once_per_key,
            "AURAL_CLOSED_PATHS": self.closed_paths,
        }
        for variable, value in needing.items():
            if value and not self.keys:
                raise BadSetting(
                    f"{variable} is set, and there is no key; set AURAL_API_KEY or AURAL_API_KEYS as well."
                )
        if len({key.name for key in self.keys}) < len(self.keys):
            raise BadSetting("AURAL_API_KEYS has the name 'key', which is that of AURAL_API_KEY; take another.")
        if len({key.sha256 for key in self.keys}) < len(self.keys):
            raise BadSetting("AURAL_API_KEYS has a key that is there under another name too; each must be another.")


LIFELINE = "AURAL_LIFELINE"
"""No setting: what `runners.lifeline` says to the processes that inherit its pipe."""


def inherited_descriptors(env: Mapping[str, str] = os.environ) -> tuple[int, int] | None:
    """The pipe's reading and writing end; None in a process that inherits none."""
    if LIFELINE not in env:
        return None
    read_end, write_end = env[LIFELINE].split(",")
    return int(read_end), int(write_end)


def metrics_folder(env: Mapping[str, str] = os.environ) -> Path | None:
    """Where BentoML has told prometheus_client to keep its files; None where it has not."""
    folder = env.get(METRICS_FOLDER)
    return Path(folder) if folder else None


def _model_set(value: str) -> ModelSet:
    for known in MODEL_SETS:
        if value == known:
            return known
    raise BadSetting(f"AURAL_MODELS is {value!r}; it must be one of {', '.join(MODEL_SETS)}.")


def _precision(value: str) -> str:
    if value not in PRECISIONS:
        raise BadSetting(f"AURAL_PRECISION is {value!r}; it must be one of {', '.join(PRECISIONS)}.")
    return value


def _switch(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in ("", "0", "false", "no", "off"):
        return False
    if value in ("1", "true", "yes", "on"):
        return True
    raise BadSetting(f"{name} is {env[name]!r}; it must be true or false.")


def _number(env: Mapping[str, str], name: str, default: float, *, low: float, high: float) -> float:
    if not env.get(name):
        return default
    try:
        value = float(env[name])
    except ValueError as cause:
        raise BadSetting(f"{name} is {env[name]!r}; it must be a number.") from cause
    if not low <= value <= high:
        raise BadSetting(f"{name} is {env[name]}; it must be between {low:g} and {high:g}.")
    return value

"""Every limit and switch, units in the names. The only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

VERSION = "0.2.0"
ModelSet = Literal["builtin", "pretrained"]
MODEL_SETS: tuple[ModelSet, ...] = ("builtin", "pretrained")
PRECISIONS = ("auto", "fp32", "bf16", "fp16", "int8")

ORIGIN = re.compile(
    r"(?!https://[^:/]+:443$|http://[^:/]+:80$)"  # browsers leave out the scheme's own port
    r"[a-z][a-z0-9+.-]*://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?"
)

# The contract's limits: not switches.
MAX_UPLOAD_BYTES = 30 * 2**20
MAX_INPUT_S = 30.0
INPUT_SLACK_S = 0.1  # codecs pad: 30.1 s passes
MIN_INPUT_S = 0.5
MAX_DURATION_S = 120.0
MIN_DURATION_S = 1.0


class BadSetting(ValueError):
    """A setting that cannot be used: the sentence names the variable, its value and what it may be."""


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
    deadline_s: float = field(default=60.0, metadata=_told("AURAL_DEADLINE_S", "Time for a request, in seconds."))
    max_in_flight: int = field(
        default=32, metadata=_told("AURAL_MAX_IN_FLIGHT", "Calls inside at once; more are answered 429.")
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
        metadata=_told(
            "AURAL_API_KEY",
            "Asked for as `Authorization: Bearer KEY`, by all but the probes, `/metrics`, `/info`, `/health` and the"
            " pages (`/`, `/assets/`, `/docs`, `/docs.json`).",
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
        metadata=_told("AURAL_LOG_DIR", "Where records go; files of others there stay, and are not counted."),
    )
    log_max_mb: int = field(
        default=1000, metadata=_told("AURAL_LOG_MAX_MB", "Records in all; beyond this the oldest go first.")
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
        return cls(
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
            max_in_flight=int(_number(env, "AURAL_MAX_IN_FLIGHT", cls.max_in_flight, low=1, high=10_000)),
            takes_mb=int(_number(env, "AURAL_TAKES_MB", cls.takes_mb, low=1, high=10_000_000)),
            workers=int(_number(env, "AURAL_WORKERS", min(8, max(2, cores - 1)), low=1, high=256)),
            # A sketch leaves a core to the rest; MusicGen's step is what a machine is there for.
            composer_threads=int(
                _number(env, "AURAL_COMPOSER_THREADS", cores if pretrained else max(1, cores - 1), low=1, high=256)
            ),
            api_key=env.get("AURAL_API_KEY") or None,
            cors_origins=_origins(env.get("AURAL_CORS_ORIGINS", "")),
            logs=_switch(env, "LOGS"),
            log_dir=Path(env.get("AURAL_LOG_DIR", str(cls.log_dir))),
            log_max_mb=int(_number(env, "AURAL_LOG_MAX_MB", cls.log_max_mb, low=1, high=10_000_000)),
        )


LIFELINE = "AURAL_LIFELINE"
"""No setting: what `runners.lifeline` says to the processes that inherit its pipe."""


def inherited_descriptors(env: Mapping[str, str] = os.environ) -> tuple[int, int] | None:
    """The pipe's reading and writing end; None in a process that inherits none."""
    if LIFELINE not in env:
        return None
    read_end, write_end = env[LIFELINE].split(",")
    return int(read_end), int(write_end)


def _model_set(value: str) -> ModelSet:
    for known in MODEL_SETS:
        if value == known:
            return known
    raise BadSetting(f"AURAL_MODELS is {value!r}; it must be one of {', '.join(MODEL_SETS)}.")


def _precision(value: str) -> str:
    if value not in PRECISIONS:
        raise BadSetting(f"AURAL_PRECISION is {value!r}; it must be one of {', '.join(PRECISIONS)}.")
    return value


def _origins(value: str) -> tuple[str, ...]:
    """As browsers write them, which is what they are compared with, letter for letter."""
    origins = tuple(origin for part in value.split(",") if (origin := part.strip()))
    if "*" in origins and len(origins) > 1:
        raise BadSetting(f"AURAL_CORS_ORIGINS is {value!r}; * is every origin: leave it out, or the others.")
    for origin in origins:
        if origin != "*" and not ORIGIN.fullmatch(origin):
            raise BadSetting(
                f"AURAL_CORS_ORIGINS has {origin!r}; an origin is a scheme, a host and a port where it is not the"
                " scheme's own, in small letters and without a path, like https://app.example.com or"
                " http://localhost:5173. Several are separated by commas; * is every origin."
            )
    return origins


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

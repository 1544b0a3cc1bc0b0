"""Whether the service could start here: one function per thing that it needs."""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal, TypeAlias

import av
import psutil
import torch

from aural.audio.decode import CODECS, FORMATS
from aural.errors import MissingWeights
from aural.settings import VERSION, BadSetting, Settings
from models.affect import AffectModel
from models.cards import CLAP, musicgen_card
from models.check import check as check_pretrained
from models.crepe import Crepe
from models.devices import MissingDevice, choose_device, device_facts
from models.load_composer import load_composer
from models.weights import RECORD, absent, hub_folder

State: TypeAlias = Literal["ok", "note", "fault"]
"""A note may be of use; a fault keeps the service from starting."""

PACKAGES = ("bentoml", "torch", "numpy", "onnxruntime", "av", "starlette", "transformers")
PYTHONS = ((3, 11), (3, 12))
PROCESS_BYTES, WORKER_BYTES = 2 * 10**9, 3 * 10**8
"""Of the gateway and three runners with the built-in models together, and of a worker: about."""
MOST_NAMED = 8


@dataclass(frozen=True)
class Check:
    """What was looked at, what it means for the service, and the fact with its remedy."""

    name: str
    state: State
    told: str


def all_checks(port: int) -> Iterator[Check]:
    """In the order in which one fault explains the next. Without settings nothing that goes by them is looked at."""
    yield python()
    yield packages()
    yield codecs()
    try:
        settings = Settings.from_env()
    except BadSetting as refusal:
        yield Check("settings", "fault", str(refusal))
    else:
        yield Check("settings", "ok", f"model set {settings.models}, {settings.workers} workers")
        yield device(settings)
        yield weights(settings)
        yield from folders(settings)
        yield memory(settings.workers)
    yield listening_port(port)


def python() -> Check:
    here = f"Python {platform.python_version()}, aural {VERSION}, {platform.system()} {platform.machine()}"
    if sys.version_info[:2] in PYTHONS:
        return Check("python", "ok", here)
    return Check("python", "fault", f"{here}: Python 3.11 or 3.12 is needed.")


def packages() -> Check:
    found: list[str] = []
    lacking: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lacking.append(name)
    if lacking:
        return Check("packages", "fault", f"Not installed: {', '.join(lacking)}. Install aural-architect again.")
    return Check("packages", "ok", ", ".join(found))


def codecs() -> Check:
    """A codec that is not there makes files unreadable, and not the service."""
    lacking = [name for name in CODECS if name not in av.codecs_available and f"{name}float" not in CODECS]
    formats = [name for name in FORMATS if not any(name in one.split(",") for one in av.formats_available)]
    ffmpeg = ".".join(map(str, av.library_versions["libavcodec"]))
    if lacking or formats:
        named = ", ".join([*formats, *lacking][:MOST_NAMED])
        return Check("codecs", "note", f"PyAV's libavcodec {ffmpeg} does not read {named}. Install av from PyPI.")
    return Check("codecs", "ok", f"libavcodec {ffmpeg} reads all {len(CODECS)} codecs and {len(FORMATS)} containers")


def device(settings: Settings) -> Check:
    try:
        chosen = choose_device(settings.device)
    except MissingDevice as refusal:
        return Check("device", "fault", f"{refusal} {without_cuda()}".strip())
    facts = device_facts(chosen)
    told = f"{chosen}, {facts.name}"
    if chosen.type == "cuda":
        return Check("device", "ok", f"{told}, {_gb(facts.free_bytes)} of {_gb(facts.memory_bytes)} free")
    return Check("device", "ok", f"{told}. {without_cuda()}".removesuffix(" "))


def without_cuda() -> str:
    """Why torch has no CUDA; empty where it has."""
    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return "CUDA is not used: this build of torch has none."
    if not Path("/proc/driver/nvidia/version").exists():
        return f"CUDA is not used: torch was built for CUDA {torch.version.cuda}, and no NVIDIA driver is loaded."
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "CUDA is not used: CUDA_VISIBLE_DEVICES hides every GPU."
    return f"CUDA is not used: the NVIDIA driver does not serve torch, which was built for CUDA {torch.version.cuda}."


def weights(settings: Settings) -> Check:
    """The built-in models are loaded, as the service does it; of the pretrained ones the files are looked at."""
    try:
        if settings.models == "pretrained":
            return _pretrained_weights(settings)
        Crepe.load(choose_device(settings.device))
        AffectModel.load(settings)
        load_composer(settings)
    except MissingDevice:
        return Check("weights", "note", "Not looked at: there is no such device.")
    except (BadSetting, MissingWeights) as refusal:
        return Check("weights", "fault", str(refusal))
    return Check("weights", "ok", "the built-in models load: CREPE, the tagger, the adapter, the sketch composer")


def _pretrained_weights(settings: Settings) -> Check:
    """Raises BadSetting, MissingDevice, MissingWeights."""
    cards, folder = (CLAP, musicgen_card(settings.musicgen)), settings.weights_dir or hub_folder()
    lacking = absent(cards, folder)
    if lacking and settings.weights_dir is None:
        repos = ", ".join(card.repo for card in lacking)
        told = f"{repos} are not in {folder}: the service downloads them when it starts, or `make weights` before."
        return Check("weights", "note", told)
    check_pretrained(settings)
    recorded = settings.weights_record or RECORD
    return Check("weights", "ok", f"{', '.join(card.repo for card in cards)} are in {folder}, as {recorded} has them")


def folders(settings: Settings) -> Iterator[Check]:
    """Where records go, where they are kept."""
    if settings.logs:
        at = next(one for one in (settings.log_dir.absolute(), *settings.log_dir.absolute().parents) if one.exists())
        if at.is_dir() and os.access(at, os.W_OK):
            yield Check("records", "ok", f"LOGS is true: kept in {settings.log_dir}")
        else:
            yield Check("records", "note", f"LOGS is true, and {at} cannot be written to: there would be no records.")


def listening_port(port: int) -> Check:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            return Check("port", "fault", f"Port {port}: {error.strerror}. Serve on another one (--port).")
    return Check("port", "ok", f"{port} is free")


def memory(workers: int) -> Check:
    found = psutil.virtual_memory()
    told = f"{_gb(found.available)} of {_gb(found.total)} free"
    needed = PROCESS_BYTES + workers * WORKER_BYTES
    if found.available < needed:
        return Check("memory", "note", f"{told}; the built-in models take about {_gb(needed)}. Close something.")
    return Check("memory", "ok", told)


def _gb(n_bytes: int) -> str:
    return f"{n_bytes / 10**9:.1f} GB"

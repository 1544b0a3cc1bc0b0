"""What can be known before any process starts: a bad setting or weights that will not do end it in one sentence."""

from __future__ import annotations

import sys
import tempfile

from aural.errors import MissingWeights
from aural.gateway.metrics_server import check_free
from aural.settings import BadSetting, Settings
from models.apart import run_apart
from models.cards import CLAP, musicgen_card
from models.weights import RECORD, absent, hub_folder, missing

MAX_TMPDIR_CHARS = 60
WORKERS = "_bentoml_impl.worker"
"""BentoML's modules that run a service: they import it after the process that starts them has."""


def settings_or_exit() -> Settings:
    """The environment's settings. SystemExit with the sentence where they cannot be served."""
    try:
        settings = Settings.from_env()
        if settings.metrics_address is not None and not in_a_worker():
            check_free(settings.metrics_address)
        if settings.models == "pretrained" and not in_a_worker():
            _require_present(settings)
            run_apart("models.check")
    except (BadSetting, MissingWeights) as error:
        raise SystemExit(f"aural-architect cannot start: {error}") from None
    return settings


def in_a_worker() -> bool:
    """Whether this process is one of those that the service consists of, and not the one that starts them."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec is not None and spec.name.startswith(WORKERS)


def _require_present(settings: Settings) -> None:
    """In the hub's own folder what is missing is downloaded; a folder that the operator names is left as it is."""
    card, folder = musicgen_card(settings.musicgen), settings.weights_dir or hub_folder()
    lacking = absent([CLAP, card], folder)
    if lacking and settings.weights_dir is not None:
        raise missing(lacking, f"in {folder}")
    if lacking:
        record = settings.weights_record or RECORD
        named = [option for one in (CLAP, card) for option in ("--card", one.name)]
        run_apart("models.fetch", str(folder), "--record", str(record), "--keep-record", *named)


def sockets_or_exit() -> None:
    """SystemExit with the sentence where the runners' sockets, which BentoML puts below TMPDIR, would not fit: a path
    to one has room for a hundred characters."""
    folder = tempfile.gettempdir()
    if len(folder) > MAX_TMPDIR_CHARS:
        raise SystemExit(
            f"aural-architect cannot start: the folder for temporary files, {folder}, has {len(folder)} characters; at"
            f" most {MAX_TMPDIR_CHARS}, since sockets lie in it. Set TMPDIR to a shorter one."
        )

"""The one-way imports: service -> runners -> models -> aural, and cli -> runners -> models -> aural."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INSIDE = ("service", "cli", "runners", "models", "aural")
ROOMS = (*INSIDE, "training", "bench", "examples", "documentation", "supply_chain", "tests")
MAY_IMPORT = {
    "service": {"runners", "aural"},
    "cli": {"cli", "runners", "models", "aural"},
    "runners": {"runners", "models", "aural"},
    "models": {"models", "aural"},
    "aural": {"aural"},
    "training": {"training", "models", "aural"},
    "documentation": {"documentation", "supply_chain", "cli", "aural"},
    "supply_chain": {"supply_chain", "models", "aural"},
    "bench": {"bench", "training", "cli", "runners", "models", "aural", "examples"},
}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def files_of(room: str) -> list[Path]:
    return [ROOT / "service.py"] if room == "service" else sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_import_only_what_lies_behind_them(room: str) -> None:
    for path in files_of(room):
        ours = imported(path) & set(ROOMS)
        assert ours <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {ours - MAY_IMPORT[room]}"


def test_only_service_and_runners_import_bentoml() -> None:
    for room in ("cli", "models", "aural", "training"):
        for path in files_of(room):
            assert "bentoml" not in imported(path), path


def test_aural_imports_no_torch() -> None:
    for path in files_of("aural"):
        assert not imported(path) & {"torch", "torchaudio", "transformers", "audiocraft"}, path


@pytest.mark.parametrize(
    ("statement", "unloaded"),
    [
        ("import service", ("torch",)),
        ("import models.musicgen", ("bentoml",)),
        ("import aural, aural.flow.steps, aural.gateway.handlers", ("torch", "bentoml")),
        ("import models.cards", ("torch", "bentoml")),
    ],
)
def test_heavy_packages_stay_unloaded(statement: str, unloaded: tuple[str, ...]) -> None:
    check = f"import sys; {statement}; print([name for name in {unloaded!r} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_what_workers_answer_is_read_without_what_they_import() -> None:
    """Else the gateway would import it at its first request, and the request wait for it."""
    check = (
        "import pickle, sys; from aural.types import Heard, KeyGuess, Tempo; "
        "pickle.loads(pickle.dumps(Heard(Tempo(None, 0.0), KeyGuess(None, 0.0), 0.0, ()))); "
        "import service; print([name for name in ('scipy.signal', 'librosa', 'av') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_environment_is_read_in_one_place() -> None:
    for room in ("aural", "runners"):
        for path in files_of(room):
            # telemetry.py and threads.py write it; the last two hand theirs on, whole.
            if path.name not in ("settings.py", "telemetry.py", "threads.py", "process.py", "command.py"):
                assert "os.environ" not in path.read_text(), path

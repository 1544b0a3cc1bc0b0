"""What `bentoml build` takes along; that it serves is what most tests of this folder ask it (`builtin`)."""

from __future__ import annotations

from pathlib import Path


def test_the_bento_holds_the_bundle_and_no_litter(bento: Path) -> None:
    held = {str(path.relative_to(bento / "src")) for path in (bento / "src").rglob("*") if path.is_file()}
    assert {"service.py", "models/adapter.pt", "runners/composer.py", "README.md", "requirements.txt"} <= held
    assert not [name for name in held if "__pycache__" in name or name.startswith(("tests", "client", "out", "."))]
    assert sum((bento / "src" / name).stat().st_size for name in held) < 35e6


def test_the_dockerfile_names_the_base_and_the_packages(bento: Path) -> None:
    dockerfile = (bento / "env" / "docker" / "Dockerfile").read_text()
    assert "FROM nvidia/cuda:12.8" in dockerfile
    assert "ffmpeg" in dockerfile
    assert "AURAL_MODELS" in dockerfile
    assert "--python 3.12" in dockerfile

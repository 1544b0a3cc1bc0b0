"""What others meet first: the workflow, the hooks, the templates, the changelog and the way to report a hole."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
MAKEFILE = (ROOT / "Makefile").read_text()
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}
GROUPS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]


def read(path: Path) -> dict[str, Any]:
    told = yaml.safe_load(path.read_text())
    assert isinstance(told, dict)
    return told


def test_the_workflow_runs_make_test_on_every_python_that_is_promised() -> None:
    workflow = read(GITHUB / "workflows" / "test.yml")
    (job,) = workflow["jobs"].values()
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert promised == ">=3.11,<3.13"
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12"]
    assert any(step.get("run", "").startswith("make test") for step in job["steps"])
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)
    assert workflow["permissions"] == {"contents": "read"}
    assert {"push": {"branches": ["main"]}, "pull_request": None} in workflow.values()  # YAML 1.1 reads `on` as true


def test_the_hooks_are_the_projects_own_tools() -> None:
    (repository,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        tool, _, rest = hook["entry"].removeprefix(".venv/bin/").partition(" ")
        assert f"$(BIN)/{tool} {rest}" in MAKEFILE, hook["entry"]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one(form: Path) -> None:
    told = read(form)
    assert {"name", "description", "body"} <= set(told)
    ids = [part["id"] for part in told["body"] if part["type"] != "markdown"]
    assert len(ids) == len(set(ids)) > 0
    for part in told["body"]:
        assert part["type"] in KINDS
        assert part["attributes"].get("value" if part["type"] == "markdown" else "label")


def test_security_leads_to_a_private_report_and_names_no_address() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert "Report a vulnerability" in text
    assert not re.search(r"\S+@\S+\.\w+", text)


def test_the_changelog_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions[0] == "Unreleased"
    days = [re.fullmatch(r"\d+\.\d+\.\d+ - (\d{4}-\d\d-\d\d)", version) for version in versions[1:]]
    assert all(days)
    dated = [day[1] for day in days if day]
    assert dated == sorted(dated, reverse=True)
    for section in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]:
        groups = re.findall(r"^### (.+)$", section, re.MULTILINE)
        assert groups == sorted(groups, key=GROUPS.index)
        assert section.strip().startswith("### ")


def test_the_targets_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for page in pages:
        named = set(re.findall(r"(?:^|`|[A-Z_]+=\S+ )make ([a-z][a-z-]*)(?![a-z*-])", page.read_text(), re.MULTILINE))
        assert named <= targets, f"{page.name}: {named - targets}"


def test_the_files_that_contributing_names_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text().split("## Recipes")[1]
    named = set(
        re.findall(r"`((?:aural|models|runners|client|page|tests|training|docs|documentation)/[\w./*-]+)`", text)
    )
    assert len(named) > 20
    for name in named:
        assert list(ROOT.glob(name.rstrip("/"))), name

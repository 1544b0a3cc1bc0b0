"""Every dependency's licence is one that the policy allows, or was looked at; what is not would be seen."""

from __future__ import annotations

from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

import pytest

from supply_chain.licences import UNKNOWN, Policy, allowed_by, licence_of, licensed, not_checked
from supply_chain.requirements import installed, pins

POLICY = Policy.read()
OF_OTHER_SYSTEMS = {"audioop-lts", "colorama", "httpx2-jsfetch", "pywin32", "setuptools", "networkx"}
WITH_CUDA = ("nvidia-", "cuda-", "triton")


def package(**fields: str) -> metadata.PackageMetadata:
    """Metadata of a made-up package; `_` in a field's name for `-`."""
    told = Message()
    for name, value in fields.items():
        told[name.replace("_", "-")] = value
    return cast(metadata.PackageMetadata, told)


def test_every_dependency_is_allowed_by_the_policy() -> None:
    rows = licensed(POLICY)
    assert {row.package: row.licence for row in rows if not row.allowed_by} == {}
    assert len(rows) > 100


def test_nothing_is_left_out_but_what_is_of_another_system_or_of_cuda() -> None:
    for name in set(not_checked()) - {row.package for row in licensed(POLICY)}:
        assert name in OF_OTHER_SYSTEMS or name.startswith((*WITH_CUDA, "standard-")), name


def test_what_is_installed_is_what_is_pinned() -> None:
    """Else a licence would be told of another version than the one that ships."""
    here = {pin.name: pin.version for pin in pins() if pin.here}
    found = {row.package: row.version.partition("+")[0] for row in licensed(POLICY)}
    assert found.items() <= here.items()


@pytest.mark.parametrize(
    ("told", "licence"),
    [
        (package(License_Expression="GPL-3.0-or-later", License="MIT"), "GPL-3.0-or-later"),
        (package(License="Apache 2.0"), "Apache-2.0"),
        (package(License="A text\nof many lines", Classifier="License :: OSI Approved :: MIT License"), "MIT"),
        (package(Classifier="License :: OSI Approved :: GNU Affero General Public License v3"), UNKNOWN),
        (package(License="Beerware"), "Beerware"),
        (package(), UNKNOWN),
    ],
)
def test_a_licence_is_read_from_whichever_field_has_it(told: metadata.PackageMetadata, licence: str) -> None:
    assert licence_of(told, POLICY) == licence


@pytest.mark.parametrize(
    ("name", "licence", "fine"),
    [
        ("some", "MIT", True),
        ("some", "MIT AND Apache-2.0", True),
        ("some", "GPL-3.0-only OR MIT", True),
        ("some", "MIT AND GPL-3.0-only", False),
        ("some", UNKNOWN, False),
        ("some", "", False),
        ("some", "LGPL-2.1-or-later", False),
        ("soxr", "LGPL-2.1-or-later", True),
        ("soxr", "GPL-3.0-only", False),
        ("nvidia-cudnn-cu12", "LicenseRef-NVIDIA-Proprietary", True),
        ("some", "LicenseRef-NVIDIA-Proprietary", False),
    ],
)
def test_the_policy_allows_what_it_names_and_what_was_reviewed(name: str, licence: str, fine: bool) -> None:
    assert bool(allowed_by(name, licence, POLICY)) is fine


def test_every_review_is_of_a_package_that_is_still_needed() -> None:
    names = [pin.name for pin in pins()]
    assert all(any(POLICY.review_of(name) is review for name in names) for review in POLICY.reviewed.values())
    assert set(POLICY.carried) <= set(names)


def test_libraries_inside_of_wheels_are_told() -> None:
    """auditwheel puts them into NAME.libs."""
    carrying = {
        pin.name
        for pin in pins()
        if (distribution := installed(pin)) is not None
        and any(Path(file).parts[0].endswith(".libs") for file in distribution.files or [])
    }
    assert carrying
    assert carrying <= set(POLICY.carried)

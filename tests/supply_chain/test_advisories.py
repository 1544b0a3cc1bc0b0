"""What could not be asked is said to be not checked: never that nothing is known. Outputs are pip-audit 2.10's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from supply_chain.advisories import FINE, KNOWN, NOT_CHECKED, Audit, passes, read
from supply_chain.requirements import Pin, pins

PINS = [Pin("idna", "3.20", True), Pin("attrs", "26.1.0", True)]
NO_NETWORK = (
    "Traceback (most recent call last):\n  ...\n"
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev', port=443): Failed to resolve\n"
)


def audited(output: str, errors: str = "") -> Audit:
    audit = Audit()
    read(audit, PINS, output, errors)
    return audit


def found(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def fine(name: str, version: str) -> dict[str, object]:
    return {"name": name, "version": version, "vulns": []}


def test_without_a_network_nothing_was_checked() -> None:
    audit = audited("", NO_NETWORK)
    assert audit.code == NOT_CHECKED
    assert "NOT CHECKED: 2 packages (idna==3.20, attrs==26.1.0)" in audit.told()
    assert "Failed to resolve" in audit.told()
    assert "Asked" not in audit.told()


def test_no_output_at_all_is_not_checked() -> None:
    assert audited("").code == NOT_CHECKED
    assert audited("No known vulnerabilities found").code == NOT_CHECKED
    assert audited("[]").code == NOT_CHECKED
    assert Audit().code == NOT_CHECKED


def test_a_package_that_was_left_out_is_named() -> None:
    skipped = {"name": "attrs", "skip_reason": "Dependency not found on PyPI"}
    audit = audited(found(fine("idna", "3.20"), skipped))
    assert audit.code == NOT_CHECKED
    assert set(audit.unchecked) == {"attrs==26.1.0"}


def test_another_version_than_the_pinned_one_says_nothing_of_it() -> None:
    assert set(audited(found(fine("idna", "3.20"), fine("attrs", "25.0.0"))).unchecked) == {"attrs==26.1.0"}


def test_a_known_hole_is_told_even_where_others_were_not_checked() -> None:
    hole = {"id": "PYSEC-2099-1", "fix_versions": ["3.21"], "aliases": [], "description": ""}
    audit = audited(found({"name": "idna", "version": "3.20", "vulns": [hole]}))
    assert audit.code == KNOWN
    assert audit.told().startswith("idna==3.20: PYSEC-2099-1")
    assert "NOT CHECKED: 1 packages (attrs==26.1.0)" in audit.told()


def test_all_checked_and_nothing_known() -> None:
    audit = audited(found(fine("idna", "3.20"), fine("attrs", "26.1.0")))
    assert audit.code == FINE
    assert audit.told() == "Asked OSV about 2 packages; holes are known of 0."


def test_every_pin_is_asked_about_and_each_pass_has_a_name_once() -> None:
    needed = pins()
    lists = passes(needed)
    assert sorted(pin.name + pin.version for one in lists for pin in one) == sorted(
        pin.name + pin.version for pin in needed
    )
    assert len(lists) > 1  # networkx is pinned by Python's version
    assert all(len({pin.name for pin in one}) == len(one) for one in lists)

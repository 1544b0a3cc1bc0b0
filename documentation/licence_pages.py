"""The dependencies' licences, as they are installed where the pages are built."""

from __future__ import annotations

from documentation.tables import code, table
from supply_chain.licences import Policy, licensed


def licences() -> str:
    """The packages of each licence, then those whose licence was looked at, with the reason."""
    policy = Policy.read()
    rows = licensed(policy)
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.allowed_by == "policy":
            groups.setdefault(row.licence, []).append(row.package)
    allowed = table(("licence", "packages"), [(code(name), ", ".join(groups[name])) for name in sorted(groups)])
    reviewed = [(name, code(one["licence"]), one["reason"]) for name, one in policy.reviewed.items()]
    return f"{allowed}\n\n{table(('looked at', 'licence', 'why it is fine'), reviewed)}"


def carried() -> str:
    return table(("package", "what its wheel carries"), sorted(Policy.read().carried.items()))

"""What Griffe must be told of the client: whose parameters a call takes, and which lines of a docstring are of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from griffe import Docstring, Extension, Function, Module, Parameters

TAKING = re.compile(r"taking\(orders\.(\w+)\)")
OF_PARAMETERS = re.compile(r"([a-z]\w*(?:, [a-z]\w*)*): (.*)")


class ClientCalls(Extension):
    """A method with `@taking(orders.NAME)` has the parameters and the words of that function, as it has them at run
    time."""

    def on_package(self, *, pkg: Module, **_: Any) -> None:
        if pkg.name != "aural_client":
            return
        for method, order in _calls(pkg):
            asked = pkg["orders"][order]
            method.parameters = Parameters(method.parameters[0], *asked.parameters)
            text = with_sections(asked.docstring.value, {parameter.name for parameter in asked.parameters})
            told = asked.docstring
            method.docstring = Docstring(
                text, lineno=method.lineno, parent=method, parser=told.parser, parser_options=told.parser_options
            )


def _calls(package: Module) -> Iterator[tuple[Function, str]]:
    for module in package.modules.values():
        for kind in module.classes.values():
            if kind.is_alias:  # it is imported there
                continue
            for method in kind.functions.values():
                for decorator in method.decorators:
                    if found := TAKING.fullmatch(str(decorator.value)):
                        yield method, found[1]


def with_sections(text: str, names: set[str]) -> str:
    """`name: what it is` and `name, other: what they are`, at the beginning of a line, become Google's `Args`."""
    lines: list[str] = []
    within = False
    for line in text.splitlines():
        found = OF_PARAMETERS.fullmatch(line)
        told = found[1].split(", ") if found else []
        if found and set(told) <= names:
            lines += [] if within else ["Args:"]
            within = True
            lines += [f"    {name}: {found[2]}" for name in told]
        elif within and line.startswith("    "):
            lines.append(f"    {line}")
        else:
            within = False
            lines.append(line)
    return "\n".join(lines)

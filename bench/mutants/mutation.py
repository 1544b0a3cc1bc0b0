"""What can be changed in a module so that it should do something else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*",
}  # fmt: skip
MEASURES_FROM = 8
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}


@dataclass(frozen=True)
class Mutant:
    """One change. `start`, `end`: where in the source, in characters; `change`: for people; `at_import`: it is a
    module's or a class's own, and not a function's."""

    file: str
    line: int
    start: int
    end: int
    new: str
    change: str
    at_import: bool

    def applied(self, source: str) -> str:
        return source[: self.start] + self.new + source[self.end :]


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """All of them. Left alone: annotations, what is said in sentences, logged or asserted, and the start of scripts."""
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line.encode()))
    data = source.encode()

    def characters(line: int, column: int) -> int:
        return len(data[: offsets[line - 1] + column].decode())

    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    bodies = [(node.body[0].lineno, node.end_lineno or 0) for node in functions]
    for node, new in _changes(tree):
        start = characters(node.lineno, node.col_offset)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        end = characters(node.end_lineno, node.end_col_offset)
        old = " ".join(source[start:end].split())
        if new != old:
            at_import = not any(first <= node.lineno <= last for first, last in bodies)
            yield Mutant(file, node.lineno, start, end, new, f"{old} -> {new}"[:160], at_import)


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    for node in _told(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            sign = COMPARISONS[type(node.ops[0])]
            yield node, f"{ast.unparse(node.left)} {sign} {ast.unparse(node.comparators[0])}"
        elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS and not _of_text(node):
            yield node, f"({ast.unparse(node.left)}) {OPERATORS[type(node.op)]} ({ast.unparse(node.right)})"
        elif isinstance(node, ast.BoolOp):
            joined = (" or " if isinstance(node.op, ast.And) else " and ").join(
                f"({ast.unparse(value)})" for value in node.values
            )
            yield node, f"({joined})"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, f"bool({ast.unparse(node.operand)})"
        elif isinstance(node, ast.IfExp):
            parts = ast.unparse(node.orelse), ast.unparse(node.test), ast.unparse(node.body)
            yield node, "({} if {} else {})".format(*parts)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in CALLS:
                yield node.func, ast.unparse(node.func)[: -len(name)] + CALLS[name]
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield node, str(not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            yield node, _another(node.value)


def _another(value: float) -> str:
    """Small counts by one more; measures by three times as much: nonsense, not another taste."""
    if isinstance(value, int):
        return str(value + 1 if value < MEASURES_FROM else value * 3)
    return str(value * 3) if value else "1.0"


def _told(tree: ast.AST) -> Iterator[ast.expr]:
    """Expressions that decide something."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.JoinedStr | ast.Raise | ast.Assert):
            continue
        if isinstance(child, ast.Expr) and _logs(child.value):
            continue
        if isinstance(child, ast.If) and "__name__" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(tree, ast.AnnAssign | ast.arg) and child is tree.annotation:
            continue
        if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef) and child is tree.returns:
            continue
        if isinstance(child, ast.keyword) and child.arg in ("frozen", "eq", "strict", "description", "examples"):
            continue
        if isinstance(child, ast.expr):
            yield child
        yield from _told(child)


def _logs(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Constant)
    return ast.unparse(value.func).startswith(("logger.", "log.", "print", "warnings.warn"))


def _of_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(side, ast.JoinedStr | ast.List | ast.Tuple) or _is_text(side) for side in sides)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)

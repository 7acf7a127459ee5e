"""The project's own code as syntax trees, for rules that are about how it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CODE = ("shared", "services", "gateway", "deploy")


class Source(NamedTuple):
    """One Python file: its path from the project's root, and its tree."""

    path: str
    tree: ast.Module

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.path

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)}"

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call, with the dotted name of what is called as far as it is written out."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)

    def imports(self, *, top_level_only: bool = False) -> Iterator[tuple[ast.stmt, str]]:
        """Every imported module (and `module.name` of a from-import); type-checking blocks are left out."""
        for node in _statements(self.tree, deep=not top_level_only):
            if isinstance(node, ast.Import):
                for name in node.names:
                    yield node, name.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    yield node, f"{node.module}.{name.name}"


def sources(*folders: str) -> Iterator[Source]:
    """All Python files under the given folders (default: everything but the tests)."""
    for folder in folders or CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield _source(path)


@cache
def _source(path: Path) -> Source:
    return Source(str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _statements(tree: ast.AST, *, deep: bool) -> Iterator[ast.stmt]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and dotted(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.stmt):
            yield node
        if deep or isinstance(node, ast.If | ast.Try):
            yield from _statements(node, deep=deep)

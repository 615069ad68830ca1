"""Which piece of microgpt.py uses which, read from its source."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from microgpt_ref import microgpt

EXERCISE = re.compile(r"^# (\d\d \w+)")


@dataclass(frozen=True)
class Piece:
    """A function or class of the program, the exercise it comes from, and the pieces it uses."""

    name: str
    exercise: str
    uses: tuple[str, ...]


def pieces() -> list[Piece]:
    """The pieces of microgpt.py, in their order."""
    return read_pieces(Path(microgpt.__file__).read_text(encoding="utf-8"))


def read_pieces(source: str) -> list[Piece]:
    """The pieces of a program whose parts begin with comments like `# 03 Attention: ...`."""
    parts = [(i, found[1]) for i, line in enumerate(source.splitlines(), 1) if (found := EXERCISE.match(line))]
    definitions = [node for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    names = {node.name for node in definitions}
    owner = _owners(definitions)
    found_pieces = []
    for node in definitions:
        exercise = next((part for line, part in reversed(parts) if line < node.lineno), "")
        read = [owner.get(name, name) for name in _used(node)]
        uses = tuple(dict.fromkeys(name for name in read if name in names and name != node.name))
        found_pieces.append(Piece(node.name, exercise, uses))
    return found_pieces


def _owners(definitions: list[ast.FunctionDef | ast.ClassDef]) -> dict[str, str]:
    """The class that each method belongs to, as `.log`: whoever calls that method uses the class."""
    return {
        f".{method.name}": node.name
        for node in definitions
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("__")
    }


def _used(definition: ast.AST) -> list[str]:
    """The names that a definition reads from outside: not its arguments, not what it assigns itself."""
    names: list[str] = []
    for node in ast.iter_child_nodes(definition):
        if isinstance(node, ast.Attribute):
            names.append(f".{node.attr}")
        names += [node.id] if isinstance(node, ast.Name) else _used(node)
    if isinstance(definition, (ast.FunctionDef, ast.Lambda)):
        own = {arg.arg for arg in ast.walk(definition) if isinstance(arg, ast.arg)}
        own |= {n.id for n in ast.walk(definition) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        names = [name for name in names if name not in own]
    return names

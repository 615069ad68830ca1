"""Cells of several notebooks made fit to live in one file.

Experiments go, methods move into their class, and helpers of different notebooks that share a name get one each.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.assemble import Part, assemble
from autograder.learn.mygpt_cells import Block
from autograder.learn.renaming import bound, global_uses, rename

SHOWN = ("check", "hint", "print", "display")

Owners = dict[str, dict[str, str]]  # by exercise: a function, and the class that it is a method of


@dataclass(frozen=True)
class Statement:
    """A statement of a cell's own level, with the comments above it."""

    node: ast.stmt
    text: str


def one_file(blocks: Sequence[Block], docstring: str, name: str) -> tuple[str, list[str]]:
    """The program, and a line on each name that had to change."""
    tidied = [replace(block, source=_tidy(block.source)) for block in blocks]
    methods = _methods(tidied)
    renamed, notes = _apart(tidied, methods)
    parts = [
        Part(f"{block.exercise.number} {block.exercise.title}", source)
        for block in _into_classes(renamed, methods)
        for source in _separate(block.source)
    ]
    return assemble(parts, docstring, name), notes


def statements(source: str) -> list[Statement]:
    """The statements of a source, one after the other."""
    lines = source.split("\n")
    body = ast.parse(source).body
    shared = Counter(line for node in body for line in {node.lineno, node.end_lineno})
    found: list[Statement] = []
    end = 0
    for node in body:
        last = node.end_lineno or node.lineno
        alone = shared[node.lineno] == 1 and shared[last] == 1  # not a; b
        found.append(Statement(node, "\n".join(lines[end:last]) if alone else ast.unparse(node)))
        end = last
    rest = "\n".join(lines[end:])
    if found and rest.strip():
        found[-1] = replace(found[-1], text=f"{found[-1].text}\n{rest}")
    return found


def _tidy(source: str) -> str:
    """Without what only a notebook needs: check(...), print(...), a name to look at, IPython's own lines."""
    kept = []
    for statement in statements(source):
        node = statement.node
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            # The kit's pieces are in this file; only other names that they were given need saying.
            kept += [f"{name.asname} = {name.name}" for name in node.names if name.asname not in (None, name.name)]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            kept.append(ast.unparse(node))
        elif not _is_experiment(node):
            kept.append(statement.text)
    return "\n".join(kept).strip("\n")


def _is_experiment(node: ast.stmt) -> bool:
    if isinstance(node, ast.Pass):
        return True
    if not isinstance(node, ast.Expr):
        return False
    called = node.value.func if isinstance(node.value, ast.Call) else None
    return called is None or (isinstance(called, ast.Name) and called.id in SHOWN)


def _methods(blocks: Sequence[Block]) -> Owners:
    """Functions that are only there to be hung on one class (`Value.log = log`), and that class."""
    expected: dict[str, Counter[str]] = defaultdict(Counter)  # uses that do not count: the definition, the hanging
    owners: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for block in blocks:
        folder = block.exercise.folder
        for statement in statements(block.source):
            if isinstance(statement.node, ast.FunctionDef):
                expected[folder][statement.node.name] += 1
            elif hangs := _hangs(statement.node):
                expected[folder][hangs[1]] += 1
                owners[folder][hangs[1]].add(hangs[0])
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for block in blocks:
        uses[block.exercise.folder].update(global_uses(block.source, owners[block.exercise.folder]))
    return {
        folder: {
            name: next(iter(classes))
            for name, classes in hung.items()
            if len(classes) == 1 and uses[folder][name] == expected[folder][name]
        }
        for folder, hung in owners.items()
    }


def _hangs(node: ast.stmt) -> tuple[str, str] | None:
    """Of `Value.log = log`: the class and the function."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.Name):
        target = node.targets[0]
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            return target.value.id, node.value.id
    return None


def _apart(blocks: Sequence[Block], methods: Owners) -> tuple[list[Block], list[str]]:
    """Rename what two notebooks define differently: each was judged with its own."""
    binds: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # name, folder: how it is bound
    given: dict[str, str] = {}  # names of the program itself, and where they belong
    for block in blocks:
        folder = block.exercise.folder
        for name, how in _bindings(block, set(methods.get(folder, ()))):
            binds[name][folder].add(how)
            if not block.own or name in {piece.name for piece in block.exercise.pieces}:
                given.setdefault(name, folder)
    changes: dict[str, dict[str, str]] = defaultdict(dict)  # by folder: the old name, the new one
    notes = []
    for name, homes in binds.items():
        if len(set.union(*homes.values())) == 1:
            continue  # once, or the same import in all
        stays = given.get(name, next(iter(homes)))
        for folder in homes:
            if folder != stays:
                new = f"{name}_{folder[:2]}"
                while new in binds:
                    new += "_"
                changes[folder][name] = new
                notes.append(f"{name} is not the same in {stays} and {folder}: that of {folder} is called {new} here")
    return [
        replace(block, source=rename(block.source, changes[block.exercise.folder])) if block.own else block
        for block in blocks
    ], notes


def _bindings(block: Block, methods: set[str]) -> Iterator[tuple[str, str]]:
    """The global names of a cell. Two imports of the same thing are the same; everything else is its notebook's own."""
    for statement in statements(block.source):
        node = statement.node
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                module = node.module if isinstance(node, ast.ImportFrom) else ""
                yield (alias.asname or alias.name).split(".")[0], f"import {module} {alias.name}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name not in methods:
                yield node.name, block.exercise.folder
        else:
            for name in bound([node]):
                yield name, block.exercise.folder


def _into_classes(blocks: Sequence[Block], methods: Owners) -> list[Block]:
    """Move each method from the cell that hangs it on its class into the class."""
    found: list[list[str]] = []  # the statements of each block
    classes: dict[str, tuple[int, int]] = {}  # where the class is
    for number, block in enumerate(blocks):
        found.append([])
        waiting = methods.get(block.exercise.folder, {})
        for statement in statements(block.source):
            node, text = statement.node, statement.text
            name = node.name if isinstance(node, ast.FunctionDef) else (_hangs(node) or ("", ""))[1]
            owner = waiting.get(name, "")
            if owner in classes:
                block_place, place = classes[owner]
                text = text.strip("\n")
                if not isinstance(node, ast.FunctionDef):
                    text = _in_class(text, owner, name)
                if text:
                    gap = "\n\n" if isinstance(node, ast.FunctionDef) else "\n"
                    found[block_place][place] += gap + textwrap.indent(text, "    ")
                continue
            if isinstance(node, ast.ClassDef):
                classes[node.name] = (number, len(found[-1]))
            found[-1].append(text)
    return [replace(block, source="\n".join(texts).strip("\n")) for block, texts in zip(blocks, found)]


def _in_class(text: str, owner: str, name: str) -> str:
    """`Value.__radd__ = __add__` as it stands inside the class; nothing where it would say the same twice."""
    inside = "\n".join(line.removeprefix(f"{owner}.") for line in text.split("\n"))
    return "" if inside == f"{name} = {name}" else inside


def _separate(source: str) -> list[str]:
    """The source whole; but a statement such as `Value.log = log` that must stay outside its class, on its own."""
    parts = [""]
    for statement in statements(source):
        if _hangs(statement.node):
            parts += [statement.text, ""]
        else:
            parts[-1] += f"\n{statement.text}"
    return [part for part in parts if part.strip()]

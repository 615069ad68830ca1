"""Give a global name another one in somebody's source, wherever it is meant and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def rename(source: str, names: Mapping[str, str]) -> str:
    """The source with these global names replaced; locals, attributes and keywords of the same name stay."""
    if not names:
        return source
    finder = _Finder(set(names))
    finder.visit(ast.parse(source))
    lines = [line.encode() for line in source.split("\n")]  # columns are counted in bytes
    for number, column, name, alias in sorted(finder.found, reverse=True):
        line = lines[number - 1]
        place = re.compile(rb"\b%s\b" % re.escape(name.encode())).search(line, column)
        if place:
            new = f"{name} as {names[name]}" if alias else names[name]
            lines[number - 1] = line[: place.start()] + new.encode() + line[place.end() :]
    return b"\n".join(lines).decode()


def global_uses(source: str, names: Iterable[str]) -> list[str]:
    """These names, each as often as the source means the global one."""
    finder = _Finder(set(names))
    finder.visit(ast.parse(source))
    return [name for _, _, name, _ in finder.found]


class _Finder(ast.NodeVisitor):
    """Finds where the names are meant as globals."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        self.scopes: list[tuple[bool, set[str]]] = []  # is it a class body, and the names bound in it
        self.found: set[tuple[int, int, str, bool]] = set()  # line, column from which to look, name, needs `as`

    def visit_Name(self, node: ast.Name) -> None:
        self._note(node.id, node)

    def visit_Global(self, node: ast.Global) -> None:
        for name in node.names:
            self._note(name, node)

    def visit_Import(self, node: ast.Import) -> None:
        self._imports(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._imports(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._note(node.name, node)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inside(node.body, bound(node.body), a_class=True)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_defaults(node.args)
        self._inside([node.body], _parameters(node.args) | bound([node.body]))

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node, [node.key, node.value])

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._note(node.name, node)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._visit_defaults(node.args)
        if node.returns:
            self.visit(node.returns)
        self._inside(node.body, _parameters(node.args) | bound(node.body))

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.visit(default)
        for argument in _all(arguments):
            if argument.annotation:
                self.visit(argument.annotation)

    def _comprehension(self, node: Comprehension, results: list[ast.expr]) -> None:
        first, *rest = node.generators
        self.visit(first.iter)  # is evaluated outside
        targets = {part.id for each in node.generators for part in ast.walk(each.target) if isinstance(part, ast.Name)}
        self._inside([first.target, *first.ifs, *rest, *results], targets)

    def _inside(self, nodes: Iterable[ast.AST], names: set[str], a_class: bool = False) -> None:
        self.scopes.append((a_class, names))
        for node in nodes:
            self.visit(node)
        self.scopes.pop()

    def _imports(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name
            if self._meant(name):
                # `import math` becomes `import math as math_02`, and in `import x as y` it is y that changes.
                place = alias.col_offset + (len(alias.name.encode()) + 1 if alias.asname else 0)
                self.found.add((alias.lineno, place, name, alias.asname is None))

    def _note(self, name: str, node: ast.stmt | ast.expr) -> None:
        if self._meant(name):
            place = node.col_offset
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                place += len("class") if isinstance(node, ast.ClassDef) else len("def")
            self.found.add((node.lineno, place, name, False))

    def _meant(self, name: str) -> bool:
        if name not in self.names:
            return False
        # A function sees the names of the functions around it, but not those of a class around it.
        seen = [
            names for place, (a_class, names) in enumerate(self.scopes, 1) if not a_class or place == len(self.scopes)
        ]
        return not any(name in names for names in seen)


def _all(arguments: ast.arguments) -> list[ast.arg]:
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _parameters(arguments: ast.arguments) -> set[str]:
    return {argument.arg for argument in _all(arguments)}


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these bind in their own scope, leaving out what is declared global."""
    found: set[str] = set()
    declared: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue  # what is inside is its own affair
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, Comprehension):
            walruses = [part for part in ast.walk(node) if isinstance(part, ast.NamedExpr)]
            found |= {walrus.target.id for walrus in walruses}
            continue
        if isinstance(node, ast.Global):
            declared |= set(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        waiting += ast.iter_child_nodes(node)
    return found - declared

"""A notebook in, its pieces out: the source by name, the cells to run, or a clear word on what is wrong.

Reads the file as JSON (importing nbformat would take longer than judging). Nothing of it is run here.
"""

from __future__ import annotations

import ast
import json
import re
import symtable
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from autograder.course import Exercise, without_markers
from microgpt_ref.errors import UserError

LARGEST = 20 * 1024 * 1024
LONGEST_CODE = 50_000  # characters of a cell that are looked into; a person writes a few hundred
MOST_CODE = 200_000  # of all such cells of a notebook


class NotebookError(UserError):
    """A notebook that cannot be read; one line with what to do next."""


@dataclass(frozen=True)
class CodeCell:
    """A code cell with what can be known of it without running it."""

    number: int  # its place among all cells, from 1
    id: str
    source: str
    locked: bool  # given code, which every piece may build on
    broken: str = ""  # the syntax error, if there is one
    line: int = 0
    defines: frozenset[str] = frozenset()
    extends: frozenset[str] = frozenset()  # Value.log = log: extends Value
    uses: frozenset[str] = frozenset()
    functions: tuple[str, ...] = ()  # functions and methods, each as often as it is defined

    @property
    def title(self) -> str:
        """How a message names the cell."""
        if self.functions:
            return f"cell {self.number} ({self.functions[0][:60]})"
        return f"cell {self.number}"


@dataclass(frozen=True)
class Submission:
    """The pieces of one exercise as somebody wrote them."""

    exercise: Exercise
    cells: tuple[CodeCell, ...]
    written: dict[str, str] = field(default_factory=dict)  # id of a cell for a written answer: the answer

    @cached_property
    def problems(self) -> dict[str, str]:
        """Pieces that cannot be judged as they stand, each with a line that says why."""
        found = {}
        for piece in self.exercise.pieces:
            homes = [cell for cell in self.cells for name in cell.functions if name == piece.name]
            short = re.escape(piece.name.split(".")[-1])
            broken = [
                cell
                for cell in self.cells
                if cell.broken and re.search(rf"^[ \t]*def {short}\b", cell.source, re.MULTILINE)
            ]
            if broken and not homes:
                cell = broken[0]
                found[piece.name] = f"Python cannot read cell {cell.number}: {cell.broken}"
                if cell.line:
                    text = cell.source.split("\n")[cell.line - 1].strip()[:100]
                    found[piece.name] += f" in line {cell.line}: {text}"
            elif len(homes) > 1:
                places = " and ".join(str(cell.number) for cell in homes[:5]) + (" and more" if len(homes) > 5 else "")
                found[piece.name] = f"{piece.name} is defined more than once (cells {places}): keep the one that counts"
            elif not homes:
                found[piece.name] = (
                    f"there is no {piece.name} in this notebook: was it renamed or deleted? "
                    f"`microgpt reset {self.exercise.number} {piece.name}` brings the stub back"
                )
        return found

    def source_of(self, piece: str) -> str | None:
        """The source of the cell that defines the piece."""
        for cell in self.cells:
            if piece in cell.functions:
                return cell.source
        return None

    def needed(self, pieces: Iterable[str]) -> list[CodeCell]:
        """The cells that these pieces need, in order: their own, the given ones, and whatever defines a name in use.

        Pictures and experiments define nothing that a piece uses, so they are not run.
        """
        wanted = set(pieces)
        makers: dict[str, list[CodeCell]] = {}
        for cell in self.cells:
            for name in () if cell.broken else cell.defines | cell.extends:
                makers.setdefault(name, []).append(cell)
        waiting = [cell for cell in self.cells if cell.locked or wanted & set(cell.functions)]
        chosen = {cell.number for cell in waiting}
        while waiting:
            cell = waiting.pop()
            for name in cell.uses | cell.extends:
                more = [maker for maker in makers.pop(name, ()) if maker.number not in chosen]
                chosen |= {maker.number for maker in more}
                waiting += more
        return [cell for cell in self.cells if cell.number in chosen and not cell.broken]


def read_submission(path: Path, exercise: Exercise) -> Submission:
    """Read a learner's notebook of this exercise."""
    return submission_from(load(path), exercise)


def submission_from(notebook: dict[str, Any], exercise: Exercise) -> Submission:
    """The same from a notebook that has been loaded already."""
    cells, written, length = [], {}, 0
    for number, cell in enumerate(notebook["cells"], start=1):
        source = _text(cell.get("source", ""))
        if cell.get("cell_type") == "code":
            length += len(source) if len(source) <= LONGEST_CODE else 0
            cells.append(_code_cell(number, cell, source, length))
        elif cell.get("cell_type") == "markdown" and _grading(cell).get("solution"):
            written[str(_grading(cell).get("grade_id", cell.get("id", "")))] = source
    return Submission(exercise, tuple(cells), written)


def solved(exercise: Exercise) -> Submission:
    """The exercise as its own solution file solves it."""
    cells = [
        _code_cell(number, {"metadata": {"nbgrader": {"locked": cell.kind == "given"}}}, without_markers(cell.source))
        for number, cell in enumerate(exercise.cells, start=1)
        if cell.kind not in ("text", "hints", "written")
    ]
    return Submission(exercise, tuple(cells))


def load(path: Path) -> dict[str, Any]:
    """Read the file; whatever is wrong with it is one line."""
    try:
        if path.stat().st_size > LARGEST:
            size = path.stat().st_size / 1024 / 1024
            raise NotebookError(
                f"{path} has {size:.0f} MB: clear its outputs (Edit, Clear Outputs of All Cells) and save"
            )
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark of their own
    except FileNotFoundError:
        raise NotebookError(f"there is no {path}: `microgpt reset` brings a notebook back") from None
    except UnicodeDecodeError:
        raise NotebookError(f"{path} is not a notebook: it is not text") from None
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}") from None
    return parse(text, str(path))


def parse(text: str, name: str) -> dict[str, Any]:
    """The text of a notebook as data."""
    if not text.strip():
        raise NotebookError(f"{name} is empty: `microgpt reset` brings the notebook back")
    if conflict := re.search(r"^(<<<<<<<|>>>>>>>)", text, re.MULTILINE):
        line = text[: conflict.start()].count("\n") + 1
        raise NotebookError(f"{name} has marks of a merge conflict in line {line}: settle the conflict, then try again")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise NotebookError(f"{name} is not a notebook: it is not JSON{where}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise NotebookError(f"{name} is not a notebook: it has no nbformat")
    if notebook["nbformat"] != 4:
        raise NotebookError(
            f"{name} is in notebook format {notebook['nbformat']}, not 4: open it in JupyterLab and save it again"
        )
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotebookError(f"{name} is not a notebook: it has no cells")
    return notebook


def plain_python(source: str) -> str:
    """The source without IPython's own lines (%time, !ls, ?help), each replaced so that line numbers stay."""
    lines = source.split("\n")
    if lines and lines[0].startswith("%%"):
        if lines[0].split()[0] not in ("%%time", "%%timeit", "%%capture"):
            return ""
        lines[0] = ""
    return "\n".join(re.sub(r"^(\s*)[%!?].*", r"\1pass", line) for line in lines)


def _code_cell(number: int, cell: dict[str, Any], raw: str, so_far: int = 0) -> CodeCell:
    grading = _grading(cell)
    locked = bool(grading.get("locked")) and not grading.get("grade")
    if len(raw) > LONGEST_CODE or so_far > MOST_CODE:
        broken = f"it has more than {LONGEST_CODE:,} characters"
        if len(raw) <= LONGEST_CODE:
            broken = f"up to it, the code of this notebook has more than {MOST_CODE:,} characters"
        return CodeCell(number, str(cell.get("id", "")), raw, locked, broken)
    source = plain_python(raw)
    # Most cells are the same in every submission. What is huge is not worth the memory.
    known = _known(source) if len(source) < 10_000 else _known.__wrapped__(source)
    return replace(known, number=number, id=str(cell.get("id", "")), locked=locked)


@lru_cache(maxsize=1000)
def _known(source: str) -> CodeCell:
    """What the source alone tells of a cell.

    It is parsed and never compiled: that takes minutes for some nested `finally`, and gigabytes for some sums of texts.
    """
    try:
        tree = ast.parse(source)
        # What the parser lets pass, as far as slips go; anything else comes to light where the cell is run.
        symtable.symtable(source, "<cell>", "exec")
        if stray := _stray(tree):
            return CodeCell(0, "", source, False, *stray)
    except SyntaxError as error:
        return CodeCell(0, "", source, False, (error.msg or "a syntax error")[:200], error.lineno or 0)
    except (ValueError, RecursionError, MemoryError) as error:
        return CodeCell(0, "", source, False, str(error)[:200] or "too deeply nested", 1)
    defines, extends, functions = _bindings(tree)
    uses = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return CodeCell(
        0,
        "",
        source,
        False,
        defines=frozenset(defines),
        extends=frozenset(extends),
        uses=frozenset(uses),
        functions=tuple(functions),
    )


def _stray(tree: ast.Module) -> tuple[str, int] | None:
    """The first `return` outside of a function or `break` outside of a loop, and its line: an indent that slipped."""
    found: list[tuple[int, str]] = []
    waiting: list[tuple[list[ast.stmt], bool, bool]] = [(tree.body, False, False)]  # in a function? in a loop?
    while waiting:
        body, function, loop = waiting.pop()
        for node in body:
            if isinstance(node, ast.Return) and not function:
                found.append((node.lineno, "'return' outside function"))
            elif isinstance(node, ast.Break) and not loop:
                found.append((node.lineno, "'break' outside loop"))
            elif isinstance(node, ast.Continue) and not loop:
                found.append((node.lineno, "'continue' not properly in loop"))
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                if not (inner := getattr(node, name, None)):
                    continue
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    waiting.append((inner, not isinstance(node, ast.ClassDef), False))
                else:
                    within = name == "body" and isinstance(node, ast.For | ast.AsyncFor | ast.While)
                    waiting.append((inner, function, loop or within))
    line, text = min(found, default=(0, ""))
    return (text, line) if text else None


def _bindings(tree: ast.Module) -> tuple[set[str], set[str], list[str]]:
    """Names that a cell binds, names that it hangs something on, and the functions and methods it defines."""
    defines: set[str] = set()
    extends: set[str] = set()
    functions: list[str] = []
    hung: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defines.add(node.name)
            if isinstance(node, ast.ClassDef):
                methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
                functions += [f"{node.name}.{method}" for method in methods]
            else:
                functions.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defines |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        else:
            for target in _targets(node):
                if isinstance(target, ast.Name):
                    defines.add(target.id)
                    if isinstance(getattr(node, "value", None), ast.Lambda):
                        functions.append(target.id)
                elif isinstance(base := _base(target), ast.Name):
                    extends.add(base.id)
                    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                        value = getattr(node, "value", None)
                        method = f"{target.value.id}.{target.attr}"
                        if isinstance(value, ast.Name) and value.id == target.attr:
                            hung[value.id] = method
                        elif isinstance(value, ast.Name):
                            hung.setdefault(value.id, method)
                        elif isinstance(value, ast.Lambda):
                            functions.append(method)
    return defines, extends, [hung.get(name, name) for name in functions]


def _targets(node: ast.stmt) -> list[ast.expr]:
    """What a statement assigns to, looking into if, for, with and try."""
    found: list[ast.expr] = []
    for part in ast.walk(node):
        if isinstance(part, ast.Assign):
            found += part.targets
        elif isinstance(part, ast.AnnAssign | ast.AugAssign | ast.For | ast.NamedExpr):
            found.append(part.target)
        elif isinstance(part, ast.withitem) and part.optional_vars:
            found.append(part.optional_vars)
    return [leaf for target in found for leaf in _leaves(target)]


def _leaves(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [leaf for element in target.elts for leaf in _leaves(element)]
    return [target.value if isinstance(target, ast.Starred) else target]


def _base(target: ast.expr) -> ast.expr:
    while isinstance(target, ast.Attribute | ast.Subscript):
        target = target.value
    return target


def _grading(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _text(source: Any) -> str:
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    # Half of a surrogate pair is good JSON, but no text that could be shown or saved.
    return source.encode("utf-8", "replace").decode("utf-8") if isinstance(source, str) else ""

"""The exercises, read from solutions/: number, slug, title, cells, pieces, points.

A solution file is a notebook in jupytext's py:percent form. What each cell is for follows from what is in it and
from the options behind its `# %%`:

    # %% [markdown]                      text
    # %% [markdown] hints="softmax"      three numbered hints for a piece
    # %% [markdown] tags=["written"] points=5      a written answer, graded by hand
    # %% tags=["given"]                  code of the program that the learner is given
    # %%                                 with solution markers: a piece that the learner writes
    # %% tags=["warmup"]                 the same, but not part of the program
    # %% points=4                        check(softmax)
    # %%                                 anything else: a demonstration, a picture, an experiment
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from microgpt_ref.errors import UserError

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

_HEADER = re.compile(r"^# %%(?P<markdown> \[markdown\])?(?P<options>.*)$")
_OPTION = re.compile(r'\s*(\w+)=("[^"]*"|\[[^\]]*\]|\d+)\s*')
_CHECK = re.compile(r"^check\(([\w.]+)\)$")
_ATTACH = re.compile(r"^(\w+)\.(\w+) = (\w+)", re.MULTILINE)


class CourseError(UserError):
    """A solution file that cannot be understood, or an exercise that does not exist; one line."""


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson: kind is text, hints, written, given, piece, warmup, check or demo."""

    kind: str
    source: str
    line: int
    piece: str = ""  # of a piece, a warm-up, a check, hints: the piece's name
    points: int = 0
    options: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Piece:
    """What a learner writes and a check judges: a function, or a method such as Value.backward."""

    name: str
    exercise: str
    points: int
    source: str
    exported: bool
    hints: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name as nbgrader and nbformat allow it in an id."""
        return self.name.replace(".", "-")

    @property
    def stub(self) -> str:
        """The cell as the learner finds it."""
        return stub(self.source, self.name)


@dataclass(frozen=True)
class Exercise:
    """One folder of solutions/."""

    folder: str  # 03_attention
    path: Path  # its solution file
    title: str  # Attention: which earlier letters matter?
    cells: tuple[Cell, ...]
    pieces: tuple[Piece, ...]

    def __hash__(self) -> int:
        return hash(self.path)  # to hash the text of a whole lesson takes long, and every check looks things up by it

    @property
    def number(self) -> str:
        return self.folder.split("_", 1)[0]

    @property
    def slug(self) -> str:
        return self.folder.split("_", 1)[1]

    @property
    def notebook(self) -> str:
        """The notebook's place below exercises/."""
        return f"{self.folder}/{self.slug}.ipynb"

    @property
    def written_points(self) -> int:
        return sum(cell.points for cell in self.cells if cell.kind == "written")

    @property
    def points(self) -> int:
        """What the checks can give; a written answer is graded by hand and comes on top."""
        return sum(piece.points for piece in self.pieces)


@dataclass(frozen=True)
class Course:
    exercises: tuple[Exercise, ...]

    @cached_property
    def pieces(self) -> dict[str, Piece]:
        return {piece.name: piece for exercise in self.exercises for piece in exercise.pieces}

    @property
    def points(self) -> int:
        return sum(exercise.points for exercise in self.exercises)

    def exercise(self, name: str) -> Exercise:
        """Find an exercise by `3`, `03`, `attention` or `03_attention` (a path to its folder will do, too)."""
        wanted = Path(name).stem if name.endswith(".ipynb") else Path(name).name
        for exercise in self.exercises:
            if wanted in (exercise.folder, exercise.slug, exercise.number):
                return exercise
            if wanted.isdecimal() and int(wanted) == int(exercise.number):
                return exercise
        known = ", ".join(exercise.folder for exercise in self.exercises)
        raise CourseError(f"there is no exercise {name!r}; there are {known}")

    def piece(self, name: str) -> Piece:
        """Find a piece by its name; a method may be named without its class."""
        if name in self.pieces:
            return self.pieces[name]
        short = [piece for piece in self.pieces.values() if piece.name.split(".")[-1] == name]
        if len(short) == 1:
            return short[0]
        raise CourseError(f"there is no piece {name!r}; there are {', '.join(self.pieces)}")


def solutions_folder() -> Path:
    """solutions/ in the repository, or the copy that an installed kit carries."""
    here = Path(__file__).resolve().parent
    inside = here / "_solutions"
    return inside if inside.is_dir() else here.parent / "solutions"


@cache
def course(folder: Path | None = None) -> Course:
    """Read every exercise in the folder, by default the kit's own."""
    root = folder or solutions_folder()
    files = sorted(root.glob("[0-9][0-9]_*/*.py"))
    if not files:
        raise CourseError(f"no exercises in {root}: expected files such as 03_attention/attention.py")
    found = Course(tuple(read_exercise(path) for path in files))
    seen: dict[str, str] = {}
    for exercise in found.exercises:
        for piece in exercise.pieces:
            if piece.name in seen:
                raise CourseError(f"{exercise.path}: piece {piece.name} is also in {seen[piece.name]}")
            seen[piece.name] = exercise.folder
    return found


def read_exercise(path: Path) -> Exercise:
    """Read one solution file."""
    cells = tuple(_read_cells(path))
    title = next((cell.source.split("\n")[0] for cell in cells if cell.kind == "text"), "")
    if not re.match(r"# \d\d \S", title):
        raise CourseError(f"{path}:1: the first text must begin with a title such as '# 03 Attention: ...'")
    points = {cell.piece: cell.points for cell in cells if cell.kind == "check"}
    hints = {cell.piece: _hints(cell, path) for cell in cells if cell.kind == "hints"}
    pieces: dict[str, Piece] = {}
    for cell in cells:
        if cell.kind in ("piece", "warmup"):
            if cell.piece in pieces:
                raise CourseError(f"{path}:{cell.line}: piece {cell.piece} is named twice")
            if cell.piece not in points:
                raise CourseError(f"{path}:{cell.line}: piece {cell.piece} has no check({cell.piece}) cell")
            pieces[cell.piece] = Piece(
                cell.piece,
                path.parent.name,
                points[cell.piece],
                cell.source,
                cell.kind == "piece",
                hints.get(cell.piece, ()),
            )
        elif cell.kind in ("check", "hints") and cell.piece not in pieces:
            raise CourseError(f"{path}:{cell.line}: {cell.kind} for {cell.piece}, which is no piece above")
    return Exercise(path.parent.name, path, title[5:], cells, tuple(pieces.values()))


def stub(source: str, name: str) -> str:
    """The source with each solution replaced by a line that says what to do, as nbgrader does it."""
    lines, inside = [], False
    for line in source.split("\n"):
        if line.strip() == BEGIN:
            inside = True
            lines.append(line.replace(BEGIN, stub_line(name)))
        elif line.strip() == END:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def stub_line(name: str) -> str:
    """What stands in a stub in place of the solution."""
    return f'raise NotImplementedError("write {name} here")'


def without_markers(source: str) -> str:
    """The solved cell, as a person would have written it."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))


def _read_cells(path: Path) -> Iterator[Cell]:
    lines = path.read_text(encoding="utf-8").split("\n")
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        header = _HEADER.match(lines[start])
        assert header
        options = {key: json.loads(value) for key, value in _OPTION.findall(header["options"])}
        body = lines[start + 1 : end]
        while body and not body[-1].strip():
            body.pop()
        if header["markdown"]:
            source = "\n".join(line[2:] if line.startswith("# ") else line.lstrip("#") for line in body)
        else:
            source = "\n".join(body)
        yield _cell(source, bool(header["markdown"]), start + 1, options, path)


def _cell(source: str, markdown: bool, line: int, options: dict[str, Any], path: Path) -> Cell:
    tags, points = options.get("tags", []), options.get("points", 0)
    if markdown:
        kind = "hints" if "hints" in options else "written" if "written" in tags else "text"
        return Cell(kind, source, line, options.get("hints", ""), points, options)
    checked = _CHECK.match(source.strip())
    if checked:
        if not points:
            raise CourseError(f"{path}:{line}: {source.strip()} has no points: write '# %% points=...'")
        return Cell("check", source, line, checked[1], points, options)
    if BEGIN in source or END in source:
        _look_at_markers(source, line, path)
        kind = "warmup" if "warmup" in tags else "piece"
        return Cell(kind, source, line, _piece_name(source, line, path), 0, options)
    return Cell("given" if "given" in tags else "demo", source, line, "", 0, options)


def _look_at_markers(source: str, line: int, path: Path) -> None:
    opened = 0
    for number, text in enumerate(source.split("\n"), start=line + 1):
        if text.strip() == BEGIN:
            if opened:
                raise CourseError(f"{path}:{number}: {BEGIN} inside the solution begun in line {opened}")
            opened = number
        elif text.strip() == END:
            if not opened:
                raise CourseError(f"{path}:{number}: {END} without a {BEGIN} before it")
            opened = 0
    if opened:
        raise CourseError(f"{path}:{opened}: {BEGIN} is never closed by {END}")


def _piece_name(source: str, line: int, path: Path) -> str:
    """The function with the solution in it; for `Value.log = log`, the method it becomes."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise CourseError(f"{path}:{line + (error.lineno or 0)}: {error.msg}") from None
    text = source.split("\n")
    solved = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(part.strip() == BEGIN for part in text[node.lineno - 1 : node.end_lineno])
    ]
    solved += [""] * (source.count(BEGIN) - len(solved))
    if not solved or not solved[0]:
        raise CourseError(f"{path}:{line}: a solution without a piece: no function around the markers")
    if len(set(solved)) > 1:
        raise CourseError(f"{path}:{line}: more than one piece in a cell: {', '.join(solved)}")
    for owner, method, function in _ATTACH.findall(source):
        if function == solved[0] and method == function:
            return f"{owner}.{method}"
    return solved[0]


def _hints(cell: Cell, path: Path) -> tuple[str, ...]:
    found = re.findall(r"^(\d)\. (.*(?:\n   .*)*)", cell.source, re.MULTILINE)
    if [number for number, _ in found] != ["1", "2", "3"]:
        raise CourseError(f"{path}:{cell.line}: hints for {cell.piece} must be three, numbered 1. 2. 3.")
    return tuple(re.sub(r"\n   ", "\n", text) for _, text in found)

"""Give a stub back, or a whole notebook, and touch nothing else."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.build import PRISTINE, keep_copy
from autograder.course import Exercise, Piece
from autograder.learn.merge import grade_id_of, id_of
from autograder.notebook import load, submission_from
from microgpt_ref.whole import write_whole

JsonCell = dict[str, Any]


@dataclass(frozen=True)
class Reset:
    """What was done: the copy of what was there before, if there was a difference, and things to know."""

    kept: Path | None
    notes: tuple[str, ...] = ()


def reset_notebook(path: Path, exercise: Exercise) -> Reset:
    """Put the clean notebook in place of whatever is there, which may be broken or missing."""
    clean = pristine(exercise).read_bytes()
    if path.is_file() and path.read_bytes() == clean:
        return Reset(None, ("it was as it was given: nothing is changed",))
    kept = keep_copy(path) if path.is_file() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, clean)
    return Reset(kept)


def reset_piece(path: Path, exercise: Exercise, piece: Piece) -> Reset:
    """Put the stub of one piece in its cell, or the cell itself where it was if it is missing."""
    notebook = load(path)
    raw = path.read_bytes()
    cells: list[JsonCell] = notebook["cells"]
    clean = load(pristine(exercise))["cells"]
    (stub,) = [cell for cell in clean if id_of(cell) == piece.id]
    before, notes = copy.deepcopy(cells), []
    home = _home(cells, clean, stub, exercise, piece)
    if home is None:
        home = _place(cells, clean, stub)
        cells.insert(home, _fitting(stub, notebook))
        notes.append("its cell was missing: it is back in its place")
    else:
        notes += _also_in(cells, home, exercise, piece)
        _to_stub(cells, home, stub)
    notes += _elsewhere(cells, home, exercise, piece)
    if cells == before:
        return Reset(None, ("it is a stub already: nothing is changed", *notes))
    kept = keep_copy(path)
    write_whole(path, written_like(raw, notebook))
    return Reset(kept, tuple(notes))


def pristine(exercise: Exercise) -> Path:
    """The notebook of an exercise as it was given."""
    return PRISTINE / f"{exercise.folder}.ipynb"


def written_like(raw: bytes, notebook: dict[str, Any]) -> bytes:
    """The notebook as JSON in the handwriting of the file it was read from."""
    text = raw.decode("utf-8")
    ending = text[len(text.rstrip()) :]
    ways: list[dict[str, Any]] = [
        {"indent": indent, "ensure_ascii": ascii_only, "separators": separators}
        for ascii_only in (False, True)
        for indent in (1, 2, 4, "\t", None)
        for separators in ((",", ": "), (", ", ": "), (",", ":"))
    ]
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n").rstrip()
    data = json.loads(text)
    for way in ways:
        if json.dumps(data, **way) == plain:
            break
    else:
        way = ways[0]  # as Jupyter writes it
    return (json.dumps(notebook, **way).replace("\n", newline) + ending).encode("utf-8")


def _home(cells: list[JsonCell], clean: list[JsonCell], stub: JsonCell, exercise: Exercise, piece: Piece) -> int | None:
    """The cell that becomes the stub: the one that was given for it, else one that defines the piece."""
    given = [number for number, cell in enumerate(cells) if _same(cell, stub)]
    if given:  # a copy of the cell keeps its metadata, but has another id
        return next((number for number in given if id_of(cells[number]) == id_of(stub)), given[0])
    for number in _homes(cells, exercise, piece):
        if not any(_same(cells[number], other) for other in clean):  # not the given class with the method in it
            return number
    return None


def _homes(cells: list[JsonCell], exercise: Exercise, piece: Piece) -> list[int]:
    """The cells that define the piece, or would if Python could read them."""
    submission = submission_from({"cells": cells}, exercise)
    short = re.escape(piece.name.rpartition(".")[2])
    return [
        cell.number - 1
        for cell in submission.cells
        if piece.name in cell.functions
        or (cell.broken and re.search(rf"^[ \t]*def {short}\b", cell.source, re.MULTILINE))
    ]


def _to_stub(cells: list[JsonCell], home: int, stub: JsonCell) -> None:
    cell = cells[home]
    if cell.get("cell_type") != "code":
        cells[home] = {**stub, **({"id": cell["id"]} if "id" in cell else {})}
        return
    as_lines = isinstance(cell.get("source"), list)
    cell["source"] = list(stub["source"]) if as_lines else "".join(stub["source"])
    cell["outputs"], cell["execution_count"] = [], None


def _place(cells: list[JsonCell], clean: list[JsonCell], stub: JsonCell) -> int:
    """Behind the nearest cell that came before it and is still there, else before the nearest that came after."""
    was = clean.index(stub)
    for earlier in reversed(clean[:was]):
        if found := [number for number, cell in enumerate(cells) if _same(cell, earlier)]:
            return found[-1] + 1
    for later in clean[was + 1 :]:
        if found := [number for number, cell in enumerate(cells) if _same(cell, later)]:
            return found[0]
    return len(cells)


def _fitting(stub: JsonCell, notebook: dict[str, Any]) -> JsonCell:
    """The cell as this notebook's format has it: ids came with 4.5."""
    if notebook.get("nbformat_minor", 0) >= 5:
        return stub
    return {key: value for key, value in stub.items() if key != "id"}


def _same(cell: JsonCell, given: JsonCell) -> bool:
    """Is this the cell that was given, whatever has become of it?"""
    for name in (id_of, grade_id_of):
        if name(cell) and name(cell) == name(given):
            return True
    nameless = not id_of(cell) and not grade_id_of(cell)
    return nameless and "".join(cell.get("source", "")) == "".join(given["source"])


def _also_in(cells: list[JsonCell], home: int, exercise: Exercise, piece: Piece) -> list[str]:
    """Other pieces in the same cell go with it."""
    others = [
        other.name for other in exercise.pieces if other.name != piece.name and home in _homes(cells, exercise, other)
    ]
    return [f"{', '.join(others)} stood in the same cell and went with it: the copy has it"] if others else []


def _elsewhere(cells: list[JsonCell], home: int, exercise: Exercise, piece: Piece) -> list[str]:
    """Other definitions of the piece stay, and the learner should know."""
    others = [str(number + 1) for number in _homes(cells, exercise, piece) if number != home]
    if not others:
        return []
    where = f"cell{'s' if len(others) > 1 else ''} {' and '.join(others)}"
    return [f"{piece.name} is also defined in {where}, left as it is: only one of them can count"]

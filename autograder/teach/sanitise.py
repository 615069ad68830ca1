"""A clean notebook from whatever was submitted: the learner's own cells, and the released ones as they were.

What nbgrader's own steps would trip over is gone afterwards: tags, forged or broken metadata, changed points, grade
ids given twice or to other cells, missing test cells, cells of unknown kinds, text that cannot be saved. Nothing of
the submission is run, and nothing in it is believed but the text of its cells.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from autograder.notebook import NotebookError, load
from autograder.teach.sheet import Sheet, SheetCell

KIT = "microgpt"  # the kit's own place in a notebook's metadata
MOST_CELLS = 2_000
LONGEST_CELL = 200_000  # characters; a person writes a few hundred
_GOOD_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

Notebook = dict[str, Any]


def read_clean(path: Path, sheet: Sheet) -> Notebook:
    """The submitted notebook, clean; where it cannot be read, a notebook that says why."""
    try:
        if path.is_symlink():
            raise NotebookError(f"{path.name} is a link, not a file")
        if not path.exists():
            raise NotebookError(_missing(path))
        if not path.is_file():
            raise NotebookError(f"{path.name} is no file")
        found = load(path)
        if len(found["cells"]) > MOST_CELLS:
            raise NotebookError(f"{path.name} has {len(found['cells']):,} cells; at most {MOST_CELLS:,} are read")
        return sanitise(found, sheet)
    except NotebookError as error:
        # A learner needs no path of the instructor's machine.
        return unreadable(str(error).replace(str(path), path.name), sheet)


def sanitise(notebook: Notebook, sheet: Sheet) -> Notebook:
    """A clean copy of a notebook that could be read."""
    known = {cell.name: cell for cell in sheet}
    homes: dict[str, int] = {}  # of two cells with one id the last one counts, as with nbgrader
    for place, cell in enumerate(notebook["cells"]):
        if _grade_id(cell) in known:
            homes[_grade_id(cell)] = place
    cells: list[tuple[str, Notebook]] = []
    for place, cell in enumerate(notebook["cells"]):
        name = _grade_id(cell)
        if homes.get(name) == place:
            cells.append((name, _known_cell(known[name], cell)))
        else:
            cells.append(("", _free_cell(cell)))
    _restore(cells, sheet)
    problem = notebook.get("metadata", {})
    problem = problem.get(KIT, {}) if isinstance(problem, dict) else {}
    problem = problem.get("problem") if isinstance(problem, dict) else None
    return _notebook([cell for _, cell in cells], str(problem)[:500] if problem else "")


def unreadable(problem: str, sheet: Sheet) -> Notebook:
    """In place of a notebook that cannot be read: the released cells, and why there is no more."""
    cells = [(cell.name, _known_cell(cell, {})) for cell in sheet]
    text = f"**This submission could not be judged.** {_plain(problem)}"
    note = {"cell_type": "markdown", "id": "why-not-judged", "metadata": {}, "source": text}
    return _notebook([note, *(cell for _, cell in cells)], problem)


def stand_in(problem: str) -> Notebook:
    """What is put in the place of a file that was refused when it was collected: it says why."""
    return _notebook([], problem)


def problem_of(notebook: Notebook) -> str:
    """Why the notebook could not be read, if it could not."""
    return str(notebook["metadata"].get(KIT, {}).get("problem", ""))


def _restore(cells: list[tuple[str, Notebook]], sheet: Sheet) -> None:
    """Put released cells that are missing after the cell that they followed.

    A stub is not put back: the learner may have written the piece in a cell of their own.
    """
    present = {name for name, _ in cells}
    after = 0
    for cell in sheet:
        if cell.name in present:
            after = next(place for place, (name, _) in enumerate(cells) if name == cell.name) + 1
        elif cell.fixed or cell.grade or cell.task:
            cells.insert(after, (cell.name, _known_cell(cell, {})))
            after += 1


def _known_cell(known: SheetCell, submitted: Notebook) -> Notebook:
    """A released cell: its metadata from the sheet, its text too, unless the learner is to write it."""
    text = known.source if known.fixed or not submitted else _text(submitted)
    made = _cell(known.cell_type, text, _attachments(submitted))
    made["id"] = known.name
    made["metadata"] = {"nbgrader": known.metadata()}
    if known.fixed:
        made["metadata"].update(deletable=False, editable=False)
    return made


def _free_cell(submitted: Notebook) -> Notebook:
    """A cell that is not of the release: its text, and nothing that nbgrader would read."""
    kind = submitted.get("cell_type")
    made = _cell(kind if kind in ("code", "markdown") else "raw", _text(submitted), _attachments(submitted))
    made["id"] = submitted.get("id")
    return made


def _cell(kind: str, text: str, attachments: dict[str, Any]) -> Notebook:
    made: Notebook = {"cell_type": kind, "metadata": {}, "source": text}
    if kind == "code":
        made.update(execution_count=None, outputs=[])
    elif kind == "markdown" and attachments:
        made["attachments"] = attachments
    return made


def _notebook(cells: list[Notebook], problem: str) -> Notebook:
    taken: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        wanted = cell.get("id")
        good = isinstance(wanted, str) and _GOOD_ID.fullmatch(wanted) and wanted not in taken
        cell["id"] = wanted if good else _new_id(number, taken)
        taken.add(cell["id"])
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            KIT: {"problem": problem} if problem else {},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _new_id(number: int, taken: set[str]) -> str:
    wanted = f"cell-{number}"
    while wanted in taken:
        wanted += "-"
    return wanted


def _grade_id(cell: Notebook) -> str:
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = found.get("grade_id") if isinstance(found, dict) else None
    return name if isinstance(name, str) else ""


def _text(cell: Notebook) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return ""
    if len(source) > LONGEST_CELL:
        note = f"this cell had {len(source):,} characters; at most {LONGEST_CELL:,} are read"
        return f"# {note}" if cell.get("cell_type") == "code" else note
    # Half of a surrogate pair is good JSON, but no text that could be saved.
    return source.encode("utf-8", "replace").decode("utf-8")


def _attachments(cell: Notebook) -> dict[str, Any]:
    """Pictures in a text, where they are what they should be."""
    found = cell.get("attachments")
    if not isinstance(found, dict):
        return {}
    return {
        str(name).encode("utf-8", "replace").decode("utf-8"): {
            kind: data for kind, data in bundle.items() if kind.startswith("image/") and isinstance(data, str)
        }
        for name, bundle in found.items()
        if isinstance(bundle, dict)
    }


def _missing(path: Path) -> str:
    others = sorted(other.name for other in path.parent.glob("*.ipynb"))[:3] if path.parent.is_dir() else []
    return f"there is no {path.name} in this submission" + (f", only {', '.join(others)}" if others else "")


def _plain(text: str) -> str:
    """Without what Markdown would read as more than text."""
    return re.sub(r"([\\`*_{}\[\]<>#!|$&])", r"\\\1", text)

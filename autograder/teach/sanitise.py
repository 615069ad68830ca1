"""A clean notebook from whatever was submitted: the learner's own cells, and the released ones as they were.

What nbgrader's own steps would trip over is gone afterwards: tags, forged or broken metadata, changed points, grade
ids given twice or to other cells, missing test cells, cells of unknown kinds, text that cannot be saved. Nothing of
the submission is run, and nothing in it is believed but the text of its cells.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from autograder.notebook import LONGEST_CODE, MOST_CODE, NotebookError, load
from autograder.teach.sheet import Sheet, SheetCell

KIT = "microgpt"  # the kit's own place in a notebook's metadata
MOST_CELLS = 2_000
LONGEST_TEXT = 20_000  # characters of a cell that is no code; a person writes a few hundred
MOST_TEXT = 200_000  # of a notebook
MOST_PICTURES = 4 * 1024 * 1024  # characters of a notebook's attachments
_GOOD_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PICTURE = re.compile(r"image/[a-z0-9.+-]{1,40}")
_BLANKS = re.compile(r"[^\S\n]{80,}")  # Markdown takes seconds for the blanks of a page

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
    room = _Room()
    homes: dict[str, int] = {}  # of two cells with one id the last one counts, as with nbgrader
    for place, cell in enumerate(notebook["cells"]):
        if _grade_id(cell) in known:
            homes[_grade_id(cell)] = place
    cells: list[tuple[str, Notebook]] = []
    for place, cell in enumerate(notebook["cells"]):
        name = _grade_id(cell)
        if homes.get(name) == place:
            cells.append((name, _known_cell(known[name], cell, room)))
        else:
            cells.append(("", _free_cell(cell, room)))
    _restore(cells, sheet)
    problem = notebook.get("metadata", {})
    problem = problem.get(KIT, {}) if isinstance(problem, dict) else {}
    problem = problem.get("problem") if isinstance(problem, dict) else None
    return _notebook([cell for _, cell in cells], clean(problem)[:500] if isinstance(problem, str) else "")


def unreadable(problem: str, sheet: Sheet) -> Notebook:
    """In place of a notebook that cannot be read: the released cells, and why there is no more."""
    cells = [(cell.name, _known_cell(cell, {}, _Room())) for cell in sheet]
    text = f"**This submission could not be judged.** {_plain(problem)}"
    note = {"cell_type": "markdown", "id": "why-not-judged", "metadata": {}, "source": text}
    return _notebook([note, *(cell for _, cell in cells)], problem)


def stand_in(problem: str) -> Notebook:
    """What is put in the place of a file that was refused when it was collected: it says why."""
    return _notebook([], problem)


def without_problem(notebook: Notebook) -> bool:
    """Take out of a notebook that somebody handed in what only the kit may say of it; was there anything?"""
    metadata = notebook.get("metadata")
    ours = metadata.get(KIT) if isinstance(metadata, dict) else None
    return isinstance(ours, dict) and ours.pop("problem", None) is not None


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
            cells.insert(after, (cell.name, _known_cell(cell, {}, _Room())))
            after += 1


class _Room:
    """What a submission may still bring: pages are made of it, and Markdown is slow."""

    def __init__(self) -> None:
        self.text, self.code, self.pictures = MOST_TEXT, MOST_CODE, MOST_PICTURES

    def text_of(self, cell: Notebook, kind: str) -> str:
        """The text of a cell, as far as there is room."""
        source = _source(cell)
        if kind == "code":
            self.code -= len(source) if len(source) <= LONGEST_CODE else 0
            if len(source) > LONGEST_CODE or self.code < 0:
                return f"# this cell has {len(source):,} characters, too many to be read"
            return source
        source = _BLANKS.sub(" " * 80, source)
        most = max(0, min(LONGEST_TEXT, self.text))
        self.text -= min(len(source), most)
        if len(source) > most:
            source = f"{source[:most]}\n\n(this text has {len(source):,} characters; {most:,} of them are shown)"
        return source

    def pictures_of(self, cell: Notebook) -> dict[str, Any]:
        """Pictures in a text, where they are what they should be, as far as there is room."""
        found = cell.get("attachments")
        pictures: dict[str, Any] = {}
        for name, bundle in found.items() if isinstance(found, dict) else ():
            for kind, data in bundle.items() if isinstance(bundle, dict) else ():
                if _PICTURE.fullmatch(kind) and isinstance(data, str) and len(data) <= self.pictures:
                    self.pictures -= len(data)
                    pictures.setdefault(clean(name)[:200], {})[kind] = clean(data)
        return pictures


def _known_cell(known: SheetCell, submitted: Notebook, room: _Room) -> Notebook:
    """A released cell: its metadata from the sheet, its text too, unless the learner is to write it."""
    fixed = known.fixed or not submitted
    text = known.source if fixed else room.text_of(submitted, known.cell_type)
    made = _cell(known.cell_type, text, room.pictures_of(submitted))
    made["id"] = known.name
    made["metadata"] = {"nbgrader": known.metadata()}
    if known.fixed:
        made["metadata"].update(deletable=False, editable=False)
    return made


def _free_cell(submitted: Notebook, room: _Room) -> Notebook:
    """A cell that is not of the release: its text, and nothing that nbgrader would read."""
    kind = submitted.get("cell_type")
    kind = kind if kind in ("code", "markdown") else "raw"
    made = _cell(kind, room.text_of(submitted, kind), room.pictures_of(submitted))
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


def _source(cell: Notebook) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return clean(source) if isinstance(source, str) else ""


def clean(text: str) -> str:
    """Without halves of surrogate pairs, which are good JSON, but no text that could be saved."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _missing(path: Path) -> str:
    others = sorted(other.name for other in path.parent.glob("*.ipynb"))[:3] if path.parent.is_dir() else []
    return f"there is no {path.name} in this submission" + (f", only {', '.join(others)}" if others else "")


def _plain(text: str) -> str:
    """Without what Markdown would read as more than text."""
    return re.sub(r"([\\`*_{}\[\]<>#!|$&])", r"\\\1", text)

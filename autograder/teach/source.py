"""source/: the notebooks with solutions that a course releases, written by the kit, changed by the instructor.

The kit remembers what it wrote. What an instructor has changed since is not lost: points are carried over to a newer
notebook, other changes are left as they are, and whatever is replaced is kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from autograder.build import glossary, solution_notebook, to_text
from autograder.course import Exercise, solutions_folder
from autograder.lessons import kit_version
from autograder.teach.folder import CourseFolder
from autograder.teach.verdicts import write_whole

GLOSSARY = "glossary"


@dataclass(frozen=True)
class Change:
    """What became of one notebook in source/."""

    name: str
    what: str  # written, renewed, as it was, or why it was left
    kept: Path | None = None  # where the one before is


def update_source(folder: CourseFolder, overwrite: bool = False) -> list[Change]:
    """Bring the notebooks in source/ up to the installed kit, and to the instructor's own exercises."""
    notes = read_notes(folder)
    changes = []
    for exercise in folder.course.exercises:
        path = folder.source_notebook(exercise)
        changes.append(_update(folder, exercise.folder, path, built(exercise), notes, overwrite))
    if words := glossary_notebook():
        path = folder.source / GLOSSARY / f"{GLOSSARY}.ipynb"
        changes.append(_update(folder, GLOSSARY, path, words, notes, overwrite))
    write_whole(folder.notes / "source.json", json.dumps({"kit": kit_version(), "notebooks": notes}, indent=1))
    return changes


@cache
def built(exercise: Exercise) -> str:
    """The notebook of an exercise as the kit would write it to source/ today."""
    return _with_links(to_text(solution_notebook(exercise)))


def glossary_notebook() -> str:
    """The glossary, to be released like an assignment, so that links to it work in a learner's folder."""
    words = solutions_folder() / "glossary.md"
    return to_text(glossary(words)) if words.exists() else ""


def read_notes(folder: CourseFolder) -> dict[str, dict[str, str]]:
    """What the kit wrote to source/, by exercise: the content, and its shape without points."""
    try:
        found = json.loads((folder.notes / "source.json").read_text(encoding="utf-8"))
        return {str(name): dict(note) for name, note in found["notebooks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def shape(text: str) -> str:
    """What an instructor's edit changes, and saving a notebook or changing points does not."""
    cells = []
    for cell in json.loads(text)["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        grading = {key: value for key, value in cell["metadata"].get("nbgrader", {}).items() if key in _GRADING}
        cells.append([cell["cell_type"], source, grading])
    return _digest(json.dumps(cells, sort_keys=True))


def points(text: str) -> dict[str, float]:
    """The points of each graded cell."""
    grading = [cell["metadata"].get("nbgrader", {}) for cell in json.loads(text)["cells"]]
    return {found["grade_id"]: found["points"] for found in grading if found.get("grade") and "points" in found}


def with_points(text: str, wanted: dict[str, float]) -> str:
    """The notebook with these points in place of its own."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        grading = cell["metadata"].get("nbgrader", {})
        if grading.get("grade") and grading["grade_id"] in wanted:
            grading["points"] = wanted[grading["grade_id"]]
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _update(
    folder: CourseFolder, name: str, path: Path, text: str, notes: dict[str, dict[str, str]], overwrite: bool
) -> Change:
    note = notes.get(name)
    if not path.exists():
        if note and not overwrite:
            return Change(name, "left out: you have taken it out of source/")
        return _write(name, path, text, notes, "written")
    present = path.read_text(encoding="utf-8")
    mine = bool(note) and _shape_or_none(present) == (note or {}).get("shape")
    changed = _points_or_none(present) if mine else None
    wanted = with_points(text, changed) if changed and changed != points(text) else text
    if present == wanted or (mine and shape(present) == shape(wanted)):
        notes[name] = {"content": _digest(present), "shape": shape(wanted)}
        return Change(name, "as it was")
    if any((place / name).is_dir() for step in (folder.submitted, folder.autograded) for place in step.glob("*")):
        return Change(name, "left as it is: there are submissions")
    if not mine and not overwrite:
        return Change(name, "left as it is: you have changed it (--overwrite renews it and keeps yours)")
    kept = None if note and _digest(present) == note.get("content") else _keep(folder, path)
    return _write(name, path, wanted, notes, "renewed", kept)


def _write(
    name: str, path: Path, text: str, notes: dict[str, dict[str, str]], what: str, kept: Path | None = None
) -> Change:
    write_whole(path, text)
    notes[name] = {"content": _digest(text), "shape": shape(text)}
    return Change(name, what, kept)


def _keep(folder: CourseFolder, path: Path) -> Path:
    """Keep a notebook outside source/: whatever lies there is released, solutions and all."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    copy = folder.path / "kept" / stamp / path.name
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)
    return copy


def _with_links(text: str) -> str:
    """A released exercise is a folder beside the released glossary's folder."""
    return text.replace("../glossary.ipynb", f"../{GLOSSARY}/{GLOSSARY}.ipynb")


def _shape_or_none(text: str) -> str | None:
    try:
        return shape(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _points_or_none(text: str) -> dict[str, float] | None:
    try:
        return points(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_GRADING: Any = ("grade", "grade_id", "locked", "solution", "task")

"""source/: the notebooks with solutions that a course releases, written by the kit, changed by the instructor.

The kit remembers what it wrote. What an instructor has changed since is not lost: points are carried over to a newer
notebook, other changes are left as they are, and whatever is replaced is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
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

GLOSSARY, GUIDE = "glossary", "README.md"


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
    write_notes(folder, notes)
    return changes


def update_guide(folder: CourseFolder, guide: Callable[[str], str], overwrite: bool = False) -> Change | None:
    """Bring the course's README up to the installed kit, too; nothing to tell where it is so already."""
    path, notes = folder.path / GUIDE, read_notes(folder)
    note = notes.get(GUIDE, {})
    present = path.read_text(encoding="utf-8", errors="replace") if path.exists() else None
    if present is None and note and not overwrite:
        return Change(GUIDE, "left out: you have taken it away")
    name = note.get("course") or _course_named_in(present or "") or folder.path.name
    wanted = guide(name)
    mine = present in (None, wanted) or _digest(present or "") == note.get("content")
    if not mine and not overwrite:
        why = "you have changed it" if note else "you have changed it, or an older kit wrote it"
        return Change(GUIDE, f"left as it is: {why} (--overwrite renews it and keeps yours)")
    kept = None if mine else _keep(folder, path)
    if present != wanted:
        write_whole(path, wanted)
    write_notes(folder, {**notes, GUIDE: {"content": _digest(wanted), "course": name}})
    if present == wanted:
        return None
    return Change(GUIDE, "written" if present is None else "renewed", kept)


def _course_named_in(guide: str) -> str:
    found = re.match(r"# (.+): for instructors\n", guide)
    return found[1] if found else ""


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


def write_notes(folder: CourseFolder, notes: dict[str, dict[str, str]]) -> None:
    write_whole(folder.notes / "source.json", json.dumps({"kit": kit_version(), "notebooks": notes}, indent=1))


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
    present = text_of_notebook(path)
    if present is None:
        moved = _keep(folder, path, move=True)
        return _write(name, path, text, notes, "renewed: what was there is no notebook", moved)
    mine = bool(note) and shape(present) == (note or {}).get("shape")
    changed = points(present) if mine else None
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


def _keep(folder: CourseFolder, path: Path, move: bool = False) -> Path:
    """Keep a notebook outside source/: whatever lies there is released, solutions and all."""
    stamp = folder.path / "kept" / datetime.now().strftime("%Y-%m-%d-%H%M%S")
    copy, number = stamp / path.name, 1
    while copy.exists():
        copy, number = stamp / f"{number}-{path.name}", number + 1
    copy.parent.mkdir(parents=True, exist_ok=True)
    if move:
        shutil.move(path, copy)
    else:
        shutil.copyfile(path, copy)
    return copy


def text_of_notebook(path: Path) -> str | None:
    """What is in the file, if it is a notebook that can be released."""
    try:
        text = path.read_text(encoding="utf-8")
        shape(text), points(text)
    except (IsADirectoryError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return text


def _with_links(text: str) -> str:
    """A released exercise is a folder beside the released glossary's folder."""
    return text.replace("../glossary.ipynb", f"../{GLOSSARY}/{GLOSSARY}.ipynb")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_GRADING: Any = ("grade", "grade_id", "locked", "solution", "task")

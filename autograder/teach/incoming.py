"""A submission's folder, made safe to touch: plain files only, and a time that can be read.

Links are followed when nbgrader copies, with the rights of whoever collects: a link to the solutions, handed in as
attention.ipynb, would come back with full marks. A pipe would hold up everything that reads it.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from autograder.notebook import NotebookError, load
from autograder.teach.folder import CourseFolder
from autograder.teach.sanitise import stand_in, without_problem
from autograder.teach.verdicts import write_whole

TIMESTAMP = "timestamp.txt"


def refusal_of(place: Path) -> str:
    """Why submitted/STUDENT/ASSIGNMENT is left alone altogether; empty when it may be graded."""
    for folder in (place.parent, place):
        if folder.is_symlink():
            return f"submitted/{shown(folder.relative_to(place.parent.parent).as_posix())} is a link, not a folder"
    name = place.parent.name
    if not name.isprintable() or set(name) & set("*?[]"):
        return "nbgrader cannot work with such a name: rename the folder"
    return ""


def shown(name: str) -> str:
    """A name as one line, whatever is in it."""
    return name if name.isprintable() else ascii(name)[1:-1]


def unknown_assignments(folder: CourseFolder) -> list[tuple[str, str, str]]:
    """Folders in submitted/ that belong to no assignment: student, assignment, and why they are passed over."""
    known = {exercise.folder for exercise in folder.course.exercises}
    found = sorted(path for path in folder.submitted.glob("*/*") if path.is_dir() and not path.name.startswith("."))
    return [
        (shown(path.parent.name), shown(path.name), "there is no such assignment in this course: rename the folder")
        for path in found
        if path.name not in known and not (folder.source / path.name).is_dir()
    ]


def make_safe(folder: Path) -> list[str]:
    """Take out of a collected folder what is no plain file; says what was done."""
    done = []
    for place, names, files in os.walk(folder):
        for name in (*names, *files):
            path = Path(place) / name
            if refusal := not_plain(path):
                path.unlink()
                done.append(f"{name} was taken out: {refusal}")
                if name.endswith(".ipynb"):
                    write_stand_in(path, f"{name} was not collected: {refusal}")
    timestamp = folder / TIMESTAMP
    if timestamp.is_file() and not readable_time(timestamp):
        timestamp.unlink()
        done.append(f"{TIMESTAMP} was taken out: it holds no time")
    return done


def not_plain(path: Path) -> str:
    """Why this is neither a plain file nor a folder; empty when it is."""
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        return "it is a link, not a file"
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return "it is neither a file nor a folder"
    return ""


def readable_time(timestamp: Path) -> bool:
    """Can nbgrader read this timestamp?"""
    from nbgrader.utils import parse_utc

    try:
        text = timestamp.read_text(encoding="utf-8")
        return len(text) < 200 and (not text.strip() or parse_utc(text.strip()) is not None)
    except (OSError, ValueError, OverflowError, TypeError, AttributeError):
        return False


def take_out_problem(path: Path) -> None:
    """What stands in a notebook of why it could not be judged is for the kit to say, and not for who handed it in."""
    try:
        notebook = load(path)
        if without_problem(notebook):
            write_whole(path, json.dumps(notebook))
    except (NotebookError, RecursionError):
        pass  # nor will anybody else read what it says


def write_stand_in(path: Path, problem: str) -> None:
    """In place of a notebook that was refused, one that says why: it gets zero, with that reason."""
    write_whole(path, json.dumps(stand_in(problem)))

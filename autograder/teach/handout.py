"""`microgpt course handout`: one file to give to learners, with everything but the solutions.

Unpacked, it is a folder such as `microgpt init` makes, so that all the learners' commands work in it.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from autograder.build import student_notebook, to_text, way_through
from autograder.course import BEGIN, Course, Exercise
from autograder.lessons import README, contents, kit_version, lessons
from autograder.teach.folder import CourseFolder
from autograder.teach.source import GLOSSARY
from microgpt_ref.errors import UserError
from microgpt_ref.whole import write_whole

START = """# Begin here

With Python 3.11, 3.12 or 3.13, in this folder:

    python3 -m venv .venv
    .venv/bin/python -m pip install microgpt-kit
    .venv/bin/microgpt lab

(On Windows, write `python` for `python3` and `.venv\\Scripts\\` for `.venv/bin/`.) JupyterLab opens on your first
notebook. `exercises/README.md` shows the whole way through; `microgpt doctor` helps if something does not start.
"""
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same lessons make the same file, whenever and wherever


@dataclass(frozen=True)
class Handout:
    """The file, and which of its notebooks the course had released."""

    path: Path
    released: tuple[str, ...]
    built: tuple[str, ...]


def make_handout(path: Path, folder: CourseFolder | None = None) -> Handout:
    """Write the zip: the course's notebooks as they were released, and the kit's where none was."""
    if path.suffix != ".zip":
        raise UserError(f"{path} must end in .zip: name it {path.name}.zip")
    if path.exists():
        raise UserError(f"{path} is there already: delete it, or choose another name")
    kit = lessons()
    taught = [exercise for exercise in folder.course.exercises if _is_taught(folder, exercise)] if folder else []
    if folder:
        dropped = {exercise.notebook for exercise in folder.course.exercises} - {one.notebook for one in taught}
        kit = {name: content for name, content in kit.items() if name not in dropped}
        kit[README] = way_through(Course(tuple(taught))).encode()
    files = contents(kit, kit_version())
    released: list[str] = []
    built: list[str] = []
    for exercise in taught:
        found = _released(folder, exercise) if folder else None
        (built if found is None else released).append(exercise.folder)
        if found is not None:
            files[f"exercises/{exercise.notebook}"] = found
        elif exercise.notebook not in kit:  # the instructor's own, not released yet
            files[f"exercises/{exercise.notebook}"] = to_text(student_notebook(exercise)).encode()
    for name, content in files.items():
        if BEGIN.encode() in content:
            raise UserError(
                f"{name} has a solution in it: release it again (nbgrader generate_assignment), then try again"
            )
    files["BEGIN-HERE.md"] = START.encode()
    try:
        write_whole(path, _zipped(path.stem, files))
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    return Handout(path, tuple(released), tuple(built))


def _is_taught(folder: CourseFolder, exercise: Exercise) -> bool:
    """What the instructor has taken out of source/ is not handed out, unless it was released before."""
    return folder.source_notebook(exercise).exists() or (folder.path / "release" / exercise.notebook).exists()


def _released(folder: CourseFolder, exercise: Exercise) -> bytes | None:
    """The notebook as nbgrader released it, with the links that hold in a learner's folder."""
    path = folder.path / "release" / exercise.notebook
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    return content.replace(f"../{GLOSSARY}/{GLOSSARY}.ipynb".encode(), f"../{GLOSSARY}.ipynb".encode())


def _zipped(top: str, files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()

"""A small course with a class in it, graded in many ways; and what its gradebook says afterwards."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.course import course as kit_course
from autograder.teach.apps import nbgrader
from autograder.teach.classes import Member, members, write_class
from autograder.teach.folder import CourseFolder
from autograder.teach.new_course import CONFIGURATION
from autograder.teach.source import built

EXERCISE = kit_course().exercise("03")
NAME = EXERCISE.folder
# What is asked of a piece may take a second here: the tests wait for endless loops.
SETTINGS = "\nc = get_config()\nc.KitGrader.seconds = 1.0\n"


def small_class(count: int = 10) -> list[Member]:
    """One of everything, and no endless loop."""
    shares = {"honest": 0.4, "partial": 0.2, "mistaken": 0.2, "broken": 0.2}
    return members(EXERCISE, count, "tests", shares)


def new_course(path: Path) -> CourseFolder:
    """A course that has released one assignment."""
    folder = CourseFolder(path)
    source = folder.source_notebook(EXERCISE)
    source.parent.mkdir(parents=True)
    source.write_text(built(EXERCISE), encoding="utf-8")
    folder.config.write_text(CONFIGURATION.format(course="cs101", seed="a-seed-for-tests") + SETTINGS)
    ran = nbgrader(path, "generate_assignment", NAME)
    assert ran.code == 0, ran.log
    return folder


def template(factory: Any) -> CourseFolder:
    """A new course, made once for all the tests of a process."""
    place = factory.getbasetemp() / "farm" / "cs101"
    return CourseFolder(place) if (place / "release").exists() else new_course(place)


def undisturbed(factory: Any) -> dict[str, Any]:
    """The marks of the small class when nothing happens."""
    place = factory.getbasetemp() / "undisturbed" / "cs101"
    if not place.exists():
        run(copy(template(factory), place, small_class()))
    return marks(CourseFolder(place))


def copy(folder: CourseFolder, path: Path, *classes: list[Member]) -> CourseFolder:
    """The same course in another place, with submissions."""
    shutil.copytree(folder.path, path)
    for some in classes:
        write_class(path / "submitted", EXERCISE, some)
    return CourseFolder(path)


def run(
    folder: CourseFolder, tell: Callable[[Any, str], Any] = lambda *_: None, judges: Any = None, **wish: Any
) -> Any:
    """Grade it in this process, with two judges."""
    from autograder.teach.farm.grade import Wish, grade

    return grade(Wish(folder, (EXERCISE,), **{"jobs": 2, **wish}), tell, judges)


def falling_wall(place: Path, monkeypatch: Any) -> Path:
    """Put a bwrap in front of the real one, which fails as soon as the file is there that is returned."""
    broken, wrapper = place / "broken", place / "bin" / "bwrap"
    wrapper.parent.mkdir(parents=True)
    real = shutil.which("bwrap")
    wrapper.write_text(
        f'#!/bin/sh\n[ -e "{broken}" ] && {{ echo "no namespaces left" >&2; exit 1; }}\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    return broken


def with_body(number: int, what: str) -> Member:
    """A submission in which one piece does something else instead of its work."""
    kinds = members(EXERCISE, 60, "bodies", {"hostile": 1})
    found = next(member for member in kinds if member.what == what)
    return Member(f"learner{number:05}", "hostile", what, found.notebook)


def marks(folder: CourseFolder) -> dict[str, Any]:
    """All that the gradebook knows of each submission, but for when it was graded."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder.gradebook}", "cs101") as gradebook:
        return {
            submission.student.id: (
                submission.score,
                str(submission.timestamp),
                submission.total_seconds_late,
                submission.late_submission_penalty,
                submission.needs_manual_grade,
                sorted(
                    (grade.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                ),
                sorted(
                    (comment.name, comment.auto_comment)
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                ),
            )
            for submission in gradebook.assignment_submissions(NAME)
        }


def verdicts(folder: CourseFolder) -> list[str]:
    """Who has a verdict, as often as they have one."""
    return sorted(path.parent.name for path in folder.verdicts.glob(f"*/{NAME}.json"))


def children(words: str, parent: int | None = None) -> list[int]:
    """Our processes with these words in their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            status = (place / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if words in line and status[0] != "Z" and (parent is None or int(status[1]) == parent):
            found.append(int(place.name))
    return found


def soon(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait until it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come true in time")


def below(pid: int) -> list[int]:
    """All that a process has started, and what these have."""
    found = children("", pid)
    return found + [other for child in found for other in below(child)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"

"""A course for tests: its folder, its exchange, its learners, and nbgrader's commands run on them."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course import course
from autograder.judge.sandbox import Sandbox
from autograder.teach.apps import Ran, nbgrader
from autograder.teach.folder import CourseFolder
from autograder.teach.new_course import make_course
from autograder.tests.notebooks import notebook
from microgpt_ref.errors import UserError

NAME = "microgpt-101"


@functools.cache
def sandbox_missing() -> str:
    """Why there is no sandbox here; empty where there is one."""
    try:
        Sandbox().probe()
    except UserError as error:
        return str(error)
    return ""


def needs_sandbox() -> None:
    """Skip a test where the sandbox is missing, but never in CI."""
    if sandbox_missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI must have a sandbox: {sandbox_missing()}")
        pytest.skip(sandbox_missing())


@functools.cache
def _fresh_course() -> Path:
    """Made once: building the notebooks takes seconds."""
    folder = _kept_until_the_end() / NAME
    make_course(folder, NAME)
    return folder


@functools.cache
def _generated_course() -> Path:
    """The same with 03_attention generated: nbgrader's first look at a gradebook takes seconds, too."""
    folder = _kept_until_the_end() / NAME
    shutil.copytree(_fresh_course(), folder)
    ran = nbgrader(folder, "generate_assignment", "03_attention")
    assert ran.code == 0, ran.log
    return folder


def _kept_until_the_end() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="microgpt-course-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass(frozen=True)
class Classroom:
    """A course in a folder of its own, with an exchange beside it and a home for each learner."""

    root: Path

    @property
    def folder(self) -> CourseFolder:
        return CourseFolder(self.root / NAME)

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    def teacher(self, *arguments: str) -> Ran:
        """Run one of nbgrader's commands as the instructor."""
        return nbgrader(self.folder.path, *arguments)

    def must(self, *arguments: str) -> str:
        """The same; it has to succeed. What it logged."""
        ran = self.teacher(*arguments)
        assert ran.code == 0, ran.log
        return ran.log

    def learner(self, name: str, *arguments: str) -> str:
        """Run one of nbgrader's commands as a learner, in the learner's home."""
        ran = nbgrader(self.home(name), *arguments)
        assert ran.code == 0, ran.log
        return ran.log

    def home(self, name: str) -> Path:
        home = self.root / "homes" / name
        if not home.exists():
            home.mkdir(parents=True)
            (home / "nbgrader_config.py").write_text(
                f"c = get_config()\nc.CourseDirectory.course_id = {NAME!r}\n"
                f"c.Exchange.root = {str(self.exchange)!r}\nc.Exchange.cache = {str(home / 'cache')!r}\n"
            )
        return home

    def add_config(self, lines: str) -> None:
        with open(self.folder.config, "a", encoding="utf-8") as config:
            config.write(f"\nc = get_config()\n{lines}\n")

    def place(self, student: str, exercise: str) -> Path:
        """Where a collected submission belongs; its folder is made."""
        path = self.folder.submitted / student / course().exercise(exercise).notebook
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def hand_in(self, student: str, exercise: str, found: Any = None, **solved: Any) -> Path:
        """Put a submission where collect would; by default a right one."""
        path = self.place(student, exercise)
        path.write_text(json.dumps(found or notebook(exercise, **solved)), encoding="utf-8")
        return path

    def marks(self, assignment: str) -> dict[str, dict[str, float | None]]:
        """The automatic marks in the gradebook, by student and test cell."""
        with self.gradebook() as gradebook:
            return {
                submission.student.id: {grade.name: grade.auto_score for grade in grades(submission)}
                for submission in gradebook.assignment_submissions(assignment)
            }

    def gradebook(self) -> Any:
        from nbgrader.api import Gradebook

        return Gradebook(f"sqlite:///{self.folder.gradebook}", NAME)


def grades(submission: Any) -> Iterable[Any]:
    return (grade for found in submission.notebooks for grade in found.grades)


def classroom(root: Path, monkeypatch: pytest.MonkeyPatch, generated: bool = False) -> Classroom:
    """A new course, which knows nothing of this machine's own Jupyter settings; with 03_attention generated or not."""
    for name in ("config", "data", "runtime"):
        monkeypatch.setenv(f"JUPYTER_{name.upper()}_DIR", str(root / "jupyter" / name))
    shutil.copytree(_generated_course() if generated else _fresh_course(), root / NAME)
    room = Classroom(root)
    room.exchange.mkdir()
    room.exchange.chmod(0o777)
    room.add_config(f"c.Exchange.root = {str(room.exchange)!r}\nc.Exchange.cache = {str(root / 'cache')!r}")
    return room

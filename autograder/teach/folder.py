"""A course folder: nbgrader's own layout, plus what the kit keeps there.

What lies where:

    nbgrader_config.py   the kit's configuration and the course's secret seed
    nbgrader_config.json what keeps nbgrader from grading when that one does not load
    source/              the notebooks with solutions, which nbgrader releases
    own/                 exercises of the instructor's own, if there are any
    verdicts/            what the judge said to each submission, as JSON
    .microgpt/           the kit's notes: what it wrote to source/, what has been judged already
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, Exercise
from autograder.course import course as kit_course
from autograder.teach.own import own_exercises
from microgpt_ref.errors import UserError

CONFIG = "nbgrader_config.py"
GUARD = "nbgrader_config.json"


@dataclass(frozen=True)
class CourseFolder:
    """The places in a course folder, and the exercises that are taught from it."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / CONFIG

    @property
    def guard(self) -> Path:
        return self.path / GUARD

    @property
    def source(self) -> Path:
        return self.path / "source"

    @property
    def submitted(self) -> Path:
        return self.path / "submitted"

    @property
    def autograded(self) -> Path:
        return self.path / "autograded"

    @property
    def gradebook(self) -> Path:
        return self.path / "gradebook.db"

    @property
    def verdicts(self) -> Path:
        return self.path / "verdicts"

    @property
    def notes(self) -> Path:
        return self.path / ".microgpt"

    @property
    def course(self) -> Course:
        """The kit's exercises and the instructor's own, in the order of their folders."""
        own = own_exercises(self.path / "own")
        if not own:
            return kit_course()
        together = sorted((*kit_course().exercises, *own), key=lambda exercise: exercise.folder)
        seen: dict[str, str] = {}
        for exercise in together:
            for piece in exercise.pieces:
                if piece.name in seen:
                    raise UserError(
                        f"own/{exercise.folder}: piece {piece.name} is also in {seen[piece.name]}: rename it"
                    )
                seen[piece.name] = exercise.folder
        return Course(tuple(together))

    def source_notebook(self, exercise: Exercise) -> Path:
        return self.source / exercise.notebook

    def submissions(self, exercise: Exercise) -> list[Path]:
        """The folders in which submissions of an exercise lie."""
        return sorted(path for path in self.submitted.glob(f"*/{exercise.folder}") if path.is_dir())


def find_course(path: Path) -> CourseFolder:
    """The course folder at this path."""
    folder = CourseFolder(path.resolve())
    if not folder.config.is_file():
        raise UserError(f"{path} is no course folder: it has no {CONFIG}; `microgpt course init {path}` makes one")
    return folder


def exercise_of(course: Course, assignment: str, notebook: str = "") -> Exercise | None:
    """The exercise that an assignment of this name is, if it is one of ours."""
    for exercise in course.exercises:
        if exercise.folder == assignment and notebook in ("", exercise.slug):
            return exercise
    return None

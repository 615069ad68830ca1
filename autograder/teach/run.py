"""A run of `nbgrader autograde`, from the kit's side: what must hold before it begins, and what it goes on from."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import Any

from autograder.teach.engine import one_engine
from autograder.teach.folder import CourseFolder, exercise_of
from autograder.teach.gradebook import refuse_unknown
from autograder.teach.grading import wall_for
from autograder.teach.incoming import make_safe, refusal_of, shown
from autograder.teach.lock import acquire, release
from autograder.teach.own_checks import stop_at_faults
from autograder.teach.unfinished import is_finished, set_aside
from microgpt_ref.errors import UserError


@dataclass
class GradingRun:
    """What one run is about to grade."""

    converter: Any  # nbgrader's Autograde
    lock: Path
    waiting: set[str] = field(default_factory=set)  # students whose work has not been graded yet
    refused: list[tuple[str, str]] = field(default_factory=list)  # students whose folder is left alone, and why
    held: bool = False  # somebody else lets go of the lock

    @staticmethod
    def begin(converter: Any, grader: Any, log: Any) -> GradingRun:
        """Refuse what cannot go well; make what was submitted safe to touch; forget what was left unfinished."""
        directory = converter.coursedir
        folder: CourseFolder = grader.course_folder
        assignment = directory.assignment_id
        if not grader.folder or not grader.seed:
            raise UserError(
                "nothing was graded: nbgrader_config.py did not load, or sets no seed; "
                "`microgpt course check` says more"
            )
        exercise = exercise_of(folder.course, assignment)
        if exercise is None:
            known = ", ".join(exercise.folder for exercise in folder.course.exercises)
            raise UserError(f"nothing was graded: the kit has no checks for {assignment}; it has {known}")
        try:
            stop_at_faults(folder.course, exercise, grader.seed)
            refuse_unknown(directory.db_url, assignment)
        except UserError as error:
            raise UserError(f"nothing was graded: {error}") from None
        wall_for(grader.terms)
        if grader.no_sandbox:
            log.warning("Grading without the sandbox: submissions run with your rights on this machine")
        run = GradingRun(converter, folder.notes / f"{assignment}.lock")
        acquire(run.lock)
        _release_with(converter, run.lock)
        one_engine()
        handed_in = directory.format_path(directory.submitted_directory, directory.student_id, assignment)
        for place in sorted(glob(handed_in)):
            run._admit(place, exercise.slug, log)
        run._drop_unchanged(assignment)
        return run

    def _admit(self, place: str, slug: str, log: Any) -> None:
        """Make one submission ready to be graded, or say why it is not."""
        directory = self.converter.coursedir
        student = Path(place).parent.name
        if refusal := refusal_of(Path(place)):
            log.error("%s: not graded: %s", shown(student), refusal)
            self.refused.append((shown(student), refusal))
            self.converter.assignments.pop(place, None)
            return
        try:
            for line in make_safe(Path(place)):
                log.warning("%s: %s", student, line)
        except OSError as error:
            log.error("%s: not graded, its folder cannot be made safe: %s", student, error)
            self.refused.append((student, f"its folder cannot be made safe ({error.strerror})"))
            self.converter.assignments.pop(place, None)
            return
        # nbgrader passes over a submission without notebooks; the learner is to hear what is missing.
        wanted = str(Path(place) / f"{slug}.ipynb")
        if directory.notebook_id == "*" and wanted not in (found := self.converter.assignments.setdefault(place, [])):
            log.warning("%s: there is no %s.ipynb in the submission", student, slug)
            found.append(wanted)
        graded = Path(directory.format_path(directory.autograded_directory, student, directory.assignment_id))
        if graded.is_dir() and not is_finished(graded / f"{slug}.ipynb"):
            log.warning("%s: an earlier run did not finish; grading again", student)
            set_aside(graded)
        self.waiting.add(student)

    def is_submitted(self, path: Path) -> bool:
        """Is this a file as it was submitted, or the clean copy of one?"""
        directory = self.converter.coursedir
        below = Path(directory.root) / directory.submitted_directory
        return path.is_relative_to(below)

    def finished(self, student: str) -> None:
        """One more is graded; after the last one, others may grade."""
        self.waiting.discard(student)
        if not self.waiting and not self.held:
            release(self.lock)

    def _drop_unchanged(self, assignment: str) -> None:
        """Those that nbgrader will skip: graded already, and nothing newer has come."""
        directory = self.converter.coursedir
        if not self.converter.force:
            for student in list(self.waiting):
                steps = directory.submitted_directory, directory.autograded_directory
                new, old = (_timestamp(directory, directory.format_path(step, student, assignment)) for step in steps)
                graded = Path(directory.format_path(directory.autograded_directory, student, assignment)).is_dir()
                if graded and not (new and old and new > old):
                    self.waiting.discard(student)
        if not self.waiting and not self.held:
            release(self.lock)


def _timestamp(directory: Any, place: str) -> Any:
    return directory.get_existing_timestamp(place)


_latest: dict[Path, Any] = {}


def _release_with(converter: Any, lock: Path) -> None:
    """A run that ends without grading everybody lets go when it is forgotten, unless another has taken over."""
    mine = _latest[lock] = object()
    weakref.finalize(converter, lambda: release(lock) if _latest.get(lock) is mine else None)

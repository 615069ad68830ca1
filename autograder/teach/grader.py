"""The preprocessor in place of nbgrader's Execute: marks and messages from the judge, and no kernel."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Unicode

from autograder.course import Course, Exercise
from autograder.notebook import submission_from
from autograder.report import Report
from autograder.teach.folder import CourseFolder, exercise_of
from autograder.teach.grading import Terms, content_key, judge_submission, nothing_judged
from autograder.teach.marks import mark_of, outputs_of
from autograder.teach.own_checks import ChecksFault
from autograder.teach.sanitise import KIT, problem_of
from autograder.teach.sheet import sheet_from_notebook
from autograder.teach.verdicts import Verdict, keep, recall, save_verdict


class KitGrader(NbGraderPreprocessor):  # type: ignore[misc]
    """Judges the pieces of a submission behind a wall, and writes marks and messages to the test cells."""

    folder = Unicode("", help="The course folder.").tag(config=True)
    seed = Unicode("", help="The course's secret seed: the inputs of the checks come from it.").tag(config=True)
    no_sandbox = Bool(
        False,
        help="Grade without the sandbox: submissions then run with your rights on your machine. "
        "The environment variable MICROGPT_NO_SANDBOX=1 does the same.",
    ).tag(config=True)
    seconds = Float(5.0, help="How long a piece may think about one question of a check.").tag(config=True)
    rejudge = Bool(False, help="Judge even what has been judged before.").tag(config=True)

    @property
    def terms(self) -> Terms:
        return Terms(self.seed, self.no_sandbox, self.seconds)

    @property
    def course_folder(self) -> CourseFolder:
        return CourseFolder(Path(self.folder))

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Fill in the outputs of every test cell; keep the verdict."""
        ids = resources["nbgrader"]
        course = self.course_folder.course
        exercise = exercise_of(course, ids["assignment"], ids["notebook"])
        key, report = "", Report(())
        if exercise:
            key, report = self.report(nb, exercise, course)
        marks = {}
        for cell, released in zip(_graded(nb), [cell for cell in sheet_from_notebook(nb) if cell.judged]):
            points, piece = mark_of(released, report)
            marks[released.name] = (points, released.points)
            cell.outputs = [from_dict(output) for output in outputs_of(points, released.points, piece)]
            cell.execution_count = 1
        if exercise:
            verdict = Verdict(ids["student"], ids["assignment"], report, marks, problem_of(nb), key)
            save_verdict(self.course_folder.verdicts, verdict)
        # What is without this line was not finished, and is graded again: see unfinished.py.
        nb.metadata.setdefault(KIT, {})["graded"] = datetime.now(UTC).isoformat(timespec="seconds")
        return nb, resources

    def report(self, nb: Any, exercise: Exercise, course: Course) -> tuple[str, Report]:
        """What the judge says to the notebook, now or when it saw the same before; with the key of the content."""
        if problem := problem_of(nb):
            return "", nothing_judged(exercise, problem)
        submission = submission_from(nb, exercise)
        key = content_key(submission, course, self.terms)
        known = None if self.rejudge else recall(self.course_folder.notes, key)
        if known is None:
            try:
                known = judge_submission(submission, course, self.terms)
            except ChecksFault as error:
                # It would be the same for everybody who comes after: nbgrader goes on after anything else.
                self.log.error("grading stops here: %s", error)
                raise SystemExit(1) from None
            keep(self.course_folder.notes, key, known)
        return key, known


def _graded(nb: Any) -> list[Any]:
    """The test cells, in the order in which the sheet has them."""
    found = []
    for cell in nb.cells:
        grading = cell.metadata.get("nbgrader", {})
        if grading.get("grade") and not grading.get("solution") and cell.cell_type == "code":
            found.append(cell)
    return found

"""From a clean notebook to a verdict: the judge behind its wall, whatever the submission does."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from autograder.course import Course, Exercise, Piece
from autograder.course import course as kit_course
from autograder.judge.checking import Check, Examinee
from autograder.judge.judge import Children, ExerciseJudge
from autograder.judge.learner import Child, Plain, Wall
from autograder.judge.sandbox import Sandbox
from autograder.notebook import Submission
from autograder.report import FAILED, PASSED, CheckReport, PieceReport, Report
from microgpt_ref.errors import UserError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """What a course judges with."""

    seed: str
    no_sandbox: bool = False
    seconds: float = 5.0  # that a piece may think about one question


class NoWall(UserError):
    """Grading is refused: the sandbox does not stand; one line with what to install."""


def wall_for(terms: Terms) -> Wall:
    """The sandbox, tried once; nothing but the operating system's limits where that was asked for."""
    return Plain() if terms.no_sandbox else _sandbox()


@cache
def _sandbox() -> Sandbox:
    wall = Sandbox()
    try:
        wall.probe()
    except UserError as error:
        without = "set c.KitGrader.no_sandbox = True in nbgrader_config.py"
        text = str(error).replace("grade with --no-sandbox", without).replace("with --no-sandbox", without)
        raise NoWall(f"nothing was graded: {text}") from None
    return wall


def judge_submission(submission: Submission, course: Course, terms: Terms) -> Report:
    """Judge the pieces of a submission. Only a fault of this machine raises (OSError, MemoryError)."""
    with SteadyChildren(submission, course, wall_for(terms), terms.seconds) as children:
        return SteadyJudge(
            submission.exercise,
            children,
            course=course,
            problems=submission.problems,
            seed=terms.seed,
            seconds=terms.seconds,
        ).report()


def nothing_judged(exercise: Exercise, problem: str) -> Report:
    """Zero for every piece, with the reason."""
    return Report(
        tuple(PieceReport(piece.name, exercise.folder, (), piece.points, problem) for piece in exercise.pieces)
    )


# Names with which one cell can spoil what another one stands on. Hardly any learner needs them.
MEDDLING = {"builtins", "__builtins__", "gc", "sys", "json", "ctypes", "inspect", "setattr", "globals", "exec", "eval"}


class SteadyChildren(Children):
    """Children in which a cell that spoils the process costs the piece in it, and no other."""

    @property
    def meddled_with(self) -> bool:
        """Might one cell have changed what the others build on?"""
        return any(MEDDLING & (cell.uses | cell.extends) for cell in self.submission.cells)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Each piece in a child of its own, for a while."""
        before, self._apart = self._apart, True
        try:
            yield
        finally:
            self._apart = before

    def _child(self, key: str, pieces: Sequence[str], lent: Sequence[str]) -> Child:
        if not key:
            return super()._child(key, pieces, lent)
        # Apart from the others, a piece stands among the kit's own: their cells are not run at all.
        others = [piece.name for piece in self.exercise.pieces if piece.name != key]
        whole = self.submission
        needed = tuple(cell for cell in whole.cells if key in cell.functions or not set(others) & set(cell.functions))
        self.submission = replace(whole, cells=needed)
        try:
            return super()._child(key, pieces, others)
        finally:
            self.submission = whole


class SteadyJudge(ExerciseJudge):
    """A judge whom no answer of a submission can throw, and who lets no piece pay for another."""

    answering: SteadyChildren

    def _judge(self, piece: Piece) -> PieceReport:
        report = super()._judge(piece)
        if report.status == PASSED or report.problem or not self.answering.meddled_with:
            return report
        with self.answering.apart():
            again = super()._judge(piece)
        return again if again.points > report.points else report

    def run(self, check: Check, examinee: Examinee, points: float) -> CheckReport:
        try:
            return super().run(check, examinee, points)
        except (OSError, MemoryError):
            raise  # this machine's fault: no verdict is better than a wrong one
        except Exception as error:
            log.warning("%s: an answer could not be read (%s: %s)", check.name, type(error).__name__, error)
            line = f"the answer could not be read ({type(error).__name__})"
            return CheckReport(check.name, check.title, FAILED, 0.0, points, (line,))


def content_key(submission: Submission, course: Course, terms: Terms) -> str:
    """What a verdict depends on: the cells that are run, the checks, the seed, the Python."""
    pieces = [piece.name for piece in submission.exercise.pieces]
    judged = [
        submission.exercise.folder,
        terms.seed,
        checks_version(course),
        sys.version,
        submission.problems,
        [(cell.number, cell.source) for cell in submission.needed(pieces)],
    ]
    return hashlib.sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()


def checks_version(course: Course) -> str:
    """One number for the kit's judge, its checks and the exercises' own files."""
    digest = hashlib.sha256(_kit_digest().encode())
    ours = {exercise.folder for exercise in kit_course().exercises}
    for exercise in course.exercises:
        if exercise.folder not in ours:
            for file in sorted(exercise.path.parent.glob("*.py")):
                digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def _kit_digest() -> str:
    here = Path(__file__).resolve().parent.parent
    files = [here / "course.py", here / "notebook.py", here / "report.py", *sorted((here / "judge").rglob("*.py"))]
    files += [exercise.path for exercise in kit_course().exercises]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()

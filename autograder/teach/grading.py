"""From a clean notebook to a verdict: the judge behind its wall, whatever the submission does."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.course import Course, Exercise
from autograder.course import course as kit_course
from autograder.judge.checking import Check, Examinee
from autograder.judge.judge import Children, ExerciseJudge
from autograder.judge.learner import Plain, Wall
from autograder.judge.sandbox import Sandbox
from autograder.notebook import Submission
from autograder.report import FAILED, CheckReport, PieceReport, Report
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
    with Children(submission, course, wall_for(terms), terms.seconds) as children:
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


class SteadyJudge(ExerciseJudge):
    """A judge whom no answer of a submission can throw: what cannot be judged has failed."""

    def run(self, check: Check, examinee: Examinee, points: float) -> CheckReport:
        try:
            return super().run(check, examinee, points)
        except (OSError, MemoryError):
            raise  # this machine's fault: no verdict is better than a wrong one
        except Exception as error:
            log.warning("%s: the answers could not be judged", check.name, exc_info=True)
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

"""From a clean notebook to a verdict: the judge behind its wall, whatever the submission does."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.course import Course, Exercise
from autograder.course import course as kit_course
from autograder.judge.learner import Plain, Wall
from autograder.judge.sandbox import Sandbox
from autograder.notebook import Submission
from autograder.report import PieceReport, Report
from autograder.teach.steady import SteadyChildren, SteadyJudge
from autograder.teach.verdicts import settled
from autograder.teach.wall_again import machine_looked_at, still_stands
from microgpt_ref.errors import UserError


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
    wall = wall_for(terms)
    with machine_looked_at(wall), SteadyChildren(submission, course, wall, terms.seconds) as children:
        report = SteadyJudge(
            submission.exercise,
            children,
            course=course,
            problems=submission.problems,
            seed=terms.seed,
            seconds=terms.seconds,
        ).report()
    if not settled(report):
        still_stands(wall)
    return report


def nothing_judged(exercise: Exercise, problem: str) -> Report:
    """Zero for every piece, with the reason."""
    return Report(
        tuple(PieceReport(piece.name, exercise.folder, (), piece.points, problem) for piece in exercise.pieces)
    )


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
    files += [here / "teach" / "grading.py", here / "teach" / "steady.py"]  # how often a piece is asked decides, too
    files += [exercise.path for exercise in kit_course().exercises]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()

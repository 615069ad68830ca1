"""A job: the pieces of one submission and all that it takes to judge them, as plain JSON.

It holds no name and no path, so whoever judges it learns nothing of the course but its seed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

from autograder.course import Course, Exercise
from autograder.course import course as kit_course
from autograder.notebook import CodeCell, Submission
from autograder.report import Report
from autograder.teach.folder import exercise_of
from autograder.teach.grading import Terms, checks_version, judge_submission, nothing_judged
from microgpt_ref.errors import UserError


class Refused(UserError):
    """A job that this judge must not judge; one line with what to do."""


@dataclass(frozen=True)
class Job:
    """What is to be judged; two submissions with the same key have the same verdict."""

    key: str
    version: str
    assignment: str
    seed: str
    seconds: float
    problems: dict[str, str]
    cells: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "cells": list(self.cells)}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Job:
        return Job(**{**data, "cells": tuple(data["cells"])})


def job_for(submission: Submission, key: str, course: Course, terms: Terms) -> Job:
    """The job that judges this submission."""
    pieces = [piece.name for piece in submission.exercise.pieces]
    cells = tuple(_cell_to_json(cell) for cell in submission.needed(pieces))
    return Job(key, version(course), submission.exercise.folder, terms.seed, terms.seconds, submission.problems, cells)


def judge_job(job: Job, course: Course, no_sandbox: bool = False) -> Report:
    """Judge it here. Refuses a job made by another version; a fault of this machine raises OSError or MemoryError."""
    if job.version != (mine := version(course)):
        raise Refused(
            f"this judge has kit {short(mine)}, the job was made by kit {short(job.version)}: "
            "install the same microgpt-kit and the same Python on both machines"
        )
    exercise = exercise_of(course, job.assignment)
    if exercise is None:
        raise Refused(f"this judge has no checks for {job.assignment}")
    submission = Posted(exercise, tuple(_cell_from_json(cell) for cell in job.cells), posted=job.problems)
    return judge_submission(submission, course, Terms(job.seed, no_sandbox, job.seconds))


def given_up(exercise: Exercise, why: str) -> Report:
    """The verdict on a submission that cannot be judged: zero, and it says so."""
    return nothing_judged(exercise, f"this submission could not be judged: {why}. Ask your instructor")


@dataclass(frozen=True)
class Posted(Submission):
    """A submission as it arrives in a job: what was wrong with it was found where the whole notebook was."""

    posted: dict[str, str] | None = None

    @property
    def problems(self) -> dict[str, str]:  # type: ignore[override]
        return self.posted or {}


def may_travel(exercise: Exercise, course: Course) -> bool:
    """Can a machine judge this that has the kit alone, and none of the instructor's own exercises?"""
    before = [other for other in course.exercises if other.folder <= exercise.folder]
    return before == [other for other in kit_course().exercises if other.folder <= exercise.folder]


def version(course: Course) -> str:
    """What must be the same where a job is made and where it is judged: the checks, and Python's own arithmetic."""
    return f"{_checks_version(course)}-{sys.version_info.major}.{sys.version_info.minor}"


def short(version: str) -> str:
    """A version as a person may compare it."""
    from autograder.lessons import kit_version

    digest, _, python = version.partition("-")
    known = f"{kit_version()} " if digest == _checks_version(kit_course()) else ""
    return f"{known}({digest[:10]}, Python {python})"


@cache
def _checks_version(course: Course) -> str:
    return checks_version(course)


def _cell_to_json(cell: CodeCell) -> dict[str, Any]:
    return {
        "number": cell.number,
        "source": cell.source,
        "locked": cell.locked,
        "defines": sorted(cell.defines),
        "extends": sorted(cell.extends),
        "uses": sorted(cell.uses),
        "functions": list(cell.functions),
    }


def _cell_from_json(data: dict[str, Any]) -> CodeCell:
    return CodeCell(
        int(data["number"]),
        "",
        str(data["source"]),
        bool(data["locked"]),
        defines=frozenset(data["defines"]),
        extends=frozenset(data["extends"]),
        uses=frozenset(data["uses"]),
        functions=tuple(data["functions"]),
    )

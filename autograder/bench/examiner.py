"""Grades in a process of its own, as a grader that is running does. Speaks with grading.py and autograding.py.

kit     autograder.judge behind the sandbox
stock   nbgrader's own autograde, in a course of its own, with nothing configured but where the course is
run     whole runs of `nbgrader autograde`, in a course that says in its configuration who grades
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from autograder.bench.serve import Clock, serve

ASSIGNMENT = "03_attention"


def kit(folder: Path) -> None:
    """Read and judge what a student has submitted."""
    from autograder.course import course
    from autograder.judge.judge import judge
    from autograder.judge.sandbox import Sandbox
    from autograder.notebook import read_submission

    exercise, wall = course().exercise(ASSIGNMENT), Sandbox()

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        clock = Clock()
        path = folder / "submitted" / request["student"] / exercise.notebook
        report = judge(read_submission(path, exercise), wall=wall)
        return {**clock.read(), "points": report.points}

    serve(answer)


def stock(folder: Path) -> None:
    """Autograde it, in the course in this folder."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(folder)
    api = NbGraderAPI(config=config)
    made = api.generate_assignment(ASSIGNMENT)
    if not made["success"]:
        sys.exit(f"nbgrader generate_assignment: {_reason(made)}")

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        clock = Clock()
        graded = api.autograde(ASSIGNMENT, request["student"])
        took = clock.read()
        if not graded["success"]:
            sys.exit(f"nbgrader autograde: {_reason(graded)}")
        with api.gradebook as gradebook:
            points = gradebook.find_submission(ASSIGNMENT, request["student"]).score
        return {**took, "points": points}

    serve(answer)


def run(folder: Path) -> None:
    """Grade these students in one run of the command."""
    from autograder.teach.apps import nbgrader

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        chosen = [f"--student={student}" for student in request["students"]]
        clock = Clock()
        ran = nbgrader(folder, "autograde", ASSIGNMENT, *chosen, "--log-level=ERROR")
        took = clock.read()
        if ran.code:
            sys.exit(f"nbgrader autograde: {_reason({'log': ran.log})}")
        return {**took, "points": _all_points(folder)}

    serve(answer)


def _all_points(folder: Path) -> dict[str, float]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {found.student.id: found.score for found in gradebook.assignment_submissions(ASSIGNMENT)}


def _reason(result: dict[str, Any]) -> str:
    """Of what nbgrader said: the last error in its log, for its own last word only points there."""
    lines = [line.strip() for line in f"{result.get('error', '')}\n{result.get('log', '')}".splitlines()]
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b: ", line)]
    return (errors or lines or ["no reason given"])[-1]


if __name__ == "__main__":
    {"kit": kit, "stock": stock, "run": run}[sys.argv[1]](Path(sys.argv[2]))

"""`microgpt course report`: who stands where, and which known mistakes the class makes most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from autograder.judge.mistakes import mistakes_of
from autograder.report import FAILED, PASSED, TODO
from autograder.teach.folder import CourseFolder
from autograder.teach.verdicts import Verdict, all_verdicts
from microgpt_ref.errors import UserError


@dataclass(frozen=True)
class Mistaken:
    """How many learners make one known mistake."""

    exercise: str
    piece: str
    id: str
    sentence: str
    learners: int


@dataclass(frozen=True)
class PieceCount:
    """How far the class is with one piece."""

    exercise: str
    piece: str
    passed: int
    failed: int
    todo: int


@dataclass(frozen=True)
class ClassReport:
    """What a teacher wants to know before the next lesson."""

    assignments: tuple[str, ...]
    students: dict[str, dict[str, tuple[float, float]]]  # by student and assignment: points, and the most
    pieces: tuple[PieceCount, ...]
    mistakes: tuple[Mistaken, ...]
    problems: tuple[tuple[str, str, str], ...]  # student, assignment, why it could not be judged


def class_report(folder: CourseFolder) -> ClassReport:
    """Read every verdict of the course."""
    verdicts = list(all_verdicts(folder.verdicts))
    if not verdicts:
        raise UserError(f"{folder.path} has no verdicts yet: `nbgrader autograde ASSIGNMENT` makes them")
    handed_in = {verdict.assignment for verdict in verdicts}
    order = [exercise.folder for exercise in folder.course.exercises if exercise.folder in handed_in]
    students: dict[str, dict[str, tuple[float, float]]] = {}
    for verdict in verdicts:
        if verdict.assignment in order:
            students.setdefault(verdict.student, {})[verdict.assignment] = (verdict.points, verdict.most)
    return ClassReport(
        tuple(order),
        dict(sorted(students.items())),
        _pieces(folder, verdicts),
        _mistakes(folder, verdicts),
        tuple((verdict.student, verdict.assignment, verdict.problem) for verdict in verdicts if verdict.problem),
    )


def _pieces(folder: CourseFolder, verdicts: list[Verdict]) -> tuple[PieceCount, ...]:
    found = {
        (verdict.assignment, piece.piece): Counter[str]() for verdict in verdicts for piece in verdict.report.pieces
    }
    for verdict in verdicts:
        for piece in verdict.report.pieces:
            found[verdict.assignment, piece.piece][piece.status] += 1
    return tuple(
        PieceCount(exercise.folder, piece.name, counts[PASSED], counts[FAILED], counts[TODO])
        for exercise in folder.course.exercises
        for piece in exercise.pieces
        if (counts := found.get((exercise.folder, piece.name)))
    )


def _mistakes(folder: CourseFolder, verdicts: list[Verdict]) -> tuple[Mistaken, ...]:
    makers: dict[tuple[str, str, str], set[str]] = {}
    for verdict in verdicts:
        for piece in verdict.report.pieces:
            for check in piece.checks:
                if check.mistake:
                    makers.setdefault((verdict.assignment, piece.piece, check.mistake), set()).add(verdict.student)
    sentences = {
        mistake.id: mistake.sentence for exercise in folder.course.exercises for mistake in mistakes_of(exercise)
    }
    made = [
        Mistaken(exercise, piece, id, sentences.get(id, id), len(students))
        for (exercise, piece, id), students in makers.items()
    ]
    return tuple(sorted(made, key=lambda mistake: (-mistake.learners, mistake.exercise, mistake.piece, mistake.id)))

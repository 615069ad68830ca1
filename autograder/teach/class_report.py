"""`microgpt course report`: who stands where, and which known mistakes the class makes most."""

from __future__ import annotations

import csv
import html
import io
from collections import Counter
from dataclasses import dataclass

from autograder.judge.mistakes import mistakes_of
from autograder.report import FAILED, PASSED, TODO, number
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


def to_text(report: ClassReport) -> str:
    """The report for a terminal."""
    rows = [["", *report.assignments, "points"]]
    for student, marks in report.students.items():
        rows.append([student, *(_cell(marks.get(name)) for name in report.assignments), _total(marks)])
    lines = _columns(rows)
    lines += ["", "How far the class is with each piece (passed, does not pass yet, to do):"]
    lines += _columns(
        [
            [f"  {count.exercise}", count.piece, f"✓ {count.passed}", f"✗ {count.failed}", f"○ {count.todo}"]
            for count in report.pieces
        ]
    )
    lines += ["", "The mistakes that are made most:" if report.mistakes else "No known mistakes."]
    for made in report.mistakes:
        lines.append(f"  {made.learners} x {made.piece}: when {made.sentence}")
    if report.problems:
        lines += ["", "Could not be judged:"]
        lines += [f"  {student}, {assignment}: {why}" for student, assignment, why in report.problems]
    return "\n".join([*lines, "", "Marks given by hand and for lateness: nbgrader export."])


def to_csv(report: ClassReport) -> str:
    """Who stands where, a row for each learner and assignment; then the mistakes, a row each."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["student", "assignment", "piece", "mistake", "learners", "points", "max_points", "problem"])
    why = {(student, assignment): problem for student, assignment, problem in report.problems}
    for student, marks in report.students.items():
        for assignment, (points, most) in marks.items():
            problem = why.get((student, assignment), "")
            table.writerow([_plain(student), assignment, "", "", "", number(points), number(most), problem])
    for made in report.mistakes:
        table.writerow(["", made.exercise, made.piece, made.id, made.learners, "", "", ""])
    return text.getvalue()


def to_html(report: ClassReport) -> str:
    """A page that needs no network: a chart of the mistakes, one of the pieces, and the table."""
    from autograder.teach.class_charts import mistakes_chart, pieces_chart

    head = "".join(f"<th>{html.escape(name)}</th>" for name in ("", *report.assignments, "points"))
    rows = "".join(
        f"<tr><th>{html.escape(student)}</th>"
        + "".join(f"<td>{_cell(marks.get(name))}</td>" for name in report.assignments)
        + f"<td>{_total(marks)}</td></tr>"
        for student, marks in report.students.items()
    )
    problems = "".join(
        f"<li>{html.escape(student)}, {html.escape(assignment)}: {html.escape(why)}</li>"
        for student, assignment, why in report.problems
    )
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Where the class stands</title><style>"
        "body{font-family:system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #ccc}"
        "th:first-child{text-align:left}</style></head><body><h1>Where the class stands</h1>"
        f"<h2>Mistakes that are made most</h2>{mistakes_chart(report)}"
        f"<h2>How far the class is with each piece</h2>{pieces_chart(report)}"
        f"<h2>Points</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        + (f"<h2>Could not be judged</h2><ul>{problems}</ul>" if problems else "")
        + "<p>Marks given by hand and for lateness are not in these points: nbgrader export has them.</p></body></html>"
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


def _cell(mark: tuple[float, float] | None) -> str:
    return f"{number(mark[0])} of {number(mark[1])}" if mark else "–"


def _total(marks: dict[str, tuple[float, float]]) -> str:
    return number(sum(points for points, _ in marks.values()))


def _columns(rows: list[list[str]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place and _is_mark(cell) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    ]


def _is_mark(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell == "–"


def _plain(text: str) -> str:
    """A name that a spreadsheet would take for a formula is kept a name."""
    return f"'{text}" if text[:1] in "=+-@" else text

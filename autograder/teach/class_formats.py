"""The report on a class as text for a terminal, as CSV for a spreadsheet, and as a page."""

from __future__ import annotations

import csv
import html
import io

from autograder.report import number
from autograder.teach.class_charts import mistakes_chart, pieces_chart
from autograder.teach.class_report import ClassReport


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

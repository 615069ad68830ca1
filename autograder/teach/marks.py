"""Marks and messages as a notebook shows them: what nbgrader, its formgrader and its feedback read from a test cell."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

from autograder.report import PieceReport, Report, piece_html, piece_lines, score
from autograder.teach.sheet import SheetCell


def mark_of(cell: SheetCell, report: Report) -> tuple[float, PieceReport | None]:
    """The points for a test cell, and the piece that they are for; what the cell is worth is the instructor's say."""
    for piece in report.pieces:
        if piece.piece == cell.piece:
            share = piece.points / piece.most if piece.most else 0.0
            points = round(max(0.0, min(1.0, share)) * cell.points, 4)
            return min(points, cell.points), _scaled(piece, cell.points)
    return 0.0, None


def outputs_of(
    points: float, most: float, piece: PieceReport | None, notes: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    """The outputs of a test cell: the messages, then the number that nbgrader takes for the mark."""
    if piece is None:
        text = f"{score(0, most)}: the kit has no check for this cell"
        page = f"<p>{html.escape(text)}</p>"
    else:
        text = "\n".join([*piece_lines(piece), *notes])
        page = piece_html(piece) + "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    return [
        {"output_type": "display_data", "data": {"text/html": page, "text/plain": text}, "metadata": {}},
        {
            "output_type": "execute_result",
            "data": {"text/plain": repr(float(points))},
            "execution_count": 1,
            "metadata": {},
        },
    ]


def _scaled(piece: PieceReport, most: float) -> PieceReport:
    """The report in the points of the course, where an instructor has changed them."""
    if not piece.most or piece.most == most:
        return replace(piece, most=most)
    factor = most / piece.most
    checks = tuple(replace(check, points=check.points * factor, most=check.most * factor) for check in piece.checks)
    return replace(piece, most=most, checks=checks)

"""A report in a terminal: the lines of report.py with colours, indented and folded."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.learn.standing import DONE, UNREADABLE, Standing
from autograder.learn.terminal import SIGNS, folded, paint
from autograder.report import FAILED, PASSED, PieceReport, piece_lines, score

MISTAKE, HINT = "This is what you get when ", "A hint: "  # how lines of a report begin


def heading(found: Standing) -> str:
    """The exercise's title and points."""
    title = paint(f"{found.exercise.number} {found.exercise.title}", "bold")
    return f"{title}   {score(found.points, found.exercise.points)}"


def standing_lines(found: Standing, pieces: Iterable[str] | None = None) -> list[str]:
    """The exercise with all its pieces, or with those that were asked for."""
    if found.report is None:
        return [heading(found), *(_painted(line, FAILED) for line in folded(f"  {SIGNS[FAILED]} {found.problem}"))]
    wanted = [piece for piece in found.report.pieces if pieces is None or piece.piece in pieces]
    return [heading(found), *(line for piece in wanted for line in coloured(piece))]


def coloured(piece: PieceReport) -> list[str]:
    """One piece: its line in the colour of its state, its failures beneath; nothing is said twice."""
    first, *rest = [f"  {line}" for line in piece_lines(piece)]
    named = f"{SIGNS[piece.status]} {piece.piece}"
    lines = [line.replace(named, paint(named, piece.status), 1) for line in folded(first)]
    for place, line in enumerate(rest):
        hint_again = line.strip().startswith(HINT) and line in rest[place + 1 :]
        mistake_again = line.strip().startswith(MISTAKE) and line in rest[:place]
        if not hint_again and not mistake_again:
            look = _look(line.strip())
            lines += [_painted(part, look) for part in folded(line)]
    return lines


def last_line(found: Standing) -> str:
    """What the exercise came to, in one line."""
    if found.state == DONE:
        return paint(f"{SIGNS[PASSED]} all of {found.exercise.folder} passes", PASSED)
    if found.state == UNREADABLE:
        return f"nothing of {found.exercise.folder} can be judged until its notebook can be read"
    left = len(found.unfinished)
    return f"{left} of {len(found.exercise.pieces)} pieces to go"


def _painted(line: str, look: str = "") -> str:
    """The line in this look, but for its indent."""
    text = line.lstrip()
    return line[: len(line) - len(text)] + (paint(text, look) if look else text)


def _look(text: str) -> str:
    if text.startswith(SIGNS[FAILED]):
        return FAILED
    return "bold" if text.startswith(MISTAKE) else "note" if text.startswith(HINT) else ""

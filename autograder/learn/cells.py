"""The cells of a notebook that judge and help: check(softmax) and hint(softmax)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from autograder.course import Exercise, Piece, course
from autograder.judge.judge import ExerciseJudge
from autograder.judge.learner import Learner, Live
from autograder.judge.reference import reference, solution_of
from autograder.report import PASSED, TODO, PieceReport, Report, amount, score
from microgpt_ref.errors import UserError


class NotThere(Exception):
    """A check that did not pass: the table above says why, so the traceback is one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(piece: Any) -> float | None:
    """Judge the piece as it is in this notebook now, and show what was found.

    Raises when it does not pass, so that nbgrader's Validate sees it. Under `nbgrader autograde` a piece that passes
    in part returns its points.
    """
    names = sys._getframe(1).f_globals
    found = find_piece(piece, names)
    report = judge_live(found, names)
    show(Report((report,)))
    grading = os.environ.get("NBGRADER_EXECUTION") == "autograde"
    if report.status == PASSED:
        return report.points if grading else None
    if grading and report.points > 0:
        return report.points
    if report.status == TODO:
        raise NotThere(f"{found.name} is not written yet: the cell above waits for it ({amount(found.points)}).")
    raise NotThere(f"{found.name} does not pass yet: {score(report.points, report.most)}.")


def hint(piece: Any) -> None:
    """Show the next of the three hints for this piece."""
    from autograder.learn.hints import next_hint

    found = find_piece(piece, sys._getframe(1).f_globals)
    place, text = next_hint(None, found)
    show_markdown(f"**Hint {place} of {len(found.hints)} for `{found.name}`:** {text}")


def judge_live(piece: Piece, names: dict[str, Any]) -> PieceReport:
    """Judge one piece among the names of a running notebook."""
    exercise = course().exercise(piece.exercise)
    kit = reference(course(), exercise).runner.namespace

    def answering(name: str, lent: Sequence[str]) -> Learner:
        return Live(names, _names_before(exercise, names, kit), [solution_of(exercise, other) for other in lent])

    return ExerciseJudge(exercise, answering).piece(piece.name)


def find_piece(piece: Any, names: dict[str, Any]) -> Piece:
    """The piece that this function or name is."""
    found = course()
    if isinstance(piece, str):
        return found.piece(piece)
    for candidate in found.pieces.values():
        owner, _, method = candidate.name.rpartition(".")
        thing = names.get(owner) if owner else names.get(method)
        if thing is not None and (getattr(thing, method, None) if owner else thing) is piece:
            return candidate
    name = getattr(piece, "__qualname__", "") or getattr(piece, "__name__", "") or type(piece).__name__
    if name in found.pieces or any(other.endswith(f".{name}") for other in found.pieces):
        return found.piece(name)
    raise UserError(
        f"{name} is not a piece of the exercises: check takes one of {', '.join(found.pieces)} "
        "(a piece that your instructor added is judged when you have handed it in)"
    )


def show(report: Report) -> None:
    """As a table in a notebook, as text elsewhere."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = None
    if get_ipython is None or get_ipython() is None:
        print(report.to_text())
    else:
        display({"text/html": report.to_html(), "text/plain": report.to_text()}, raw=True)


def show_markdown(text: str) -> None:
    """Formatted in a notebook, as it is elsewhere."""
    try:
        from IPython import get_ipython
        from IPython.display import Markdown, display
    except ImportError:
        get_ipython = None
    if get_ipython is None or get_ipython() is None:
        print(text)
    else:
        display(Markdown(text))


def _names_before(exercise: Exercise, names: dict[str, Any], kit: dict[str, Any]) -> dict[str, Any]:
    """What the checks speak of and this notebook has not imported: from autograder.mygpt, so that classes agree."""
    loaded = sys.modules.get("autograder.mygpt")
    if loaded is not None and "_loaded" in vars(loaded):
        return dict(vars(loaded))
    return {} if "Value" in names else dict(kit)

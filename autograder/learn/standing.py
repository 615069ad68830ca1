"""How far a learner is: each exercise with its state and points, and the piece to write next."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.course import Exercise, Piece
from autograder.learn.terminal import short
from autograder.learn.workspace import Workspace
from autograder.notebook import NotebookError
from autograder.report import PASSED, TODO, PieceReport, Report

DONE, BEGUN, UNREADABLE = "done", "begun", "unreadable"


@dataclass(frozen=True)
class Standing:
    """One exercise as it stands: its report, or why its notebook cannot be read."""

    exercise: Exercise
    report: Report | None = None
    problem: str = ""

    @property
    def points(self) -> float:
        return self.report.points if self.report else 0.0

    @property
    def state(self) -> str:
        if self.report is None:
            return UNREADABLE
        if self.report.passed:
            return DONE
        return TODO if all(piece.status == TODO for piece in self.report.pieces) else BEGUN

    @property
    def unfinished(self) -> list[str]:
        """The pieces that do not pass yet, in order."""
        return [piece.name for piece in self.exercise.pieces if not self._passes(piece)]

    def of(self, piece: Piece) -> PieceReport | None:
        """How one piece was judged."""
        pieces = self.report.pieces if self.report else ()
        return next((found for found in pieces if found.piece == piece.name), None)

    def _passes(self, piece: Piece) -> bool:
        found = self.of(piece)
        return found is not None and found.status == PASSED


def standing(workspace: Workspace, exercise: Exercise) -> Standing:
    """Judge one exercise, or remember how it was judged."""
    try:
        return Standing(exercise, workspace.report(exercise))
    except NotebookError as error:
        return Standing(exercise, problem=reason(error, workspace, exercise))


def reason(error: NotebookError, workspace: Workspace, exercise: Exercise) -> str:
    """Why the notebook cannot be read, and what to type."""
    path, reset = workspace.path(exercise), f"microgpt reset {exercise.number}"
    text = str(error).replace(str(path), short(path)).replace("`microgpt reset`", f"`{reset}`")
    if "is not a notebook" in text:
        text += f"; `{reset}` begins it anew (a copy of what is there is kept)"
    return text


def standings(workspace: Workspace, exercises: Iterable[Exercise]) -> list[Standing]:
    """The same for several, saying at which one it is: the first time it takes a while."""
    found = []
    telling = sys.stderr.isatty()
    for exercise in exercises:
        if telling:
            print(f"\rlooking at {exercise.folder} …\x1b[K", end="", file=sys.stderr, flush=True)
        found.append(standing(workspace, exercise))
    if telling:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return found


def next_piece(found: Sequence[Standing]) -> tuple[Exercise, Piece | None] | None:
    """The first exercise that is not done, and its first piece to write (None: its notebook cannot be read)."""
    for here in found:
        if here.state == UNREADABLE:
            return here.exercise, None
        if here.unfinished:
            return here.exercise, next(piece for piece in here.exercise.pieces if piece.name == here.unfinished[0])
    return None

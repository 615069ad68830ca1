"""What stands behind autograder.mygpt: the learner's finished pieces, and the reference for the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.course import Exercise, course
from autograder.judge.learner import Source
from autograder.judge.reference import program, solution_of
from autograder.learn.workspace import Workspace, find_workspace
from microgpt_ref.errors import UserError


def load(names: dict[str, Any], here: Path | None = None) -> list[str]:
    """Define every piece that comes before the exercise in this folder; say whose they are."""
    here = here or Path.cwd()
    try:
        workspace: Workspace | None = find_workspace(here)
    except UserError:
        workspace = None
    own: list[str] = []
    lent: list[str] = []
    for exercise in before(here):
        finished = _finished(workspace, exercise)
        sources = _sources(workspace, exercise, finished) if finished else program(exercise)
        own_names = dict(names)  # an exercise sees the earlier ones; helpers of the same name do not meet
        for name, source in sources:
            exec(compile(source, f"<{name}>", "exec"), own_names)
        names.update(own_names)
        for piece in exercise.pieces:
            if piece.exported:
                (own if piece.name in finished else lent).append(piece.name)
    return [line for line in (_line("Yours", own), _line("Lent by the kit until yours pass", lent)) if line]


def before(here: Path) -> list[Exercise]:
    """The exercises before the one whose folder we are in; all of them elsewhere."""
    found: list[Exercise] = []
    for exercise in course().exercises:
        if exercise.folder in here.parts:
            return found
        found.append(exercise)
    return found


def _finished(workspace: Workspace | None, exercise: Exercise) -> dict[str, str]:
    if workspace is None:
        return {}
    try:
        return workspace.finished(exercise)
    except UserError:
        return {}  # a notebook that cannot be read: its own check says why


def _sources(workspace: Workspace | None, exercise: Exercise, finished: dict[str, str]) -> list[Source]:
    """The learner's cells for what is finished, then the reference's for what is not."""
    assert workspace
    submission = workspace.submission(exercise)
    own = [(f"{exercise.slug}, {cell.title}", cell.source) for cell in submission.needed(finished)]
    rest = [piece for piece in exercise.pieces if piece.exported and piece.name not in finished]
    return own + [solution_of(exercise, piece.name) for piece in rest]


def _line(whose: str, pieces: list[str]) -> str:
    return f"{whose}: {', '.join(pieces)}" if pieces else ""

"""`microgpt hint`: the next of three hints."""

from __future__ import annotations

import click

from autograder.course import Exercise, Piece
from autograder.learn.asked import find, shell_name
from autograder.learn.hint_text import hint_lines
from autograder.learn.hints import next_hint
from autograder.learn.standing import next_piece, standings
from autograder.learn.terminal import paint, say
from autograder.learn.workspace import Workspace, find_workspace
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand


@click.command(cls=OneLineCommand)
@click.argument("exercise", required=False)
@click.argument("piece", required=False)
@click.option("--all", "everything", is_flag=True, help="Show all three.")
def hint(exercise: str | None, piece: str | None, everything: bool) -> None:
    """Show the next of three hints for PIECE; without it, for the next piece that does not pass yet.

    For example: microgpt hint 03 attend
    """
    workspace = find_workspace()
    one, found = find(workspace.course, exercise, piece)
    if found is None:
        found = _unfinished(workspace, one)
    if found is None:
        say(f"Every piece{f' of {one.folder}' if one else ''} passes: no hint is needed.")
        return
    if everything:
        for place, text in enumerate(found.hints, start=1):
            _show(found, place, text)
        return
    place, text = next_hint(workspace, found)
    _show(found, place, text)
    if place < len(found.hints):
        number = workspace.course.exercise(found.exercise).number
        say(paint(f"  the next one: microgpt hint {number} {shell_name(found)}", "faint"))


def _show(piece: Piece, place: int, text: str) -> None:
    for line in hint_lines(piece, place, text):
        say(line)


def _unfinished(workspace: Workspace, one: Exercise | None) -> Piece | None:
    found = standings(workspace, [one] if one else workspace.course.exercises)
    step = next_piece(found)
    if step is None:
        return None
    if step[1] is None:
        (problem,) = [here.problem for here in found if here.exercise == step[0]]
        raise UserError(problem)
    return step[1]

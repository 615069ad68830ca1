"""`microgpt check`: judge what was saved."""

from __future__ import annotations

import json
import sys

import click

from autograder.course import Exercise, Piece
from autograder.learn.asked import find
from autograder.learn.report_text import last_line, standing_lines
from autograder.learn.standing import Standing, standings
from autograder.learn.terminal import paint, say
from autograder.learn.workspace import find_workspace
from autograder.report import PASSED, PieceReport, score
from microgpt_ref.options import OneLineCommand


@click.command(cls=OneLineCommand)
@click.argument("exercise", required=False)
@click.argument("piece", required=False)
@click.option("--json", "as_json", is_flag=True, help="Say it for a program to read.")
def check(exercise: str | None, piece: str | None, as_json: bool) -> None:
    """Judge your notebooks as you last saved them: all, one EXERCISE, or one PIECE of it.

    An exercise is named 3, 03, attention or 03_attention. The exit code is 0 when everything asked for passes, else 1.
    """
    workspace = find_workspace()
    one, only = find(workspace.course, exercise, piece)
    asked = (one,) if one else workspace.course.exercises
    found = standings(workspace, asked)
    passed = all(_passed(here, only) for here in found)
    if as_json:
        say(json.dumps(_for_programs(found, only, passed), indent=1, ensure_ascii=False))
    else:
        _show(found, one, only)
    sys.exit(0 if passed else 1)


def _show(found: list[Standing], one: Exercise | None, only: Piece | None) -> None:
    for place, here in enumerate(found):
        if place:
            say()
        for line in standing_lines(here, [only.name] if only else None):
            say(line)
    if one and not only:
        say(f"  {last_line(found[0])}")
    if not one:
        points = sum(here.points for here in found)
        most = sum(here.exercise.points for here in found)
        say()
        say(paint(score(points, most), "bold"))


def _passed(here: Standing, only: Piece | None) -> bool:
    pieces = _pieces(here, only)
    return here.report is not None and all(piece.status == PASSED for piece in pieces)


def _pieces(here: Standing, only: Piece | None) -> list[PieceReport]:
    pieces = here.report.pieces if here.report else ()
    return [piece for piece in pieces if only is None or piece.piece == only.name]


def _for_programs(found: list[Standing], only: Piece | None, passed: bool) -> dict[str, object]:
    judged = [_pieces(here, only) for here in found]
    points = [round(sum(piece.points for piece in pieces), 6) for pieces in judged]
    most = [only.points if only else here.exercise.points for here in found]
    return {
        "passed": passed,
        "points": round(sum(points), 6),
        "most": sum(most),
        "exercises": [
            {
                "exercise": here.exercise.folder,
                "state": here.state,
                "problem": here.problem,
                "points": reached,
                "most": possible,
                "pieces": [piece.to_json() for piece in pieces],
            }
            for here, pieces, reached, possible in zip(found, judged, points, most)
        ],
    }

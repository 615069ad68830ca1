"""`microgpt show`: your piece beside the kit's."""

from __future__ import annotations

import ast
import textwrap

import click

from autograder.course import Piece, without_markers
from autograder.learn.asked import find
from autograder.learn.standing import Standing, standing
from autograder.learn.terminal import agreed, columns, interactive, pad, paint, say, width
from autograder.learn.workspace import find_workspace
from autograder.notebook import NotebookError
from autograder.report import PASSED
from microgpt_ref.options import OneLineCommand

BETWEEN = "  │  "


@click.command(cls=OneLineCommand)
@click.argument("exercise")
@click.argument("piece", required=False)
@click.option("--yes", "-y", is_flag=True, help="Show the kit's version also of what does not pass yet.")
def show(exercise: str, piece: str | None, yes: bool) -> None:
    """Show what you wrote beside the kit's own version, once it passes; before that, after a question."""
    workspace = find_workspace()
    one, only = find(workspace.course, exercise, piece)
    assert one
    here = standing(workspace, one)
    try:
        submission = workspace.submission(one)
    except NotebookError:
        submission = None
    asked = [only] if only else list(one.pieces)
    passing = [found for found in asked if _passes(here, found)]
    rest = [found for found in asked if found not in passing]
    for found in passing:
        _show(found, submission.source_of(found.name) if submission else None)
    if not rest:
        return
    if here.problem:
        say(here.problem, err=True)
    names = ", ".join(found.name for found in rest)
    does = "does" if len(rest) == 1 else "do"
    if passing and not yes and not interactive():
        say(f"{names} {does} not pass yet: not shown (--yes shows the kit's version)")
    elif agreed(f"{names} {does} not pass yet. Look at the kit's version all the same?", yes):
        for found in rest:
            _show(found, submission.source_of(found.name) if submission else None)


def _passes(here: Standing, piece: Piece) -> bool:
    report = here.of(piece)
    return report is not None and report.status == PASSED


def _show(piece: Piece, yours: str | None) -> None:
    say(paint(f"── {piece.name}", "bold"))
    kit = _lines(without_markers(piece.source))
    own = _lines(yours) if yours else ["(there is none in your notebook)"]
    left = max(map(width, [*own, "yours"]))
    if own == kit:
        say(paint("yours and the kit's are the same:", "note"))
        for line in own:
            say(f"  {line}".rstrip())
    elif left + width(BETWEEN) + max(map(width, kit)) < columns():
        for yours_line, kit_line in zip(*_even(["yours", *own], ["the kit's", *kit])):
            say(f"{pad(yours_line, left)}{paint(BETWEEN, 'faint')}{kit_line}".rstrip())
    else:
        for title, lines in (("yours", own), ("the kit's", kit)):
            say(paint(f"{title}:", "note"))
            for line in lines:
                say(f"  {line}".rstrip())
    say()


def _even(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    longest = max(len(left), len(right))
    return [*left, *[""] * (longest - len(left))], [*right, *[""] * (longest - len(right))]


def _lines(source: str) -> list[str]:
    """The code without its docstrings, which are the same in both."""
    lines = source.expandtabs(4).rstrip().split("\n")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return lines
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1 and ast.get_docstring(node) is not None:
            text = node.body[0]
            for number in range(text.lineno - 1, text.end_lineno or text.lineno):
                lines[number] = "\0"
    return textwrap.dedent("\n".join(line for line in lines if line != "\0")).split("\n")

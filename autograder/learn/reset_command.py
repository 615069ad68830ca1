"""`microgpt reset`: begin a piece or a notebook anew, keeping a copy."""

from __future__ import annotations

import click

from autograder.learn.asked import find
from autograder.learn.reset import Reset, reset_notebook, reset_piece
from autograder.learn.standing import reason
from autograder.learn.terminal import agreed, folded, say, short
from autograder.learn.workspace import find_workspace
from autograder.notebook import NotebookError
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand


@click.command(cls=OneLineCommand)
@click.argument("exercise")
@click.argument("piece", required=False)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def reset(exercise: str, piece: str | None, yes: bool) -> None:
    """Give back the stub of PIECE, or the whole notebook of EXERCISE. A dated copy of what was there is kept.

    For example: microgpt reset 02 softmax
    """
    workspace = find_workspace()
    one, only = find(workspace.course, exercise, piece)
    assert one
    path = workspace.path(one)
    what = f"{only.name} in {short(path)}" if only else f"all of {short(path)}"
    if not agreed(f"Begin {what} anew? A copy of the notebook as it is now is kept.", yes):
        say("nothing is changed")
        return
    try:
        done = reset_piece(path, one, only) if only else reset_notebook(path, one)
    except NotebookError as error:
        raise UserError(reason(error, workspace, one)) from None
    except OSError as error:
        raise UserError(f"{short(path)} cannot be written: {error.strerror}") from None
    _tell(done, what)


def _tell(done: Reset, what: str) -> None:
    if done.kept:
        say(f"{what} is as it was given; what was there is kept in {short(done.kept)}")
        for line in folded("Is it open in JupyterLab? Choose File, Reload Notebook from Disk."):
            say(line)
    elif not done.notes:
        say(f"{what} is as it was given")
    for note in done.notes:
        say(note)

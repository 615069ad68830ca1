"""`microgpt assemble`: your own GPT in one file."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.build import keep_copy
from autograder.installing import typed
from autograder.learn.mygpt_file import program, trial, untouched
from autograder.learn.terminal import folded, say, short
from autograder.learn.workspace import find_workspace
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand
from microgpt_ref.whole import write_whole


@click.command(cls=OneLineCommand)
@click.option("-o", "--output", type=click.Path(path_type=Path), default="mygpt.py", show_default=True, metavar="FILE")
@click.option("--force", is_flag=True, help="Replace a file that somebody changed, keeping a copy.")
def assemble(output: Path, force: bool) -> None:
    """Write mygpt.py: your own code from all the notebooks in one file that trains and generates.

    What does not pass yet is lent by the kit and marked so.
    """
    changed = output.exists() and not _ours(output)
    if changed and not force:
        raise UserError(
            f"{output} was not written by microgpt assemble, or was changed since: --force replaces it and keeps a "
            "copy, -o FILE writes elsewhere"
        )
    if not output.parent.is_dir():
        raise UserError(f"{output} cannot be written: there is no folder {output.parent}; make it first")
    made = program(find_workspace(), output.name)
    try:
        kept = keep_copy(output) if changed else None
        write_whole(output, made.text.encode())
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}") from None
    if kept:
        say(f"what was there is kept in {short(kept)}")
    say(f"{output}: {len(made.own)} of {len(made.own) + len(made.lent)} pieces are yours")
    lines = [f"lent by the kit until yours pass: {', '.join(made.lent)}"] if made.lent else []
    for line in (*lines, *made.notes):
        for part in folded(line):
            say(part)
    problem = trial(made.text)
    if problem:
        say(f"tried on a few names: {problem}")
    say(f"to train it: python {typed(str(output))} {_names()}")


def _ours(path: Path) -> bool:
    if not path.is_file():
        raise UserError(f"{path} is not a file: -o FILE names one")
    try:
        return untouched(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None


def _names() -> str:
    return typed(short(Path(__file__).resolve().parent.parent.parent / "microgpt_ref" / "names.txt"))

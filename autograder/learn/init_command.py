"""`microgpt init`: a folder of one's own, without a clone of the repository."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.installing import typed
from autograder.learn.terminal import paint, say
from autograder.lessons import kit_version, lessons, start_folder
from microgpt_ref.options import OneLineCommand


@click.command(cls=OneLineCommand)
@click.argument("folder", default="my-gpt", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make FOLDER (my-gpt, if you name none) with the exercises to work on. Nothing is overwritten."""
    home = start_folder(folder, lessons(), kit_version())
    count = len(list(home.exercises.glob("*/*.ipynb")))
    say(f"{folder} has {count} notebooks for you, and exercises/README.md shows the way through")
    say("next:")
    if folder.resolve() != Path.cwd():
        say(paint(f"  cd {typed(str(folder))}", "note"))
    say(paint("  microgpt lab", "note"))

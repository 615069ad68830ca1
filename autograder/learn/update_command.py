"""`microgpt update`: newer lessons, and everything that the learner wrote."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from autograder.course import course
from autograder.learn.standing import reason
from autograder.learn.terminal import folded, paint, say, short
from autograder.learn.update import CHANGED, GONE, LEFT, Updated, update
from autograder.learn.update_report import in_full, in_short, needs_reading
from autograder.learn.workspace import Workspace, find_workspace
from autograder.lessons import Home, home_of, kit_version, lessons
from autograder.notebook import NotebookError
from autograder.report import FAILED
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand
from microgpt_ref.whole import write_whole


@click.command("update", cls=OneLineCommand)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def update_command(folder: Path | None) -> None:
    """Bring the lessons of the installed kit to a folder made by `microgpt init`. Your own work stays.

    Cells that you did not touch are renewed, new ones put in their place; what you wrote, added, deleted or moved
    stays so. Copies of what changes are kept in .microgpt/backup. First bring the kit itself up to date:
    python -m pip install --upgrade microgpt-kit
    """
    home = _home(folder)
    version = kit_version()
    found = []
    for done in update(home, lessons(), version):
        found.append(done)
        _tell(done, home)
    if needs_reading(found):
        _report(found, home, version)
    elif not any(done.problem for done in found):
        say(f"the lessons in {short(home.exercises)} are those of microgpt-kit {version} already")
    sys.exit(1 if any(done.state == LEFT for done in found) else 0)


def _home(folder: Path | None) -> Home:
    if folder is not None and not folder.is_dir():
        raise UserError(f"there is no folder {folder}: name the one that `microgpt init` made")
    place = folder.resolve() if folder is not None else find_workspace().folder
    home = home_of(place)
    if home is None:
        raise UserError(
            f"{short(place)} has no record of the lessons it began with, so nothing there is touched: in a clone, "
            "`git pull` brings newer lessons; `microgpt init my-gpt` makes a folder that can be updated"
        )
    return home


def _tell(done: Updated, home: Home) -> None:
    first, *rest = in_short(done) or [""]
    if done.state == GONE:
        for line in folded(f"{done.name} is not there, and is not brought back{_reset(done.name)}"):
            say(line)
    elif done.problem:
        for line in folded(paint(_problem(done, home), FAILED)):
            say(line)
    elif first:
        for line in (first, *rest):
            for part in folded(line):
                say(part)


def _problem(done: Updated, home: Home) -> str:
    workspace = Workspace(home.exercises, course())
    for exercise in workspace.course.exercises:
        if exercise.notebook == done.name:
            return reason(NotebookError(done.problem), workspace, exercise)
    return done.problem


def _reset(name: str) -> str:
    return f" (`microgpt reset {name[:2]}` does)" if name[:2].isdigit() else ""


def _report(found: list[Updated], home: Home, version: str) -> None:
    now = datetime.now()
    stamp = f"{now:%Y-%m-%d-%H%M%S}"
    kept = [done.kept for done in found if done.kept]
    backup = ""
    if kept:  # the page has the name of the folder with the copies
        stamp = kept[0].relative_to(home.backup).parts[0]
        backup = short(home.backup / stamp)
    text = in_full(found, version, now.strftime("%Y-%m-%d"), backup)
    page = home.exercises / f"update-{stamp}.md"
    say()
    if kept:
        say(f"the files as they were are kept in {backup}")
    try:
        write_whole(page, text.encode())
    except OSError as error:
        say(f"{short(page)} cannot be written ({error.strerror or error}), so here is the whole report:")
        say()
        say(text)
    else:
        say(f"the whole report, with the kit's version of what you had changed: {short(page)}")
    if any(done.state == CHANGED for done in found):
        say("is a notebook open in JupyterLab? Choose File, Reload Notebook from Disk, before you go on")

"""`microgpt lab`: JupyterLab at the exercises."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from autograder.course import Exercise
from autograder.installing import pip
from autograder.learn.asked import find
from autograder.learn.standing import DONE, standing
from autograder.learn.terminal import say, short
from autograder.learn.workspace import Workspace, find_workspace
from microgpt_ref.errors import UserError
from microgpt_ref.options import OneLineCommand

SETTINGS = Path(__file__).resolve().parent / "jupyter"


@click.command(cls=OneLineCommand, context_settings={"ignore_unknown_options": True})
@click.argument("exercise", required=False)
@click.argument("options", nargs=-1, metavar="[JUPYTERLAB OPTIONS]")
def lab(exercise: str | None, options: Sequence[str]) -> None:
    """Start JupyterLab with the notebook of EXERCISE, or with the first that is not done.

    Further options go to JupyterLab: microgpt lab 03 --no-browser --port 9999
    """
    if exercise and exercise.startswith("-"):
        exercise, options = "", (exercise, *options)
    workspace = find_workspace()
    one, _ = find(workspace.course, exercise or None)
    one = one or _first_unfinished(workspace)
    path = workspace.path(one)
    if not path.is_file():
        raise UserError(f"there is no {short(path)}: `microgpt reset {one.number}` brings it back")
    if importlib.util.find_spec("jupyterlab") is None:
        raise UserError(f"JupyterLab is not here: `{pip('jupyterlab')}` brings it")
    say(f"JupyterLab opens {short(path)}; Ctrl-C here, twice, ends it")
    sys.exit(_run(command(workspace, one, options), environment(), workspace.folder.resolve()))


def command(workspace: Workspace, exercise: Exercise, options: Sequence[str] = ()) -> list[str]:
    """The command line: the exercises as the root, the notebook open."""
    return [
        sys.executable,
        "-m",
        "autograder.learn.start_jupyterlab",
        f"--ServerApp.root_dir={workspace.folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{exercise.notebook}",
        *options,
    ]


def environment() -> dict[str, str]:
    """What JupyterLab should know: the kit's defaults (no question about news), and where the kernels are."""
    paths = [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {
        **os.environ,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(path for path in paths if path),
        # The notebooks ask for the kernel python3: that of this Python, whatever else a user has installed.
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def _first_unfinished(workspace: Workspace) -> Exercise:
    exercises = workspace.course.exercises
    return next((each for each in exercises if standing(workspace, each).state != DONE), exercises[0])


def _run(arguments: list[str], environment: dict[str, str], folder: Path) -> int:
    """Start JupyterLab in the folder: there nbgrader looks for its configuration, and fetches assignments to it."""
    if os.name == "posix":  # become JupyterLab: signals reach it, and nothing stands between it and the terminal
        sys.stdout.flush()
        os.chdir(folder)
        os.execve(arguments[0], arguments, environment)
    process = subprocess.Popen(arguments, env=environment, cwd=folder)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # it got the same Ctrl-C, and asks whether it is meant

"""`microgpt watch`: a verdict each time you save.

A handful of notebooks is looked at many times a second. That sees every way of saving (in place, or a temporary file
put in its place, as JupyterLab does) on every kind of disk, also on those that send no notices of changes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from autograder.course import Exercise
from autograder.learn.asked import find
from autograder.learn.hint_text import hint_lines
from autograder.learn.hints import next_hint
from autograder.learn.keys import END, Wait, keys
from autograder.learn.report_text import last_line, standing_lines
from autograder.learn.standing import DONE, Standing, next_piece, standing
from autograder.learn.terminal import clear, paint, say, short
from autograder.learn.workspace import Workspace, find_workspace
from microgpt_ref.options import OneLineCommand

PAUSE = 0.05  # seconds between two looks
SETTLE = 0.02  # a file that changed is read when it has stood still for so long
PATIENCE = 0.25  # and what cannot be read then is tried again for so long: it may be half written

Seen = tuple[int, int, int] | None  # when a file was changed, its size, which file it is


@click.command(cls=OneLineCommand)
@click.argument("exercise", required=False)
def watch(exercise: str | None) -> None:
    """Judge at every save: one EXERCISE, or whichever notebook you save.

    Keys: h for a hint, n for the next exercise, q to stop.
    """
    workspace = find_workspace()
    one, _ = find(workspace.course, exercise)
    with keys() as wait:
        Watch(workspace, one or _begin_at(workspace), follows=one is None, wait=wait).run()
    say("no longer watching")


@dataclass
class Watch:
    """What is being watched, and what the screen shows."""

    workspace: Workspace
    exercise: Exercise
    follows: bool  # another notebook that is saved becomes the one shown
    wait: Wait | None  # waits for a key; None when there is no keyboard
    seen: dict[Path, Seen] = field(default_factory=dict)
    now: Standing | None = None
    judged_at: str = ""

    def run(self) -> None:
        """Look and listen until q."""
        self.seen = {path: look(path) for path in self._paths()}
        self._judge()
        while True:
            key = self._pause()
            if key in ("q", "Q", END):
                return
            if key in ("h", "H"):
                self._hint()
            if key in ("n", "N"):
                self._next()
            for exercise in self._saved():
                self.exercise = exercise
                self._judge()

    def _pause(self) -> str:
        if self.wait:
            return self.wait(PAUSE)
        time.sleep(PAUSE)
        return ""

    def _paths(self) -> dict[Path, Exercise]:
        exercises = self.workspace.course.exercises if self.follows else [self.exercise]
        return {self.workspace.path(exercise): exercise for exercise in exercises}

    def _saved(self) -> list[Exercise]:
        """The exercises whose notebooks are other ones than at the last look."""
        found = []
        for path, exercise in self._paths().items():
            before, seen = self.seen.get(path), look(path)
            if seen != before:
                self.seen[path] = settled(path, seen)
                found.append(exercise)
        return found

    def _judge(self) -> None:
        if clear():
            say(paint(f"judging {self.exercise.folder} …", "faint"))
        path = self.workspace.path(self.exercise)
        self.now = standing(self.workspace, self.exercise)
        until = time.monotonic() + PATIENCE
        while self.now.report is None and time.monotonic() < until:
            time.sleep(SETTLE)
            self.seen[path] = look(path)
            self.now = standing(self.workspace, self.exercise)
        self.judged_at = time.strftime("%H:%M:%S")
        self._show()

    def _show(self, *more: str) -> None:
        assert self.now
        clear()
        path = short(self.workspace.path(self.exercise))
        say(paint(f"{path}, judged at {self.judged_at}", "faint"))
        say()
        for line in [*standing_lines(self.now), "", last_line(self.now), *more]:
            say(line)
        say()
        say(paint(self._help(), "faint"))

    def _help(self) -> str:
        waiting = "watching: save the notebook for a new verdict"
        return f"{waiting}   h hint   n next exercise   q quit" if self.wait else f"{waiting}; Ctrl-C to stop"

    def _hint(self) -> None:
        assert self.now
        step = next_piece([self.now])
        if step is None:
            self._show("", "Everything here passes: no hint is needed.")
        elif step[1] is None:
            self._show("", "There is no hint for a notebook that cannot be read.")
        else:
            self._show("", *hint_lines(step[1], *next_hint(self.workspace, step[1])))

    def _next(self) -> None:
        """On to the next exercise that is not done; after the last one, from the first again."""
        exercises = self.workspace.course.exercises
        place = exercises.index(self.exercise) + 1
        others = [*exercises[place:], *exercises[: place - 1]]
        unfinished = (other for other in others if standing(self.workspace, other).state != DONE)
        found = next(unfinished, None)
        if found is None:
            self._show("", "There is no other exercise to do.")
            return
        self.exercise = found
        path = self.workspace.path(found)
        self.seen[path] = look(path)
        self._judge()


def look(path: Path) -> Seen:
    """What changes when the file is saved; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def settled(path: Path, seen: Seen) -> Seen:
    """Wait until nothing more is being written, within reason."""
    for _ in range(20):
        time.sleep(SETTLE)
        before, seen = seen, look(path)
        if seen == before:
            break
    return seen


def _begin_at(workspace: Workspace) -> Exercise:
    """The first exercise that is not done."""
    for exercise in workspace.course.exercises:
        if standing(workspace, exercise).state != DONE:
            return exercise
    return workspace.course.exercises[0]

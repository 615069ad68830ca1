"""`microgpt` alone: where you are, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.course import Exercise, Piece
from autograder.learn.asked import shell_name
from autograder.learn.standing import BEGUN, DONE, UNREADABLE, Standing, next_piece, standings
from autograder.learn.terminal import bullet, columns, folded, pad, paint, say, short, width
from autograder.learn.workspace import Workspace, find_workspace
from autograder.report import FAILED, PASSED, TODO, amount, number

# A state's word, sign and colour; begun has a sign of its own, since nothing need be wrong.
_STATES = {DONE: PASSED, BEGUN: BEGUN, TODO: TODO, UNREADABLE: FAILED}


def status() -> None:
    """Show the table of exercises, the total and the next step."""
    workspace = find_workspace()
    found = standings(workspace, workspace.course.exercises)
    say(paint(f"Your way to a GPT, in {short(workspace.folder)}", "bold"))
    say()
    for line in table(found):
        say(line)
    say()
    for line in next_step(workspace, found):
        say(line)


def table(found: Sequence[Standing]) -> list[str]:
    """A row an exercise, the reason beneath one that cannot be read, and the total."""
    names = [f"{here.exercise.number} {here.exercise.title}" for here in found]
    if max(map(width, names)) > columns() - 52:  # the part before the colon says enough
        names = [name.split(":")[0] for name in names]
    room = max(map(width, names))
    lines = []
    for here, name in zip(found, names):
        score = f"{number(here.points):>5} of {number(here.exercise.points):>3}"
        lines.append(f"  {_state(here)}  {pad(name, room)}  {score}  {_detail(here)}".rstrip())
        if here.state == UNREADABLE:
            lines += folded(f"      {here.problem}")
    points = sum(here.points for here in found)
    most = sum(here.exercise.points for here in found)
    label = pad("all together", room)
    lines.append(f"{' ' * 13}{paint(f'{label}  {number(points):>5} of {number(most):>3}', 'bold')} points")
    written = [here.exercise for here in found if here.exercise.written_points]
    for exercise in written:
        about = f"the written answer in {exercise.folder} is read by a person ({amount(exercise.written_points)})"
        lines += folded(f"{' ' * 13}{about}")
    return lines


def next_step(workspace: Workspace, found: Sequence[Standing]) -> list[str]:
    """What to do now, where, and with which commands."""
    step = next_piece(found)
    if step is None:
        done = paint("Everything passes: this is your own GPT.", PASSED)
        return [done, *_commands([("microgpt assemble", "put it all together in one file, mygpt.py")])]
    exercise, piece = step
    if piece is None:
        return [
            f"{paint('Next:', 'bold')} make {short(workspace.path(exercise))} readable again",
            *_commands([(f"microgpt reset {exercise.number}", "begin it anew; what is there is kept as a copy")]),
        ]
    now = f"{_verb(found, exercise, piece)} {paint(piece.name, 'note')} in {short(workspace.path(exercise))}"
    return [
        *folded(f"{paint('Next:', 'bold')} {now}"),
        *_commands(
            [
                ("microgpt lab", "open it in JupyterLab"),
                (f"microgpt watch {exercise.number}", "in another terminal: a verdict each time you save"),
                (f"microgpt hint {exercise.number} {shell_name(piece)}", "when you are stuck"),
            ]
        ),
    ]


def _verb(found: Sequence[Standing], exercise: Exercise, piece: Piece) -> str:
    (here,) = [here for here in found if here.exercise == exercise]
    report = here.of(piece)
    return "write" if report is None or report.status == TODO else "correct"


def _commands(commands: list[tuple[str, str]]) -> list[str]:
    room = max(len(command) for command, _ in commands)
    lines = [f"  {paint(pad(command, room), 'note')}   {about}" for command, about in commands]
    return [part for line in lines for part in folded(line, deeper=room + 5)]


def _state(here: Standing) -> str:
    if here.state == BEGUN:
        return paint(pad("◐ begun", 9), "note")
    if here.state == UNREADABLE:
        return paint(pad("✗ broken", 9), FAILED)
    return f"{bullet(_STATES[here.state])} {paint(pad(here.state, 7), _STATES[here.state])}"


def _detail(here: Standing) -> str:
    if here.state != BEGUN or here.report is None:
        return ""
    passing = len(here.exercise.pieces) - len(here.unfinished)
    wrong = sum(piece.status == FAILED for piece in here.report.pieces)
    parts = [f"{passing} of {len(here.exercise.pieces)} pieces pass"]
    return ", ".join(parts + ([f"{wrong} wrong"] if wrong else []))

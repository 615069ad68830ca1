"""Training: the learner's own steps and fast.py against atomic, and whether memory stays flat."""

from __future__ import annotations

from statistics import median
from typing import Any

from autograder.bench.measure import RATIO, SECONDS, CannotMeasure, Effort, Figure, Row, Tell, shown, spread
from autograder.bench.workers import Worker
from microgpt_ref.names import load_names
from microgpt_ref.words import counted

TOLERANCE = 1e-12  # how far the losses of fast.py may be from the reference's


def trainee(side: str) -> Worker:
    """A process that trains on the names in use."""
    return Worker("autograder.bench.trainee", side, str(load_names().path))


def learner(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """The same steps on the same names, in turn; and atomic once more with the garbage collector off."""
    sides: dict[str, list[dict[str, Any]]] = {"atomic": [], "learner": [], "atomic-quiet": []}
    with trainee("atomic") as one, trainee("learner") as two, trainee("atomic-quiet") as three:
        for turn in range(effort.turns):
            tell(f"turn {turn + 1} of {effort.turns}")
            for side, worker in zip(sides, (one, two, three)):
                if side != "atomic-quiet" or turn < effort.quiet_turns:
                    sides[side].append(worker.ask(steps=effort.steps))
    atomic, own, quiet = sides.values()
    ratios, by_clock = _ratios(own, atomic, "cpu"), _ratios(own, atomic, "wall")
    losses = _losses(atomic)
    wrong = difference(losses, _losses(own), 0.0)
    wrong = wrong or difference(losses[: len(quiet) * effort.steps], _losses(quiet), 0.0)
    a_step = [median(turn["cpu"] / effort.steps * 1000 for turn in side) for side in (own, atomic)]
    how = (
        f"{counted(effort.turns, 'turn')} of {effort.steps} steps a side, CPU: {spread(ratios, RATIO)} "
        f"(clock: {shown(median(by_clock), RATIO)}); {a_step[0]:.1f} and {a_step[1]:.0f} ms a step"
        + ("" if wrong else f"; {len(losses)} losses the same bit for bit")
    )
    from_quiet = _ratios(own, quiet, "cpu")
    return [
        row.figure(ratios, how, wrong),
        row.note(
            "against atomic without garbage collection",
            from_quiet,
            f"the first {counted(len(quiet), 'turn')}, CPU: {spread(from_quiet, RATIO)}; what fewer nodes alone bring",
        ),
    ]


def memory(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """The peak of memory early and late in one run."""
    early, late = effort.memory
    with trainee("learner") as worker:
        tell(f"{late} steps")
        before = worker.ask(steps=early)["peak"]
        after = worker.ask(steps=late - early)["peak"]
    if before is None or after is None:
        raise CannotMeasure("this system does not tell a process the peak of its memory")
    return [row.figure([after - before], f"from step {early} ({before:.1f} MB) to step {late} ({after:.1f} MB)")]


def fast(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """Whole runs of fast.py between a few steps of atomic, both counted by the letter."""
    ratios, by_clock, runs = [], [], []
    expected: list[float] = []
    found: list[float] = []
    with trainee("atomic") as one, trainee("fast") as two:
        two.ask(steps=effort.fast_steps)  # NumPy loads parts of itself when they are first used
        for turn in range(effort.fine_turns):
            tell(f"turn {turn + 1} of {effort.fine_turns}")
            atomic, whole = one.ask(steps=effort.fine_steps), two.ask(steps=effort.fast_steps)
            ratios.append(_by_letter(whole, "cpu") / _by_letter(atomic, "cpu"))
            by_clock.append(_by_letter(whole, "wall") / _by_letter(atomic, "wall"))
            runs.append(whole["cpu"])
            expected += atomic["losses"]
            found = whole["losses"]
    wrong = difference(expected, found[: len(expected)], TOLERANCE)
    how = (
        f"{counted(effort.fine_turns, 'turn')} of {effort.fine_steps} steps of atomic and a whole run of "
        f"{effort.fast_steps}, by the letter, CPU: {spread(ratios, RATIO)} (clock: {shown(median(by_clock), RATIO)}); "
        f"a whole run {shown(median(runs), SECONDS)}"
        + ("" if wrong else f"; {len(expected)} losses within {TOLERANCE:g}")
    )
    return [row.figure(ratios, how, wrong)]


def difference(expected: list[float], found: list[float], tolerance: float) -> str:
    """The first step whose loss is another one, in words."""
    if len(expected) != len(found):
        return f"{len(found)} losses where there should be {len(expected)}"
    for step, (one, other) in enumerate(zip(expected, found), start=1):
        if not abs(one - other) <= tolerance:
            return f"the losses part at step {step}: {one!r} and {other!r}"
    return ""


def _losses(turns: list[dict[str, Any]]) -> list[float]:
    return [loss for turn in turns for loss in turn["losses"]]


def _ratios(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], clock: str) -> list[float]:
    return [one[clock] / other[clock] for one, other in zip(ours, theirs)]


def _by_letter(turn: dict[str, Any], clock: str) -> float:
    return float(turn[clock] / turn["letters"])

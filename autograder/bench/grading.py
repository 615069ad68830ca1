"""Judging submissions in a running grader, behind the sandbox, against stock nbgrader on the same notebooks."""

from __future__ import annotations

import importlib.util
import random
import tempfile
from pathlib import Path
from statistics import mean, median
from typing import Any

from autograder.bench.examiner import ASSIGNMENT
from autograder.bench.measure import RATIO, SECONDS, CannotMeasure, Effort, Figure, Row, Tell, shown, spread
from autograder.bench.notebooks import save, written
from autograder.bench.workers import Worker, environment
from autograder.course import Exercise, course
from autograder.installing import pip
from autograder.judge.mistakes import mistakes_of
from autograder.judge.sandbox import Sandbox, SandboxError
from microgpt_ref.words import counted

SEED = 3
IMPORT = "from autograder import check"


def grading(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """A few submissions by the kit and one of them by stock nbgrader, whole and bare, in turn."""
    look_around()
    exercise = course().exercise(ASSIGNMENT)
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        folder = Path(place)
        tell("setting up a course")
        _set_up(folder, exercise, effort.batch * effort.stock + 1)
        env = environment(
            MICROGPT_CACHE=str(folder / "cache"),
            MICROGPT_EXERCISES=str(folder / "exercises"),
            IPYTHONDIR=str(folder / "ipython"),
        )
        with (
            Worker("autograder.bench.examiner", "kit", str(folder), env=env) as kit,
            Worker("autograder.bench.examiner", "stock", str(folder), env=env) as stock,
        ):
            kit.ask(student="whole-0")  # fills the caches, on both sides
            stock.ask(student="bare-0")
            ours, whole, bare = [], [], []
            for turn in range(effort.stock):
                tell(f"turn {turn + 1} of {effort.stock}")
                first = 1 + turn * effort.batch
                batch = range(first, first + effort.batch)
                ours.append([kit.ask(student=f"whole-{number}") for number in batch])
                whole.append(stock.ask(student=f"whole-{first}"))
                bare.append(stock.ask(student=f"bare-{first}"))
    each = [mean(judged["wall"] for judged in batch) for batch in ours]
    by_kit = f"{counted(effort.stock, 'turn')} of {effort.batch} by the kit ({shown(median(each), SECONDS)} each)"
    ratios = [one / other["wall"] for one, other in zip(each, whole)]
    bare_ratios = [one / other["wall"] for one, other in zip(each, bare)]
    return [
        row.figure(
            ratios, f"{by_kit} and one of them by stock nbgrader {_by_stock(ratios, whole)}; {_marks(ours, whole)}"
        ),
        row.note(
            "where the notebook has no pictures and experiments",
            bare_ratios,
            f"stock nbgrader runs those cells, the kit does not; without them {_by_stock(bare_ratios, bare)}",
        ),
    ]


def _by_stock(ratios: list[float], graded: list[dict[str, Any]]) -> str:
    took = shown(median(one["wall"] for one in graded), SECONDS)
    return f"({took}), clock: {spread(ratios, RATIO)}"


def look_around() -> None:
    """Is everything here that this needs?"""
    if importlib.util.find_spec("nbgrader") is None:
        raise CannotMeasure(f"nbgrader is not installed: {pip('microgpt-kit[instructor]')}")
    try:
        Sandbox().probe()
    except SandboxError as error:
        raise CannotMeasure(str(error)) from None


def _set_up(folder: Path, exercise: Exercise, count: int) -> None:
    """A course with so many submissions, each whole and bare; and solved notebooks of the exercises before."""
    save(written(exercise), folder / "source" / exercise.notebook)
    for earlier in course().exercises:
        if earlier.number < exercise.number:
            save(written(earlier), folder / "exercises" / earlier.notebook)
    for number, notebook in enumerate(submissions(exercise, count)):
        save(notebook, folder / "submitted" / f"whole-{number}" / exercise.notebook)
        save(bare(notebook), folder / "submitted" / f"bare-{number}" / exercise.notebook)


def submissions(exercise: Exercise, count: int) -> list[dict[str, Any]]:
    """What so many students hand in, always the same."""
    rng = random.Random(SEED)
    return [_submission(exercise, rng, number) for number in range(count)]


def bare(notebook: dict[str, Any]) -> dict[str, Any]:
    """What is graded, what that builds on, and the text; not what a learner only looks at."""
    kept = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" or "nbgrader" in cell["metadata"] or cell["source"].startswith(IMPORT)
    ]
    return {**notebook, "cells": kept}


def _submission(exercise: Exercise, rng: random.Random, number: int) -> dict[str, Any]:
    """Half of them solved, a quarter with a known mistake, a quarter with a piece not written; no two the same."""
    piece = rng.choice(exercise.pieces)
    kind = ("solved", "mistaken", "solved", "unfinished")[number % 4]
    mistakes = [mistake for mistake in mistakes_of(exercise) if mistake.piece == piece.name]
    if kind == "unfinished":
        instead = {piece.name: piece.stub}
    elif kind == "mistaken" and mistakes:
        instead = {piece.name: rng.choice(mistakes).apply(piece)}
    else:
        instead = {}
    notebook = written(exercise, instead)
    for cell in notebook["cells"]:
        if cell["id"] == exercise.pieces[0].id:
            cell["source"] += f"\n# by student {number}"
    return notebook


def _marks(ours: list[list[dict[str, Any]]], theirs: list[dict[str, Any]]) -> str:
    """Whether both gave the same marks to what both graded."""
    pairs = [(batch[0]["points"], other["points"]) for batch, other in zip(ours, theirs)]
    other = [f"{one:g} and {two:g}" for one, two in pairs if abs(one - two) > 1e-6]
    return f"marks that differ: {', '.join(other)}" if other else "the same marks"

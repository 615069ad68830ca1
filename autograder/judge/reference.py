"""The names that the reference gives to a notebook, to an expectation, and to a known mistake."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import CodeType
from typing import Any

from autograder.course import Course, Exercise, without_markers
from autograder.judge.learner import Reference, Source


def earlier_sources(course: Course, exercise: Exercise) -> list[Source]:
    """The program as it stands before this exercise: every given cell and every piece, in order."""
    found = []
    for earlier in course.exercises:
        if earlier.folder == exercise.folder:
            break
        found += program(earlier)
    return found


def solution_of(exercise: Exercise, piece: str) -> Source:
    """The solved cell of one piece, to be lent."""
    (source,) = [found.source for found in exercise.pieces if found.name == piece]
    return piece, without_markers(source)


@cache
def reference(course: Course, exercise: Exercise) -> Reference:
    """The solved exercise on top of the solved ones before it."""
    return Reference(_namespace(course, exercise, {}))


@cache
def with_mistake(course: Course, exercise: Exercise, piece: str, source: str) -> Reference:
    """The same, with one piece replaced by a wrong version."""
    return Reference(_namespace(course, exercise, {piece: source}))


def _namespace(course: Course, exercise: Exercise, replaced: dict[str, str]) -> dict[str, Any]:
    names = dict(_earlier_names(course, exercise))
    names["__name__"] = f"reference_{exercise.slug}"
    _run(program(exercise, replaced, with_warm_ups=True), names)
    return names


@cache
def _earlier_names(course: Course, exercise: Exercise) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "reference"}
    _run(earlier_sources(course, exercise), names)
    return names


def program(exercise: Exercise, replaced: dict[str, str] | None = None, with_warm_ups: bool = False) -> list[Source]:
    found = []
    for cell in exercise.cells:
        if cell.kind == "given":
            found.append((f"given in {exercise.folder}", _without_kit_imports(cell.source)))
        elif cell.kind == "piece" or (cell.kind == "warmup" and with_warm_ups):
            source = (replaced or {}).get(cell.piece) or without_markers(cell.source)
            found.append((cell.piece, source))
    return found


def _without_kit_imports(source: str) -> str:
    """The earlier pieces are in the same namespace already."""
    lines = source.split("\n")
    return "\n".join("" if line.startswith("from autograder.mygpt import") else line for line in lines)


def _run(sources: Iterable[Source], names: dict[str, Any]) -> None:
    import sys
    import types

    module = types.ModuleType(names["__name__"])
    sys.modules[names["__name__"]] = module  # dataclasses look their module up
    for name, source in sources:
        exec(_compiled(name, source), names)


@cache
def _compiled(name: str, source: str) -> CodeType:
    """The known mistakes of an exercise have all their cells but one in common."""
    return compile(source, f"<{name}>", "exec")

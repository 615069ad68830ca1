"""A cell keeps its id from build to build, whatever comes and goes around it.

Learners' notebooks have these ids, and so have gradebooks: an id that came to stand for another cell would mix up
their work. The clean copy of the last build says which cell has which.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from autograder.course import Cell, Exercise

LIKE_ENOUGH = 0.5  # the share of words from which on a text is the old one, reworded


def cell_ids(exercise: Exercise, cells: Sequence[Any], before: Sequence[Any]) -> list[str]:
    """One id for each cell of a notebook that is built, given the cells of the last build (none: the first one)."""
    stems = _stems(exercise.cells)
    named = {number: stem for number, stem in enumerate(stems) if exercise.cells[number].piece}
    if not before:
        return _numbered(stems)
    ids = {**_carried(exercise, cells, named, before), **named}
    taken = {cell.id for cell in before} | set(ids.values())
    for number, stem in enumerate(stems):
        if number not in ids:
            ids[number] = _fresh(stem, cells[number].source, taken)
            taken.add(ids[number])
    return [ids[number] for number in range(len(cells))]


def _carried(exercise: Exercise, cells: Sequence[Any], named: dict[int, str], before: Sequence[Any]) -> dict[int, str]:
    """By the number of a cell, the id that it had: it is as it was, or it was moved, or reworded."""
    old = [(cell.id, _kind(cell), cell.source) for cell in before if cell.id not in named.values()]
    new = [
        (number, "written" if exercise.cells[number].kind == "written" else cell.cell_type, cell.source)
        for number, cell in enumerate(cells)
        if number not in named
    ]
    found: dict[int, str] = {}

    def settle(one: tuple[str, str, str], other: tuple[int, str, str]) -> None:
        found[other[0]] = one[0]
        old.remove(one)
        new.remove(other)

    same = SequenceMatcher(None, [one[1:] for one in old], [one[1:] for one in new], autojunk=False)
    blocks = [(old[a : a + size], new[b : b + size]) for a, b, size in same.get_matching_blocks()]
    for ours, theirs in blocks:
        for one, other in zip(ours, theirs):
            settle(one, other)
    pairs = [(-_likeness(one, other), a, b) for a, one in enumerate(old) for b, other in enumerate(new)]
    likely = [(old[a], new[b]) for unlike, a, b in sorted(pairs) if -unlike >= LIKE_ENOUGH]
    for one, other in likely:
        if one in old and other in new:
            settle(one, other)
    return found


def _likeness(one: tuple[Any, str, str], other: tuple[Any, str, str]) -> float:
    """From 0 to 1, by words; a written answer is known by being one, as its text is the learner's."""
    if one[1] != other[1]:
        return 0.0
    if one[1] == "written":
        return 1.0
    return SequenceMatcher(None, one[2].split(), other[2].split(), autojunk=False).ratio()


def _kind(cell: Any) -> str:
    grading = cell.metadata.get("nbgrader", {})
    return "written" if grading.get("grade") and grading.get("solution") else str(cell.cell_type)


def _stems(cells: Sequence[Cell]) -> list[str]:
    """What an id begins with: the piece, or the nearest heading."""
    stems = []
    section = "start"
    for cell in cells:
        heading = re.match(r"#+ (.*)", cell.source) if cell.kind == "text" else None
        if heading:
            section = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")[:40]
        stem = {
            "piece": cell.piece,
            "warmup": cell.piece,
            "check": f"check-{cell.piece}",
            "hints": f"hints-{cell.piece}",
        }.get(cell.kind, f"about-{section}" if heading else f"{section}-{cell.kind}")
        stems.append(stem.replace(".", "-"))
    return stems


def _numbered(stems: Sequence[str]) -> list[str]:
    counted = Counter[str]()
    ids = []
    for stem in stems:
        counted[stem] += 1
        ids.append(stem if counted[stem] == 1 else f"{stem}-{counted[stem]}")
    return ids


def _fresh(stem: str, source: str, taken: set[str]) -> str:
    """An id that no earlier build can have given to another cell: numbers would come again, what is in it does not."""
    first = found = f"{stem}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"
    number = 1
    while found in taken:
        number += 1
        found = f"{first}-{number}"
    return found

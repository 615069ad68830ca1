"""Known mistakes: plausible wrong versions of each piece, and what to say to each.

They serve twice: the kit's tests feed each to the judge, which must fail it and say its sentence; and when a
learner's answer is wrong, the mistake that gives the same answer names the error.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache

from autograder.course import Exercise, Piece, without_markers


@dataclass(frozen=True)
class Mistake:
    """A change to the solution of a piece, and a sentence that goes on from 'This is what you get when ...'."""

    piece: str
    id: str  # short and stable, for reports: attention-weights-not-scaled
    sentence: str
    old: str = ""  # a part of the solution, and what stands there instead
    new: str = ""
    source: str = ""  # or the whole cell

    def apply(self, piece: Piece) -> str:
        """The piece's cell with this mistake in it."""
        if self.source:
            return self.source
        right = without_markers(piece.source)
        if self.old not in right:
            raise ValueError(f"mistake {self.id}: {self.old!r} is not in the solution of {piece.name}")
        return right.replace(self.old, self.new)


@cache
def mistakes_of(exercise: Exercise) -> tuple[Mistake, ...]:
    """All known mistakes in the pieces of an exercise."""
    try:
        module = importlib.import_module(f"{__name__}.{exercise.slug}")
    except ModuleNotFoundError:
        return ()
    return tuple(module.MISTAKES)

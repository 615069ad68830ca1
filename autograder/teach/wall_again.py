"""The wall, tried once more when something went wrong behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.judge.learner import Wall
from autograder.judge.sandbox import Sandbox
from microgpt_ref.errors import UserError


class WallGone(OSError):
    """The sandbox stood when grading began and does not any more: this machine's fault, so no verdict."""


def still_stands(wall: Wall) -> None:
    """Raises WallGone where submissions would be marked for what the machine has done."""
    if isinstance(wall, Sandbox):
        try:
            wall.probe()
        except UserError as error:
            raise WallGone(str(error)) from None


@contextmanager
def machine_looked_at(wall: Wall) -> Iterator[None]:
    """A fault of the machine meanwhile is told apart from a wall that is gone."""
    try:
        yield
    except WallGone:
        raise
    except OSError:
        still_stands(wall)
        raise

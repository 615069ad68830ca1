"""The budget table: what is measured, and what it may cost at most."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Sequence

from autograder.bench.measure import MEGABYTES, RATIO, SECONDS, Effort, Figure, Row, Tell
from microgpt_ref.errors import UserError

Measurement = Callable[[Row, Effort, Tell], list[Figure]]

HERE = "autograder.bench"

ROWS = (
    Row("learner", "the learner's own steps, against atomic", RATIO, 1 / 10, f"{HERE}.training:learner"),
    Row("memory", "what the learner's steps add to the peak of memory", MEGABYTES, 2.0, f"{HERE}.training:memory"),
    Row("fast", "fast.py, 1000 steps, against atomic", RATIO, 1 / 1200, f"{HERE}.training:fast"),
    Row("pytest", "pytest exercises/03_attention, less an empty run", SECONDS, 0.35, f"{HERE}.commands:pytest"),
    Row("check", "microgpt check 03, nothing remembered", SECONDS, 0.6, f"{HERE}.commands:check"),
    Row("notebook", "check(softmax) in a running notebook", SECONDS, 0.1, f"{HERE}.kernel:notebook"),
    Row("watch", "microgpt watch 03, from save to verdict", SECONDS, 0.4, f"{HERE}.watching:watch"),
    Row("grading", "judging a submission, against stock nbgrader", RATIO, 1 / 8, f"{HERE}.grading:grading"),
    Row("autograde", "nbgrader autograde, against stock nbgrader", RATIO, 1 / 8, f"{HERE}.autograding:autograde"),
)


def rows_named(names: Sequence[str]) -> list[Row]:
    """The rows of these names in the table's order; all of them without names."""
    known = [row.name for row in ROWS]
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise UserError(f"there is no row {name!r}: {advice}")
    return [row for row in ROWS if not names or row.name in names]


def measurement(row: Row) -> Measurement:
    """The function that measures a row, imported when it is needed."""
    module, name = row.where.split(":")
    found: Measurement = getattr(importlib.import_module(module), name)
    return found

"""Verdicts by the content of what was judged: the same work is judged once, a second run judges nothing.

Settled verdicts are where nbgrader's own runs of the kit look, too. One that rests on time, or on a process that was
ended, holds for this grader's runs until somebody asks for it to be judged anew: the machine may have been the reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from autograder.report import Report
from autograder.teach.verdicts import keep, recall, settled, write_whole

LATE = "no answer within"


@dataclass(frozen=True)
class Store:
    """The verdicts of a course."""

    notes: Path  # the kit's notes in the course folder

    def get(self, key: str, unsettled: bool = True) -> Report | None:
        """The verdict on this content; a file that was cut short is no verdict."""
        found = recall(self.notes, key)
        return recall(self._unsettled, key) if found is None and unsettled else found

    def put(self, key: str, report: Report) -> None:
        """Keep a verdict; when this returns, it is on the disk."""
        if not settled(report):
            write_whole(self._unsettled / "judged" / key[:2] / f"{key}.json", json.dumps(report.to_json()))
        else:
            keep(self.notes, key, report)

    @property
    def _unsettled(self) -> Path:
        return self.notes / "unsettled"


def timed_out(report: Report) -> bool:
    """Did some piece not answer in time?"""
    return any(LATE in line for piece in report.pieces for check in piece.checks for line in check.lines)


def failed_to_parse(report: Report) -> bool:
    """Was there code that Python cannot read?"""
    return any(piece.problem.startswith("Python cannot read") for piece in report.pieces)

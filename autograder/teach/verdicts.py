"""Verdicts as files: one for each submission, to look at and to report on, and one for each content, to reuse."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.report import PieceReport, Report

# What a busy or a faulty machine may be the reason of, and not the submission.
UNSETTLED = ("no answer within", "the code ended the process that ran it")


@dataclass(frozen=True)
class Verdict:
    """What the judge said to one submission, and the marks that came of it."""

    student: str
    assignment: str
    report: Report
    marks: dict[str, tuple[float, float]]  # grade_id of each test cell: points, and the most there were
    problem: str = ""  # why it could not be judged at all
    key: str = ""  # of the content that was judged

    @property
    def points(self) -> float:
        return round(sum(points for points, _ in self.marks.values()), 6)

    @property
    def most(self) -> float:
        return sum(most for _, most in self.marks.values())

    def to_json(self) -> dict[str, Any]:
        return {
            "student": self.student,
            "assignment": self.assignment,
            "problem": self.problem,
            "points": self.points,
            "most": self.most,
            "marks": {name: list(mark) for name, mark in self.marks.items()},
            "key": self.key,
            "report": self.report.to_json(),
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Verdict:
        marks = {name: (float(points), float(most)) for name, (points, most) in data["marks"].items()}
        report = report_from_json(data["report"])
        return Verdict(data["student"], data["assignment"], report, marks, data["problem"], data["key"])


def save_verdict(folder: Path, verdict: Verdict) -> Path:
    """Keep the verdict on a submission."""
    path = folder / verdict.student / f"{verdict.assignment}.json"
    # Not indented: that would take four times as long, for each of a thousand submissions.
    write_whole(path, json.dumps(verdict.to_json(), ensure_ascii=False))
    return path


def all_verdicts(folder: Path, assignment: str = "*") -> Iterator[Verdict]:
    """Every verdict in the folder; a file that somebody else wrote there is passed over."""
    for path in sorted(folder.glob(f"*/{assignment}.json")):
        try:
            yield Verdict.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue


def report_from_json(data: dict[str, Any]) -> Report:
    return Report(tuple(PieceReport.from_json(piece) for piece in data["pieces"]), tuple(data.get("notes", ())))


def recall(folder: Path, key: str) -> Report | None:
    """How the same content was judged before, if it was."""
    try:
        return report_from_json(json.loads(_place(folder, key).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(folder: Path, key: str, report: Report) -> None:
    """Keep a report for the next time, unless the machine may have been the reason."""
    if settled(report):
        write_whole(_place(folder, key), json.dumps(report.to_json()))


def settled(report: Report) -> bool:
    """Would it be the same on every machine, at any time?"""
    lines = [line for piece in report.pieces for check in piece.checks for line in check.lines]
    lines += [piece.problem for piece in report.pieces]
    return not any(words in line for words in UNSETTLED for line in lines)


def write_whole(path: Path, text: str, mode: int | None = None) -> None:
    """Write a file so that it is there as a whole or not at all.

    A link is replaced, not followed as in a learner's own folder: in a course it may be somebody else's trap.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(half, "w", encoding="utf-8", newline="\n") as file:
            if mode is not None:
                os.chmod(half, mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def _place(folder: Path, key: str) -> Path:
    return folder / "judged" / key[:2] / f"{key}.json"

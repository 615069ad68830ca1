"""A learner's folder of exercises: where it is, what is in each notebook, and how it was judged.

Judgements are remembered by the content that was judged, so nothing is judged twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.course import Course, Exercise, course
from autograder.judge.judge import PUBLIC_SEED, judge
from autograder.judge.learner import NotStarted
from autograder.notebook import Submission, read_submission
from autograder.report import PASSED, PieceReport, Report
from microgpt_ref.errors import UserError
from microgpt_ref.whole import write_whole


@dataclass(frozen=True)
class Workspace:
    """The folder that holds 00_foundations, 01_autograd and so on."""

    folder: Path
    course: Course

    def path(self, exercise: Exercise) -> Path:
        """Where the notebook of an exercise is, or should be."""
        return self.folder / exercise.notebook

    def submission(self, exercise: Exercise) -> Submission:
        """Read the notebook as it was last saved."""
        return read_submission(self.path(exercise), exercise)

    def report(self, exercise: Exercise) -> Report:
        """Judge the notebook as it was last saved, or remember how the same was judged before."""
        submission = self.submission(exercise)
        try:
            return remembered(submission) or remember(submission, judge(submission, course=self.course))
        except NotStarted as error:
            raise UserError(str(error)) from None

    def finished(self, exercise: Exercise) -> dict[str, str]:
        """The pieces of an exercise that pass, with their cells."""
        submission = self.submission(exercise)
        passed = [piece.piece for piece in self.report(exercise).pieces if piece.status == PASSED]
        return {name: submission.source_of(name) or "" for name in passed}


def find_workspace(start: Path | None = None) -> Workspace:
    """The nearest folder of exercises: here, in a folder above, or beside the kit in its repository."""
    found = course()
    named = os.environ.get("MICROGPT_EXERCISES")
    here = (start or Path.cwd()).resolve()
    repository = Path(__file__).resolve().parent.parent.parent
    places = [Path(named)] if named else [*_upward(here), repository / "exercises"]
    for folder in places:
        if any((folder / exercise.folder).is_dir() for exercise in found.exercises):
            return Workspace(folder, found)
    raise UserError("there are no exercises here: `microgpt init my-gpt` makes a folder with them, or go to yours")


def remembered(submission: Submission, seed: int | str = PUBLIC_SEED) -> Report | None:
    """How the same pieces were judged before, if they were."""
    path = _place(submission, seed)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Report(tuple(PieceReport.from_json(piece) for piece in found["pieces"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(submission: Submission, report: Report, seed: int | str = PUBLIC_SEED) -> Report:
    """Keep a report for the next time; a disk that refuses is no reason to stop."""
    if any(check.status == "failed" and "no answer within" in "".join(check.lines) for check in _checks(report)):
        return report  # a busy machine may have been the reason
    try:
        write_whole(_place(submission, seed), json.dumps(report.to_json()).encode(), lasting=False)
    except OSError:
        pass
    return report


def content_key(submission: Submission, seed: int | str = PUBLIC_SEED) -> str:
    """What a judgement depends on: the cells that are run, the seed, the kit's checks, the Python."""
    names = [piece.name for piece in submission.exercise.pieces]
    judged = [
        submission.exercise.folder,
        str(seed),
        kit_digest(),
        sys.version,
        submission.problems,
        [(cell.number, cell.source) for cell in submission.needed(names)],
    ]
    return hashlib.sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()


@cache
def kit_digest() -> str:
    """One number for everything in the kit that a judgement depends on."""
    here = Path(__file__).resolve().parent.parent
    files = [here / "course.py", here / "notebook.py", *sorted((here / "judge").rglob("*.py"))]
    files += [exercise.path for exercise in course().exercises]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _place(submission: Submission, seed: int | str) -> Path:
    return cache_folder() / "verdicts" / f"{content_key(submission, seed)}.json"


def cache_folder() -> Path:
    """Where the kit remembers: MICROGPT_CACHE, or the user's own cache folder."""
    if named := os.environ.get("MICROGPT_CACHE"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("microgpt-kit"))


def _upward(here: Path) -> list[Path]:
    return [place for folder in (here, *here.parents) for place in (folder, folder / "exercises")]


def _checks(report: Report) -> list:
    return [check for piece in report.pieces for check in piece.checks]

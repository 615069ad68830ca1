"""What a grader shows: a bar with the rate and the time left, and a summary at the end."""

from __future__ import annotations

import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from autograder.teach.farm.grade import Outcome

EVERY = 10.0  # seconds between lines where there is no terminal


class Progress:
    """Shows a run on stderr: as a bar in a terminal, as a line now and then in a log."""

    def __init__(self, quiet: bool = False) -> None:
        self.outcome: Outcome | None = None
        self._console = Console(stderr=True, highlight=False)
        self._bar: Bar | None = None
        self._quiet, self._begin, self._said, self._news = quiet, time.monotonic(), time.monotonic(), ""
        self._done = -1  # as the last line had it

    def __enter__(self) -> Progress:
        if not self._quiet and self._console.is_terminal:
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("grading", total=None, rate="")
        return self

    def __exit__(self, *anything: Any) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, outcome: Outcome, news: str) -> None:
        """Take note of a step."""
        if self.outcome is None:
            self._begin = time.monotonic()
        self.outcome = outcome
        done, now = outcome.graded + len(outcome.failed), time.monotonic()
        rate = done / (now - self._begin) if now > self._begin else 0.0
        if news and news != self._news:
            self._console.print(news, markup=False)
        self._news = news or self._news
        if self._bar:
            self._bar.update(self._task, total=outcome.waiting, completed=done, rate=f"{rate:.1f} a second")
        elif not self._quiet and now - self._said > EVERY and done != self._done:
            self._said, self._done = now, done
            line = f"{done:,} of {outcome.waiting:,}"
            if rate:
                line += f", {rate:.1f} a second, {(outcome.waiting - done) / rate:.0f} s left"
            print(line, file=sys.stderr, flush=True)


def summary(outcome: Outcome) -> str:
    """A few lines for a person."""
    if not outcome.waiting:
        return "nothing to grade: all that is submitted is graded"
    rate = outcome.graded / outcome.seconds if outcome.seconds else 0.0
    known = f"; {outcome.judged:,} judged, the others known by their content"
    lines = [
        f"graded {outcome.graded:,} in {outcome.seconds:.0f} s ({rate:.1f} a second"
        f"{known if outcome.judged < outcome.graded else ''})",
        f"failed to parse: {outcome.failed_to_parse:,}; timed out: {outcome.timed_out:,}",
        *(f"{name}: mean {mean:g} points" for name, mean in outcome.means().items()),
    ]
    if outcome.given_up:
        lines.append(f"given up: {len(outcome.given_up):,}; zero for now, the next run judges them again")
        lines += [f"  {student}, {assignment}: {why}" for student, assignment, why in outcome.given_up[:20]]
    if outcome.failed:
        lines.append(f"not graded: {len(outcome.failed):,} (.microgpt/grade.log says more)")
        lines += [f"  {student}, {assignment}: {why}" for student, assignment, why in outcome.failed[:20]]
    return "\n".join(lines)


def to_json(outcome: Outcome) -> dict[str, Any]:
    """The same for a program."""
    return {
        "waiting": outcome.waiting,
        "graded": outcome.graded,
        "judged": outcome.judged,
        "failed_to_parse": outcome.failed_to_parse,
        "timed_out": outcome.timed_out,
        "mean": outcome.means(),
        "given_up": _named(outcome.given_up),
        "failed": _named(outcome.failed),
        "seconds": round(outcome.seconds, 3),
        "folding_seconds": round(outcome.folding, 3),
    }


def _named(found: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"student": student, "assignment": assignment, "why": why} for student, assignment, why in found]

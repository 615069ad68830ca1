"""A judge who lets no piece pay for what another cell of the same notebook does.

Every cell of a submission runs in one process, and Python lets any of them change what all stand on: `math.exp`,
`sum`, `Value.__mul__`. No list of words could name all the ways. So whatever fails is asked once more, in a process in
which the cells of the other pieces are not run and the kit's own stand in their place. What passes there is the
piece's own merit, and counts.
"""

from __future__ import annotations

import builtins
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from autograder.course import Piece
from autograder.judge.checking import Check, CheckFailed, Examinee
from autograder.judge.judge import Children, ExerciseJudge, checks_of
from autograder.judge.learner import Child
from autograder.judge.reference import reference
from autograder.notebook import CodeCell
from autograder.report import FAILED, PASSED, TODO, CheckReport, PieceReport
from autograder.teach.own_checks import stop_if_ours

log = logging.getLogger(__name__)

TOGETHER = "together"  # with all the pieces of the notebook
APART = "apart"  # a piece without the others' cells
ALONE = "alone"  # and without any cell that changes what the kit provides, such as an experiment
LATE = "no answer within"
AGAIN = 1.0  # seconds for an answer, once the submission has been waited for


class SteadyChildren(Children):
    """Children for a piece in whatever company it is to be judged."""

    _company = TOGETHER

    @contextmanager
    def among(self, company: str) -> Iterator[None]:
        """Each piece in this company, for a while."""
        before, apart = self._company, self._apart
        self._company, self._apart = company, apart or company != TOGETHER
        try:
            yield
        finally:
            self._company = before
            if company != TOGETHER:  # else it stands as it is now: loading them together may have ended the child
                self._apart = apart

    def other_companies(self, piece: str, first: str) -> Iterator[str]:
        """The other ways to judge a piece that failed, as far as they differ in the cells that are run."""
        tried = [self.cells(piece, first)]
        for company in (TOGETHER, APART, ALONE):
            if (cells := self.cells(piece, company)) not in tried:
                tried.append(cells)
                yield company

    def cells(self, piece: str, company: str) -> list[CodeCell]:
        """The cells that are run for a piece in this company."""
        if company == TOGETHER and not self._apart:
            return self.submission.needed([other.name for other in self.exercise.pieces])
        others = {other.name for other in self.exercise.pieces} - {piece}
        chosen = [cell for cell in self.submission.cells if piece in cell.functions or not others & set(cell.functions)]
        if company == ALONE:
            kit = set(reference(self.course, self.exercise).runner.namespace) | set(vars(builtins))
            chosen = [
                cell
                for cell in chosen
                if piece in cell.functions or cell.locked or not (cell.extends or cell.defines & kit)
            ]
        return replace(self.submission, cells=tuple(chosen)).needed([piece])

    def _child(self, key: str, pieces: Sequence[str], lent: Sequence[str]) -> Child:
        if not key:
            return super()._child(key, pieces, lent)
        whole = self.submission
        self.submission = replace(whole, cells=tuple(self.cells(key, self._company)))
        try:
            others = [piece.name for piece in self.exercise.pieces if piece.name != key]
            return super()._child(f"{key}, {self._company}", pieces, others)
        finally:
            self.submission = whole


class SteadyJudge(ExerciseJudge):
    """A judge whom no answer of a submission can throw, and who lets no piece pay for another."""

    answering: SteadyChildren
    _in_brief = False  # whether something fails is asked, not why
    _has_waited = False  # for an answer that did not come in time

    def _judge(self, piece: Piece) -> PieceReport:
        self.lent(piece.name)  # judges the pieces before it, which may have to be waited for
        with self._share_of_time():
            return self._judged_in_turn(piece)

    @contextmanager
    def _share_of_time(self) -> Iterator[None]:
        """Nobody may use up the time of those that come after: each has a fair part of what is left."""
        clock = self.answering.clock
        pieces = len(self.exercise.pieces) - len(self._reports)
        for_others = clock.left - clock.left / max(pieces, 1)
        clock.left -= for_others
        try:
            yield
        finally:
            clock.left += for_others

    def _judged_in_turn(self, piece: Piece) -> PieceReport:
        # What keeps one piece from ending may keep all of them: then the honest ones need not wait for it.
        first = APART if self._has_waited else TOGETHER
        with self.answering.among(first):
            report = super()._judge(piece)
        self._has_waited |= any(_late(check) for check in report.checks)
        if report.status != PASSED and not report.problem and not self._is_stub(piece, report):
            for company in self.answering.other_companies(piece.name, first):
                with self.answering.among(company):
                    report = self._once_more(piece, report)
                if report.status == PASSED:
                    break
        return report

    def _is_stub(self, piece: Piece, report: PieceReport) -> bool:
        """Half of a class's failures: nothing is written, and the cell says so itself."""
        homes = [cell for cell in self.answering.submission.cells if piece.name in cell.functions]
        return report.status == TODO and all("NotImplementedError" in cell.uses for cell in homes)

    def _once_more(self, piece: Piece, report: PieceReport) -> PieceReport:
        """The checks that failed, asked again. What passes now counts; what does not, says why without the others."""
        self._named.pop(piece.name, None)
        self._asked.pop(piece.name, None)
        patience = self.seconds
        if self._has_waited:
            self.seconds = min(patience, AGAIN)
        try:
            # To find the known mistake behind a failure takes longer than to fail, and is mostly known already.
            self._in_brief = True
            second = self._ask_again(piece, report)
            self._in_brief = False
            return self._ask_again(piece, second) if second.points > report.points else report
        finally:
            self.seconds, self._in_brief = patience, False

    def _ask_again(self, piece: Piece, report: PieceReport) -> PieceReport:
        checks = {check.name: check for check in checks_of(self.exercise) if check.piece == piece.name}
        examinee = self.examinee(piece.name)
        found: list[CheckReport] = []
        for before in report.checks:
            again = before
            if before.status != PASSED:
                again = self.run(checks[before.name], examinee, before.most)
            found.append(again)
            if again.status == TODO or _late(again):
                break
        return replace(report, checks=(*found, *report.checks[len(found) :]))

    def explain(self, check: Check, examinee: Examinee, failed: CheckFailed) -> tuple[list[str], str]:
        return (list(failed.lines), "") if self._in_brief else super().explain(check, examinee, failed)

    def run(self, check: Check, examinee: Examinee, points: float) -> CheckReport:
        try:
            return super().run(check, examinee, points)
        except (OSError, MemoryError):
            raise  # this machine's fault: no verdict is better than a wrong one
        except Exception as error:
            stop_if_ours(error, check, self.course, self.exercise, self.seed)
            log.warning("%s: an answer could not be read (%s: %s)", check.name, type(error).__name__, error)
            line = f"the answer could not be read ({type(error).__name__})"
            return CheckReport(check.name, check.title, FAILED, 0.0, points, (line,))


def _late(check: CheckReport) -> bool:
    return any(LATE in line for line in check.lines)

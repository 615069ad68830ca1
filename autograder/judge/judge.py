"""From a submission to a report: which code answers, which checks run, and what a failure says."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from types import ModuleType

from autograder.course import Course, Exercise, Piece
from autograder.course import course as kit_course
from autograder.judge.checking import ENDED, Check, CheckFailed, Examinee, Inputs, NotWritten
from autograder.judge.learner import IN_ALL, Answer, Child, Clock, Learner, Wall
from autograder.judge.mistakes import Mistake, mistakes_of
from autograder.judge.reference import earlier_sources, reference, solution_of, with_mistake
from autograder.judge.request import Request
from autograder.notebook import Submission
from autograder.report import FAILED, PASSED, TODO, CheckReport, PieceReport, Report

PUBLIC_SEED = 1  # the learner's own; an instructor's course has a secret one
LONGEST_WRONG = 1.0  # seconds; a known mistake may be one that never ends


@cache
def checks_module(exercise: Exercise) -> ModuleType:
    """The module with the checks of an exercise."""
    return importlib.import_module(f"autograder.judge.checks.{exercise.slug}")


@cache
def checks_of(exercise: Exercise) -> tuple[Check, ...]:
    """All the checks of an exercise, in the order in which they are written."""
    found = vars(checks_module(exercise)).values()
    return tuple(thing.check for thing in found if isinstance(getattr(thing, "check", None), Check))


def lent_to_all(exercise: Exercise) -> tuple[str, ...]:
    """Pieces of the exercise itself that the checks of the others use: backward, to see what flows back."""
    return getattr(checks_module(exercise), "LENT", ())


def points_of(check: Check, piece: Piece, exercise: Exercise) -> float:
    """A check's share of its piece's points."""
    shares = sum(other.share for other in checks_of(exercise) if other.piece == piece.name)
    return piece.points * check.share / shares


class ExerciseJudge:
    """Judges the pieces of one exercise, each on its own: one error is marked once.

    While a piece is judged, the reference stands in for all earlier exercises and for every piece of this one that
    comes earlier and does not pass itself.
    """

    def __init__(
        self,
        exercise: Exercise,
        answering: Callable[[str, Sequence[str]], Learner],
        *,
        course: Course | None = None,
        problems: dict[str, str] | None = None,
        seed: int | str = PUBLIC_SEED,
        seconds: float = 5.0,
    ) -> None:
        self.exercise, self.answering, self.seed, self.seconds = exercise, answering, seed, seconds
        self.course = course or kit_course()
        self.problems = problems or {}
        self._reports: dict[str, PieceReport] = {}
        self._named: dict[str, str] = {}  # by piece: the id of the mistake that explained a check of it
        self._asked: dict[str, list[tuple[Request, Answer]]] = {}  # by piece: all that its checks ask

    def report(self) -> Report:
        """Judge everything."""
        return Report(tuple(self.piece(piece.name) for piece in self.exercise.pieces))

    def piece(self, name: str) -> PieceReport:
        """Judge one piece, once."""
        if name not in self._reports:
            self._reports[name] = self._judge(self.exercise_piece(name))
        return self._reports[name]

    def exercise_piece(self, name: str) -> Piece:
        (piece,) = [piece for piece in self.exercise.pieces if piece.name == name]
        return piece

    def lent(self, name: str) -> tuple[str, ...]:
        """The pieces of this exercise that the reference stands in for while this one is judged."""
        found = []
        for piece in self.exercise.pieces:
            if piece.name == name:
                break
            if self.piece(piece.name).status != PASSED:
                found.append(piece.name)
        found += [other for other in lent_to_all(self.exercise) if other != name and other not in found]
        return tuple(found)

    def lent_by_kit(self, name: str) -> tuple[str, ...]:
        """Those of them that a learner should hear of: pieces that do not pass yet."""
        return tuple(other for other in self.lent(name) if other not in lent_to_all(self.exercise))

    def examinee(self, name: str) -> Examinee:
        """The piece, ready to be examined."""
        return Examinee(
            self.answering(name, self.lent(name)), reference(self.course, self.exercise), seconds=self.seconds
        )

    def inputs(self, check: Check) -> Inputs:
        return Inputs(self.seed, f"{check.piece}/{check.name}")

    def explain(self, check: Check, examinee: Examinee, failed: CheckFailed) -> tuple[list[str], str]:
        """The lines for the learner, and the id of the known mistake that gives the same answers."""
        lines = list(failed.lines)
        mistake = self._known(check.piece, examinee.asked)
        if mistake:
            lines.append(f"This is what you get when {mistake[1]}")
        short = check.piece.split(".")[-1] if "." in check.piece else check.piece
        lines.append(
            f"A hint: hint({check.piece}) in the notebook, microgpt hint {self.exercise.number} {short} outside."
        )
        return lines, mistake[0] if mistake else ""

    def _judge(self, piece: Piece) -> PieceReport:
        checks = [check for check in checks_of(self.exercise) if check.piece == piece.name]
        if problem := self.problems.get(piece.name):
            return PieceReport(piece.name, self.exercise.folder, (), piece.points, problem)
        lent = self.lent_by_kit(piece.name)
        examinee = self.examinee(piece.name)
        reports = []
        for check in checks:
            report = self.run(check, examinee, points_of(check, piece, self.exercise))
            reports.append(report)
            if report.status == TODO:
                reports += [
                    CheckReport(rest.name, rest.title, TODO, 0.0, points_of(rest, piece, self.exercise))
                    for rest in checks[len(reports) :]
                ]
                break
        return PieceReport(piece.name, self.exercise.folder, tuple(reports), piece.points, lent=lent)

    def run(self, check: Check, examinee: Examinee, points: float) -> CheckReport:
        """Run one check."""
        examinee.asked.clear()
        try:
            check.function(examinee, self.inputs(check))
        except NotWritten:
            return CheckReport(check.name, check.title, TODO, 0.0, points)
        except CheckFailed as failed:
            lines, mistake = self.explain(check, examinee, failed)
            return CheckReport(check.name, check.title, FAILED, 0.0, points, tuple(lines), mistake)
        return CheckReport(check.name, check.title, PASSED, points, points)

    def _known(self, piece: str, asked: list[tuple[Request, Answer]]) -> tuple[str, str] | None:
        """The known mistake that gives exactly these answers."""
        known = [mistake for mistake in mistakes_of(self.exercise) if mistake.piece == piece]
        # One fault, one sentence: the mistake that explained an earlier check comes first.
        for mistake in known:
            if mistake.id == self._named.get(piece) and all(self._fits(mistake, asked)):
                return mistake.id, mistake.sentence
        fitting = [mistake for mistake in known if all(self._fits(mistake, asked))]
        if not fitting:
            return None
        # Several may fit one check: take the one that fits the other checks of the piece, too.
        if len(fitting) > 1:
            for question in self._everything(piece):
                fitting = [mistake for mistake in fitting if all(self._fits(mistake, [question]))] or fitting
                if len(fitting) == 1:
                    break
        best = fitting[0]
        self._named.setdefault(piece, best.id)
        return best.id, best.sentence

    def _fits(self, mistake: Mistake, asked: list[tuple[Request, Answer]]) -> Iterator[bool]:
        """For each answer: does the mistake give the same?"""
        source = mistake.apply(self.exercise_piece(mistake.piece))
        wrong = with_mistake(self.course, self.exercise, mistake.piece, source)
        return (_alike(answer, wrong.ask(request, LONGEST_WRONG)) for request, answer in asked)

    def _everything(self, piece: str) -> list[tuple[Request, Answer]]:
        """What all the checks of a piece ask, with the learner's answers; nothing after one that ended the process."""
        if piece not in self._asked:
            self._asked[piece] = []
            for check in checks_of(self.exercise):
                if check.piece == piece:
                    examinee = self.examinee(piece)
                    try:
                        check.function(examinee, self.inputs(check))
                    except (CheckFailed, NotWritten):
                        pass
                    self._asked[piece] += examinee.asked
                    if any(answer.get("error", {}).get("type") in ENDED for _, answer in examinee.asked):
                        break
        return self._asked[piece]


def _alike(answer: Answer, other: Answer) -> bool:
    """Did these two come from the same code, as far as one can tell?"""
    from autograder.judge.compare import difference

    if "error" in answer or "error" in other:
        one, two = answer.get("error", {}), other.get("error", {})
        # What went wrong with numbers says enough by its type. Of a TypeError there are a hundred, so words count, too.
        by_type = one.get("type") in ("ZeroDivisionError", "OverflowError", "RecursionError", "TimeOut")
        return one.get("type") == two.get("type") and (by_type or one.get("message") == two.get("message"))
    return (
        difference(answer["data"], other["data"]) is None
        and answer.get("values") == other.get("values")
        and difference(answer.get("grads", {}), other.get("grads", {})) is None
    )


class Children:
    """The child processes for one submission: one for each set of lent pieces, started when first asked."""

    def __init__(
        self,
        submission: Submission,
        course: Course | None = None,
        wall: Wall | None = None,
        seconds: float = 5.0,
        in_all: float = IN_ALL,
    ) -> None:
        self.clock = Clock(in_all)
        self.submission, self.wall, self.seconds = submission, wall, seconds
        self.exercise = submission.exercise
        self.course = course or kit_course()
        self._apart = False  # loading all the pieces together ended the child, so each gets its own
        self._children: dict[tuple[str, tuple[str, ...]], Child] = {}

    def __call__(self, piece: str, lent: Sequence[str]) -> Learner:
        """A child with all the pieces in it; where loading those ends it, one with this piece alone."""
        if not self._apart:
            together = self._child("", [other.name for other in self.exercise.pieces], lent)
            if "error" not in together.load(self.seconds):
                return together
            self._apart = True
        return self._child(piece, [piece], lent)

    def _child(self, key: str, pieces: Sequence[str], lent: Sequence[str]) -> Child:
        if (key, tuple(lent)) not in self._children:
            cells = self.submission.needed(pieces)
            self._children[key, tuple(lent)] = Child(
                earlier_sources(self.course, self.exercise),
                [(cell.title, cell.source) for cell in cells],
                [solution_of(self.exercise, name) for name in lent],
                self.wall,
                self.clock,
            )
        return self._children[key, tuple(lent)]

    def close(self) -> None:
        for child in self._children.values():
            child.close()

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *anything: object) -> None:
        self.close()


def judge(
    submission: Submission,
    *,
    course: Course | None = None,
    seed: int | str = PUBLIC_SEED,
    wall: Wall | None = None,
    seconds: float = 5.0,
    in_all: float = IN_ALL,
) -> Report:
    """Judge a submission, each piece in child processes of its own."""
    with Children(submission, course, wall, seconds, in_all) as children:
        return ExerciseJudge(
            submission.exercise,
            children,
            course=course,
            problems=submission.problems,
            seed=seed,
            seconds=seconds,
        ).report()

"""The pytest plugin: `pytest exercises/03_attention` judges the notebook in that folder.

Loaded by every pytest run in this environment, so it imports the rest of the kit only when it meets an exercise.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.course import Exercise, Piece
    from autograder.judge.checking import Check, Examinee, Inputs
    from autograder.judge.judge import Children, ExerciseJudge
    from autograder.notebook import Submission

TO_DO = "to do"
_FOLDER = re.compile(r"\d\d_(\w+)$")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("microgpt", "the exercises of microgpt-kit")
    group.addoption("--seed", default=None, help="seed for the inputs of the checks (default: the learner's own)")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A notebook of an exercise, or a solution, is a module of checks."""
    folder = _FOLDER.match(file_path.parent.name)
    if folder and file_path.stem == folder[1] and file_path.suffix in (".ipynb", ".py"):
        if file_path.suffix == ".py" and file_path.parent.parent.name != "solutions":
            return None
        from autograder.course import CourseError, course

        try:
            exercise = course().exercise(file_path.parent.name)
        except CourseError:
            return None
        module = ExerciseFile.from_parent(parent, path=file_path)
        module.exercise = exercise
        return module
    return None


class ExerciseFile(pytest.Module):
    """One notebook; its tests are the checks of its exercise."""

    exercise: Exercise
    _judge: ExerciseJudge | None = None
    _children: Children | None = None
    unreadable = ""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._examinees: dict[str, Examinee] = {}

    def _getobj(self) -> Any:
        from autograder.judge.judge import checks_module

        return checks_module(self.exercise)

    def collect(self) -> Any:
        for item in super().collect():
            check = getattr(getattr(item, "function", None), "check", None)
            if check is not None:
                item.extra_keyword_matches.update({check.piece, check.piece.split(".")[-1]})
            yield item

    def judge(self) -> ExerciseJudge:
        """The judge of this notebook as it is on disk now."""
        from autograder.judge.judge import PUBLIC_SEED, Children, ExerciseJudge
        from microgpt_ref.errors import UserError

        if self._judge is None:
            problems: dict[str, str] = {}
            try:
                submission = self._submission()
                problems = submission.problems
                self._children = Children(submission)
            except UserError as error:
                self.unreadable = str(error)
                problems = {piece.name: self.unreadable for piece in self.exercise.pieces}
            seed = self.config.getoption("--seed")
            self._judge = ExerciseJudge(
                self.exercise,
                self._children or _nobody,
                problems=problems,
                seed=PUBLIC_SEED if seed is None else seed,
            )
        return self._judge

    def examinee(self, piece: str) -> Examinee:
        """The piece, ready for its next check: one examinee a piece, who is given less time after a loop."""
        if piece not in self._examinees:
            self._examinees[piece] = self.judge().examinee(piece)
        self._examinees[piece].asked.clear()
        return self._examinees[piece]

    def _submission(self) -> Submission:
        from autograder.notebook import read_submission, solved

        if self.path.suffix == ".py":
            return solved(self.exercise)
        return read_submission(self.path, self.exercise)

    def teardown(self) -> None:
        if self._children:
            self._children.close()
        super().teardown()


def _nobody(piece: str, lent: Any) -> Any:
    raise AssertionError("a notebook that cannot be read has nobody to ask")


@pytest.fixture
def learner(request: pytest.FixtureRequest) -> Examinee:
    """The learner's piece, ready to be examined."""
    from autograder.judge.checking import CheckFailed

    check = _check_of(request.node)
    judge = _file_of(request.node).judge()
    if problem := judge.problems.get(check.piece):
        raise CheckFailed(problem)
    request.node._examinee = _file_of(request.node).examinee(check.piece)
    return request.node._examinee


@pytest.fixture
def inputs(request: pytest.FixtureRequest) -> Inputs:
    """The numbers for this check, from the seed."""
    return _file_of(request.node).judge().inputs(_check_of(request.node))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator[None, Any, None]:
    """A failed check speaks in its own words; a stub is to do."""
    outcome = yield
    check = getattr(getattr(item, "function", None), "check", None)
    if check is None or not isinstance(item.parent, ExerciseFile):
        return
    report: Any = outcome.get_result()
    report.microgpt = _about(check, item)
    if call.excinfo is None:
        return
    from autograder.judge.checking import CheckFailed, NotWritten
    from autograder.judge.learner import NotStarted

    if call.excinfo.errisinstance(NotWritten):
        report.microgpt["to_do"] = True
        report.longrepr = f"{check.piece} is not written yet"
    elif call.excinfo.errisinstance(NotStarted):
        report.longrepr = str(call.excinfo.value)
    elif call.excinfo.errisinstance(CheckFailed):
        # What the fixture finds (a notebook that cannot be read, a missing stub) is a failed check, not an error.
        report.when = "call"
        report.longrepr = "\n".join(_words(check, item, call.excinfo.value))


def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """A stub that is not written is to do, in a colour of its own."""
    if getattr(report, "microgpt", {}).get("to_do"):
        return TO_DO, "o", ("TO DO", {"yellow": True})
    return None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What is to do, the points, and the next piece to write."""
    reports = [
        report
        for category in ("passed", "failed", TO_DO)
        for report in terminalreporter.stats.get(category, [])
        if hasattr(report, "microgpt") and (report.when == "call" or report.failed)
    ]
    if not reports:
        return
    from autograder.learn.summary import summary

    terminalreporter.section("exercises", sep="=")
    for line, markup in summary(reports):
        terminalreporter.write_line(line, **markup)


def _words(check: Check, item: pytest.Item, failed: Any) -> list[str]:
    judge, examinee = _file_of(item).judge(), getattr(item, "_examinee", None)
    if examinee is None:
        return list(failed.lines)
    lines, _ = judge.explain(check, examinee, failed)
    lent = judge.lent_by_kit(check.piece)
    return [check.title, *lines, *([f"(judged with the kit's own {', '.join(lent)})"] if lent else [])]


def _about(check: Check, item: pytest.Item) -> dict[str, Any]:
    exercise = _file_of(item).exercise
    piece: Piece = next(piece for piece in exercise.pieces if piece.name == check.piece)
    from autograder.judge.judge import points_of

    return {
        "exercise": exercise.folder,
        "notebook": item.nodeid.split("::")[0],
        "piece": check.piece,
        "points": points_of(check, piece, exercise),
        "to_do": False,
    }


def _file_of(item: Any) -> ExerciseFile:
    found = item.getparent(ExerciseFile)
    assert found is not None
    return found


def _check_of(item: Any) -> Check:
    return item.function.check

"""Folding verdicts into nbgrader: its own `autograde`, one submission at a time, with the judging already done.

nbgrader does all that it does in `nbgrader autograde` under the kit's configuration: the student, the submission and
its time, files beside the notebook, late penalties, what is graded by hand. Only the verdict comes from the farm, and
the gradebook gets one transaction for each submission.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.apps import AutogradeApp
from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters.base import NbGraderException
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from tornado.log import app_log

from autograder.course import Exercise
from autograder.teach.config import tools_on_path
from autograder.teach.farm.nbgrader_parts import FoldingAutograde, FoldingExporter, FoldingGrader, Known
from autograder.teach.farm.one_transaction import OneTransaction
from autograder.teach.farm.reading import digest_of
from autograder.teach.folder import CourseFolder
from autograder.teach.grader import KitGrader
from autograder.teach.lock import acquire, release
from autograder.teach.sanitise import KIT
from autograder.teach.sheet import Sheet
from microgpt_ref.errors import UserError

KIT_GRADER = f"{KitGrader.__module__}.{KitGrader.__name__}"
WAITS = (0.5, 1.0, 2.0, 5.0, 10.0, 10.0, 10.0)  # seconds, on top of SQLite's own five
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_WORDS = ("disk is full", "disk i/o error")


Tell = Callable[[str], None]


class DiskFull(UserError):
    """There is no room for a verdict or a mark."""


def no_room(what: str, why: str | None) -> str:
    return f"there is no room for {what} ({why}): make room, then run this again; what is graded stays graded"


class NotFolded(Exception):
    """nbgrader could not grade this submission; the others go on. One line."""


class Book:
    """One assignment of a course, and who waits to be graded in it. Holds the assignment's lock until all are."""

    def __init__(self, app: AutogradeApp, folder: CourseFolder, exercise: Exercise, again: bool) -> None:
        self.app, self.folder, self.exercise = app, folder, exercise
        app.coursedir.assignment_id = exercise.folder
        self.converter = FoldingAutograde(coursedir=app.coursedir, parent=app)
        self.converter.force = again
        self.converter.exporter_class = FoldingExporter
        steps = [str(step) for step in self.converter.autograde_preprocessors]
        if KIT_GRADER not in steps:
            raise UserError("nbgrader_config.py does not grade with the kit: `microgpt course check` says more")
        self.converter.autograde_preprocessors = [FoldingGrader if step == KIT_GRADER else step for step in steps]
        with _complaints(app) as said:
            try:
                self.converter.start()
            except (NbGraderException, SystemExit):
                raise UserError(said[-1] if said else f"nbgrader cannot grade {exercise.folder}") from None
        exporter = self.converter.exporter
        self.run = exporter.run
        self._notebooks: dict[str, list[str]] = dict(self.converter.assignments)
        left_out = app.coursedir.student_id_exclude.split(",")
        self.places = {Path(place).parent.name: place for place in self._notebooks}
        self.places = {student: place for student, place in self.places.items() if student not in left_out}
        for student in self.places:
            if student not in self.run.waiting and self._has_changed(student):
                self.run.waiting.add(student)
        self.run.held = True
        if self.run.waiting:
            acquire(self.run.lock)
        self._transaction: OneTransaction | None = None

    @property
    def waiting(self) -> list[str]:
        return sorted(self.run.waiting & set(self.places))

    @property
    def grader(self) -> KitGrader:
        """The settings of the course."""
        return FoldingGrader(parent=self.converter.exporter)

    def sheet(self, tell: Tell) -> Sheet:
        """The notebook as it was released."""
        ids = {
            "assignment": self.exercise.folder,
            "notebook": self.exercise.slug,
            "db_url": self.app.coursedir.db_url,
        }
        try:
            found: Sheet = _patiently(lambda: self.converter.exporter._sheet(ids), tell)
        except MissingEntry:
            raise UserError(
                f"the gradebook does not know {self.exercise.folder}: run nbgrader generate_assignment "
                f"{self.exercise.folder}, then this again"
            ) from None
        return found

    def notebook(self, student: str) -> Path:
        return Path(self.places[student]) / f"{self.exercise.slug}.ipynb"

    def fold(self, student: str, mark: str, known: Known, tell: Tell) -> None:
        """Let nbgrader grade one submission, with this verdict."""
        _patiently(lambda: self._fold(student, mark, known), tell)

    def close(self) -> None:
        """Let go of the gradebook and of the lock."""
        if self._transaction:
            self._transaction.close()
        release(self.run.lock)

    def _fold(self, student: str, mark: str, known: Known) -> None:
        converter, place = self.converter, self.places[student]
        self.app.coursedir.assignment_id = self.exercise.folder
        FoldingGrader.known = {mark: known}
        force = converter.force
        # Whoever waits is to be graded, whatever the timestamps say.
        converter.force = True
        try:
            with _quietly(self.app.coursedir.root):
                transaction = self._transaction = self._transaction or OneTransaction(self.app.coursedir)
                with transaction:
                    converter.exporter.commit = transaction.commit
                    converter.fold(place, self._notebooks[place])
        except (NbGraderException, SQLAlchemyError) as error:
            fault = converter.fault or error
            for cause in _causes(fault):
                if type(cause) in (OperationalError, DatabaseError):  # and none of the other kinds of these
                    raise cause from None
                if isinstance(cause, OSError) and cause.errno in FULL:
                    raise DiskFull(no_room("autograded/", cause.strerror)) from None
            raise NotFolded(_line(fault)) from None
        finally:
            converter.force = force
            FoldingGrader.known = {}

    def _has_changed(self, student: str) -> bool:
        """Did another file come since, with an old timestamp or none?"""
        directory = self.app.coursedir
        graded = directory.format_path(directory.autograded_directory, student, self.exercise.folder)
        try:
            notebook = json.loads((Path(graded) / f"{self.exercise.slug}.ipynb").read_text(encoding="utf-8"))
            digest = notebook["metadata"][KIT]["digest"]
        except (OSError, ValueError, KeyError, TypeError):
            return False  # graded by nbgrader itself, which goes by timestamps alone
        return bool(digest != digest_of(self.notebook(student)))


def _patiently(work: Callable[[], Any], tell: Tell) -> Any:
    """Do it; as long as another program has the gradebook, wait."""
    for pause in (*WAITS, None):
        try:
            return work()
        except DatabaseError as error:
            if any(word in str(error).lower() for word in FULL_WORDS):
                raise DiskFull(no_room("the gradebook", str(error.orig))) from None
            if "locked" not in str(error).lower() or pause is None:
                raise unusable(error) from None
            tell("the gradebook is locked by another program (the formgrader?); waiting")
            time.sleep(pause)


def unusable(error: DatabaseError) -> UserError:
    """What to do about a gradebook that cannot be read or written."""
    said = str(error.orig).lower()
    todo = "run this again"
    if "locked" in said:
        todo = "close what holds it (the formgrader?) and run this again"
    elif "readonly" in said or "unable to open" in said:
        todo = "grade as the owner of the course, on a disk that can be written"
    elif "malformed" in said or "not a database" in said:
        todo = (
            "it is damaged. Put a copy of gradebook.db back; or move it away, generate each assignment anew and grade "
            "with --force: marks given by hand are then lost"
        )
    return UserError(f"the gradebook cannot be used ({error.orig}): {todo}; every verdict is kept")


class Log(logging.FileHandler):
    """What cannot be written there for want of room is no news: whoever writes marks says so."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


def open_app(folder: CourseFolder) -> AutogradeApp:
    """nbgrader's own application with the course's configuration; what it logs goes to .microgpt/grade.log."""
    tools_on_path()
    app = AutogradeApp()
    with contextlib.chdir(folder.path), open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        app.initialize([])
        NbGrader.start(app)  # without what comes after it: the grading of one assignment
    folder.notes.mkdir(exist_ok=True)
    (folder.notes / "grade.log").write_text("")
    # Appending, because the logger is one for all applications of a process, and each closes its files when it goes.
    log = Log(folder.notes / "grade.log", mode="a", encoding="utf-8")
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.setLevel(logging.WARNING)
    for logger in (app.log, app_log):  # the gradebook has one of its own, which would print whole tracebacks
        logger.handlers[:] = [log]
        logger.propagate = False
    return app


@contextlib.contextmanager
def _complaints(app: AutogradeApp) -> Iterator[list[str]]:
    """What nbgrader logs as an error meanwhile."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener = Listener(logging.ERROR)
    app.log.addHandler(listener)
    try:
        yield said
    finally:
        app.log.removeHandler(listener)


@contextlib.contextmanager
def _quietly(root: str) -> Iterator[None]:
    """Where nbgrader expects to be, without SQLAlchemy's warnings of nbgrader's own ways."""
    with contextlib.chdir(root), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    """The error and those that led to it; nbgrader wraps some in its own."""
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


def _line(fault: BaseException) -> str:
    text = " ".join(str(fault).split())[:200]
    return f"{type(fault).__name__}: {text}"

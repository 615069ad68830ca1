"""Grading a course: read, judge, keep the verdict, fold it in; each submission on its own, in whatever order."""

from __future__ import annotations

import errno
import queue
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from sqlalchemy.exc import DatabaseError

from autograder.course import Exercise
from autograder.course import course as kit_course
from autograder.report import Report
from autograder.teach.farm.fold import FULL, Book, DiskFull, NotFolded, no_room, open_app, unusable
from autograder.teach.farm.job import given_up, may_travel, version
from autograder.teach.farm.nbgrader_parts import Known
from autograder.teach.farm.pool import Pool, wait
from autograder.teach.farm.store import Store, failed_to_parse, timed_out
from autograder.teach.folder import CourseFolder
from autograder.teach.grading import nothing_judged
from autograder.teach.incoming import unknown_assignments
from autograder.teach.lock import acquire, release
from autograder.teach.verdicts import report_from_json
from microgpt_ref.errors import UserError

Answer = dict[str, Any]


class Judges(Protocol):
    """Whoever judges jobs: the pool, or workers on other machines."""

    def submit(self, token: Any, task: dict[str, Any]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Wish:
    """What is to be graded, and how."""

    folder: CourseFolder
    exercises: tuple[Exercise, ...]
    jobs: int = 1
    again: bool = False  # also what is graded already
    no_sandbox: bool = False


@dataclass
class Outcome:
    """What a run came to."""

    waiting: int = 0
    graded: int = 0
    judged: int = 0  # of these; the others were known by their content
    failed_to_parse: int = 0
    timed_out: int = 0
    points: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # by assignment
    failed: list[tuple[str, str, str]] = field(default_factory=list)  # student, assignment, why
    given_up: list[tuple[str, str, str]] = field(default_factory=list)  # the same: zero until the next run
    folding: float = 0.0  # seconds
    seconds: float = 0.0

    def means(self) -> dict[str, float]:
        return {name: round(sum(points) / len(points), 2) for name, points in sorted(self.points.items())}


@dataclass(frozen=True)
class Read:
    """A submission that has been read; many may wait for the same verdict."""

    book: Book
    student: str
    fingerprint: str
    digest: str


Tell = Callable[[Outcome, str], None]


def grade(wish: Wish, tell: Tell, judges_of: Callable[[queue.Queue[Any]], Judges] | None = None) -> Outcome:
    """Grade all that waits. `tell` hears of every step, so that somebody may show it."""
    lock = wish.folder.notes / f"{wish.folder.path.name}.lock"
    begin, outcome = time.monotonic(), Outcome()
    run: Run | None = None
    books: list[Book] = []
    try:
        acquire(lock)
        books.extend(_books(wish))
        outcome.failed += [(name, book.exercise.folder, why) for book in books for name, why in book.run.refused]
        if wish.exercises == wish.folder.course.exercises:
            outcome.failed += unknown_assignments(wish.folder)
        waiting = sum(len(book.waiting) for book in books)
        outcome.waiting += waiting + len(outcome.failed)
        tell(outcome, "")
        if waiting:
            run = Run(wish, books, outcome, tell, judges_of)
            run.all()
    except OSError as error:
        raise _no_room(error) from None
    except DatabaseError as error:
        raise unusable(error) from None
    finally:
        if run:
            run.close()
        for book in books:
            book.close()
        outcome.seconds = time.monotonic() - begin
        release(lock)
    return outcome


def _books(wish: Wish) -> Iterator[Book]:
    app = open_app(wish.folder)
    for exercise in wish.exercises:
        if wish.folder.submissions(exercise):
            yield Book(app, wish.folder, exercise, wish.again)


class Run:
    """One run, with its queues."""

    def __init__(
        self,
        wish: Wish,
        books: list[Book],
        outcome: Outcome,
        tell: Tell,
        judges_of: Callable[[queue.Queue[Any]], Judges] | None,
    ) -> None:
        self.wish, self.outcome, self.tell = wish, outcome, tell
        self.course = wish.folder.course
        self.store = Store(wish.folder.notes)
        self.answers: queue.Queue[tuple[Any, Answer]] = queue.Queue()
        self.pool = Pool(wish.folder.path, wish.jobs, self.answers)
        self.judges: Judges = judges_of(self.answers) if judges_of else self.pool
        self.window = 4 * wish.jobs if not judges_of else 256
        self.to_read = ((book, student) for book in books for student in book.waiting)
        self.reading = 0
        self.judging: dict[str, list[Read]] = {}  # by key, all whose verdict it will be
        self._given_up: dict[str, Report] = {}  # by key; for this run only
        self._sheets: dict[str, list[dict[str, Any]]] = {}

    def all(self) -> None:
        more = True
        while more or self.reading or self.judging:
            while more and self.reading < 2 * self.wish.jobs and self.reading + len(self.judging) < self.window:
                more = self._read_next()
            for token, answer in wait(self.answers, 0.2):
                self._take(token, answer)

    def close(self) -> None:
        if self.judges is not self.pool:
            self.judges.close()
        self.pool.close()

    def _read_next(self) -> bool:
        found = next(self.to_read, None)
        if found is None:
            return False
        book, student = found
        grader, name = book.grader, book.exercise.folder
        if name not in self._sheets:
            self._sheets[name] = [asdict(cell) for cell in book.sheet(self._say)]
        task = {
            "do": "read",
            "path": str(book.notebook(student)),
            "assignment": name,
            "sheet": self._sheets[name],
            "seed": grader.seed,
            "seconds": grader.seconds,
            "no_sandbox": grader.no_sandbox,
        }
        self.reading += 1
        self.pool.submit((book, student), task)
        return True

    def _take(self, token: Any, answer: Answer) -> None:
        if isinstance(token, tuple):
            self.reading -= 1
            self._has_been_read(token[0], token[1], answer)
        elif token in self.judging:  # else it came twice
            self._has_been_judged(token, answer)
        elif "news" in answer:
            self.tell(self.outcome, str(answer["news"]))
            if answer.get("stop"):
                raise UserError(str(answer["news"]))

    def _has_been_read(self, book: Book, student: str, answer: Answer) -> None:
        read = Read(book, student, str(answer.get("fingerprint", "")), str(answer.get("digest", "")))
        if "problem" in answer:
            self.outcome.failed_to_parse += 1
            return self._fold(read, "", nothing_judged(book.exercise, answer["problem"]))
        if "job" not in answer:
            why = answer.get("lost") or answer.get("fault") or answer.get("refused") or "no answer"
            return self._failed(read, f"it could not be read: {why}")
        key = answer["job"]["key"]
        if key in self.judging:
            self.judging[key].append(read)
        elif report := self._given_up.get(key) or self.store.get(key, unsettled=not self.wish.again):
            self._fold(read, key, report)
        else:
            self.judging[key] = [read]
            judges, job = self.judges, answer["job"]
            if judges is not self.pool:
                if may_travel(book.exercise, self.course):
                    job["version"] = version(kit_course())
                else:
                    judges = self.pool
            judges.submit(key, {"do": "judge", "job": job, "no_sandbox": book.grader.no_sandbox})

    def _has_been_judged(self, key: str, answer: Answer) -> None:
        reads = self.judging.pop(key)
        if "report" in answer:
            report = report_from_json(answer["report"])
            self.store.put(key, report)
        elif "lost" in answer:
            report = self._given_up[key] = given_up(reads[0].book.exercise, str(answer["lost"]))
        elif answer.get("wall"):
            raise UserError(
                f"the sandbox does not stand any more: {answer['fault']}. What is graded stays graded; when it stands "
                "again, the same command goes on"
            )
        else:
            why = answer.get("fault") or answer.get("refused") or "no answer"
            for read in reads:
                self._failed(read, f"it could not be judged here: {why}")
            return
        self.outcome.judged += 1
        for read in reads:
            self._fold(read, key, report)

    def _fold(self, read: Read, key: str, report: Report) -> None:
        begin, lost = time.monotonic(), key in self._given_up
        try:
            # Without the digest it counts as changed, so that the next run judges it again.
            known = Known(key, report, "" if lost else read.digest)
            read.book.fold(read.student, read.fingerprint, known, self._say)
        except NotFolded as error:
            return self._failed(read, str(error))
        finally:
            self.outcome.folding += time.monotonic() - begin
        self.outcome.graded += 1
        if lost:
            self.outcome.given_up.append((read.student, read.book.exercise.folder, report.pieces[0].problem))
        self.outcome.points[read.book.exercise.folder].append(report.points)
        self.outcome.timed_out += timed_out(report)
        self.outcome.failed_to_parse += failed_to_parse(report)
        self.tell(self.outcome, "")

    def _say(self, news: str) -> None:
        self.tell(self.outcome, news)

    def _failed(self, read: Read, why: str) -> None:
        self.outcome.failed.append((read.student, read.book.exercise.folder, why))
        self.tell(self.outcome, "")


def _no_room(error: OSError) -> Exception:
    if error.errno in FULL:
        return DiskFull(no_room("verdicts", error.strerror))
    if error.errno == errno.EROFS:
        return UserError(f"{error.filename} cannot be written ({error.strerror}): mount it so that it can be")
    if error.errno in (errno.EACCES, errno.EPERM):
        return UserError(f"{error.filename} cannot be written ({error.strerror}): grade as the owner of the course")
    return error

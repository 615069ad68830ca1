"""nbgrader's converter, exporter and preprocessor, told the verdicts: each does what it does, but for one thing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from glob import escape, glob
from pathlib import Path
from typing import Any, ClassVar

from nbgrader.converters import Autograde

from autograder.course import Course, Exercise
from autograder.report import Report
from autograder.teach.exporter import GradingExporter
from autograder.teach.farm.reading import fingerprint
from autograder.teach.grader import KitGrader
from autograder.teach.sanitise import KIT


@dataclass(frozen=True)
class Known:
    """A verdict on its way into the gradebook, and the file that was judged."""

    key: str
    report: Report
    digest: str


class FoldingGrader(KitGrader):
    """The kit's grader, which has been told the verdict."""

    known: ClassVar[dict[str, Known]] = {}  # by the fingerprint of the clean notebook

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        known = self.known.get(fingerprint(nb))
        nb, resources = super().preprocess(nb, resources)
        if known:
            nb.metadata[KIT]["digest"] = known.digest
        return nb, resources

    def report(self, nb: Any, exercise: Exercise, course: Course) -> tuple[str, Report]:
        if known := self.known.get(fingerprint(nb)):
            return known.key, known.report
        # It was replaced while it was judged: here is time enough for one.
        return super().report(nb, exercise, course)


class FoldingExporter(GradingExporter):
    """The kit's exporter, which commits before a notebook that says "graded" is written."""

    commit: Callable[[], None] = staticmethod(lambda: None)

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        result = super().from_filename(filename, resources, **kw)
        if not self.run.is_submitted(Path(filename)):
            self.commit()
        return result


class FoldingAutograde(Autograde):  # type: ignore[misc]
    """nbgrader's Autograde, which converts when it is told to, and remembers what went wrong."""

    fault: BaseException | None = None

    def init_notebooks(self) -> None:
        """As nbgrader does it, but a name is no pattern here, and a folder without notebooks stops nobody."""
        handed_in = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        self.notebooks: list[str] = []
        self.assignments = {
            place: glob(f"{escape(place)}/{self.coursedir.notebook_id}.ipynb") for place in glob(handed_in)
        }

    def convert_notebooks(self) -> None:
        """Nothing yet: everything is set up, and `fold` converts one submission after the other."""

    def fold(self, place: str, notebooks: list[str]) -> None:
        self.fault, self.assignments = None, {place: notebooks}
        super().convert_notebooks()

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._noting():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._noting():
            super().convert_single_notebook(notebook_filename)

    def set_permissions(self, assignment_id: str, student_id: str) -> None:
        with self._noting():
            super().set_permissions(assignment_id, student_id)

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.fault = self.fault or error
            raise

"""One transaction of the gradebook for all that nbgrader does to one submission.

nbgrader opens its gradebook anew for each step of a submission, commits after each, and asks for each mark and each
comment on its own. Within this context all steps share one that stays open for the whole run; what they commit is
kept for the one commit at the end, and the marks of a submission are fetched together. A grader that dies in the
middle has changed nothing, and SQLite waits for the disk once instead of a dozen times.
"""

from __future__ import annotations

import importlib
from typing import Any

import nbgrader.api
from nbgrader.api import Comment, Grade
from sqlalchemy.orm import joinedload

USERS = (
    "nbgrader.converters.autograde",
    "nbgrader.preprocessors.saveautogrades",
    "nbgrader.preprocessors.latesubmissions",
    "autograder.teach.save",
)


class OneTransaction:
    """with transaction: ...; transaction.commit(). May be used again and again; close() at the end."""

    def __init__(self, coursedir: Any) -> None:
        self.gradebook = nbgrader.api.Gradebook(coursedir.db_url, coursedir.course_id)
        self._find_grade, self._find_comment = self.gradebook.find_grade, self.gradebook.find_comment
        self.gradebook.find_grade, self.gradebook.find_comment = self._grade, self._comment
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}
        session = self.gradebook.db
        self._commit, session.commit = session.commit, session.flush

    def __enter__(self) -> OneTransaction:
        self._before = {}
        for name in USERS:
            module = importlib.import_module(name)
            if hasattr(module, "Gradebook"):
                self._before[module] = module.Gradebook
                module.Gradebook = self._lend  # type: ignore[attr-defined]
        return self

    def commit(self) -> None:
        self._commit()

    def __exit__(self, *error: Any) -> None:
        for module, gradebook in self._before.items():
            module.Gradebook = gradebook  # type: ignore[attr-defined]
        self.gradebook.db.rollback()  # whatever was not committed
        self.gradebook.db.expunge_all()  # others may change the gradebook before the next one
        self._found.clear()

    def close(self) -> None:
        self.gradebook.close()

    def _lend(self, *anything: Any, **settings: Any) -> Lent:
        return Lent(self.gradebook)

    def _grade(self, cell: str, *ids: str) -> Any:
        found = self._all(Grade, *ids)
        return found[cell] if cell in found else self._find_grade(cell, *ids)

    def _comment(self, cell: str, *ids: str) -> Any:
        found = self._all(Comment, *ids)
        return found[cell] if cell in found else self._find_comment(cell, *ids)

    def _all(self, kind: Any, *ids: str) -> dict[str, Any]:
        """All marks or comments of a student's notebook, by the name of their cell."""
        if (kind, *ids) not in self._found:
            notebook = self.gradebook.find_submission_notebook(*ids)
            query = self.gradebook.db.query(kind).options(joinedload(kind.cell))
            found = query.filter(kind.notebook_id == notebook.id).all()
            self._found[(kind, *ids)] = {one.cell.name: one for one in found}
        return self._found[(kind, *ids)]


class Lent:
    """A gradebook that whoever opens it does not close."""

    def __init__(self, gradebook: Any) -> None:
        self._gradebook = gradebook

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gradebook, name)

    def __enter__(self) -> Any:
        return self._gradebook

    def __exit__(self, *error: Any) -> None:
        self._gradebook.db.flush()

"""One transaction of the gradebook for all that nbgrader does to one submission.

nbgrader opens its gradebook anew for each step of a submission, and commits after each. Within this context all steps
share one that is open, and what they commit is only kept for the one commit at the end: a grader that dies in the
middle has changed nothing. SQLite waits for the disk once instead of a dozen times.
"""

from __future__ import annotations

import importlib
from typing import Any

import nbgrader.api

USERS = (
    "nbgrader.converters.autograde",
    "nbgrader.preprocessors.saveautogrades",
    "nbgrader.preprocessors.latesubmissions",
    "autograder.teach.save",
)


class OneTransaction:
    """with OneTransaction(coursedir) as transaction: ...; transaction.commit()"""

    def __init__(self, coursedir: Any) -> None:
        self.coursedir = coursedir

    def __enter__(self) -> OneTransaction:
        self.gradebook = nbgrader.api.Gradebook(self.coursedir.db_url, self.coursedir.course_id)
        session = self.gradebook.db
        self._commit, session.commit = session.commit, session.flush
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
        self.gradebook.close()

    def _lend(self, *anything: Any, **settings: Any) -> Lent:
        return Lent(self.gradebook)


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

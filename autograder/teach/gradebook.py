"""A first look at the gradebook: what is wrong with it would be wrong for every submission."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from microgpt_ref.errors import UserError

MEND = (
    "put a copy of it back; or move it away, run nbgrader generate_assignment for each assignment and grade again, "
    "and marks given by hand are lost"
)


class NoGradebook(UserError):
    """A file in the gradebook's place that is none; one line with what to do."""


def known_assignments(path: Path) -> set[str]:
    """The assignments that the gradebook in this file knows."""
    if not path.exists() or not path.stat().st_size:  # as nbgrader begins one
        return set()
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as book:
            return {str(name) for (name,) in book.execute("select name from assignment")}
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
            raise  # another program is at work on it: not for ever
        raise NoGradebook(f"{path.name} is no gradebook of nbgrader's ({error}): {MEND}") from None


def file_of(db_url: str) -> Path | None:
    """The file behind nbgrader's address of a gradebook; None for another kind of database."""
    found = db_url.removeprefix("sqlite:///")
    return None if found == db_url or "?" in found else Path(found)


def unknown_to(path: Path, assignment: str) -> str:
    """What to do about a gradebook that has not heard of an assignment."""
    what = "does not know" if path.exists() else "is missing, and with it"
    return f"{path.name} {what} {assignment}: run nbgrader generate_assignment {assignment}"


def refuse_unknown(db_url: str, assignment: str) -> None:
    """Before anything is graded: the gradebook must know what is to be graded."""
    path = file_of(db_url)
    with suppress(sqlite3.OperationalError):
        if path and assignment not in known_assignments(path):
            raise NoGradebook(unknown_to(path, assignment))

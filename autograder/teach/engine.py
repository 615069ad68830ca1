"""One database engine for a whole run of nbgrader; a new gradebook without a program that is started for it.

nbgrader opens its gradebook about nine times for each submission, each time with a new engine that knows none of the
queries compiled before, and each time it looks for every table. That was half of what grading costs beside judging.
Here it gets the engine that it had before, and looks for the tables once. It still opens and closes its connections
as it likes.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any


@cache
def one_engine() -> None:
    """Let nbgrader's gradebook reuse engines, in this process."""
    import nbgrader.api

    create = getattr(nbgrader.api, "create_engine", None)
    tables = getattr(getattr(nbgrader.api, "Base", None), "metadata", None)
    if create is None or tables is None:  # another nbgrader than the one we know: slower, and right all the same
        return

    @cache
    def create_engine(url: str, **settings: Any) -> Any:
        return create(url, **settings)

    create_all, looked_at = tables.create_all, set()

    def create_once(bind: Any, **settings: Any) -> None:
        seen = (bind, _which_file(bind))
        if seen not in looked_at:
            create_all(bind=bind, **settings)
            looked_at.add((bind, _which_file(bind)))

    nbgrader.api.create_engine = create_engine
    tables.create_all = create_once


def _which_file(engine: Any) -> int:
    """Tells a gradebook from a new one in its place."""
    try:
        return os.stat(engine.url.database).st_ino
    except (OSError, TypeError, AttributeError):
        return 0


def version_at_once() -> None:
    """For each new gradebook nbgrader starts alembic, three seconds, to read a number from nbgrader's own files.

    Here the number is read in this process. Nothing happens where nbgrader is not loaded, or is not the one we know.
    """
    api = sys.modules.get("nbgrader.api")
    ask = getattr(api, "get_alembic_version", None)
    if api is None or ask is None or ask.__module__ != api.__name__:
        return

    @cache
    def get_alembic_version() -> str:
        with suppress(Exception):
            from alembic.script import ScriptDirectory

            head = ScriptDirectory(str(Path(str(api.__file__)).parent / "alembic")).get_current_head()
            if head:
                return head
        return str(ask())

    api.get_alembic_version = get_alembic_version  # type: ignore[attr-defined]

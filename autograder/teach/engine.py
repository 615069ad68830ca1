"""One database engine for a whole run of nbgrader.

nbgrader opens its gradebook about nine times for each submission, each time with a new engine, and a new engine knows
none of the queries that the last one has compiled: that was half of what grading costs beside judging. Here it gets
the engine that it had before. It still opens and closes its connections as it likes.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def one_engine() -> None:
    """Let nbgrader's gradebook reuse engines, in this process."""
    import nbgrader.api

    create = getattr(nbgrader.api, "create_engine", None)
    if create is None:  # another nbgrader than the one we know: slower, and right all the same
        return

    @cache
    def create_engine(url: str, **settings: Any) -> Any:
        return create(url, **settings)

    nbgrader.api.create_engine = create_engine

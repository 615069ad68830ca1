"""The far end of a Worker: reads requests and writes answers, one line of JSON each.

Imports next to nothing, so that what is measured here has the process nearly to itself.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def serve(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer until there is nobody left to ask. What the work prints must not mix with the answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


class Clock:
    """Time by the clock and on the processor, from here on."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        cpu, wall = time.process_time(), time.perf_counter()
        return {"wall": wall - self.wall, "cpu": cpu - self.cpu}


def peak_megabytes() -> float | None:
    """The most memory that this process has had so far; None where that is not known."""
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10

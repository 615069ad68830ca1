"""Can this machine judge? The sandbox, the limits, Python, and one solved exercise judged for real."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from autograder.course import course as kit_course
from autograder.judge.sandbox import LIMITS
from autograder.notebook import solved
from autograder.teach.farm.job import short, version
from autograder.teach.grading import Terms, judge_submission, wall_for
from microgpt_ref.errors import UserError

SEED = "microgpt worker --check"


def look_over(no_sandbox: bool = False) -> Iterator[tuple[bool, str]]:
    """Everything that judging depends on here: is it well, and a line about it."""
    yield sys.version_info[:2] >= (3, 11), f"Python {sys.version_info.major}.{sys.version_info.minor}"
    yield True, f"kit {short(version(kit_course()))}"
    terms = Terms(SEED, no_sandbox)
    try:
        wall_for(terms)
    except UserError as error:
        yield False, str(error).removeprefix("nothing was graded: ")
        return
    yield True, "no sandbox, as you asked: submissions run with this user's rights" if no_sandbox else "the sandbox"
    yield from _limits()
    exercise = kit_course().exercise("03")
    begin = time.monotonic()
    try:
        report = judge_submission(solved(exercise), kit_course(), terms)
    except (OSError, MemoryError) as error:
        yield False, f"a child could not be started: {error}"
        return
    took = time.monotonic() - begin
    if report.points == exercise.points:
        yield True, f"judged {exercise.folder} in {took:.2f} s"
    else:
        yield False, f"the kit's own solution of {exercise.folder} got {report.points:g} of {exercise.points}"


def _limits() -> Iterator[tuple[bool, str]]:
    """May a child be given the limits that it gets?"""
    import resource

    short_of = []
    for name, wanted in LIMITS.items():
        _, most = resource.getrlimit(getattr(resource, name))
        if most != resource.RLIM_INFINITY and most < wanted:
            short_of.append(f"{name} is at most {most:,} here, {wanted:,} are wanted")
    yield not short_of, "; ".join(short_of) or "limits on memory, time, files and processes"

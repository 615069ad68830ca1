"""Taking the pieces out of a submission: on the instructor's side, in a process of its own.

A notebook may be made to exhaust Python's parser; then it costs that process and not the grader.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from autograder.course import Course, Exercise
from autograder.notebook import LARGEST, submission_from
from autograder.teach.farm.job import job_for
from autograder.teach.grading import Terms, content_key
from autograder.teach.sanitise import problem_of, read_clean
from autograder.teach.sheet import Sheet


def read(path: Path, sheet: Sheet, exercise: Exercise, course: Course, terms: Terms) -> dict[str, Any]:
    """A job as JSON under "job", or why there is none under "problem"; and what was read, to know it again."""
    before = digest_of(path)
    notebook = read_clean(path, sheet)
    found: dict[str, Any] = {"digest": before, "fingerprint": fingerprint(notebook)}
    if problem := problem_of(notebook):
        return {**found, "problem": problem}
    submission = submission_from(notebook, exercise)
    key = content_key(submission, course, terms)
    return {**found, "job": job_for(submission, key, course, terms).to_json()}


def fingerprint(notebook: Any) -> str:
    """Tells the clean notebook that was judged from any other."""
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps([cells, problem_of(notebook)]).encode()).hexdigest()


def digest_of(path: Path) -> str:
    """Tells a submitted file from one that came after it."""
    try:
        if path.is_file():
            if path.stat().st_size > LARGEST:  # it is not read, whatever is in it
                return f"{path.stat().st_size} bytes"
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        pass
    return ""

"""What a grader that was ended in the middle leaves behind.

nbgrader takes a folder in autograded/ for a graded submission, even if its grader died before it gave marks, and
would never come back to it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from autograder.teach.sanitise import KIT


def is_finished(notebook: Path) -> bool:
    """Is this a graded notebook, written to its end?"""
    try:
        found = json.loads(notebook.read_text(encoding="utf-8"))
        return bool(found["metadata"][KIT]["graded"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def set_aside(folder: Path) -> None:
    """Take away a half-graded folder; everything in it is made anew from what was submitted."""
    shutil.rmtree(folder)

"""Notebooks for tests: an exercise with some pieces solved, some replaced, some left as stubs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.bench.notebooks import written
from autograder.course import Exercise, course


def notebook(name: str, pieces: dict[str, str] | None = None, solved: bool = True) -> dict[str, Any]:
    """The learner's notebook of an exercise: solved (or stubs), but for these pieces' cells."""
    return written(course().exercise(name), pieces, solved)


def add_cell(found: dict[str, Any], source: str, before: str | None = None) -> dict[str, Any]:
    """An extra code cell, at the top of the pieces or before the cell with this id."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": f"extra-{len(found['cells'])}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    places = [place for place, other in enumerate(found["cells"]) if other["id"] == before]
    found["cells"].insert(places[0] if places else len(found["cells"]), cell)
    return found


def save(found: dict[str, Any], folder: Path, name: str) -> Path:
    """Save it where a learner has it: folder/03_attention/attention.ipynb."""
    exercise = course().exercise(name)
    path = folder / exercise.notebook
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return path


def exercise(name: str) -> Exercise:
    return course().exercise(name)

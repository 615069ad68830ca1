"""Notebooks as learners might have them: solved, left as stubs, or with some pieces written in another way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.build import PRISTINE
from autograder.course import Exercise, without_markers


def written(exercise: Exercise, pieces: Mapping[str, str] | None = None, solved: bool = True) -> dict[str, Any]:
    """The notebook of an exercise, solved or all stubs, but for the cells of these pieces."""
    path = PRISTINE / f"{exercise.folder}.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    instead = {piece.id: without_markers(piece.source) for piece in exercise.pieces} if solved else {}
    instead |= {piece.id: pieces[piece.name] for piece in exercise.pieces if pieces and piece.name in pieces}
    for cell in notebook["cells"]:
        cell["source"] = instead.get(cell["id"], "".join(cell["source"]))
    return notebook


def save(notebook: dict[str, Any], path: Path) -> Path:
    """Save it as JupyterLab does: a whole new file takes the place of the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    new.replace(path)
    return path

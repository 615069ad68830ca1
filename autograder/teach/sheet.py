"""What nbgrader's gradebook knows of a released notebook: its graded, locked and solution cells.

The gradebook is what counts: a submission may say anything about its cells, and nothing of that is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograder.course import Exercise

_CHECK = re.compile(r"^\s*check\(\s*([\w.]+)\s*\)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class SheetCell:
    """One cell of the notebook as it was released."""

    name: str  # its grade_id
    cell_type: str
    source: str
    checksum: str | None
    locked: bool = False
    grade: bool = False
    solution: bool = False
    task: bool = False
    points: float = 0.0

    @property
    def fixed(self) -> bool:
        """Does the learner get no say in what is in it?"""
        return self.locked or (self.grade and not self.solution)

    @property
    def judged(self) -> bool:
        """Is it a cell whose mark comes from the judge?"""
        return self.grade and not self.solution and self.cell_type == "code"

    @property
    def piece(self) -> str:
        """The piece that a test cell checks."""
        found = _CHECK.findall(self.source)
        return found[-1] if self.judged and found else ""

    def metadata(self) -> dict[str, Any]:
        """nbgrader's metadata, as they were at the release."""
        found: dict[str, Any] = {
            "grade": self.grade,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": 3,
            "solution": self.solution,
            "task": self.task,
            "cell_type": self.cell_type,
        }
        if self.checksum:
            found["checksum"] = self.checksum
        if self.grade or self.task:
            found["points"] = self.points
        return found


Sheet = tuple[SheetCell, ...]


def sheet_from_gradebook(db_url: str, assignment: str, notebook: str) -> Sheet:
    """Read it from the gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(db_url) as gradebook:
        found = gradebook.find_notebook(notebook, assignment)
        points = {cell.name: float(cell.max_score) for cell in (*found.grade_cells, *found.task_cells)}
        graded, tasks = {cell.name for cell in found.grade_cells}, {cell.name for cell in found.task_cells}
        solutions = {cell.name for cell in found.solution_cells}
        return tuple(
            SheetCell(
                cell.name,
                cell.cell_type,
                cell.source,
                cell.checksum,
                bool(cell.locked),
                cell.name in graded,
                cell.name in solutions,
                cell.name in tasks,
                points.get(cell.name, 0.0),
            )
            for cell in found.source_cells
        )


def sheet_from_notebook(notebook: dict[str, Any]) -> Sheet:
    """Read it from a released notebook, as the gradebook would hold it."""
    return tuple(_from_cells(notebook["cells"]))


def _from_cells(cells: Iterable[dict[str, Any]]) -> Iterable[SheetCell]:
    for cell in cells:
        found = cell.get("metadata", {}).get("nbgrader", {})
        if not any(found.get(kind) for kind in ("grade", "solution", "locked", "task")):
            continue
        source = cell["source"]
        yield SheetCell(
            found["grade_id"],
            cell["cell_type"],
            source if isinstance(source, str) else "".join(source),
            found.get("checksum"),
            bool(found.get("locked")) and not found.get("solution"),
            bool(found.get("grade")),
            bool(found.get("solution")),
            bool(found.get("task")),
            float(found.get("points") or 0),
        )


def unjudged(sheet: Sheet, exercise: Exercise | None) -> list[str]:
    """Test cells that the judge has no checks for."""
    pieces = {piece.name for piece in exercise.pieces} if exercise else set()
    return [cell.name for cell in sheet if cell.judged and cell.piece not in pieces]

"""How long grading takes, beside stock nbgrader on the same submissions: for `microgpt bench`."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from autograder.course import Exercise, course, without_markers
from autograder.teach.apps import nbgrader
from autograder.teach.source import built
from microgpt_ref.errors import UserError

KIT = 'from autograder.teach.config import configure\n\nconfigure(get_config(), __file__, seed="measured-{seed}")\n'
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'measured'\n"


@dataclass(frozen=True)
class Timing:
    """Seconds for each submission, in one run of `nbgrader autograde` each; imports are not in it."""

    submissions: int
    kit: float  # all of it: reading, judging behind the sandbox, marks, writing
    judging: float  # of that, the judge and its child
    stock: float  # nbgrader with its own settings, on the same notebooks; 0 if it was not measured

    @property
    def ratio(self) -> float:
        """How many times as long stock nbgrader takes."""
        return self.stock / self.kit if self.kit else 0.0


def measure(submissions: int = 10, exercise: str = "03_attention", stock: bool = True, seed: str = "1") -> Timing:
    """Grade so many solved submissions, each a little different, with the kit and with stock nbgrader."""
    found = course().exercise(exercise)
    import_module("autograder.teach.exporter")
    with tempfile.TemporaryDirectory(prefix="microgpt-measure-") as place:
        kit = _grade(Path(place) / "kit", found, submissions, KIT.format(seed=seed))
        judging = _judging(found, submissions, seed)
        plain = _grade(Path(place) / "stock", found, submissions, STOCK) if stock else 0.0
    return Timing(submissions, kit, judging, plain)


def solved_notebook(exercise: Exercise, number: int) -> dict[str, Any]:
    """A notebook in which everything is right, in the words of learner number so and so."""
    notebook: dict[str, Any] = json.loads(built(exercise))
    pieces = {piece.id: piece for piece in exercise.pieces}
    for cell in notebook["cells"]:
        if cell.get("id") in pieces:
            cell["source"] = without_markers(pieces[cell["id"]].source) + f"\n# learner {number}"
    return notebook


def _grade(folder: Path, exercise: Exercise, submissions: int, config: str) -> float:
    source = folder / "source" / exercise.notebook
    source.parent.mkdir(parents=True)
    source.write_text(built(exercise), encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    _must(folder, "generate_assignment", exercise.folder)
    for number in range(submissions):
        path = folder / "submitted" / f"learner{number}" / exercise.notebook
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(solved_notebook(exercise, number)), encoding="utf-8")
    start = time.perf_counter()
    _must(folder, "autograde", exercise.folder)
    return (time.perf_counter() - start) / submissions


def _judging(exercise: Exercise, submissions: int, seed: str) -> float:
    from autograder.notebook import submission_from
    from autograder.teach.grading import Terms, judge_submission, wall_for

    terms = Terms(f"measured-{seed}")
    wall_for(terms)
    most = min(submissions, 20)
    notebooks = [submission_from(solved_notebook(exercise, number), exercise) for number in range(most)]
    start = time.perf_counter()
    for submission in notebooks:
        judge_submission(submission, course(), terms)
    return (time.perf_counter() - start) / most


def _must(folder: Path, *arguments: str) -> None:
    ran = nbgrader(folder, *arguments, "--log-level=ERROR")
    if ran.code:
        raise UserError(f"nbgrader {arguments[0]} failed: {ran.log.strip()[-500:]}")

"""Everything that is built from solutions/: the notebooks, the way through them, and the reference.

Nothing is written that a person has changed: a notebook that differs from the last built one is somebody's work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.assemble import Part, assemble, first_paragraphs
from autograder.cell_ids import cell_ids
from autograder.course import Course, CourseError, Exercise, course, stub_line, without_markers

PRISTINE = Path(__file__).resolve().parent / "pristine"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

MICROGPT_DOC = """A GPT in one file: it learns from a list of names and invents new ones.

Try it: python microgpt.py names.txt    (built from solutions/ by `microgpt build`; make changes there)
"""


@dataclass(frozen=True)
class Product:
    """A file as it should be, and what the last build left there (None: whatever is there is ours)."""

    path: Path
    text: str
    last_built: str | None = None

    @property
    def present(self) -> str | None:
        return self.path.read_text(encoding="utf-8") if self.path.exists() else None

    @property
    def drifted(self) -> bool:
        return self.present != self.text

    @property
    def edited(self) -> bool:
        """Has a person changed it since the last build?"""
        return self.drifted and self.last_built is not None and self.present not in (None, self.last_built)


def products(root: Path, from_course: Course | None = None) -> list[Product]:
    """All the files that a build makes below root, the repository."""
    found = from_course or course(root / "solutions")
    made = []
    clean = root / "autograder" / "pristine"
    notebooks = [
        (exercise.notebook, exercise.folder, student_notebook(exercise, clean)) for exercise in found.exercises
    ]
    words = root / "solutions" / "glossary.md"
    if words.exists():
        notebooks.append(("glossary.ipynb", "glossary", glossary(words)))
    for place, name, notebook in notebooks:
        text = to_text(notebook)
        pristine = clean / f"{name}.ipynb"
        last = pristine.read_text(encoding="utf-8") if pristine.exists() else ""
        made.append(Product(root / "exercises" / place, text, last))
        made.append(Product(pristine, text))
    made.append(Product(root / "exercises" / "README.md", way_through(found)))
    made.append(Product(root / "microgpt_ref" / "microgpt.py", reference(found)))
    return made


def write(product: Product) -> Path | None:
    """Write one product; a version that a person changed is kept beside it, and its place returned."""
    kept = keep_copy(product.path) if product.edited else None
    product.path.parent.mkdir(parents=True, exist_ok=True)
    product.path.write_text(product.text, encoding="utf-8", newline="\n")
    return kept


def keep_copy(path: Path) -> Path:
    """Copy a file to a dated name of its own beside it."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    copy = path.with_name(f"{path.stem}.{stamp}{path.suffix}")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.stem}.{stamp}-{number}{path.suffix}")
    copy.write_bytes(path.read_bytes())
    return copy


def reference(found: Course) -> str:
    """The whole GPT in one file, from the given cells and the solved pieces."""
    parts = [
        Part(f"{exercise.number} {exercise.title}", first_paragraphs(without_markers(cell.source)))
        for exercise in found.exercises
        for cell in exercise.cells
        if cell.kind in ("given", "piece")
    ]
    return assemble(parts, MICROGPT_DOC, "microgpt.py")


def way_through(found: Course) -> str:
    """exercises/README.md: the exercises in order, with links."""
    rows = [
        f"| [{exercise.folder}]({exercise.notebook}) | {exercise.title} | "
        f"{', '.join(f'`{piece.name}`' for piece in exercise.pieces)} | {exercise.points} |"
        for exercise in found.exercises
    ]
    return "\n".join(
        [
            "# The way through",
            "",
            "These notebooks, in this order. Each leaves you a few short pieces to write; together they are a GPT.",
            "A word you do not know? It is in the [glossary](glossary.ipynb).",
            "Stuck on one? Go on with the next: the kit lends you its own version of what is missing.",
            "",
            "| notebook | what it is about | what you write | points |",
            "|---|---|---|---|",
            *rows,
            f"| | | | **{found.points}** |",
            "",
            "In a notebook: Shift+Enter runs a cell, `check(softmax)` judges what you wrote, `hint(softmax)` helps.",
            "In a terminal: `microgpt` shows where you are, `microgpt check 02` judges a notebook that you saved, and",
            "`microgpt reset 02 softmax` gives you a stub back (and keeps a copy of what you had).",
            "",
        ]
    )


def glossary(words: Path) -> Any:
    """The glossary as a notebook, so that the lessons can link to a term in it."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    parts = re.split(r"\n(?=## )", words.read_text(encoding="utf-8").strip())
    cells = []
    for part in parts:
        term = re.sub(r"[^a-z0-9]+", "-", part.split("\n")[0].lower()).strip("-")
        cells.append(new_markdown_cell(re.sub(r"^## (.*)\n+", r"## \1\n\n", part), id=term))
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def solution_notebook(exercise: Exercise, pristine: Path = PRISTINE) -> Any:
    """The instructor's notebook: solutions in place, nbgrader's metadata derived, ids as in the last build."""
    import jupytext

    notebook = jupytext.read(exercise.path, fmt="py:percent")
    if len(notebook.cells) != len(exercise.cells):
        raise CourseError(f"{exercise.path}: jupytext sees other cells than we do; is there a '# %%' in a text?")
    ids = cell_ids(exercise, notebook.cells, _last_built(pristine / f"{exercise.folder}.ipynb"))
    for made, cell, cell_id in zip(notebook.cells, exercise.cells, ids):
        made.id = cell_id
        made.metadata = {}
        if tags := [tag for tag in cell.options.get("tags", []) if tag in ("picture", "experiment")]:
            made.metadata["tags"] = tags
        if grading := _grading(cell.kind, cell_id, cell.points):
            made.metadata["nbgrader"] = grading
        if cell.kind == "hints":
            made.source = _folded(exercise, cell.piece)
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def student_notebook(exercise: Exercise, pristine: Path = PRISTINE) -> Any:
    """The learner's notebook: the instructor's one after nbgrader's own preprocessors."""
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    notebook = solution_notebook(exercise, pristine)
    resources: dict[str, Any] = {}
    for preprocessor in (LockCells(), CheckCellMetadata(), ClearOutput()):
        notebook, resources = preprocessor.preprocess(notebook, resources)
    clear = ClearSolutions()
    for number, (made, cell) in enumerate(zip(notebook.cells, exercise.cells)):
        # The stub names its piece, so each cell has a stub of its own.
        clear.code_stub = {"python": stub_line(cell.piece)}
        notebook.cells[number], resources = clear.preprocess_cell(made, {"language": "python"}, number)
    notebook, resources = ComputeChecksums().preprocess(notebook, resources)
    return notebook


def to_text(notebook: Any) -> str:
    """The notebook as bytes that are the same on every machine."""
    import nbformat

    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=4) + "\n"


def _last_built(path: Path) -> list[Any]:
    """The cells of a clean copy; none, if there is none yet."""
    import nbformat

    if not path.exists():
        return []
    try:
        return list(nbformat.read(path, as_version=nbformat.NO_CONVERT).cells)
    except (ValueError, AttributeError):
        raise CourseError(f"{path} is damaged, and the ids of cells are in it: bring it back from git") from None


def _grading(kind: str, grade_id: str, points: int) -> dict[str, Any]:
    """nbgrader's metadata: what is graded, what is locked, what is the learner's to write."""
    flags = {
        "piece": (False, True, False),
        "warmup": (False, True, False),
        "check": (True, False, True),
        "given": (False, False, True),
        "written": (True, True, False),
    }
    if kind not in flags:
        return {}
    grade, solution, locked = flags[kind]
    grading: dict[str, Any] = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if grade:
        grading["points"] = points
    return grading


def _folded(exercise: Exercise, piece: str) -> str:
    """The three hints, each behind a line to click on."""
    (hints,) = [found.hints for found in exercise.pieces if found.name == piece]
    return "\n\n".join(
        f"<details><summary>Hint {number} for <code>{piece}</code></summary>\n\n{hint}\n\n</details>"
        for number, hint in enumerate(hints, start=1)
    )

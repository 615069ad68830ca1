"""Hostile and unlucky submissions: notebooks that were tampered with, and files that are no notebooks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.tests.hostile import ALL, EXERCISE, Case, Notebook, attend, changed, file, piece, write
from autograder.tests.notebooks import add_cell, notebook


def cell(found: Notebook, cell_id: str) -> dict[str, Any]:
    (wanted,) = [cell for cell in found["cells"] if cell["id"] == cell_id]
    return wanted


def tests_of(found: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in found["cells"] if cell["id"].startswith("check-")]


def each_test(change: Callable[[dict[str, Any]], Any]) -> Callable[[Notebook], Any]:
    return lambda found: [change(cell) for cell in tests_of(found)]


def grading(**values: Any) -> Callable[[Notebook], Any]:
    """Other nbgrader metadata for the test cells."""
    return each_test(lambda cell: cell["metadata"]["nbgrader"].update(values))


def extra(source: str) -> Callable[[Notebook], Any]:
    """One cell more, before the piece attend."""
    return lambda found: add_cell(found, source, before="attend")


def without(unwanted: Callable[[dict[str, Any]], Any]) -> Callable[[Notebook], None]:
    def apply(found: Notebook) -> None:
        found["cells"] = [cell for cell in found["cells"] if not unwanted(cell)]

    return apply


def is_test(cell: dict[str, Any]) -> bool:
    return bool(cell["id"].startswith("check-"))


def is_given(cell: dict[str, Any]) -> bool:
    found = cell["metadata"].get("nbgrader", {})
    return bool(found.get("locked")) and not found.get("grade")


def forge_output(cell: dict[str, Any]) -> None:
    data = {"text/plain": "100"}
    cell["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]


def new_grade_ids(found: Notebook) -> None:
    for number, cell in enumerate(tests_of(found)):
        cell["metadata"]["nbgrader"]["grade_id"] = f"another-{number}"


def paste(found: Notebook) -> None:
    for cell in found["cells"]:
        cell["metadata"] = {}
        cell.pop("id")


def change_given(found: Notebook) -> None:
    for cell in filter(is_given, found["cells"]):
        cell["source"] = cell["source"].replace("self.n_embd // self.n_head", "1")


def disguise_stub(found: Notebook) -> None:
    cell(found, "attend")["metadata"] = json.loads(json.dumps(cell(found, "check-attend")["metadata"]))


def odd_cells(found: Notebook) -> None:
    found["cells"] += [
        {"cell_type": "heading", "source": "?", "metadata": {}},
        {"cell_type": "code", "source": 5, "metadata": [], "outputs": "none"},
        {"cell_type": "markdown", "metadata": None, "attachments": {"a.png": ["x"]}, "source": ["a", 5]},
        {"cell_type": "markdown", "attachments": {"a.png": {"image/png": "\ud800"}}, "source": "![](attachment:b)"},
        {},
    ]


def same_ids(found: Notebook) -> None:
    for cell in found["cells"]:
        if not cell["metadata"].get("nbgrader"):
            cell["id"] = "twice and with spaces"


def half_a_letter(found: Notebook) -> None:
    cell(found, "attend")["source"] += "# half of a pair: \ud800"


TEXT = {"cell_type": "markdown", "metadata": {}, "id": "evil"}
TRANSFORMER = "get_ipython().input_transformers_post.append(lambda lines: ['100'])"
FORMATTER = "get_ipython().display_formatter.formatters['text/plain'].for_type(object, lambda *a: '100')"

TAMPERED = [
    changed("skip-execution on the tests", each_test(lambda c: c["metadata"].update(tags=["skip-execution"])), False),
    changed("tests that say 100", each_test(lambda cell: cell.update(source="100")), False),
    changed("outputs that say 100", each_test(forge_output), False),
    changed("1,000 points for a test", grading(points=1000), False),
    changed("tests removed, nothing written", without(is_test), False),
    changed("marked as graded already", lambda found: found["metadata"].update(microgpt={"graded": "yes"}), False),
    changed("an input transformer that makes tests pass", extra(TRANSFORMER), False),
    changed("a formatter that shows 100", extra(FORMATTER), False),
    changed("a check that gives 100", extra("def check(piece):\n    return 100"), False),
    changed("right, with 1,000 points for a test", grading(points=1000)),
    changed("points that are no number", grading(points="many")),
    changed("grade ids of the tests changed", new_grade_ids),
    changed("a grade id that is a list", grading(grade_id=["check-attend"])),
    changed("tests removed", without(is_test)),
    changed("tests twice", lambda found: found["cells"].extend({**c, "id": f"{c['id']}-2"} for c in tests_of(found))),
    changed("tests turned into text", each_test(lambda cell: cell.update(cell_type="markdown"))),
    changed("tests unlocked and emptied", each_test(lambda cell: cell.update(source="", metadata={}))),
    changed("tests that nbgrader is to grade by hand", grading(solution=True, task=True)),
    changed("a schema of the future", grading(schema_version=99)),
    changed("a schema of the past", grading(schema_version=0)),
    changed("nbgrader metadata that are a text", each_test(lambda cell: cell["metadata"].update(nbgrader="100"))),
    changed("metadata of cells that are a list", each_test(lambda cell: cell.update(metadata=[]))),
    changed("metadata of the notebook that are a list", lambda found: found.update(metadata=[])),
    changed("a stub that claims to be a test", disguise_stub),
    changed("pasted into a plain notebook", paste),
    changed("given cells removed", without(is_given)),
    changed("given cells changed", change_given),
    changed("cells of unknown kinds", odd_cells),
    changed("cell ids that are not allowed", same_ids),
    changed("text that cannot be saved", half_a_letter),
    changed("a shell magic", extra("!rm -rf ~ /tmp/*\n%cd /")),
    changed("a shell cell", extra("%%bash\nrm -rf ~ /tmp/*")),
    changed("a script in a text", lambda found: found["cells"].append({**TEXT, "source": "<script>top.x()</script>"})),
]


def link(path: Path) -> None:
    """A link to the solutions, as they lie in the course folder."""
    path.symlink_to(path.parents[3] / "source" / EXERCISE / "attention.ipynb")


def huge(path: Path) -> None:
    with open(path, "wb") as made:
        made.truncate(200 * 1024 * 1024)


def many_cells(path: Path) -> None:
    found = notebook("03")
    found["cells"] += [{"cell_type": "code", "metadata": {}, "outputs": [], "source": "1"}] * 3000
    write(path, json.dumps(found))


OLD = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []})

BROKEN = [
    file("an empty file", "", "is empty"),
    file("not JSON", "# my notes", "it is not JSON"),
    file("cut short", json.dumps(notebook("03"))[:5000], "it is not JSON"),
    file("a list", "[]", "is not a notebook"),
    file("not text", b"\x89PNG\r\n\xff\xfe", "it is not text"),
    file("an old format", OLD, "format 3"),
    file("a format of the future", json.dumps({"nbformat": 9, "cells": []}), "format 9"),
    file("a merge conflict", "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> mine\n", "merge conflict"),
    file("brackets without end", "[" * 300_000, "it is not JSON"),
    file("a number of a million digits", '{"nbformat": ' + "9" * 1_000_000 + "}", "it is not JSON"),
    Case("200 MB", huge, ALL, "200 MB"),
    Case("3,000 cells", many_cells, ALL, "cells"),
    Case("a folder in its place", lambda path: path.mkdir(), ALL, "is no file"),
    Case("nothing in its place", lambda path: None, ALL, "there is no attention.ipynb"),
    Case("another name", lambda path: write(path.with_name("Attention.ipynb"), "{}"), ALL, "only Attention.ipynb"),
    Case("a link to the solutions", link, ALL, "it is a link"),
    Case("a pipe", lambda path: os.mkfifo(path), ALL, "neither a file nor a folder"),
    piece("a cell of a million letters", attend("return '" + "x" * 1_000_000 + "'"), says="there is no attend"),
]

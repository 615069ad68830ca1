"""What `microgpt build` makes, and what it leaves alone."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from autograder import build, build_command
from autograder.course import BEGIN, END, course, stub

ROOT = Path(build.__file__).resolve().parent.parent
EXERCISES = course().exercises


@pytest.fixture(scope="module")
def built():
    return {product.path.relative_to(ROOT).as_posix(): product for product in build.products(ROOT)}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A small copy of the repository in which to build."""
    for folder in ("solutions", "exercises", "autograder/pristine", "microgpt_ref"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    for exercise in EXERCISES:  # whoever has solved one here keeps it out of this
        shutil.copy(build.PRISTINE / f"{exercise.folder}.ipynb", tmp_path / "exercises" / exercise.notebook)
    monkeypatch.setattr(build_command, "__file__", str(tmp_path / "autograder" / "build_command.py"))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(build_command.build, arguments)


def test_nothing_has_drifted(built):
    """The kit's own files; a notebook in exercises/ may hold somebody's work, and is compared in its clean copy."""
    drifted = [name for name, product in built.items() if product.drifted and not product.edited]
    assert drifted == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.folder)
def test_no_line_of_a_solution_reaches_the_learner(built, exercise):
    text = built[f"exercises/{exercise.notebook}"].text
    lines = {line.strip() for cell in nbformat.reads(text, 4).cells for line in cell.source.split("\n")}
    for piece in exercise.pieces:
        inside = piece.source[piece.source.index(BEGIN) : piece.source.index(END)].split("\n")[1:]
        given = {line.strip() for line in stub(piece.source, piece.name).split("\n")}
        for line in inside:
            assert not line.strip() or line.strip() in given or line.strip() not in lines, line
    assert BEGIN not in text


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.folder)
def test_notebooks_are_valid_with_ids_and_nothing_run(built, exercise):
    notebook = nbformat.reads(built[f"exercises/{exercise.notebook}"].text, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    points = sum(cell.metadata.nbgrader.points for cell in code if cell.metadata.get("nbgrader", {}).get("grade"))
    assert points == exercise.points
    for piece in exercise.pieces:
        (cell,) = [cell for cell in code if cell.id == piece.id]
        assert cell.source == piece.stub
        (check,) = [cell for cell in code if cell.source == f"check({piece.name})"]
        assert check.metadata.nbgrader.locked
        assert check.metadata.editable is False


def test_building_twice_gives_the_same_bytes(built):
    again = {product.path.relative_to(ROOT).as_posix(): product.text for product in build.products(ROOT)}
    assert again == {name: product.text for name, product in built.items()}


def test_ids_stay_when_a_cell_is_added_elsewhere(repository):
    before = [cell["id"] for cell in notebook(repository / "exercises/02_layers/layers.ipynb")["cells"]]
    source = repository / "solutions/02_layers/layers.py"
    text = source.read_text()
    source.write_text(text.replace("# %% [markdown]\n# ## Softmax", "# %%\nnew = 1\n\n# %% [markdown]\n# ## Softmax"))
    course.cache_clear()
    assert run().exit_code == 0
    after = [cell["id"] for cell in notebook(repository / "exercises/02_layers/layers.ipynb")["cells"]]
    assert [cell for cell in after if cell in before] == before
    assert len(after) == len(before) + 1


def test_check_changes_nothing_and_names_what_drifted(repository):
    assert run("--check").exit_code == 0
    reference = repository / "microgpt_ref/microgpt.py"
    reference.write_text(reference.read_text() + "# a change\n")
    result = run("--check")
    assert result.exit_code == 1
    assert "microgpt_ref/microgpt.py has drifted" in result.output
    assert reference.read_text().endswith("# a change\n")
    assert run().exit_code == 0
    assert run("--check").exit_code == 0


def test_somebodys_work_is_left_alone_or_kept(repository):
    mine = repository / "exercises/03_attention/attention.ipynb"
    data = notebook(mine)
    data["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "my own words"})
    mine.write_text(json.dumps(data))
    work = mine.read_text()
    source = repository / "solutions/03_attention/attention.py"
    source.write_text(source.read_text() + "\n# %% [markdown]\n# One more line.\n")
    course.cache_clear()

    result = run()
    assert result.exit_code == 1
    assert "exercises/03_attention/attention.ipynb was edited by somebody" in result.output
    assert mine.read_text() == work

    result = run("--overwrite")
    assert result.exit_code == 0
    (copy,) = mine.parent.glob("attention.20*.ipynb")
    assert copy.name in result.output
    assert copy.read_text() == work
    assert "One more line." in mine.read_text()


def test_the_way_through_links_to_every_notebook(built):
    text = built["exercises/README.md"].text
    for exercise in EXERCISES:
        assert f"]({exercise.notebook})" in text


def notebook(path):
    return json.loads(path.read_text())

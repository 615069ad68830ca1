"""check(...) and hint(...) in a notebook, in a real kernel."""

import os

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.learn.cells import find_piece, judge_live, show, show_markdown
from autograder.report import Report
from autograder.tests.notebooks import add_cell, notebook, save
from microgpt_ref import microgpt
from microgpt_ref.errors import UserError

pytestmark = pytest.mark.slow

WRONG = "def attention_weights(query, keys):\n    return softmax([dot(query, key) for key in keys])\n"


def execute(found, folder, name="03", **environment):
    """Run the notebook where a learner has it; every cell, whatever fails."""
    path = save(found, folder, name)
    made = nbformat.from_dict(found)
    before = {key: os.environ.get(key) for key in environment}
    os.environ.update(environment)
    try:
        NotebookClient(
            made, timeout=60, allow_errors=True, resources={"metadata": {"path": str(path.parent)}}
        ).execute()
    finally:
        for key, value in before.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})
    return made


def outputs(made, cell_id):
    (cell,) = [cell for cell in made.cells if cell.id == cell_id]
    return cell.outputs


def texts(outputs):
    return "\n".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "") + output.get("evalue", "")
        for output in outputs
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, cache):
    """03 in a kernel: the first piece wrong, the others right; 02 solved but for rmsnorm, which is a stub."""
    folder = tmp_path_factory.mktemp("learner")
    stub = notebook("02", solved=False)
    source = next(cell["source"] for cell in stub["cells"] if cell["id"] == "rmsnorm")
    save(notebook("02", {"rmsnorm": source}), folder, "02")
    found = notebook("03", {"attention_weights": WRONG})
    add_cell(found, "hint(attention_weights)")
    add_cell(found, "check(42)")
    add_cell(found, "check('attend')")
    return execute(found, folder, MICROGPT_CACHE=cache)


def test_a_mistake_shows_a_table_and_raises(mixed):
    (table, error) = outputs(mixed, "check-attention_weights")
    assert "<table" in table.data["text/html"]
    assert "not divided by √head_dim" in table.data["text/html"]
    assert "not divided by √head_dim" in table.data["text/plain"]
    assert error.output_type == "error"
    assert len(error.traceback) == 1


def test_the_pieces_after_it_are_judged_on_their_own(mixed):
    for cell_id in ("check-attend", "check-multi_head_attention"):
        (table,) = outputs(mixed, cell_id)
        assert "passed" in table.data["text/html"]
        assert "the kit's own attention_weights" in table.data["text/html"].replace("&#x27;", "'")


def test_one_line_says_whose_pieces_are_used(mixed):
    said = "".join(texts(cell.outputs) for cell in mixed.cells if cell.cell_type == "code")
    assert "Yours: dot, linear, softmax" in said
    assert "rmsnorm" in said.split("Lent by the kit until yours pass: ")[1].split("\n")[0]


def test_in_a_program_the_same_is_told_as_text(capsys):
    names = dict(vars(microgpt))
    show(Report((judge_live(find_piece(microgpt.softmax, names), names),)))
    assert "✓ softmax" in capsys.readouterr().out
    show_markdown("**Hint 1 of 3**")
    assert capsys.readouterr().out == "**Hint 1 of 3**\n"


def test_a_piece_is_known_by_its_name_where_the_notebook_has_lost_it():
    assert find_piece(microgpt.softmax, {}).name == "softmax"
    assert find_piece(microgpt.Value.backward, {}).name == "Value.backward"
    with pytest.raises(UserError, match="int is not a piece of the exercises"):
        find_piece(42, {})


def test_hint_gives_the_first_of_three(mixed):
    said = str([output.get("data") for output in mixed.cells[-3].outputs])
    assert "Hint 1 of 3" in said


def test_what_is_no_piece_is_said_in_a_line(mixed):
    assert "is not a piece of the exercises" in texts(mixed.cells[-2].outputs)


def test_a_piece_can_be_named(mixed):
    assert "passed" in mixed.cells[-1].outputs[0].data["text/html"]


def test_an_untouched_notebook_stops_only_at_stubs(tmp_path, cache):
    made = execute(notebook("03", solved=False), tmp_path, MICROGPT_CACHE=cache)
    errors = [
        output.evalue
        for cell in made.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]
    assert errors
    assert all("is not written yet" in error or error.startswith("write ") for error in errors)


def test_plain_nbgrader_gives_partial_credit(tmp_path, cache):
    """Only the gradients are wrong, so some checks pass: their points are what the cell gives."""
    plain = "def rmsnorm(x):\n    scale = (sum(v.data ** 2 for v in x) / len(x) + 1e-5) ** -0.5\n" + (
        "    return [v * scale for v in x]\n"
    )
    made = execute(
        notebook("02", {"rmsnorm": plain}), tmp_path, "02", MICROGPT_CACHE=cache, NBGRADER_EXECUTION="autograde"
    )
    results = [output for output in outputs(made, "check-rmsnorm") if output.output_type == "execute_result"]
    full = [output for output in outputs(made, "check-softmax") if output.output_type == "execute_result"]
    assert float(full[0].data["text/plain"]) == 4.0
    assert not results or 0 < float(results[0].data["text/plain"]) < 4.0


def test_methods_are_checked_by_their_class(tmp_path, cache):
    wrong = notebook("01", {"Value.__mul__": MULTIPLY})
    made = execute(wrong, tmp_path, "01", MICROGPT_CACHE=cache)
    assert "✗ Value.__mul__" in texts(outputs(made, "check-Value-__mul__"))
    assert "✓ Value.backward" in texts(outputs(made, "check-Value-backward"))


MULTIPLY = """def __mul__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    return Value(self.data * other.data, (self, other), (self.data, other.data))


Value.__mul__ = __mul__
Value.__rmul__ = __mul__
"""

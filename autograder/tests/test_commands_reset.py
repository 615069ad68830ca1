"""`microgpt reset`: a stub or a whole notebook back, a copy kept, and nothing else touched."""

import json

import pytest

from autograder.build import PRISTINE
from autograder.course import course
from autograder.tests.notebooks import add_cell, notebook, save
from autograder.tests.running import posix, run, write

ATTEND = course().piece("attend")


def clean(folder="03_attention"):
    return (PRISTINE / f"{folder}.ipynb").read_bytes()


def copies(path):
    return [copy for copy in path.parent.iterdir() if copy.name.startswith(f"{path.stem}.20")]


def cells(path):
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def source(cell):
    return "".join(cell["source"])


def test_a_whole_notebook(exercises):
    path = write(exercises, "03")
    before = path.read_bytes()
    ran = run("reset", "03", "--yes")
    assert ran.code == 0
    assert path.read_bytes() == clean()
    (copy,) = copies(path)
    assert copy.read_bytes() == before
    assert copy.name in ran.text


@pytest.mark.parametrize("broken", ["", '{"cells": [', "<<<<<<< mine", None])
def test_a_notebook_that_is_broken_or_gone(exercises, broken):
    path = exercises / "03_attention" / "attention.ipynb"
    path.unlink() if broken is None else path.write_text(broken)
    assert run("reset", "03", "--yes").code == 0
    assert path.read_bytes() == clean()
    assert [copy.read_text() for copy in copies(path)] == ([] if broken is None else [broken])


def test_a_folder_that_is_gone(exercises):
    path = exercises / "03_attention" / "attention.ipynb"
    path.unlink()
    path.parent.rmdir()
    assert run("reset", "03", "--yes").code == 0
    assert path.read_bytes() == clean()


def test_an_untouched_notebook_needs_no_copy(exercises):
    path = exercises / "03_attention" / "attention.ipynb"
    assert "nothing is changed" in run("reset", "03", "--yes").text
    assert "nothing is changed" in run("reset", "03", "attend", "--yes").text
    assert path.read_bytes() == clean()
    assert copies(path) == []


def test_two_resets_in_one_second_keep_two_copies(exercises):
    path = write(exercises, "03")
    run("reset", "03", "attend", "--yes")
    run("reset", "03", "--yes")
    assert len(copies(path)) == 2


def test_one_piece_and_nothing_else(exercises):
    """Whatever wrote the file: only the cell's lines differ."""
    found = notebook("03")
    for cell in found["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    (cell,) = [cell for cell in found["cells"] if cell["id"] == ATTEND.id]
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["7\n"]}]
    cell["execution_count"] = 4
    path = exercises / "03_attention" / "attention.ipynb"
    for style in ({"indent": 1, "ensure_ascii": False}, {"indent": 2}, {"indent": None, "separators": (",", ":")}):
        for end in ("\n", ""):
            path.write_text(json.dumps(found, **style) + end, encoding="utf-8", newline="\n")
            assert run("reset", "03", "attend", "--yes").code == 0
            expected = json.loads(json.dumps(found))
            (cell,) = [cell for cell in expected["cells"] if cell["id"] == ATTEND.id]
            cell["source"] = ATTEND.stub.splitlines(keepends=True)
            cell["outputs"], cell["execution_count"] = [], None
            assert path.read_text(encoding="utf-8") == json.dumps(expected, **style) + end


def test_windows_line_ends_stay(exercises):
    path = write(exercises, "03")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    run("reset", "03", "attend", "--yes")
    text = path.read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n")
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub


def test_the_piece_is_to_do_again_and_the_others_still_pass(exercises):
    write(exercises, "03")
    run("reset", "03", "attend", "--yes")
    text = run("check", "03").text
    assert "○ attend: to do" in text
    assert "✓ attention_weights: 5 of 5" in text


def test_a_deleted_cell_is_put_back_in_its_place(exercises):
    found = notebook("03")
    order = [cell["id"] for cell in found["cells"]]
    found["cells"] = [cell for cell in found["cells"] if cell["id"] != ATTEND.id]
    add_cell(found, "print('mine')", before=order[1])
    path = save(found, exercises, "03")
    ran = run("reset", "03", "attend", "--yes")
    assert "its cell was missing" in ran.text
    assert [name for name in cells(path) if not name.startswith("extra")] == order
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub
    assert "○ attend: to do" in run("check", "03").text


def test_a_renamed_piece_is_found_by_its_cell(exercises):
    path = write(exercises, "03", {"attend": "def atend(query, keys, values):\n    return values\n"})
    assert run("reset", "03", "attend", "--yes").code == 0
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub


def test_a_cell_that_python_cannot_read(exercises):
    path = write(exercises, "03", {"attend": "def attend(query, keys, values:\n    return values\n"})
    assert run("reset", "03", "attend", "--yes").code == 0
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub


def test_a_notebook_whose_cells_have_other_ids(exercises):
    """An older format has none, and other tools make their own."""
    found = notebook("03")
    found["nbformat_minor"] = 4
    for cell in found["cells"]:
        del cell["id"]
        cell["metadata"] = {}
    path = save(found, exercises, "03")
    assert run("reset", "03", "attend", "--yes").code == 0
    sources = [source(cell) for cell in json.loads(path.read_text())["cells"]]
    assert sources.count(ATTEND.stub) == 1
    assert len(sources) == len(found["cells"])
    found["cells"] = [cell for cell in found["cells"] if not cell["source"].startswith("def attend(")]
    save(found, exercises, "03")
    assert run("reset", "03", "attend", "--yes").code == 0
    after = json.loads(path.read_text())["cells"]
    assert [source(cell) for cell in after] == sources
    assert not any("id" in cell for cell in after)


def test_a_cell_that_was_made_a_text_is_code_again(exercises):
    found = notebook("03")
    (cell,) = (cell for cell in found["cells"] if cell["id"] == ATTEND.id)
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]
    path = save(found, exercises, "03")
    assert run("reset", "03", "attend", "--yes").code == 0
    after = cells(path)[ATTEND.id]
    assert (after["cell_type"], source(after)) == ("code", ATTEND.stub)
    assert "○ attend: to do" in run("check", "03").text


@pytest.mark.parametrize("left", ["what came after", "nothing"])
def test_a_cell_whose_neighbours_before_are_gone_too(exercises, left):
    found = notebook("03")
    order = [cell["id"] for cell in found["cells"]]
    after = order[order.index(ATTEND.id) + 1 :] if left == "what came after" else []
    found["cells"] = [cell for cell in found["cells"] if cell["id"] in after]
    add_cell(found, "print('mine')")
    path = save(found, exercises, "03")
    mine = [name for name in cells(path) if name not in after]
    assert run("reset", "03", "attend", "--yes").code == 0
    found = [name for name in cells(path) if name not in mine]
    assert found == [ATTEND.id, *after]
    assert "print('mine')" in path.read_text()


def test_a_second_definition_is_left_and_named(exercises):
    found = notebook("03")
    add_cell(found, "def attend(query, keys, values):\n    return 'another try'\n")
    path = save(found, exercises, "03")
    ran = run("reset", "03", "attend", "--yes")
    assert f"also defined in cell {len(found['cells'])}, left as it is" in ran.text
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub
    assert "another try" in path.read_text()


def test_a_copied_cell_is_the_other_one(exercises):
    """Jupyter's copy of a cell has its metadata, nbgrader's name included, but an id of its own."""
    found = notebook("03")
    (place,) = [place for place, cell in enumerate(found["cells"]) if cell["id"] == ATTEND.id]
    twin = {**found["cells"][place], "id": "twin"}
    found["cells"].insert(place, twin)
    path = save(found, exercises, "03")
    assert f"also defined in cell {place + 1}" in run("reset", "03", "attend", "--yes").text
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub
    assert source(cells(path)["twin"]) == twin["source"]


def test_other_pieces_in_the_same_cell_are_named(exercises):
    both = notebook("03")
    sources = {cell["id"]: cell["source"] for cell in both["cells"]}
    weights = course().piece("attention_weights")
    found = notebook("03", {"attend": sources[weights.id] + "\n\n" + sources[ATTEND.id]})
    found["cells"] = [cell for cell in found["cells"] if cell["id"] != weights.id]
    save(found, exercises, "03")
    assert "attention_weights stood in the same cell" in run("reset", "03", "attend", "--yes").text


def test_a_method_in_a_class_of_ones_own_is_no_reason_to_lose_the_class(exercises):
    """The stub's cell is gone, and the given class has the method in it: the class stays."""
    found = notebook("01", solved=False)
    add = course().piece("Value.__add__")
    found["cells"] = [cell for cell in found["cells"] if cell["id"] != add.id]
    (given,) = [cell for cell in found["cells"] if cell["source"].startswith("class Value")]
    given["source"] += "\n\n    def __add__(self, other):\n        return Value(1)\n"
    path = save(found, exercises, "01")
    ran = run("reset", "01", "add", "--yes")
    assert source(cells(path)[given["id"]]) == given["source"]
    assert source(cells(path)[add.id]) == add.stub
    assert "also defined in cell" in ran.text


def test_one_piece_of_a_notebook_that_cannot_be_read(exercises):
    path = exercises / "03_attention" / "attention.ipynb"
    path.write_text("{")
    ran = run("reset", "03", "attend", "--yes")
    assert ran.code == 2
    assert "is not JSON" in ran.text
    assert path.read_text() == "{"
    path.unlink()
    assert run("reset", "03", "attend", "--yes").code == 2


def test_with_nobody_to_ask_nothing_happens(exercises):
    path = write(exercises, "03")
    before = path.read_bytes()
    ran = run("reset", "03")
    assert ran.code == 2
    assert "--yes" in ran.text
    assert path.read_bytes() == before
    assert copies(path) == []


@posix
def test_it_asks_before(exercises, terminal):
    path = write(exercises, "03")
    before = path.read_bytes()
    opened = terminal("reset", "03", "attend")
    opened.wait_for(r"Begin attend in .*attention.ipynb anew\?.*\[y/N\]")
    opened.press("n\n")
    opened.wait_for("nothing is changed")
    assert opened.end() == 0
    assert path.read_bytes() == before
    opened = terminal("reset", "03", "attend")
    opened.wait_for(r"\[y/N\]")
    opened.press("y\n")
    opened.wait_for("is kept in")
    assert opened.end() == 0
    assert source(cells(path)[ATTEND.id]) == ATTEND.stub

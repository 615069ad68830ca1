"""Whatever is wrong with a notebook or a piece is one clear line, the rest is judged, and nothing hangs."""

import json
import time

import pytest

from autograder.judge.judge import judge
from autograder.notebook import NotebookError, read_submission, submission_from
from autograder.report import PASSED
from autograder.tests.notebooks import add_cell, exercise, notebook, save

RIGHT = """def softmax(logits):
    largest = max(logit.data for logit in logits)
    exps = [(logit - largest).exp() for logit in logits]
    total = sum(exps)
    return [e / total for e in exps]
"""
LIAR = """
class Liar(Value):
    __slots__ = ()

    @property
    def data(self):
        return float("nan")

    @data.setter
    def data(self, data):
        pass

def softmax(logits):
    return [Liar(0.5) for _ in logits]
"""
ALWAYS_EQUAL = """class Anything:
    data = grad = 1.0
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __float__(self): return 0.25

def softmax(logits):
    return [Anything() for _ in logits]
"""

# What the piece softmax is replaced by, and what its report says.
PIECES = {
    "input": ("def softmax(logits):\n    return input('scores? ')", "nobody is at the keyboard"),
    "input while loading": ("name = input()\n" + RIGHT, None),
    "endless loop": ("def softmax(logits):\n    while True:\n        pass", "is there a loop that never ends?"),
    "endless loop while loading": ("while True:\n    pass\n" + RIGHT, "is there a loop that never ends?"),
    "fork bomb": (
        "import os\ndef softmax(logits):\n    while True:\n        os.fork()",
        "cannot start another process",
    ),
    "os._exit": ("import os\ndef softmax(logits):\n    os._exit(0)", "ended the process"),
    "os._exit while loading": ("import os\nos._exit(0)\n" + RIGHT, "ended the process"),
    "sys.exit while loading": ("import sys\nsys.exit('enough')\n" + RIGHT, "SystemExit: enough"),
    "endless recursion": ("def softmax(logits):\n    return softmax(logits)", "RecursionError"),
    "2 GB": ("def softmax(logits):\n    return [bytearray(1 << 31)]", "MemoryError"),
    "100 MB printed": (
        "def softmax(logits):\n    for _ in range(100): print('x' * 1_000_000)\n    return logits",
        "It printed: xxx",
    ),
    "nan": ("def softmax(logits):\n    return [float('nan') for _ in logits]", "gave [nan, nan"),
    "infinity": ("def softmax(logits):\n    return [float('inf') for _ in logits]", "gave [inf, inf"),
    "a million numbers": ("def softmax(logits):\n    return [0.5] * 1_000_000", "more than 20,000 entries"),
    "always equal": (ALWAYS_EQUAL, "a Anything where a number or a list belongs"),
    "a Value that lies": (LIAR, "nan"),
    "nothing": ("def softmax(logits):\n    total = 1", "gave None"),
    "syntax error": ("def softmax(logits):\n    return [logits", "Python cannot read cell"),
    "renamed": (RIGHT.replace("softmax", "my_softmax"), "there is no softmax in this notebook"),
    "deleted": ("", "there is no softmax in this notebook"),
    "twice": (RIGHT + "\n" + RIGHT, "softmax is defined more than once"),
    "an exception": ("def softmax(logits):\n    return logits[99]", "IndexError: list index out of range"),
    "a bomb of brackets": ("def softmax(logits):\n    return " + "[" * 500, "Python cannot read cell"),
}


@pytest.mark.parametrize("kind", PIECES)
def test_one_bad_piece_and_the_rest_is_judged(kind):
    source, says = PIECES[kind]
    started = time.monotonic()
    report = judge(submission_from(notebook("02", {"softmax": source}), exercise("02")), seconds=1.0)
    assert time.monotonic() - started < 25
    found = {piece.piece: piece for piece in report.pieces}
    assert {name: found[name].status for name in ("dot", "linear", "rmsnorm")} == dict.fromkeys(
        ("dot", "linear", "rmsnorm"), PASSED
    )
    softmax = found["softmax"]
    if says is None:  # the piece is defined after the accident, or before it
        return
    assert softmax.status != PASSED
    assert softmax.points < softmax.most
    lines = [softmax.problem] if softmax.problem else [line for check in softmax.failures for line in check.lines]
    assert any(says in line for line in lines), "\n".join(lines)
    assert all(len(line) < 400 and "\n" not in line for line in lines)
    assert "Traceback" not in report.to_text()


def test_a_learners_own_line_is_shown():
    source = "def softmax(logits):\n    scores = list(logits)\n    return scores[99]"
    report = judge(submission_from(notebook("02", {"softmax": source}), exercise("02")))
    assert "line 3: return scores[99]" in report.to_text()


FILES = {
    "missing": (None, "there is no"),
    "empty": ("", "is empty"),
    "not json": ("# my notes", "it is not JSON"),
    "not text": (b"\xff\xfe\x00", "it is not text"),
    "cut short": (json.dumps(notebook("02"))[:500], "it is not JSON"),
    "a list": ("[]", "it has no nbformat"),
    "old format": (json.dumps({"nbformat": 3, "worksheets": []}), "open it in JupyterLab and save it again"),
    "no cells": (json.dumps({"nbformat": 4}), "it has no cells"),
    "merge conflict": (json.dumps(notebook("02"), indent=1).replace("{", "<<<<<<< HEAD\n{", 1), "merge conflict"),
    "deep": ("[" * 200_000, "it is not JSON"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_notebook(tmp_path, kind):
    content, says = FILES[kind]
    path = tmp_path / "layers.ipynb"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(NotebookError, match=says) as caught:
        read_submission(path, exercise("02"))
    assert "\n" not in str(caught.value)


def test_a_mark_of_an_editor_before_the_first_character_is_no_harm(tmp_path):
    path = tmp_path / "layers.ipynb"
    path.write_text(json.dumps(notebook("02")), encoding="utf-8-sig")
    assert judge(read_submission(path, exercise("02"))).passed


def test_a_folder_in_the_place_of_a_notebook(tmp_path):
    (tmp_path / "layers.ipynb").mkdir()
    with pytest.raises(NotebookError, match="cannot be read"):
        read_submission(tmp_path / "layers.ipynb", exercise("02"))


def test_what_ipython_adds_is_passed_over():
    for magic in ("%%time", "%%capture out", "%%timeit -n 1"):
        source = f"{magic}\n{RIGHT}%matplotlib inline\n!ls\n"
        report = judge(submission_from(notebook("02", {"softmax": source}), exercise("02")))
        assert [piece.piece for piece in report.pieces if piece.status == PASSED].count("softmax") == 1, magic


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "layers.ipynb"
    with open(path, "wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(NotebookError, match="200 MB"):
        read_submission(path, exercise("02"))


def test_pictures_and_experiments_are_not_run():
    found = notebook("02")
    add_cell(found, "while True:\n    print(softmax([1, 2]))")
    add_cell(found, "import sys\nsys.exit()")
    add_cell(found, "%matplotlib inline\n!rm -rf nothing\nx = ?")
    assert judge(submission_from(found, exercise("02"))).passed


def test_helpers_and_imports_in_extra_cells_work():
    found = notebook("02", {"softmax": RIGHT.replace("max(logit.data for logit in logits)", "biggest(logits)")})
    add_cell(found, "def biggest(values):\n    return reduce(lambda a, b: max(a, b), plain(values))", before="softmax")
    add_cell(found, "from functools import reduce\nplain = lambda values: [v.data for v in values]", before="dot")
    assert judge(submission_from(found, exercise("02"))).passed


def test_one_error_is_marked_once():
    """linear is built on dot; when dot is wrong, linear is judged with the kit's own."""
    wrong = "def dot(a, b):\n    return a[0] * b[0]"
    report = judge(submission_from(notebook("02", {"dot": wrong}), exercise("02")))
    assert {piece.piece for piece in report.pieces if piece.status != PASSED} == {"dot"}
    assert "with the kit's own dot" in report.to_text()


def test_saved_and_read_again(tmp_path):
    path = save(notebook("03"), tmp_path, "03")
    assert judge(read_submission(path, exercise("03"))).passed

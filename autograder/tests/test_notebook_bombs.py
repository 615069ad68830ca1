"""What a notebook can do to whoever reads it: nothing, not even for seconds. Its code is run elsewhere."""

import resource
import time

import pytest

from autograder.judge.judge import judge
from autograder.notebook import read_submission, submission_from
from autograder.report import PASSED
from autograder.tests.notebooks import add_cell, exercise, notebook, save

DEEP = "".join(f"{' ' * n}try:\n{' ' * n} pass\n{' ' * n}finally:\n" for n in range(19)) + " " * 19 + "boom = 1\n"
TEXTS = "boom = " + " + ".join(['"a" * 4096'] * 1500)
BOMBS = {
    "finally in finally": DEEP,
    "texts that would be added up": TEXTS,
    "a line that goes on and on": "boom = " + "1 + " * 12_000 + "1",
    "brackets": "boom = " + "[" * 190 + "]" * 190,
    "a sum of attributes": "boom" + ".a" * 20_000,
    "one name for each function": "\n".join(f"def f{n}(): return f{n + 1}" for n in range(1500)),
    "blank lines after a broken def": "def dot(\n" + "\n" * 150_000,
    "blank lines, and no more than are read": "def dot(\n" + "\n" * 49_000,
    "megabytes": "boom = 1\n" * 500_000,
}


@pytest.fixture
def at_once():
    """Reading takes no more than a moment, and no more than 300 MB."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yield
    assert time.process_time() - began < 2.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def read(found):
    """All that is done with a submission before its code is run."""
    submission = submission_from(found, exercise("02"))
    submission.needed([piece.name for piece in submission.exercise.pieces])
    return submission.problems


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_in_a_piece_costs_nothing_to_read(bomb, at_once):
    problems = read(notebook("02", {"dot": BOMBS[bomb]}))
    assert set(problems) == {"dot"}
    assert len(problems["dot"]) < 400


def test_a_bomb_in_an_experiment_takes_nothing_from_anybody(at_once):
    found = notebook("02")
    for bomb in sorted(BOMBS.values()):
        add_cell(found, bomb.replace("dot", "experiment"))
    report = judge(submission_from(found, exercise("02")))
    assert all(piece.status == PASSED for piece in report.pieces)


def test_many_cells_that_need_each_other(at_once):
    found = notebook("02", {"dot": "def dot(a, b): return name0(a, b)"})
    for number in range(1900):
        add_cell(found, f"def name{number}(a, b): return name{number + 1}(a, b)\n" + "name = other\n" * 10)
    assert not read(found)


def test_more_code_than_anybody_writes(at_once):
    found = notebook("02")
    for number in range(1000):
        add_cell(found, f"number = {number}\n" + "x = 1\n" * 800, before="dot")
    assert "more than 200,000 characters" in read(found)["dot"]


SLIPPED = {
    "def dot(a, b):\n    total = 1\nreturn total": "'return' outside function in line 3: return total",
    "def dot(a, b):\n    return 1\nfor x in []:\n    pass\nbreak": "'break' outside loop in line 5: break",
    "def dot(a, b):\n    if a:\n        continue": "'continue' not properly in loop in line 3: continue",
    "def dot(a, a):\n    return 1": "duplicate argument 'a' in function definition in line 1: def dot(a, a):",
    "def dot(a, b):\n    a = 1\n    global a": "name 'a' is parameter and global in line 3: global a",
    "def dot(a, b):\n    for x in a:\n        def f():\n            break": "'break' outside loop in line 4: break",
    "class A:\n    return 1\ndef dot(a, b): pass": "'return' outside function in line 2: return 1",
}


@pytest.mark.parametrize("source", SLIPPED)
def test_a_slip_that_the_parser_lets_pass_is_told_with_its_line(source):
    (problem,) = read(notebook("02", {"dot": source})).values()
    assert problem.startswith("Python cannot read cell ")
    assert problem.endswith(": " + SLIPPED[source])


def test_what_only_the_compiler_finds_is_told_where_the_code_is_run():
    report = judge(submission_from(notebook("02", {"dot": "def dot(a, b):\n    await a"}), exercise("02")))
    assert {piece.piece: piece.points for piece in report.pieces if piece.status != PASSED} == {"dot": 0}
    assert "SyntaxError: 'await' outside async function" in report.to_text()


def test_loops_and_functions_in_each_other_are_no_slip():
    right = """def dot(a, b):
    for x in a:
        if x:
            continue
        for y in b:
            break
        else:
            continue
    class Helper:
        def method(self):
            yield 1
            return
    return 1
f = lambda: (yield)
"""
    assert not read(notebook("02", {"dot": right}))


def test_half_of_a_letter_can_be_shown(tmp_path):
    found = notebook("02", {"dot": "def dot(a, b):\n    return '\ud800"})
    (problem,) = read_submission(save(found, tmp_path, "02"), exercise("02")).problems.values()
    assert problem.encode().endswith(b"return '?")

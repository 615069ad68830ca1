"""What a learner wrote honestly earns what it earns, whatever another cell of the same notebook does."""

import time

import pytest

from autograder.course import course
from autograder.judge.learner import Child
from autograder.notebook import submission_from
from autograder.teach.grading import Terms, judge_submission
from autograder.teach.sanitise import sanitise
from autograder.teach.sheet import sheet_from_notebook
from autograder.teach.steady import SteadyChildren, SteadyJudge
from autograder.tests.hostile import attend
from autograder.tests.notebooks import add_cell, exercise, notebook

SEED = "a seed of these tests alone"
SHEET = sheet_from_notebook(notebook("03", solved=False))
NOT_SCALED = "def attention_weights(query, keys):\n    return softmax([dot(query, key) for key in keys])\n"
PATCHES = {
    "math": "import math as m\nm.exp = lambda x: 1.0",
    "builtins by another name": "import builtins as b\nb.sum = b.zip = None",
    "builtins without an import statement": '__import__("builtins").zip = None',
    "Value": "from autograder.mygpt import Value\nValue.__mul__ = lambda a, b: a",
    "the pieces' own names": "dot = None\nsoftmax = None\nattention_weights = None",
    "an error that says not written": "def softmax(logits):\n    raise NotImplementedError",
}


@pytest.fixture(autouse=True)
def _few_words_on_endless_answers(monkeypatch):
    """Known mistakes that never end are waited for a second each."""
    monkeypatch.setattr("autograder.judge.judge.LONGEST_WRONG", 0.1)


def judged(found, seconds=5.0):
    submission = submission_from(sanitise(found, SHEET), exercise("03"))
    return judge_submission(submission, course(), Terms(SEED, no_sandbox=True, seconds=seconds))


def points(found, seconds=5.0):
    return [piece.points for piece in judged(found, seconds).pieces]


@pytest.fixture
def children(monkeypatch):
    """How many processes were started."""
    started = []
    start = Child._start
    monkeypatch.setattr(Child, "_start", lambda self, *more: started.append(self) or start(self, *more))
    return started


@pytest.mark.parametrize("patch", PATCHES.values(), ids=PATCHES)
def test_one_bad_cell_costs_its_own_piece_alone(patch):
    assert points(notebook("03", {"attend": attend("return []", patch)})) == [5, 0, 7]


@pytest.mark.parametrize("patch", ["the pieces' own names", "an error that says not written"])
def test_an_experiment_that_was_left_in_the_notebook_costs_nothing(patch):
    """It is no piece. It is run because it changes names that the pieces use."""
    assert points(add_cell(notebook("03"), PATCHES[patch], before="attention_weights")) == [5, 4, 7]


def test_what_a_wrong_piece_earns_is_not_changed_by_another_cell():
    alone = points(notebook("03", {"attention_weights": NOT_SCALED}))
    spoiled = {
        "attention_weights": NOT_SCALED,
        "attend": attend("return []", "import math as m\nm.exp = lambda x: 1.0"),
    }
    report = judged(notebook("03", spoiled))
    assert [piece.points for piece in report.pieces] == [alone[0], 0, 7]
    assert 0 < alone[0] < 5
    assert "the scores are not divided by √head_dim" in report.to_text()  # and its mistake is still known


def test_helpers_and_imports_in_cells_of_their_own_are_there_when_a_piece_is_judged_apart():
    found = notebook("03", {"attend": attend("return []", "__import__('builtins').zip = None")})
    for cell in found["cells"]:
        if cell["id"] == "attention_weights":
            cell["source"] = (
                "def attention_weights(query, keys):\n"
                "    return softmax([scaled(dot(query, key), len(query)) for key in keys])\n"
            )
    add_cell(found, "from math import sqrt as root", before="attention_weights")
    add_cell(found, "def scaled(x, length):\n    return x * (1 / root(length))", before="attention_weights")
    assert points(found) == [5, 0, 7]


def test_pieces_need_not_wait_for_one_that_keeps_all_from_ending():
    begin = time.monotonic()
    patch = "import math as m\ndef exp(x):\n    while True:\n        pass\nm.exp = exp"
    assert points(notebook("03", {"attend": attend("return []", patch)}), seconds=0.4) == [5, 0, 7]
    assert time.monotonic() - begin < 6


def test_a_helper_in_the_cell_of_a_piece_that_never_ends_still_helps():
    loop = attend("while True:\n    pass", "def scaled(x, length):\n    return x * (1 / length ** 0.5)")
    first = (
        "def attention_weights(query, keys):\n"
        "    return softmax([scaled(dot(query, key), len(query)) for key in keys])\n"
    )
    assert points(notebook("03", {"attention_weights": first, "attend": loop}), seconds=0.4) == [5, 0, 7]


def test_a_slow_piece_uses_up_its_own_time_and_no_other_piece_s():
    slow = attend("time.sleep(0.3)\nreturn []", "import time")
    submission = submission_from(sanitise(notebook("03", {"attend": slow}), SHEET), exercise("03"))
    with SteadyChildren(submission, course(), None, 5.0, in_all=1.5) as children:
        report = SteadyJudge(exercise("03"), children, seed=SEED).report()
        assert children.clock.left > 0
    assert [piece.points for piece in report.pieces] == [5, 0, 7]
    assert "no time left" in report.to_text()


def test_judging_again_is_for_failures_and_not_for_stubs(children):
    """What it costs: nothing when all is right, nothing for a stub, one process for a piece that is wrong."""
    assert points(notebook("03")) == [5, 4, 7]
    assert len(children) == 1
    children.clear()
    stub = {piece.name: piece.stub for piece in exercise("03").pieces}["multi_head_attention"]
    assert points(notebook("03", {"multi_head_attention": stub})) == [5, 4, 0]
    assert len(children) == 1
    children.clear()
    judged(notebook("03", {"multi_head_attention": stub.replace("raise NotImplementedError", "return []  #")}))
    assert len(children) == 2

"""Different right ways of writing the pieces pass, whatever the seed; functions that do nothing do not."""

import ast

import pytest

from autograder.course import course, without_markers
from autograder.judge.judge import ExerciseJudge, judge, lent_to_all
from autograder.judge.reference import with_mistake
from autograder.notebook import submission_from
from autograder.tests import variants_autograd, variants_foundations, variants_gpt, variants_layers, variants_training
from autograder.tests.notebooks import add_cell, notebook

SLUGS = [exercise.slug for exercise in course().exercises]
SEEDS = (1, "a course's own")
FILES = (variants_foundations, variants_autograd, variants_layers, variants_gpt, variants_training)
VARIANTS = [variant for file in FILES for variant in file.VARIANTS]
IDS = [f"{piece}: {how}" for piece, how, _ in VARIANTS]


class OnePiece(ExerciseJudge):
    """Judges a piece without first judging those before it, which are right."""

    def lent(self, name):
        return tuple(other for other in lent_to_all(self.exercise) if other != name)


def judged(piece, source, seed):
    """What the judge says of one way of writing a piece."""
    exercise = course().exercise(course().pieces[piece].exercise)
    learner = with_mistake(course(), exercise, piece, source)
    return OnePiece(exercise, lambda name, lent: learner, seed=seed, seconds=30.0).piece(piece)


def written(piece):
    return [source.strip() for name, _, source in VARIANTS if name == piece]


def text(report):
    return [(check.name, *check.lines) for check in report.failures]


@pytest.mark.parametrize(("piece", "how", "source"), VARIANTS, ids=IDS)
def test_right_ways_pass(piece, how, source):
    for seed in SEEDS:
        report = judged(piece, source, seed)
        assert report.status == "passed", (seed, text(report))
        assert report.points == report.most


NOTHING = ("None", "0.01", "1", "[3.0]", "''", "float('nan')", "FIRST", "LAST")
NOTHING += ("[1.0 / len(LAST)] * len(LAST)", "type('Same', (), {'__eq__': lambda self, other: True})()")
# Half of what the gate does: a positive number comes out as it went in.
HALF_RIGHT = {("Value.relu", "FIRST"), ("Value.relu", "LAST")}


@pytest.mark.parametrize("answer", NOTHING)
@pytest.mark.parametrize("slug", SLUGS)
def test_functions_that_do_nothing_get_nothing(slug, answer):
    for piece in course().exercise(slug).pieces:
        names = [argument.arg for argument in ast.parse(piece.stub).body[0].args.args]
        todo = f'raise NotImplementedError("write {piece.name} here")'
        given = answer.replace("FIRST", names[0]).replace("LAST", names[-1])
        report = judged(piece.name, piece.stub.replace(todo, f"return {given}"), 1)
        if (piece.name, answer) not in HALF_RIGHT:
            assert report.points == 0, [check.name for check in report.checks if check.points]


@pytest.mark.thorough
@pytest.mark.parametrize(("piece", "how", "source"), VARIANTS, ids=IDS)
def test_right_ways_pass_with_very_many_seeds(piece, how, source):
    """Checks that draw lots, or that compare at 1e-9, must not fail a right answer once in a hundred courses."""
    for number in range({"Value.backward": 2, "train": 10}.get(piece, 20)):
        report = judged(piece, source, f"yet another {number}")
        assert report.status == "passed", (number, text(report))


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("slug", SLUGS)
def test_whole_notebooks_pass_in_a_child(slug, way):
    """All pieces of a notebook written another way at once, each helper in a cell of its own."""
    exercise = course().exercise(slug)
    found = notebook(slug)
    for piece in exercise.pieces:
        *helpers, own = split_off(written(piece.name)[way], piece.name)
        (cell,) = [cell for cell in found["cells"] if cell["id"] == piece.id]
        cell["source"] = own
        for helper in helpers:
            add_cell(found, helper, before=piece.id)
    report = judge(submission_from(found, exercise))
    assert report.passed, report.to_text()


def split_off(source, piece):
    """Helper functions and imports in one cell, the piece in another."""
    head, _, rest = source.partition("\n\ndef ")
    if not rest or f"def {piece.split('.')[-1]}(" in head.splitlines()[0]:
        return [source]
    return [head, "def " + rest]


def test_methods_inside_the_class():
    """Everything that hangs on Value may as well be written in the body of the class."""
    exercise = course().exercise("autograd")
    (given,) = [cell.source for cell in exercise.cells if cell.kind == "given" and "class Value" in cell.source]
    methods = []
    for piece in exercise.pieces:
        source = without_markers(piece.source)
        body = [line for line in source.split("\n") if not line.startswith("Value.")]
        methods += ["", *("    " + line if line else "" for line in body)]
    source = "\n".join([given.rstrip(), *methods, "", "    __radd__ = __add__", "    __rmul__ = __mul__", ""])
    found = notebook("autograd", {piece.name: "" for piece in exercise.pieces})
    add_cell(found, source, before="Value-__add__")
    report = judge(submission_from(found, exercise))
    assert report.passed, report.to_text()


def test_a_recursive_backward_passes_on_long_chains_in_a_child():
    """The child has a deep stack, so that recursion is as good a way as any."""
    exercise = course().exercise("autograd")
    recursive = written("Value.backward")[0]
    report = judge(submission_from(notebook("autograd", {"Value.backward": recursive}), exercise))
    assert report.passed, report.to_text()

"""Different right ways of writing the pieces of 00 to 02 pass, whatever the seed."""

import pytest

from autograder.course import course, without_markers
from autograder.judge.judge import ExerciseJudge, judge, lent_to_all
from autograder.judge.reference import with_mistake
from autograder.notebook import submission_from
from autograder.tests import variants_autograd, variants_foundations, variants_layers
from autograder.tests.notebooks import add_cell, notebook
from autograder.tests.test_correct_variants_model import split_off

SEEDS = (1, "a course's own", "another")
VARIANTS = [*variants_foundations.VARIANTS, *variants_autograd.VARIANTS, *variants_layers.VARIANTS]


class OnePiece(ExerciseJudge):
    """Judges a piece without first judging those before it, which are right."""

    def lent(self, name):
        return tuple(other for other in lent_to_all(self.exercise) if other != name)


def written(piece):
    return [source.strip() for name, _, source in VARIANTS if name == piece]


@pytest.mark.parametrize(("piece", "how", "source"), VARIANTS, ids=[f"{piece}: {how}" for piece, how, _ in VARIANTS])
def test_right_ways_pass(piece, how, source):
    exercise = course().exercise(course().pieces[piece].exercise)
    learner = with_mistake(course(), exercise, piece, source)
    for seed in SEEDS:
        report = OnePiece(exercise, lambda name, lent: learner, seed=seed, seconds=30.0).piece(piece)
        assert report.status == "passed", [(check.name, *check.lines) for check in report.failures]
        assert report.points == report.most


@pytest.mark.thorough
@pytest.mark.parametrize(("piece", "how", "source"), VARIANTS, ids=[f"{piece}: {how}" for piece, how, _ in VARIANTS])
def test_right_ways_pass_with_very_many_seeds(piece, how, source):
    """A check that compares at 1e-9 must not fail a right answer once in a hundred courses."""
    exercise = course().exercise(course().pieces[piece].exercise)
    learner = with_mistake(course(), exercise, piece, source)
    for number in range(2 if piece == "Value.backward" else 20):
        report = OnePiece(exercise, lambda name, lent: learner, seed=f"yet another {number}", seconds=30.0).piece(piece)
        assert report.status == "passed", [(check.name, *check.lines) for check in report.failures]


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("slug", ["foundations", "autograd", "layers"])
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

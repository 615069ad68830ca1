"""Different right ways of writing the pieces of 03 to 07 pass, whatever the seed."""

import ast

import pytest

from autograder.course import course
from autograder.judge.judge import ExerciseJudge, judge
from autograder.judge.reference import reference, with_mistake
from autograder.notebook import submission_from
from autograder.tests import variants_gpt, variants_training
from autograder.tests.notebooks import add_cell, notebook

SLUGS = ("attention", "gpt", "training", "sampling", "microgpt")
SEEDS = (1, 2, "a course's own", "another")
VARIANTS = [*variants_gpt.VARIANTS, *variants_training.VARIANTS]


def judged(exercise, piece, source, seed):
    learner = with_mistake(course(), exercise, piece, source) if source else reference(course(), exercise)
    return ExerciseJudge(exercise, lambda name, lent: learner, seed=seed).piece(piece)


def text(report):
    return [(check.name, *check.lines) for check in report.failures]


@pytest.mark.parametrize(("piece", "how", "source"), VARIANTS, ids=lambda part: part if "\n" not in part else "")
def test_right_ways_pass(piece, how, source):
    exercise = course().exercise(course().pieces[piece].exercise)
    for seed in SEEDS:
        report = judged(exercise, piece, source, seed)
        assert report.status == "passed", text(report)
        assert report.points == report.most


@pytest.mark.parametrize("slug", SLUGS)
def test_solutions_pass_with_many_seeds(slug):
    exercise = course().exercise(slug)
    for seed in range(100, 105 if slug == "microgpt" else 112):
        for piece in exercise.pieces:
            report = judged(exercise, piece.name, "", f"course {seed}")
            assert report.status == "passed", (seed, text(report))


@pytest.mark.parametrize("answer", ["None", "0", "0.01", "[3.0]", "''", "FIRST"])
@pytest.mark.parametrize("slug", SLUGS)
def test_functions_that_do_nothing_get_nothing(slug, answer):
    exercise = course().exercise(slug)
    for piece in exercise.pieces:
        first = ast.parse(piece.stub).body[0].args.args[0].arg
        todo = f'raise NotImplementedError("write {piece.name} here")'
        report = judged(exercise, piece.name, piece.stub.replace(todo, f"return {answer.replace('FIRST', first)}"), 1)
        assert report.points == 0, [check.name for check in report.checks if check.points]


@pytest.mark.thorough
@pytest.mark.parametrize("slug", SLUGS)
def test_right_ways_pass_with_very_many_seeds(slug):
    """Checks that draw lots, or that compare at 1e-9, must not fail a right answer once in a hundred courses."""
    exercise = course().exercise(slug)
    for number in range(10 if slug == "microgpt" else 20):
        for piece, _, source in VARIANTS:
            if course().pieces[piece].exercise == exercise.folder:
                report = judged(exercise, piece, source, f"another {number}")
                assert report.status == "passed", (number, text(report))


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("slug", SLUGS)
def test_whole_notebooks_pass_in_a_child(slug, way):
    """All pieces of a notebook written another way at once, each helper in a cell of its own."""
    exercise = course().exercise(slug)
    mine = {}
    for piece in exercise.pieces:
        ways = [source for name, _, source in VARIANTS if name == piece.name]
        mine[piece.name] = ways[way].strip()
    found = notebook(slug)
    for piece in exercise.pieces:
        *helpers, own = split_off(mine[piece.name], piece.name)
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

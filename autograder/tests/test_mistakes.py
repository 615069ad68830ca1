"""Every known mistake is caught and named; right solutions pass; every check can be read by a learner.

Almost all of it is judged in this process: a child process for each of some hundred mistakes would take minutes.
"""

from __future__ import annotations

import re

import pytest

from autograder.course import Exercise, course, without_markers
from autograder.judge import judge as judging
from autograder.judge.checks import autograd
from autograder.judge.judge import ExerciseJudge, checks_of, judge, lent_to_all
from autograder.judge.learner import Reference
from autograder.judge.mistakes import mistakes_of
from autograder.judge.reference import _namespace, reference, with_mistake
from autograder.notebook import submission_from
from autograder.report import FAILED, PASSED
from autograder.tests.notebooks import notebook

SEEDS = (1, "a course of its own", 20260714)
EXERCISES = course().exercises
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in mistakes_of(exercise)]
ENDLESS = {"backward-every-way-on-its-own"}  # found out by the clock
SENTENCES = {mistake.id: mistake.sentence for _, mistake in MISTAKES}


def name_of(part):
    return part.folder if isinstance(part, Exercise) else part.id


class OnePiece(ExerciseJudge):
    """Judges a piece without first judging those before it, which are right."""

    def lent(self, name):
        return tuple(other for other in lent_to_all(self.exercise) if other != name)


def learner_with(exercise, mistake):
    """The solved exercise with this mistake in it, which nobody has asked before."""
    return with_mistake.__wrapped__(course(), exercise, mistake.piece, mistake.apply(course().pieces[mistake.piece]))


@pytest.fixture(autouse=True)
def waits(monkeypatch, request):
    """Short chains, and time enough on a busy machine but for what never ends: what is said does not change."""
    monkeypatch.setattr(autograd, "CHAIN", 200)
    endless = any(name in request.node.name for name in ENDLESS)
    monkeypatch.setattr(judging, "LONGEST_WRONG", 0.5 if endless else 30.0)


def caught_and_named(exercise, mistake, seeds):
    learner = learner_with(exercise, mistake)
    seconds = 1.5 if mistake.id in ENDLESS else 30.0
    for seed in seeds:
        report = OnePiece(exercise, lambda piece, lent: learner, seed=seed, seconds=seconds).piece(mistake.piece)
        assert report.status == FAILED, f"not caught with seed {seed}"
        assert report.points < report.most
        for failure in report.failures:
            said = [line for line in failure.lines if line.startswith("This is what you get when ")]
            assert said == [f"This is what you get when {mistake.sentence}"], (failure.title, failure.lines)


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=name_of)
def test_a_known_mistake_is_caught_and_named(exercise, mistake):
    caught_and_named(exercise, mistake, SEEDS[:1])


@pytest.mark.thorough
@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=name_of)
def test_the_same_with_other_seeds(exercise, mistake):
    caught_and_named(exercise, mistake, SEEDS[1:])


def firsts():
    """For each piece one of its mistakes."""
    found = {mistake.piece: (exercise, mistake) for exercise, mistake in reversed(MISTAKES)}
    return list(found.values())


@pytest.mark.parametrize(("exercise", "mistake"), firsts(), ids=name_of)
def test_one_fault_costs_one_piece(exercise, mistake):
    right, wrong = reference(course(), exercise), learner_with(exercise, mistake)
    report = ExerciseJudge(exercise, lambda piece, lent: right if mistake.piece in lent else wrong).report()
    assert [piece.piece for piece in report.pieces if piece.status != PASSED] == [mistake.piece]


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_a_piece_needs_no_later_piece(exercise):
    """Who writes the pieces in order gets the points in order: what comes later is still a stub."""
    names = [piece.name for piece in exercise.pieces]
    for place, piece in enumerate(exercise.pieces):
        later = {name for name in names[place + 1 :] if name not in lent_to_all(exercise)}
        stubs = {name: course().pieces[name].stub for name in later}
        learner = Reference(_namespace(course(), exercise, stubs))
        report = ExerciseJudge(exercise, lambda piece, lent, learner=learner: learner).piece(piece.name)
        assert report.status == PASSED, report


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_right_solutions_pass_for_many_seeds(exercise):
    right = reference(course(), exercise)
    for seed in range(4):
        report = ExerciseJudge(exercise, lambda piece, lent: right, seed=f"many {seed}").report()
        assert report.passed, report.to_text()


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_checks_can_be_read(exercise):
    checks = checks_of(exercise)
    names = [check.name for check in checks]
    assert len(set(names)) == len(names)
    assert {check.piece for check in checks} == {piece.name for piece in exercise.pieces}
    for piece in exercise.pieces:
        mine = [check for check in checks if check.piece == piece.name]
        assert len(mine) >= 2, f"{piece.name} has one check only: all or nothing"
        assert len({check.title for check in mine}) == len(mine)
    for check in checks:
        assert 10 <= len(check.title) <= 90, check.title
        assert not check.title.endswith("."), check.title
        assert len(check.function.__doc__ or "") > 40, f"{check.name} does not say why it matters"
        assert check.share > 0


def test_mistakes_can_be_read():
    ids = [mistake.id for _, mistake in MISTAKES]
    assert len(set(ids)) == len(ids)
    assert len(ids) >= 80
    for _, mistake in MISTAKES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", mistake.id)
        assert mistake.sentence.endswith("."), mistake.sentence
        assert len(mistake.sentence) <= 140, mistake.sentence
        assert mistake.apply(course().pieces[mistake.piece]) != without_markers(
            course().pieces[mistake.piece].source
        ), f"{mistake.id} changes nothing"
    for exercise in EXERCISES:
        for piece in exercise.pieces:
            assert any(mistake.piece == piece.name for mistake in mistakes_of(exercise)), f"none for {piece.name}"


@pytest.mark.parametrize(
    "id", ["vocab-duplicates", "slope-right-side-only", "add-no-radd", "backward-depth-first", "softmax-no-maximum"]
)
def test_the_same_from_a_notebook_in_a_child(id):
    ((exercise, mistake),) = [pair for pair in MISTAKES if pair[1].id == id]
    source = mistake.apply(course().pieces[mistake.piece])
    report = judge(submission_from(notebook(exercise.folder, {mistake.piece: source}), exercise))
    (failed,) = [piece for piece in report.pieces if piece.status != PASSED]
    assert failed.piece == mistake.piece
    assert {SENTENCES[check.mistake] for check in failed.failures} == {mistake.sentence}
    assert report.points == report.most - failed.most + failed.points


def test_a_mistake_that_is_not_known_is_not_named():
    """A guess would send the learner the wrong way."""
    source = "def softmax(logits):\n    return [logit.exp() * 0.123 for logit in logits]\n"
    exercise = course().exercise("layers")
    wrong = with_mistake(course(), exercise, "softmax", source)
    report = ExerciseJudge(exercise, lambda piece, lent: wrong).piece("softmax")
    assert report.status == FAILED
    assert report.mistake == ""


def test_another_type_error_is_not_taken_for_a_known_one():
    source = "def dot(a, b):\n    return len(5)\n"
    exercise = course().exercise("layers")
    wrong = with_mistake(course(), exercise, "dot", source)
    report = ExerciseJudge(exercise, lambda piece, lent: wrong).piece("dot")
    assert report.failures[0].lines[0].endswith("raised TypeError: object of type 'int' has no len()")
    assert report.mistake == ""

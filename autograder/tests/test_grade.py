"""`microgpt grade` on one machine: the marks of nbgrader, each piece of work judged once, nothing done twice."""

import json
import sys

import pytest

from autograder.tests import farm
from autograder.tests.running import run as command

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")


def with_one_late(released_course, place, members):
    """A course in which lateness costs all the points; one solved it and handed in an hour and a half too late."""
    from nbgrader.api import Gradebook

    folder = farm.copy(released_course, place, members)
    with folder.config.open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with Gradebook(f"sqlite:///{folder.gradebook}", "cs101") as gradebook:
        gradebook.update_or_create_assignment(farm.NAME, duedate="2030-01-16 00:00:00 UTC")
    late = next(member.name for member in members if member.kind == "honest")
    (folder.submitted / late / farm.NAME / "timestamp.txt").write_text("2030-01-16 01:30:00 UTC")
    return folder, late


@pytest.fixture(scope="module")
def graded(released_course, tmp_path_factory):
    folder, _ = with_one_late(released_course, tmp_path_factory.mktemp("graded") / "cs101", farm.small_class())
    farm.run(folder)
    return folder


@pytest.mark.parametrize(
    "members",
    [
        pytest.param(farm.small_class(), id="ten"),
        pytest.param(farm.members(farm.EXERCISE, 100), id="a hundred of all shares", marks=pytest.mark.thorough),
    ],
)
def test_marks_equal_those_of_nbgrader_autograde(released_course, tmp_path, members):
    ours, late = with_one_late(released_course, tmp_path / "ours" / "cs101", members)
    farm.run(ours)
    other, _ = with_one_late(released_course, tmp_path / "other" / "cs101", members)
    ran = farm.nbgrader(other.path, "autograde", farm.NAME)
    assert ran.code == 0, ran.log
    marks = farm.marks(ours)
    assert marks == farm.marks(other)
    assert len(marks) == len(members)
    assert (marks[late][0], marks[late][2:4]) == (farm.EXERCISE.points, (5400.0, 16.0))
    assert_notebooks_alike(ours, other)


def assert_notebooks_alike(graded, other):
    for place in sorted(other.autograded.rglob("*.ipynb")):
        ours = json.loads((graded.autograded / place.relative_to(other.autograded)).read_text())
        assert ours["cells"] == json.loads(place.read_text())["cells"]


def test_every_submission_has_one_verdict(graded):
    assert farm.verdicts(graded) == [member.name for member in farm.small_class()]


def test_a_second_run_has_nothing_to_do(graded):
    outcome = farm.run(graded)
    assert (outcome.waiting, outcome.graded) == (0, 0)


def test_what_is_graded_again_by_force_is_not_judged_again(graded):
    before = farm.marks(graded)
    outcome = farm.run(graded, again=True)
    assert outcome.graded == len(before)
    assert outcome.judged == 0
    assert farm.marks(graded) == before


def test_identical_work_is_judged_once(released_course, tmp_path):
    folder = farm.copy(released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 1, "one", {"honest": 1}))
    first = folder.submitted / "learner00001"
    for name in ("ben", "cleo", "dora"):
        farm.shutil.copytree(first, folder.submitted / name)
    outcome = farm.run(folder)
    assert (outcome.graded, outcome.judged) == (4, 1)
    assert {mark[0] for mark in farm.marks(folder).values()} == {float(farm.EXERCISE.points)}


def test_a_resubmission_is_graded_and_the_others_are_left(released_course, tmp_path):
    some = farm.members(farm.EXERCISE, 3, "again", {"partial": 1})
    folder = farm.copy(released_course, tmp_path / "cs101", some)
    farm.run(folder)
    solved = farm.members(farm.EXERCISE, 3, "again", {"honest": 1})
    place = folder.submitted / "learner00002" / farm.EXERCISE.notebook
    place.write_text(solved[1].notebook)
    place.with_name("timestamp.txt").write_text("2030-02-01 00:00:00 UTC")
    assert farm.run(folder).graded == 1
    assert farm.marks(folder)["learner00002"][0] == farm.EXERCISE.points
    # Somebody put another file there by hand, with the old time: it counts, too.
    place.write_text(some[1].notebook)
    assert farm.run(folder).graded == 1
    assert farm.marks(folder)["learner00002"][0] < farm.EXERCISE.points


def test_formgrader_feedback_and_csv_work_as_after_nbgrader(graded):
    for step in (["generate_feedback", farm.NAME, "--student=learner00002"], ["export"]):
        ran = farm.nbgrader(graded.path, *step)
        assert ran.code == 0, ran.log
    page = graded.path / "feedback" / "learner00002" / farm.NAME / "attention.html"
    assert "attention_weights" in page.read_text()
    rows = (graded.path / "grades.csv").read_text().splitlines()
    assert len([row for row in rows if row.startswith(farm.NAME)]) == len(farm.small_class())


def test_the_command_says_what_it_did(released_course, tmp_path):
    folder = farm.copy(
        released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 2, "said", {"honest": 1, "broken": 1})
    )
    ran = farm_json(folder)
    assert (ran["waiting"], ran["graded"], ran["timed_out"], ran["failed"]) == (2, 2, 0, [])
    assert farm.NAME in ran["mean"]
    again = command("grade", str(folder.path))
    assert again.code == 0
    assert "nothing to grade" in again.text


def farm_json(folder):
    ran = command("grade", str(folder.path), "--assignment", "attention", "--json")
    assert ran.code == 0, ran.text
    return json.loads(ran.text)


def test_bad_input_is_one_line(released_course, tmp_path):
    nothing = farm.copy(released_course, tmp_path / "cs101")
    for arguments, words in (
        ([str(tmp_path)], "is no course folder"),
        ([str(nothing.path), "--assignment", "04"], "nothing is submitted for 04_gpt"),
        ([str(nothing.path), "--assignment", "99"], "there is no exercise"),
        ([str(nothing.path), "--jobs", "0"], "must be 1 or more"),
    ):
        ran = command("grade", *arguments)
        assert ran.code == 2
        assert words in ran.text
        assert "\n" not in ran.text.strip()


def test_an_assignment_that_was_never_generated_is_said(released_course, tmp_path):
    folder = farm.copy(released_course, tmp_path / "cs101")
    other = farm.kit_course().exercise("02")
    farm.write_class(folder.submitted, other, farm.members(other, 1, "x", {"honest": 1}))
    ran = command("grade", str(folder.path))
    assert ran.code == 2
    assert "generate_assignment 02_layers" in ran.text


def test_a_class_is_the_same_for_the_same_seed():
    one, two = (farm.members(farm.EXERCISE, 50, 7) for _ in range(2))
    assert one == two
    assert one != farm.members(farm.EXERCISE, 50, 8)
    kinds = [member.kind for member in farm.members(farm.EXERCISE, 200)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "honest": 110,
        "partial": 40,
        "mistaken": 30,
        "broken": 10,
        "hostile": 10,
    }
    assert len({member.notebook for member in one if member.kind in ("honest", "mistaken")}) == sum(
        member.kind in ("honest", "mistaken") for member in one
    )

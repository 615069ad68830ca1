"""nbgrader's extension in a real JupyterLab: the whole way from release to feedback, by clicks.

Learner and instructor have a JupyterLab each, as two people have, and meet in the exchange.
"""

import os
import pwd
import re
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from autograder.judge.mistakes import mistakes_of
from autograder.learn.lab_command import SETTINGS
from autograder.tests.browser import CHROMIUM, FLAGS, Notebook, needs_browser, server
from autograder.tests.classroom import classroom, grades, needs_sandbox
from autograder.tests.lab_clicks import AssignmentList, Formgrader, open_lab
from autograder.tests.notebooks import exercise, notebook

pytest.importorskip("nbgrader")
pytestmark = [pytest.mark.slow, pytest.mark.browser]

OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no waiting for what nbgrader's pages fetch
LAB = [sys.executable, "-m", "jupyterlab"]
REFLECTION = "the-same-algorithm-at-another-scale-written"


@pytest.fixture
def room(tmp_path, monkeypatch):
    needs_browser()
    needs_sandbox()
    return classroom(tmp_path, monkeypatch)


def test_from_release_to_feedback_by_clicks(room):
    """06 goes from the instructor to a learner and back; 07, which a second learner handed in, is graded by hand."""
    from playwright.sync_api import sync_playwright

    me = pwd.getpwuid(os.getuid()).pw_name  # nbgrader calls a learner by the name of the account
    settings = {"JUPYTER_CONFIG_PATH": str(SETTINGS)}
    with ExitStack() as stack:
        homes = room.root / "jupyter"
        learner = stack.enter_context(server(LAB, homes / "learner", room.home(me), **settings))
        instructor = stack.enter_context(server(LAB, homes / "instructor", room.folder.path, **settings))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, OFFLINE]
        )
        teaching, learning = (browser.new_page(viewport={"width": 1300, "height": 900}) for _ in range(2))
        stack.enter_context(pictures("by-clicks", teaching, learning))

        open_lab(teaching, instructor.ready())
        formgrader = Formgrader(teaching)
        release(formgrader, "06_sampling")
        open_lab(learning, learner.ready())
        assignments = hand_in_sample(learning)

        must(formgrader, "07_microgpt", "assign")
        hand_in_mistaken(room, "bob")
        collect_and_autograde(formgrader, me)
        grade_by_hand(formgrader, room)
        for step in ("generate-feedback", "release-feedback"):
            must(formgrader, "06_sampling", step)
        must(formgrader, "07_microgpt", "generate-feedback")

        read_feedback(assignments, learning, browser, room.home(me))
        read_what_was_given_by_hand(browser, room)


@contextmanager
def pictures(name, *pages):
    """Keep a picture of each page when something goes wrong."""
    try:
        yield
    except BaseException:
        folder = Path(os.environ.get("MICROGPT_SHOTS", "test-results"))
        folder.mkdir(exist_ok=True)
        for number, page in enumerate(pages):
            page.screenshot(path=folder / f"{name}-{number}.png")
        raise


def must(formgrader, assignment, step):
    said = formgrader.run(assignment, step)
    assert said.title == "Success", said.text
    assert "[ERROR]" not in said.text
    assert "[WARNING]" not in said.text


def release(formgrader, assignment):
    assert formgrader.status(assignment) == "draft"
    must(formgrader, assignment, "assign")
    must(formgrader, assignment, "release")
    assert formgrader.status(assignment) == "released"


def hand_in_sample(page):
    """A learner fetches 06, writes one of its two pieces, and submits."""
    assignments = AssignmentList(page)
    assert [assignments.names(part) for part in ("released", "fetched", "submitted")] == [["06_sampling"], [], []]
    assignments.press("released", "06_sampling", "Fetch")
    assert assignments.names("fetched") == ["06_sampling"]

    assignments.notebooks("06_sampling").get_by_text("sampling").click()
    opened = Notebook(page)
    right = next(cell for cell in notebook("06")["cells"] if cell["id"] == "sample")
    opened.type_into("sample", right["source"])
    imports = [cell["id"] for cell in opened.cells() if re.match("from autograder(.mygpt)? import", cell["source"])]
    for cell in (*imports, "sample", "check-sample"):
        opened.run(cell)
    assert "passed, 4 of 4 points" in opened.element("check-sample").inner_text()
    opened.save()

    assignments = AssignmentList(page)
    assignments.press("fetched", "06_sampling", "Submit")
    assert assignments.problem() == ""
    (submission,) = assignments.submissions("06_sampling")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC", submission)
    return assignments


def hand_in_mistaken(room, student):
    """A submission of 07 as collect would store it: a known mistake, and a reflection."""
    seven = exercise("07")
    mistake = mistakes_of(seven)[0]
    (piece,) = seven.pieces
    found = notebook("07", {piece.name: mistake.apply(piece)})
    for cell in found["cells"]:
        if cell["id"] == REFLECTION:
            cell["source"] = "It has learned **spelling**, and nothing of people."
    room.hand_in(student, "07", found)


def collect_and_autograde(formgrader, me):
    must(formgrader, "06_sampling", "collect")
    for assignment, student, status, score in (
        ("07_microgpt", "bob", "needs manual grading", r"\d+(\.\d+)? / 15"),
        ("06_sampling", me, "graded", "4 / 8"),
    ):
        formgrader.go("Manage Assignments")
        formgrader.open_submissions(assignment)
        assert formgrader.submission(student) == ("needs autograding", "")
        said = formgrader.autograde(student)
        assert said.title == "Success", said.text
        found = formgrader.submission(student)
        assert found[0] == status
        assert re.fullmatch(score, found[1])


def grade_by_hand(formgrader, room):
    """The reasons of lost points are to be seen; the reflection gets points and a comment."""
    formgrader.open_notebook("07_microgpt", "microgpt")
    assert "This is what you get when" in formgrader.cell("check-train_step").inner_text()
    formgrader.cell(REFLECTION).get_by_text("spelling").wait_for()
    formgrader.give(REFLECTION, 4.5, "Well said, **Bob**.")
    with room.gradebook() as gradebook:
        submission = gradebook.find_submission("07_microgpt", "bob")
        (given,) = [grade for grade in grades(submission) if grade.name == REFLECTION]
        assert (given.manual_score, submission.needs_manual_grade) == (4.5, False)
    formgrader.go("Manage Assignments")


def read_feedback(assignments, page, browser, home):
    assignments.refresh()
    assert "feedback available to fetch" in assignments.submissions("06_sampling")[0]
    assignments.press("submitted", "06_sampling", "Fetch Feedback")
    assignments.row("submitted", "06_sampling").get_by_text("view feedback").click()
    page.locator(".jp-DirListing-item", has_text="sampling.html").wait_for()
    (found,) = home.glob("06_sampling/feedback/*/sampling.html")
    text = read(browser, found)
    assert "sampling (Score: 4.0 / 8.0)" in text
    assert "sample: passed, 4 of 4 points" in text
    assert "not written yet: this one is to do" in text


def read_what_was_given_by_hand(browser, room):
    (found,) = (room.folder.path / "feedback/bob").rglob("microgpt.html")
    text = read(browser, found)
    assert "Well said, Bob." in text
    assert "4.5 / 5.0" in text
    assert "This is what you get when" in text


def read(browser, path):
    """What is to be read on a page; no link runs on over what is no link."""
    page = browser.new_page()
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    assert page.locator("a :is(p, h1, h2, li), :is(p, h1, h2, li) > a:has(p, h1, h2)").count() == 0
    return page.locator("body").inner_text()

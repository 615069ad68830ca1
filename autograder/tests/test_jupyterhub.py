"""A course on a real JupyterHub: two learners and an instructor, each signed in in a browser of their own."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course import course, without_markers
from autograder.judge.mistakes import mistakes_of
from autograder.tests.browser import CHROMIUM, FLAGS, Notebook, needs_browser
from autograder.tests.classroom import needs_sandbox
from autograder.tests.hub import COURSE, INSTRUCTOR, PASSWORD, Hub, hub, needs_hub
from autograder.tests.lab_clicks import AssignmentList, Formgrader

pytest.importorskip("nbgrader")
pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.thorough]

EXERCISE = course().exercise("06_sampling")
NAME = EXERCISE.folder
MISTAKE = next(mistake for mistake in mistakes_of(EXERCISE) if mistake.id == "sample-no-temperature")
RIGHT = {piece.id: without_markers(piece.source) for piece in EXERCISE.pieces}
WRONG = {piece.id: MISTAKE.apply(piece) for piece in EXERCISE.pieces if piece.name == MISTAKE.piece}
PATIENCE = 150_000  # milliseconds: three servers begin at once, beside other tests
# JupyterLab's terminal without JupyterLab, which takes long to load.
TYPE = """async ([server, text]) => {
    const headers = {'X-XSRFToken': document.cookie.match(/_xsrf=([^;]+)/)[1]};
    const made = await (await fetch(server + 'api/terminals', {method: 'POST', headers})).json();
    const socket = new WebSocket(server.replace('http', 'ws') + 'terminals/websocket/' + made.name);
    socket.onmessage = ({data}) => {
        if (JSON.parse(data)[0] === 'setup') socket.send(JSON.stringify(['stdin', text]));
    };
    window.terminal = socket;
}"""


class Person:
    """Somebody at a browser."""

    def __init__(self, browser: Any, where: Hub, name: str) -> None:
        self.hub, self.name = where, name
        self.page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
        self.page.set_default_timeout(PATIENCE)

    @property
    def address(self) -> str:
        return f"{self.hub.address}/user/{self.name}"

    def sign_in(self, place: str) -> None:
        """By the form; the server then starts while others sign in."""
        self.page.goto(f"{self.hub.address}/hub/login?next=/hub/user-redirect/{place}")
        self.page.fill("#username_input", self.name)
        self.page.fill("#password_input", PASSWORD)
        self.page.click("#login_submit")
        self.page.wait_for_load_state("commit")

    def see_lab(self) -> None:
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.page.get_by_role("menuitem", name="Nbgrader", exact=True).wait_for()

    def menu(self) -> list[str]:
        """What the menu Nbgrader offers."""
        self.page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
        found = self.page.locator(".lm-Menu .lm-Menu-itemLabel").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [text for text in found if text]

    def in_terminal(self, command: str) -> str:
        """Type a command into a terminal of this person's server; what it wrote."""
        said = self.hub.home(self.name) / "said"
        self.page.evaluate(TYPE, [f"{self.address}/", f"({command}) > ~/saying 2>&1; mv ~/saying ~/said\n"])
        for _ in range(PATIENCE // 100):
            if said.exists():
                return said.read_text()
            time.sleep(0.1)
        raise TimeoutError(command)

    def fetch_and_open(self) -> None:
        listed = AssignmentList(self.page)
        listed.press("released", NAME, "Fetch")
        listed.notebooks(NAME).get_by_role("link").first.click()

    def write(self, sources: dict[str, str]) -> Notebook:
        """Write into the notebook that is open."""
        opened = Notebook(self.page)
        for cell, source in sources.items():
            opened.type_into(cell, source)
        return opened

    def submit(self) -> None:
        Notebook(self.page).save()
        AssignmentList(self.page).press("fetched", NAME, "Submit")

    def feedback(self) -> str:
        """Fetch it, open it in JupyterLab, read it."""
        listed = AssignmentList(self.page)
        listed.press("submitted", NAME, "Fetch Feedback")
        listed.row("submitted", NAME).get_by_text("view feedback").first.click()
        self.page.locator(".jp-DirListing-item", has_text=f"{EXERCISE.slug}.html").dblclick()
        shown = self.page.frame_locator(".jp-HTMLViewer iframe")
        shown.get_by_text("Score:").first.wait_for()
        return str(shown.locator("body").inner_text())


@dataclass(frozen=True)
class Term:
    """What everybody saw."""

    hub: Hub
    people: dict[str, Person]
    menus: dict[str, list[str]]
    check: str
    feedback: dict[str, str]
    scores: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def term():
    """All that happens to one exercise, from its release to the feedback in its learners' hands."""
    needs_hub()
    needs_browser()
    needs_sandbox()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, hub(("ada", "ben")) as where:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = {name: Person(browser, where, name) for name in (INSTRUCTOR, "ada", "ben")}
        try:
            yield live_through(where, people)
        except BaseException:
            folder = Path(os.environ.get("MICROGPT_SHOTS", "test-results"))
            folder.mkdir(exist_ok=True)
            for name, person in people.items():
                for number, page in enumerate(person.page.context.pages):
                    page.screenshot(path=folder / f"hub-{name}-{number}.png")
            print((where.root / "state" / "hub.log").read_text()[-5000:])
            raise
        finally:
            browser.close()


def live_through(where: Hub, people: dict[str, Person]) -> Term:
    teacher, ada, ben = people.values()
    for person in people.values():
        person.sign_in("formgrader" if person is teacher else "lab")
    teacher.page.wait_for_url("**/formgrader/**")
    grader = Formgrader(teacher.page)
    run_all(grader, "assign", "release")
    for learner in (ada, ben):
        learner.see_lab()
        learner.fetch_and_open()
    ada.write(RIGHT)
    check = judge(ben.write(RIGHT | WRONG))
    for learner in (ada, ben):
        learner.submit()
    run_all(grader, "collect")
    graded = teacher.in_terminal(f"microgpt grade {where.course}")
    assert "graded 2 in" in graded, graded
    run_all(grader, "generate-feedback", "release-feedback")
    feedback = {learner.name: learner.feedback() for learner in (ada, ben)}
    grader.open_submissions(NAME)
    scores = {learner.name: grader.submission(learner.name) for learner in (ada, ben)}
    menus = {learner.name: learner.menu() for learner in (ada, ben)}
    return Term(where, people, menus, check, feedback, scores)


def run_all(grader: Formgrader, *steps: str) -> None:
    for step in steps:
        said = grader.run(NAME, step)
        assert said.title == "Success", f"{step}: {said.text}"


def judge(opened: Notebook) -> str:
    """Run the mistaken piece and its check in the notebook: what the check says."""
    imports = [cell["id"] for cell in opened.cells() if cell["source"].startswith("from autograder")]
    for cell in (*imports, MISTAKE.piece, f"check-{MISTAKE.piece}"):
        opened.run(cell)
    return str(opened.element(f"check-{MISTAKE.piece}").inner_text())


def test_right_work_gets_all_points_and_a_mistake_does_not(term):
    assert term.scores["ada"] == ("graded", "8 / 8")
    status, score = term.scores["ben"]
    assert status == "graded"
    assert 4 <= float(score.split(" / ")[0]) < 8


def test_a_learner_reads_of_a_mistake_before_and_after_it_is_submitted(term):
    for said in (term.check, term.feedback["ben"]):
        assert MISTAKE.sentence in said
    assert MISTAKE.sentence not in term.feedback["ada"]
    assert "Score: 8.0 / 8.0" in term.feedback["ada"]


def test_the_formgrader_is_the_instructors(term):
    assert term.menus == {name: ["Assignment List", "Course List"] for name in ("ada", "ben")}
    asked = term.people["ben"].page.request
    pages = {name: f"{term.people[name].address}/formgrader/manage_assignments" for name in ("ben", INSTRUCTOR)}
    assert {name: asked.get(page).status for name, page in pages.items()} == {"ben": 404, INSTRUCTOR: 403}


def test_learners_reach_neither_the_course_nor_one_another(term):
    if not term.hub.uids:
        pytest.skip("all servers run as the one who runs the tests: that each has an account needs root, on Linux")
    course, exchange, ada = term.hub.course, term.hub.exchange / COURSE, term.hub.home("ada")
    (submitted,) = course.glob(f"submitted/ada/{EXERCISE.notebook}")
    notebook = ada / EXERCISE.notebook
    inbound = exchange / "inbound"
    must = {
        ("ada", "cat", notebook): True,
        ("ben", "cat", notebook): False,
        ("ben", "ls", ada): False,
        ("ben", "ls", exchange / "outbound" / NAME): True,
        ("ben", "ls", inbound): False,
        ("ben", "ls", exchange / "feedback"): False,
        ("ben", "ls", course): False,
        ("ben", "cat", course / "nbgrader_config.py"): False,
        ("ben", "cat", course / "source" / EXERCISE.notebook): False,
        ("ben", "cat", submitted): False,
        ("ben", "mv", exchange, exchange.with_name("mine")): False,
        (INSTRUCTOR, "cat", course / "nbgrader_config.py"): True,
        (INSTRUCTOR, "ls", inbound): True,
        (INSTRUCTOR, "cat", notebook): False,
    }
    assert {asked: term.hub.as_person(*asked).returncode == 0 for asked in must} == must


def test_each_server_runs_as_the_one_who_signed_in(term):
    owners = {name: (term.hub.home(name) / EXERCISE.notebook).stat().st_uid for name in ("ada", "ben")}
    owners[INSTRUCTOR] = (term.hub.course / "gradebook.db").stat().st_uid
    assert owners == (term.hub.uids or dict.fromkeys(owners, os.geteuid()))

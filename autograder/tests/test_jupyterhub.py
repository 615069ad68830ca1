"""A course on a real JupyterHub: two learners and an instructor, each signed in in a browser of their own."""

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course import course, without_markers
from autograder.judge.mistakes import mistakes_of
from autograder.tests.browser import CHROMIUM, FLAGS, Notebook, needs_browser
from autograder.tests.classroom import needs_sandbox
from autograder.tests.hub import COURSE, INSTRUCTOR, PASSWORD, Hub, hub, needs_hub
from autograder.tests.lab_clicks import MOST, AssignmentList, Formgrader

pytest.importorskip("nbgrader")
pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("jupyterhub")]

EXERCISE = course().exercise("06_sampling")
NAME = EXERCISE.folder
MISTAKE = next(mistake for mistake in mistakes_of(EXERCISE) if mistake.id == "sample-no-temperature")
RIGHT = {piece.id: without_markers(piece.source) for piece in EXERCISE.pieces}
WRONG = {piece.id: MISTAKE.apply(piece) for piece in EXERCISE.pieces if piece.name == MISTAKE.piece}


class Person:
    """Somebody at a browser."""

    def __init__(self, browser: Any, where: Hub, name: str) -> None:
        self.hub, self.name = where, name
        self.page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
        self.page.set_default_timeout(MOST)

    @property
    def address(self) -> str:
        return f"{self.hub.address}/user/{self.name}"

    def sign_in(self, password: str = PASSWORD) -> None:
        """By the form; the server then starts while others sign in."""
        self.page.goto(self.hub.address)
        self.page.fill("#username_input", self.name)
        self.page.fill("#password_input", password)
        self.page.click("#login_submit")
        self.page.wait_for_load_state("commit")

    def see_lab(self) -> None:
        self.page.wait_for_url("**/lab*")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.page.get_by_role("menuitem", name="Nbgrader", exact=True).wait_for()

    def menu(self) -> list[str]:
        """What the menu Nbgrader offers."""
        self.page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
        found = self.page.locator(".lm-Menu .lm-Menu-itemLabel").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [text for text in found if text]

    def open(self, path: str) -> Notebook:
        self.page.goto(f"{self.address}/lab/tree/{path}?reset")
        return Notebook(self.page)

    def in_terminal(self, command: str) -> str:
        """Type a command into JupyterLab's terminal; what it wrote."""
        home = self.hub.home(self.name)
        self.page.evaluate("() => { window.jupyterapp.commands.execute('terminal:create-new') }")
        self.page.locator(".jp-Terminal:not(.lm-mod-hidden) .xterm-screen").click()
        self.page.keyboard.type(f"({command}) > ~/said 2>&1; mv ~/said ~/done\n")
        for _ in range(MOST // 100):
            if (home / "done").exists():
                return (home / "done").read_text()
            time.sleep(0.1)
        raise TimeoutError(command)

    def write_and_submit(self, sources: dict[str, str], check: str = "") -> str:
        """Fetch, write into the cells, save, submit; what a check in the notebook says on the way."""
        AssignmentList(self.page).press("released", NAME, "Fetch")
        opened = self.open(EXERCISE.notebook)
        for cell, source in sources.items():
            opened.type_into(cell, source)
        said = ""
        if check:
            imports = [cell["id"] for cell in opened.cells() if cell["source"].startswith("from autograder")]
            for cell in (*imports, check, f"check-{check}"):
                opened.run(cell)
            said = opened.element(f"check-{check}").inner_text()
        opened.save()
        AssignmentList(self.page).press("fetched", NAME, "Submit")
        return said


@pytest.fixture(scope="module")
def term():
    """All that happens to one exercise, from its release to the feedback in its learners' hands."""
    needs_hub()
    needs_browser()
    needs_sandbox()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, hub(("ada", "ben")) as where:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = [Person(browser, where, name) for name in (INSTRUCTOR, "ada", "ben")]
        teacher, ada, ben = people
        try:
            for person in people:
                person.sign_in()
            for person in people:
                person.see_lab()
            menus = {person.name: person.menu() for person in people}
            grader = Formgrader(teacher.page.context.new_page(), teacher.address)
            said = [grader.run(NAME, "assign"), grader.run(NAME, "release")]
            check = ada.write_and_submit(RIGHT, "sample")
            ben.write_and_submit(RIGHT | WRONG)
            said.append(grader.run(NAME, "collect"))
            graded = teacher.in_terminal(f"microgpt grade {where.course}")
            said += [grader.run(NAME, "generate-feedback"), grader.run(NAME, "release-feedback")]
            for learner in (ada, ben):
                AssignmentList(learner.page).press("submitted", NAME, "Fetch Feedback")
            yield SimpleNamespace(hub=where, menus=menus, said=said, check=check, graded=graded, ada=ada, ben=ben)
        finally:
            if folder := os.environ.get("MICROGPT_SHOTS"):
                for person in people:
                    person.page.screenshot(path=Path(folder, f"hub-{person.name}.png"))
            browser.close()


def test_term(term):
    print(term)

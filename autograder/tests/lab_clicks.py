"""nbgrader's extension for JupyterLab as people use it, by clicks: the Assignment List and the Formgrader.

Both take a page on which JupyterLab is open, of whatever server and user: see open_lab.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MOST = 60_000  # milliseconds that a click may take to have its effect


def open_lab(page: Any, address: str) -> None:
    """Open the JupyterLab of a server (the address ends before /lab) and wait until it can be used."""
    page.set_default_timeout(MOST)
    page.goto(f"{address.rstrip('/')}/lab?reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.get_by_role("menuitem", name="Nbgrader", exact=True).wait_for()


def choose(page: Any, item: str) -> None:
    """Choose an item of the menu Nbgrader."""
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.locator(".lm-Menu").get_by_role("menuitem", name=item, exact=True).click()


class AssignmentList:
    """The learner's list, in three parts: what is `released`, what was `fetched`, what was `submitted`."""

    def __init__(self, page: Any) -> None:
        """Open it from the menu, or come back to it."""
        self.page = page
        choose(page, "Assignment List")
        self._loaded()

    def refresh(self) -> None:
        self.page.locator("#refresh_assignments_list").click()
        self._loaded()

    def names(self, part: str) -> list[str]:
        """The assignments in this part."""
        rows = self.page.locator(f"#{part}_assignments_list > .list_item > .col-md-12 > .item_name")
        return [text.strip() for text in rows.all_inner_texts()]

    def row(self, part: str, assignment: str) -> Any:
        """The row of an assignment, with what is below it."""
        place = self.names(part).index(assignment)
        return self.page.locator(f"#{part}_assignments_list > .list_item").nth(place)

    def press(self, part: str, assignment: str, button: str) -> None:
        """Press a button of the row: Fetch, Submit, Fetch Feedback."""
        self.row(part, assignment).get_by_role("button", name=button, exact=True).click()
        self._loaded()

    def notebooks(self, assignment: str) -> Any:
        """The notebooks of a fetched assignment, unfolded."""
        row = self.row("fetched", assignment)
        row.locator(".assignment-notebooks-link").click()
        return row.locator(".nested_list_item")

    def submissions(self, assignment: str) -> list[str]:
        """When each was submitted, and what is said of its feedback."""
        found = self.row("submitted", assignment).locator(".nested_list_item .item_name")
        return [text.strip() for text in found.all_inner_texts()]

    def problem(self) -> str:
        """What it says when something went wrong."""
        return " ".join(self.page.locator(".list_error:visible").all_inner_texts()).strip()

    def _loaded(self) -> None:
        """It says `Loading` in the three parts, or writes `Fetching...` on a button."""
        busy = self.page.locator(".list_loading:visible, #assignments button:disabled")
        self.page.locator("#course_list_default").wait_for()
        self.page.wait_for_timeout(150)  # it begins a moment after the click
        while busy.count():
            busy.first.wait_for(state="hidden")


@dataclass(frozen=True)
class Said:
    """What the formgrader says when a command has run."""

    title: str
    text: str


class Formgrader:
    """The instructor's page, in a tab of JupyterLab, or alone in a tab of the browser."""

    def __init__(self, page: Any) -> None:
        """Open it from the menu, unless the page is the formgrader already."""
        self.page = page
        if "/formgrader" in page.url:
            self.at = page
        else:
            choose(page, "Formgrader")
            self.at = page.frame_locator("iframe[src*='/formgrader']")
        self._filled()

    def go(self, place: str) -> None:
        """Go to a page named on the left: Manage Assignments, Manual Grading, Manage Students."""
        if self.at.locator(".scoring-buttons").count():  # a submission has no such names, but the way back above it
            self.at.locator(".breadcrumb").get_by_text("Manual Grading").click()
        self.at.locator(".nav-stacked").get_by_text(place).click()
        self._filled(place)

    def assignments(self) -> list[str]:
        return [text.strip() for text in self.at.locator("#main-table td.name").all_inner_texts()]

    def run(self, assignment: str, step: str) -> Said:
        """Click an assignment's assign, release, collect, generate-feedback or release-feedback."""
        self.at.locator(f"tr:has(td.name[data-order='{assignment}']) td.{step} a").click()
        return self._said()

    def status(self, assignment: str) -> str:
        return str(self.at.locator(f"tr:has(td.name[data-order='{assignment}']) td.status").inner_text())

    def open_submissions(self, assignment: str) -> None:
        """Click the number of submissions, on Manage Assignments."""
        self.at.locator(f"tr:has(td.name[data-order='{assignment}']) td.num-submissions a").click()
        self._filled("Manage Submissions")

    def submission(self, student: str) -> tuple[str, str]:
        """Status and score of a student, on the page of an assignment's submissions."""
        row = self.at.locator(f"tr:has(td.student-id[data-order='{student}'])")
        return row.locator("td.status").inner_text(), row.locator("td.score").inner_text()

    def autograde(self, student: str) -> Said:
        """Click a student's autograde, on the page of an assignment's submissions."""
        self.at.locator(f"tr:has(td.student-id[data-order='{student}']) td.autograde a").click()
        return self._said()

    def open_notebook(self, assignment: str, notebook: str, number: int = 1) -> None:
        """Go through Manual Grading to a submission."""
        self.go("Manual Grading")
        for step in (assignment, notebook, f"Submission #{number}"):
            self.at.locator("#main-table").get_by_text(step, exact=True).click()
            self.at.locator(".breadcrumb li.active", has_text=step).wait_for()
        self.at.locator(".scoring-buttons").first.wait_for()

    def cell(self, name: str) -> Any:
        """The graded cell with this id, in a submission."""
        return self.at.locator(f".cell:has([id='{name}'])")

    def give(self, name: str, points: float, comment: str) -> None:
        """Type points and a comment for a cell, and wait until they are saved."""
        cell = self.cell(name)
        for field, text in ((f"[id='{name}']", str(points)), (f"[id='{name}-comment']", comment)):
            cell.locator(field).fill(text)
            with self.page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
                cell.locator(field).blur()

    def _filled(self, title: str = "Manage Assignments") -> None:
        self.at.locator(".page-header h1", has_text=re.compile(rf"^\s*{title}")).wait_for()
        self.at.locator("#main-table tr td").first.wait_for()
        self.at.locator("#main-table", has_text="Loading, please wait").wait_for(state="hidden")

    def _said(self) -> Said:
        """Read the message, and close it."""
        message = self.at.locator(".modal")
        self.at.locator(".modal.in").wait_for()
        said = Said(message.locator(".modal-title").inner_text(), message.locator(".modal-body").inner_text())
        message.get_by_role("button", name="OK").click()
        message.wait_for(state="detached")
        self.at.get_by_text("Please wait...").wait_for(state="hidden")
        return said

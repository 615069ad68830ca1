"""Folders in submitted/ that nobody should touch, or that nbgrader cannot name: a line each, and the rest is graded."""

import json
import os

import pytest
from click.testing import CliRunner

from autograder.teach.farm.grade_command import grade
from autograder.tests.classroom import classroom, needs_sandbox
from autograder.tests.notebooks import notebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")

EXERCISE = "03_attention"
ODD = ("a*b", "c[d]e", "new\nline", os.fsdecode(b"n\xf6ne"))
LINKS = ("bea", "cem")


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Ada and "a b" have handed in properly; bea's folder and cem's are links to places outside of the course."""
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    for student in ("ada", "a b", *ODD):
        room.hand_in(student, "03")
    outside = tmp_path / "outside"
    (outside / EXERCISE).mkdir(parents=True)
    (outside / EXERCISE / "attention.ipynb").write_text(json.dumps(notebook("03")))
    (outside / EXERCISE / "link").symlink_to("somewhere")
    (outside / EXERCISE / "timestamp.txt").write_text("no time")
    (room.folder.submitted / "bea").symlink_to(outside)
    (room.folder.submitted / "cem").mkdir()
    (room.folder.submitted / "cem" / EXERCISE).symlink_to(outside / EXERCISE)
    yield room
    assert (outside / EXERCISE / "link").is_symlink()
    assert (outside / EXERCISE / "timestamp.txt").read_text() == "no time"
    assert set(room.marks(EXERCISE)) == {"ada", "a b"}
    assert {sum(marks.values()) for marks in room.marks(EXERCISE).values()} == {16}
    assert sorted(path.name for path in room.folder.autograded.iterdir()) == ["a b", "ada"]


def test_nbgrader_autograde_says_a_line_for_each_and_grades_the_rest(room):
    log = room.must("autograde", EXERCISE)
    assert "Traceback" not in log
    assert "Logging error" not in log
    refused = [line for line in log.splitlines() if ": not graded: " in line]
    assert len(refused) == len(ODD) + len(LINKS)
    for name in ("a*b", "c[d]e", r"new\nline", r"n\udcf6ne"):
        assert any(f"{name}: not graded: nbgrader cannot work with such a name" in line for line in refused)
    assert any("submitted/bea is a link, not a folder" in line for line in refused)
    assert any(f"submitted/cem/{EXERCISE} is a link, not a folder" in line for line in refused)


def test_microgpt_grade_does_the_same_and_names_unknown_assignments(room):
    misnamed = room.folder.submitted / "ada" / "3_attention"
    misnamed.mkdir()
    ran = CliRunner().invoke(grade, [str(room.folder.path)])
    assert ran.exit_code == 1, ran.output
    assert "graded 2 " in ran.output
    assert "not graded: 7" in ran.output
    for name in ("a*b", "c[d]e", r"new\nline", r"n\udcf6ne"):
        assert f"  {name}, {EXERCISE}: nbgrader cannot work with such a name: rename the folder\n" in ran.output
    assert f"  bea, {EXERCISE}: submitted/bea is a link, not a folder\n" in ran.output
    assert "  ada, 3_attention: there is no such assignment in this course: rename the folder\n" in ran.output
    ran = CliRunner().invoke(grade, [str(room.folder.path)])  # again: what could not be graded still could not
    assert ran.exit_code == 1
    assert "all that is submitted is graded" not in ran.output
    assert "  ada, 3_attention: " in ran.output


def test_an_assignment_without_any_submission_but_an_odd_one(tmp_path, monkeypatch):
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    room.hand_in("c[d]e", "03")
    ran = CliRunner().invoke(grade, [str(room.folder.path)])
    assert ran.exit_code == 1, ran.output
    assert f"  c[d]e, {EXERCISE}: nbgrader cannot work with such a name: rename the folder\n" in ran.output

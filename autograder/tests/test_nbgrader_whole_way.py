"""From a new course to released feedback and exported marks, with nbgrader's own commands and a real exchange."""

import csv
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from autograder.build import PRISTINE
from autograder.teach import grading
from autograder.tests.classroom import NAME, classroom, grades, needs_sandbox
from autograder.tests.notebooks import notebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")

NOT_SCALED = "def attention_weights(query, keys):\n    return softmax([dot(query, key) for key in keys])\n"
REFLECTION = "I learned that blame flows backward."


@pytest.fixture
def room(tmp_path, monkeypatch):
    needs_sandbox()
    return classroom(tmp_path, monkeypatch, generated=True)


def release(room, *assignments):
    for name in assignments:
        if not (room.folder.path / "release" / name).exists():
            room.must("generate_assignment", name)
        room.must("release_assignment", name)


def fetch(room, student, assignment):
    room.learner(student, "fetch_assignment", assignment)
    (path,) = (room.home(student) / assignment).glob("*.ipynb")
    return path


def solve(path, exercise, pieces=None, reflection=""):
    """Fill in what was fetched, as a learner does: the stubs, and the answer in words."""
    found, right = json.loads(path.read_text()), notebook(exercise, pieces)
    sources = {cell["id"]: cell["source"] for cell in right["cells"]}
    for cell in found["cells"]:
        grading = cell["metadata"].get("nbgrader", {})
        if grading.get("solution") and cell["cell_type"] == "code":
            cell["source"] = sources[cell["id"]]
        elif grading.get("solution") and reflection:
            cell["source"] = reflection
    path.write_text(json.dumps(found))


def submit(room, student, assignment):
    log = room.learner(student, "submit", assignment, f"--student={student}")
    assert "Submitted as" in log


def exported(room):
    room.must("export")
    with open(room.folder.path / "grades.csv", newline="") as file:
        return {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}


def test_what_is_released_is_what_the_kit_ships(room):
    released = json.loads((room.folder.path / "release/03_attention/attention.ipynb").read_text())
    shipped = json.loads((PRISTINE / "03_attention.ipynb").read_text())
    assert [cell["metadata"] for cell in released["cells"]] == [cell["metadata"] for cell in shipped["cells"]]
    texts = [["".join(cell["source"]) for cell in found["cells"]] for found in (released, shipped)]
    assert texts[0] == [text.replace("../glossary.ipynb", "../glossary/glossary.ipynb") for text in texts[1]]
    assert "BEGIN SOLUTION" not in json.dumps(released)


def test_from_release_to_feedback(room):
    """Two learners in one exchange: one right, one with a known mistake who hands in twice; then one more, late."""
    release(room, "03_attention", "07_microgpt", "glossary")
    for student in ("ada", "bob"):
        fetch(room, student, "glossary")
        three, seven = fetch(room, student, "03_attention"), fetch(room, student, "07_microgpt")
        solve(three, "03", {"attention_weights": NOT_SCALED} if student == "bob" else None)
        solve(seven, "07", reflection=REFLECTION if student == "ada" else "")
        submit(room, student, "03_attention")
        submit(room, student, "07_microgpt")
    for name in ("03_attention", "07_microgpt"):
        room.must("collect", name)
        room.must("autograde", name)

    marks = room.marks("03_attention")
    assert marks["ada"] == {"check-attention_weights": 5, "check-attend": 4, "check-multi_head_attention": 7}
    assert marks["bob"]["check-attend"] == 4
    assert marks["bob"]["check-multi_head_attention"] == 7
    assert 0 < marks["bob"]["check-attention_weights"] < 5

    # The reflection is graded by hand: ada's waits for it, bob's is empty.
    with room.gradebook() as gradebook:
        waiting = gradebook.find_submission("07_microgpt", "ada")
        assert waiting.needs_manual_grade
        (reflection,) = [grade for grade in grades(waiting) if grade.cell.cell_type == "markdown"]
        assert reflection.auto_score is None
        reflection.manual_score = 4.5
        (comment,) = [c for found in waiting.notebooks for c in found.comments if c.name == reflection.name]
        comment.manual_comment = "Well said."
        gradebook.db.commit()
        (empty,) = [g for g in grades(gradebook.find_submission("07_microgpt", "bob")) if g.name == reflection.name]
        assert (empty.auto_score, empty.needs_manual_grade) == (0, False)

    for name in ("03_attention", "07_microgpt"):
        room.must("generate_feedback", name)
        room.must("release_feedback", name)
    room.learner("bob", "fetch_feedback", "03_attention")
    (page,) = (room.home("bob") / "03_attention/feedback").rglob("*.html")
    text = page.read_text()
    assert "the scores are not divided by √head_dim" in text
    assert "points" in text
    seed = re.search(r'seed="(\w+)"', room.folder.config.read_text())[1]
    assert seed not in text
    assert "learner.agrees" not in text
    room.learner("ada", "fetch_feedback", "07_microgpt")
    (page,) = (room.home("ada") / "07_microgpt/feedback").rglob("*.html")
    assert "Well said." in page.read_text()

    # Bob hands in again; a learner who joined late hands in for the first time.
    solve(room.home("bob") / "03_attention/attention.ipynb", "03")
    submit(room, "bob", "03_attention")
    solve(fetch(room, "eve", "03_attention"), "03")
    submit(room, "eve", "03_attention")
    room.must("collect", "03_attention", "--update")
    log = room.must("autograde", "03_attention")
    assert "submitted/ada" not in log.replace("Skipping", "")
    marks = room.marks("03_attention")
    assert marks["bob"] == marks["eve"] == marks["ada"]

    rows = exported(room)
    assert float(rows["ada", "03_attention"]["score"]) == 16
    assert float(rows["ada", "07_microgpt"]["score"]) == 14.5
    assert float(rows["bob", "03_attention"]["score"]) == 16
    assert float(rows["eve", "07_microgpt"]["score"]) == 0


def test_late_submissions_are_marked_as_nbgrader_does(room):
    room.add_config('c.LateSubmissionPlugin.penalty_method = "zero"')
    with room.gradebook() as gradebook:
        due = datetime.utcnow() - timedelta(hours=1)
        gradebook.update_or_create_assignment("03_attention", duedate=due)
    for student, when in (("ada", due - timedelta(hours=1)), ("bob", due + timedelta(hours=1))):
        path = room.hand_in(student, "03")
        (path.parent / "timestamp.txt").write_text(when.strftime("%Y-%m-%d %H:%M:%S UTC"))
    room.must("autograde", "03_attention")
    rows = exported(room)
    assert float(rows["ada", "03_attention"]["score"]) == 16
    assert float(rows["bob", "03_attention"]["raw_score"]) == 16
    assert float(rows["bob", "03_attention"]["score"]) == 0


def test_who_hands_in_late_is_late_whatever_the_file_says(room):
    """Through the exchange: the time is in a file of the learner's own, and in the name of its folder."""
    room.add_config('c.LateSubmissionPlugin.penalty_method = "zero"')
    release(room, "03_attention")
    inbound = room.exchange / NAME / "inbound"
    for student in ("ada", "bob"):
        solve(fetch(room, student, "03_attention"), "03")
        submit(room, student, "03_attention")
        if student == "ada":
            with room.gradebook() as gradebook:
                gradebook.update_or_create_assignment("03_attention", duedate=datetime.utcnow())
    (forged,) = inbound.glob("bob+*")
    (forged / "timestamp.txt").chmod(0o600)
    (forged / "timestamp.txt").write_text("2001-01-01 12:00:00 UTC")
    room.must("collect", "03_attention")
    room.must("autograde", "03_attention")
    rows = exported(room)
    assert {student: float(row["score"]) for (student, name), row in rows.items() if name == "03_attention"} == {
        "ada": 16,
        "bob": 0,
    }
    assert float(rows["bob", "03_attention"]["raw_score"]) == 16
    assert (room.folder.submitted / "bob/03_attention/timestamp.txt").read_text() == forged.name.split("+")[2]


def test_regrading_after_an_update_of_the_kit_judges_anew_and_keeps_what_was_given_by_hand(room, monkeypatch):
    room.hand_in("ada", "03", pieces={"attention_weights": NOT_SCALED})
    room.must("autograde", "03_attention")
    before = room.marks("03_attention")["ada"]["check-attention_weights"]
    with room.gradebook() as gradebook:
        (grade,) = [g for g in grades(gradebook.find_submission("03_attention", "ada")) if g.name.endswith("weights")]
        grade.manual_score = 2.0
        gradebook.db.commit()

    judged = []
    judge = grading.SteadyJudge.report
    monkeypatch.setattr(grading.SteadyJudge, "report", lambda self: judged.append(self) or judge(self))
    room.must("autograde", "03_attention", "--force")
    assert not judged  # the same work and the same checks: what was said is remembered
    monkeypatch.setattr(grading, "_kit_digest", lambda: "another kit")
    room.must("autograde", "03_attention", "--force")
    assert len(judged) == 1
    assert room.marks("03_attention")["ada"]["check-attention_weights"] == before
    with room.gradebook() as gradebook:
        submission = gradebook.find_submission("03_attention", "ada")
        (grade,) = [g for g in grades(submission) if g.name.endswith("weights")]
        assert (grade.manual_score, grade.needs_manual_grade) == (2.0, True)


def test_points_are_the_instructors_say(room):
    source = room.folder.source / "03_attention/attention.ipynb"
    found = json.loads(source.read_text())
    for cell in found["cells"]:
        if cell["id"] == "check-attention_weights":
            cell["metadata"]["nbgrader"]["points"] = 50
        elif cell["id"] == "check-attend":
            cell["metadata"]["nbgrader"]["points"] = 0
    source.write_text(json.dumps(found))
    room.must("generate_assignment", "03_attention", "--force")
    room.hand_in("ada", "03")
    room.hand_in("bob", "03", pieces={"attention_weights": NOT_SCALED})
    room.must("autograde", "03_attention")
    marks = room.marks("03_attention")
    assert marks["ada"] == {"check-attention_weights": 50, "check-attend": 0, "check-multi_head_attention": 7}
    graded = json.loads((room.folder.autograded / "bob/03_attention/attention.ipynb").read_text())
    (cell,) = [cell for cell in graded["cells"] if cell["id"] == "check-attention_weights"]
    message, mark = cell["outputs"]
    assert float("".join(mark["data"]["text/plain"])) == marks["bob"]["check-attention_weights"] == 10
    assert "10 of 50 points" in "".join(message["data"]["text/plain"])


def test_the_commands_as_programs(room):
    """nbgrader as it is called in a terminal, in an environment that is not activated."""
    room.hand_in("ada", "03")
    program = Path(sys.executable).with_name("nbgrader")
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    (room.folder.gradebook).unlink()
    for command in ("generate_assignment --force", "autograde"):
        ran = subprocess.run(
            [program, *command.split(), "03_attention"],
            cwd=room.folder.path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
    assert room.marks("03_attention")["ada"]["check-attend"] == 4


def test_the_course_is_the_one_of_its_configuration(room):
    """Wherever nbgrader is started, the configuration says where the course is."""
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(room.folder.path)).load_config()
    assert config.CourseDirectory.root == str(room.folder.path)
    assert config.CourseDirectory.course_id == NAME


def test_stock_nbgrader_works_through_the_check_cells(room):
    """Without the kit's configuration, for those who know what that does not protect: see the course's README."""
    room.folder.config.write_text(f"c = get_config()\nc.CourseDirectory.course_id = {NAME!r}\n")
    room.folder.guard.unlink()
    room.hand_in("bob", "03", pieces={"attention_weights": NOT_SCALED})
    room.must("autograde", "03_attention")
    marks = room.marks("03_attention")["bob"]
    assert (marks["check-attend"], marks["check-multi_head_attention"]) == (4, 7)
    assert 0 < marks["check-attention_weights"] < 5

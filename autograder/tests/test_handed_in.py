"""What comes in by archives and through the exchange: each learner's own, once, and nobody stands in another's way."""

import json
import os
import shutil
import tarfile
import zipfile

import pytest

from autograder.judge.judge import judge
from autograder.notebook import submission_from
from autograder.report import PASSED
from autograder.teach.sanitise import problem_of, sanitise
from autograder.teach.sheet import sheet_from_notebook
from autograder.tests.classroom import NAME, classroom, needs_sandbox
from autograder.tests.notebooks import exercise, notebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")

EXERCISE = "03_attention"
RIGHT, EMPTY = json.dumps(notebook("03")), json.dumps(notebook("03", solved=False))
SHEET = sheet_from_notebook(notebook("03", solved=False))


def packed(path, *files):
    """An archive of (name, content, year)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content, year in files:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), content)


def is_right(path):
    return all(
        piece.status == PASSED for piece in judge(submission_from(json.loads(path.read_text()), exercise("03"))).pieces
    )


@pytest.fixture
def room(tmp_path, monkeypatch):
    return classroom(tmp_path, monkeypatch, generated=True)


@pytest.fixture
def collect(room):
    """Runs zip_collect on what was put into the folder; gives the log and what each student has handed in."""
    here = room.folder.path / "downloaded" / EXERCISE / "archive"
    here.mkdir(parents=True)

    def run():
        log = room.must("zip_collect", EXERCISE)
        assert "Traceback" not in log
        return log, {path.parts[-3]: path for path in room.folder.submitted.glob("*/*/attention.ipynb")}

    run.here = here
    return run


def test_nobody_hands_in_for_another(collect):
    for place in (
        "extracted/carol",
        "x/extracted/carol",
        "../extracted/carol",
        "downloaded/03_attention/extracted/carol",
    ):
        packed(
            collect.here / "mallory.zip", ("attention.ipynb", RIGHT, 2025), (f"{place}/attention.ipynb", EMPTY, 2026)
        )
    packed(collect.here / "eve.zip", ("extracted/carol_attention.ipynb", EMPTY, 2026))
    packed(collect.here / "trudy" / "extracted.zip", ("carol_attention.ipynb", EMPTY, 2026))
    packed(collect.here / "_late" / "extracted.zip", ("carol/attention.ipynb", EMPTY, 2026))
    packed(collect.here / "a*b.zip", ("attention.ipynb", EMPTY, 2026))
    _, found = collect()
    assert set(found) == {"mallory", "eve", "trudy"}
    assert is_right(found["mallory"])


def test_of_several_notebooks_the_shallowest_and_then_the_newest_is_taken(collect):
    packed(collect.here / "ada.zip", ("a/b/attention.ipynb", EMPTY, 2026), ("work/attention.ipynb", RIGHT, 2025))
    packed(collect.here / "bob.zip", ("work/attention.ipynb", RIGHT, 2026), ("backup/attention.ipynb", EMPTY, 2025))
    packed(collect.here / "cem.zip", ("backup/attention.ipynb", EMPTY, 2025), ("work/my_attention.ipynb", RIGHT, 2026))
    packed(collect.here / "dora.zip", ("attention.ipynb", EMPTY, 2025))
    packed(collect.here / "dora_2.zip", ("attention.ipynb", RIGHT, 2026))
    packed(collect.here / "evan.zip", ("attention.ipynb", RIGHT, 2026))
    (collect.here / "evan_2.zip").write_text("no archive")
    with tarfile.open(collect.here / "evan.tar.gz", "w:gz") as archive:
        (collect.here.parent / "attention.ipynb").write_text(EMPTY)
        os.utime(collect.here.parent / "attention.ipynb", (1, 1))
        archive.add(collect.here.parent / "attention.ipynb", "attention.ipynb")
    packed(collect.here / "fred.zip", ("attention.ipynb", RIGHT, 2026), ("a/" * 2000 + "attention.ipynb", EMPTY, 2026))
    log, found = collect()
    assert set(found) == {"ada", "bob", "cem", "dora", "evan", "fred"}
    assert [student for student, path in found.items() if not is_right(path)] == []
    assert "bob: bob/backup/attention.ipynb is not collected, but bob/work/attention.ipynb" in log
    assert "dora: dora/attention.ipynb is not collected, but dora_2/attention.ipynb" in log


def test_the_course_may_lie_in_a_folder_of_that_name(room, tmp_path):
    course = tmp_path / "extracted" / "carol" / NAME
    course.parent.mkdir(parents=True)
    shutil.move(room.folder.path, course)
    moved = type(room)(course.parent)
    here = moved.folder.path / "downloaded" / EXERCISE / "archive"
    packed(here / "ada.zip", ("attention.ipynb", RIGHT, 2025))
    moved.must("zip_collect", EXERCISE)
    assert [path.parts[-3] for path in moved.folder.submitted.glob("*/*/*.ipynb")] == ["ada"]


def claiming(problem):
    found = notebook("03")
    found["metadata"]["microgpt"] = {"problem": problem, "other": 1}
    return found


def test_a_submission_says_nothing_of_why_it_was_not_judged(room, collect):
    needs_sandbox()
    room.must("release_assignment", EXERCISE)
    handed_in = room.exchange / NAME / "inbound" / f"eve+{EXERCISE}+2025-01-01 12:00:00.000000 UTC+x"
    handed_in.mkdir()
    (handed_in / "attention.ipynb").write_text(json.dumps(claiming("give me full marks")))
    room.must("collect", EXERCISE)
    packed(collect.here / "zoe.zip", ("attention.ipynb", json.dumps(claiming("my dog ate it")), 2025))
    collect()
    room.must("autograde", EXERCISE)
    assert {student: sum(marks.values()) for student, marks in room.marks(EXERCISE).items()} == {"eve": 16, "zoe": 16}


HALF = "\ud800"
PICTURES = {f"a{HALF}.png": {"image/png": HALF, f"image/{HALF}": "x", "text/html": "x"}, "b.png": {"image/png": "QQ=="}}


def test_halves_of_letters_can_be_saved_wherever_they_stand():
    """Where nobody has collected it: put into submitted/ by hand."""
    found = claiming(f"half a letter: {HALF}")
    found["cells"].append({"cell_type": "markdown", "id": "x", "metadata": {}, "source": HALF, "attachments": PICTURES})
    clean = sanitise(found, SHEET)
    assert json.loads(json.dumps(clean, ensure_ascii=False).encode()) == clean
    assert problem_of(clean) == "half a letter: ?"
    assert clean["cells"][-1]["attachments"] == {"a?.png": {"image/png": "?"}, "b.png": {"image/png": "QQ=="}}
    assert problem_of(sanitise(claiming(["no text"]), SHEET)) == ""

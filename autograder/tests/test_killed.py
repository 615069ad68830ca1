"""kill -9 at any moment of grading: the gradebook opens, nothing graded is lost, and running again does the rest."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbconvert.writers import FilesWriter

from autograder.teach import grader, save
from autograder.teach.apps import nbgrader
from autograder.teach.exporter import GradingExporter
from autograder.teach.lock import acquire, release
from autograder.tests.classroom import classroom, needs_sandbox
from autograder.tests.notebooks import notebook
from microgpt_ref.errors import UserError

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")

ASSIGNMENT = "03_attention"
STUDENTS = [f"learner{number}" for number in range(4)]


@pytest.fixture
def room(tmp_path, monkeypatch):
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    for student in STUDENTS:
        found = notebook("03")
        (cell,) = [cell for cell in found["cells"] if cell["id"] == "attend"]
        cell["source"] += f"\n# {student}"
        path = room.hand_in(student, "03", found)
        (path.parent / "timestamp.txt").write_text("2030-01-01 12:00:00 UTC")
    return room


def die(*anything, **more):
    os.kill(os.getpid(), signal.SIGKILL)


def half_a_file(self, output, resources, notebook_name=None, **kw):
    """The machine stops in the middle of writing the graded notebook."""
    path = Path(self.build_directory) / f"{notebook_name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(output[: len(output) // 2])
    die()


# Where the grader of the third submission dies: what is replaced, and whether its original runs first.
MOMENTS = {
    "before it reads the submission": (GradingExporter, "from_filename", 2 * 2, die, False),
    "with a clean copy written": (GradingExporter, "from_filename", 2 * 2 + 1, die, False),
    "with the verdict kept": (grader, "save_verdict", 2, die, True),
    "in the middle of the marks": (save.SaveAtOnce, "_add_score", 2 * 3 + 1, die, True),
    "with the marks saved": (save.SaveAtOnce, "preprocess", 2, die, True),
    "in the middle of the clean copy": (FilesWriter, "write", 2 * 2, half_a_file, False),
    "in the middle of the graded notebook": (FilesWriter, "write", 2 * 2 + 1, half_a_file, False),
}


def grade_and_die(room, owner, name, call, death, run_first):
    """Grade in a process that kills itself at this call."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(BaseException):
        original, calls = getattr(owner, name), []

        def deadly(*args, **kw):
            calls.append(name)
            if len(calls) <= call:
                return original(*args, **kw)
            if run_first:
                original(*args, **kw)
            return death(*args, **kw)

        setattr(owner, name, deadly)
        nbgrader(room.folder.path, "autograde", ASSIGNMENT)
    os._exit(77)


def all_is_well(room):
    full = {"check-attention_weights": 5.0, "check-attend": 4.0, "check-multi_head_attention": 7.0}
    assert room.marks(ASSIGNMENT) == dict.fromkeys(STUDENTS, full)
    for student in STUDENTS:
        graded = json.loads((room.folder.autograded / student / ASSIGNMENT / "attention.ipynb").read_text())
        assert graded["metadata"]["microgpt"]["graded"]
        assert (room.folder.autograded / student / ASSIGNMENT / "timestamp.txt").exists()


SELDOM = ("before it reads the submission", "with a clean copy written", "in the middle of the clean copy")


@pytest.mark.parametrize(
    "moment", [pytest.param(moment, marks=pytest.mark.thorough if moment in SELDOM else []) for moment in MOMENTS]
)
def test_a_grader_that_dies(room, moment):
    assert grade_and_die(room, *MOMENTS[moment]) == -signal.SIGKILL
    done = [room.folder.autograded / student / ASSIGNMENT / "attention.ipynb" for student in STUDENTS[:2]]
    before = [path.stat().st_mtime_ns for path in done]
    marks = room.marks(ASSIGNMENT)
    assert all(sum(marks[student].values()) == 16 for student in STUDENTS[:2])
    room.must("autograde", ASSIGNMENT)
    all_is_well(room)
    assert [path.stat().st_mtime_ns for path in done] == before  # what was graded was not graded again


def test_nbgrader_killed_from_outside(room):
    program = Path(sys.executable).with_name("nbgrader")
    grader = subprocess.Popen(
        [program, "autograde", ASSIGNMENT], cwd=room.folder.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (room.folder.verdicts / STUDENTS[1]).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    grader.kill()
    assert grader.wait() == -signal.SIGKILL
    room.must("autograde", ASSIGNMENT)
    all_is_well(room)


def test_a_second_grader_says_so_and_stops(room):
    """Two at once would take each other's half-graded work for what a dead one left behind."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(room.folder.notes / f"{ASSIGNMENT}.lock")], stdin=-1, stdout=-1
    )
    assert child.stdout.readline() == b"held\n"
    ran = room.teacher("autograde", ASSIGNMENT)
    assert (ran.code, f"another grader (process {child.pid}) is at work on 03_attention" in ran.log) == (1, True)
    assert room.marks(ASSIGNMENT) == {}
    child.kill()
    child.communicate()
    room.must("autograde", ASSIGNMENT)
    all_is_well(room)


HOLD = (
    "import sys, pathlib\nfrom autograder.teach.lock import acquire\nacquire(pathlib.Path(sys.argv[1]))\n"
    "print('held', flush=True)\nsys.stdin.read()"
)


def test_the_lock_is_free_again_after_a_run(room):
    """The formgrader's server lives on after it has graded."""
    room.must("autograde", ASSIGNMENT)
    other = subprocess.run(
        [sys.executable, "-c", HOLD, str(room.folder.notes / f"{ASSIGNMENT}.lock")], input=b"", capture_output=True
    )
    assert other.stdout == b"held\n", other.stderr


def test_a_lock_is_held_once_in_a_process_and_told_to_others(tmp_path):
    path = tmp_path / "x.lock"
    acquire(path)
    acquire(path)
    child = os.fork()
    if not child:
        from autograder.teach import lock

        lock._held.clear()
        try:
            acquire(path)
        except UserError:
            os._exit(3)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    release(path)

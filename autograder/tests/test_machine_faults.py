"""A fault of the grader's machine costs nobody a mark: one line, no mark, graded again; the class goes on."""

import os
import shutil

import pytest

from autograder.teach import grading
from autograder.teach.own_checks import ChecksFault
from autograder.tests.classroom import classroom, needs_sandbox
from autograder.tests.notebooks import notebook

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")
FULL = {"check-attention_weights": 5, "check-attend": 4, "check-multi_head_attention": 7}
NOTHING = dict.fromkeys(FULL)


@pytest.fixture
def wall(tmp_path, monkeypatch):
    """A bwrap that lets every probe through, and fails once for each of the files that are put into this folder."""
    needs_sandbox()
    folder = tmp_path / "faults"
    folder.mkdir()
    wrapper = tmp_path / "bin/bwrap"
    wrapper.parent.mkdir()
    wrapper.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *child.py*) for fault in {folder}/*; do\n'
        '    [ -e "$fault" ] && rm "$fault" && echo "no namespaces left" >&2 && exit 1\n'
        f'done;; esac\nexec {shutil.which("bwrap")} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    grading._sandbox.cache_clear()
    yield folder
    grading._sandbox.cache_clear()


def lines_of(log, student):
    return [line for line in log.splitlines() if line.startswith(f"[AutogradeApp | ERROR] {student}:")]


def test_a_sandbox_that_does_not_start_once_fails_one_submission_and_the_class_goes_on(tmp_path, monkeypatch, wall):
    room = classroom(tmp_path, monkeypatch, generated=True)
    for number, student in enumerate(("ada", "bob", "eve")):
        found = notebook("03")
        found["cells"][-1]["source"] = f"# no verdict of another is remembered for this one: {number}"
        room.hand_in(student, "03", found)
    (wall / "one").touch()
    ran = room.teacher("autograde", "03_attention")
    assert ran.code == 1
    (line,) = lines_of(ran.log, "ada")
    assert "not graded" in line
    assert "no namespaces left" in line
    assert "Traceback (most recent call last)" not in ran.log
    assert room.marks("03_attention") == {"ada": NOTHING, "bob": FULL, "eve": FULL}
    assert not (room.folder.verdicts / "ada").exists()
    assert not (room.folder.autograded / "ada/03_attention").exists()
    room.must("autograde", "03_attention")
    assert room.marks("03_attention") == {"ada": FULL, "bob": FULL, "eve": FULL}


def test_a_verdict_that_cannot_be_written_is_no_mark_either(tmp_path, monkeypatch):
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    room.hand_in("ada", "03")
    room.hand_in("bob", "03")
    room.folder.verdicts.mkdir(exist_ok=True)
    (room.folder.verdicts / "ada").write_text("a file where a folder belongs")
    ran = room.teacher("autograde", "03_attention")
    assert (ran.code, len(lines_of(ran.log, "ada"))) == (1, 1), ran.log
    assert "Traceback (most recent call last)" not in ran.log
    assert room.marks("03_attention") == {"ada": NOTHING, "bob": FULL}


def test_a_fault_of_the_checks_that_shows_in_the_middle_stops_the_run(tmp_path, monkeypatch):
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    room.hand_in("ada", "03")
    room.hand_in("bob", "03")

    def at_fault(*anything):
        raise ChecksFault("own/08_perplexity/checks.py line 7 is at fault, not a submission: NameError")

    monkeypatch.setattr("autograder.teach.grader.judge_submission", at_fault)
    ran = room.teacher("autograde", "03_attention")
    assert ran.code == 1
    assert ran.log.count("checks.py line 7 is at fault") == 1
    assert "Traceback (most recent call last)" not in ran.log
    assert set(room.marks("03_attention")) <= {"ada"}  # nobody after the first was tried
    monkeypatch.undo()
    for name in ("config", "data", "runtime"):
        monkeypatch.setenv(f"JUPYTER_{name.upper()}_DIR", str(tmp_path / "jupyter" / name))
    room.must("autograde", "03_attention")
    assert room.marks("03_attention") == {"ada": FULL, "bob": FULL}

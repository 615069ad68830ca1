"""A machine that cannot run learner code gives no verdict: one line, and the work is judged once it can."""

import sys

from autograder.judge.learner import Plain
from autograder.judge.sandbox import Sandbox
from autograder.tests.classroom import classroom, needs_sandbox
from autograder.tests.running import run, write
from autograder.tests.test_plugin import run as pytest_on

FAILS = [sys.executable, "-c", "import sys; sys.exit('bwrap: no space left on device')"]
FAULT = "bwrap: no space left on device"


def test_microgpt_check_says_so_in_one_line(exercises, monkeypatch):
    write(exercises, "02")
    monkeypatch.setenv("MICROGPT_CACHE", str(exercises.parent / "an empty cache"))
    with monkeypatch.context() as broken:
        broken.setattr(Plain, "command", lambda wall, program: FAILS)
        ran = run("check", "02")
        assert ran.code == 2
        assert FAULT in ran.text
        assert ran.text.strip().count("\n") == 0
    assert run("check", "02").code == 0


def test_pytest_says_so_without_a_traceback(exercises):
    write(exercises, "02")
    (exercises / "conftest.py").write_text(
        f"from autograder.judge.learner import Plain\nPlain.command = lambda wall, program: {FAILS!r}\n"
    )
    ran = pytest_on(exercises / "02_layers", cwd=exercises)
    assert ran.returncode == 1
    assert FAULT in ran.stdout
    assert "Traceback" not in ran.stdout
    assert "learner.py" not in ran.stdout
    assert " passed" not in ran.stdout


def test_nbgrader_gives_no_mark_and_grades_the_next_time(tmp_path, monkeypatch):
    """The wall stands when it is tried, and fails the first of two submissions."""
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch, generated=True)
    for student in ("ada", "bea"):
        room.hand_in(student, "03")
    command = Sandbox.command
    calls = iter([FAILS])
    with monkeypatch.context() as broken:
        broken.setattr(Sandbox, "command", lambda wall, program: next(calls, None) or command(wall, program))
        ran = room.teacher("autograde", "03_attention")
    assert ran.code != 0
    (line,) = [line for line in ran.log.split("\n") if FAULT in line]
    assert "ada: not graded, and the next run tries again" in line
    assert "Traceback (most recent call last)" not in ran.log
    assert not (room.folder.autograded / "ada").exists() or not list((room.folder.autograded / "ada").rglob("*.ipynb"))
    assert sum(room.marks("03_attention")["bea"].values()) == 16
    room.must("autograde", "03_attention")
    assert sum(room.marks("03_attention")["ada"].values()) == 16

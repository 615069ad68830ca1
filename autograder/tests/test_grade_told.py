"""What a grader says while it works and at its end, and what a judge says that cannot judge."""

import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from autograder.course import course
from autograder.teach.farm import grade as grading
from autograder.teach.farm import progress as module
from autograder.teach.farm import worker_check, worker_command
from autograder.teach.farm.grade import Outcome
from autograder.teach.farm.grade_command import grade
from autograder.teach.farm.judge_process import answer
from autograder.teach.farm.progress import Progress, summary, to_json
from autograder.tests import farm
from autograder.tests.running import command as in_terminal
from microgpt_ref.errors import UserError

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")


@pytest.fixture(autouse=True)
def signals():
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def command(*arguments):
    ran = CliRunner().invoke(grade, list(arguments))
    return ran.exit_code, ran.stderr or str(ran.exception or "")


def test_in_a_log_a_line_now_and_then_with_the_rate_and_the_time_left(capsys, monkeypatch):
    monkeypatch.setattr(module, "EVERY", -1.0)
    clock = iter([0.0, 0.0, 0.0, 0.0, 10.0, 20.0])
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with Progress() as shown:
        shown.show(Outcome(waiting=1000), "")
        shown.show(Outcome(waiting=1000, graded=50), "")
    first, second = capsys.readouterr().err.splitlines()
    assert first == "0 of 1,000"
    assert second == "50 of 1,000, 5.0 a second, 190 s left"


def test_in_a_terminal_a_bar_and_news_once(capsys, monkeypatch):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with Progress() as shown:
        for graded in (1, 2):
            shown.show(Outcome(waiting=4, graded=graded), "no worker has this version")
        shown._bar.refresh()
    text = capsys.readouterr().err
    assert text.count("no worker has this version") == 1
    assert "grading" in text
    assert "2/4" in text
    assert "a second" in text


def test_quiet_is_quiet(capsys, monkeypatch):
    monkeypatch.setattr(module, "EVERY", -1.0)
    with Progress(quiet=True) as shown:
        shown.show(Outcome(waiting=4, graded=1), "")
    assert capsys.readouterr().err == ""


def test_the_summary_names_who_was_not_graded_and_why():
    outcome = Outcome(waiting=2, graded=1, judged=1, seconds=2.0)
    outcome.points["03_attention"] += [16.0]
    outcome.failed.append(("learner00001", "03_attention", "it could not be read: OSError"))
    text = summary(outcome)
    assert "graded 1 in 2 s (0.5 a second" in text
    assert "03_attention: mean 16 points" in text
    assert "not graded: 1 (.microgpt/grade.log says more)" in text
    assert "  learner00001, 03_attention: it could not be read: OSError" in text
    assert to_json(outcome)["failed"] == [
        {"student": "learner00001", "assignment": "03_attention", "why": "it could not be read: OSError"}
    ]


def test_the_summary_counts_who_was_given_up():
    outcome = Outcome(waiting=1, graded=1, judged=1, seconds=1.0)
    outcome.given_up.append(("learner00001", "03_attention", "it ended the worker that judged it 3 times"))
    text = summary(outcome)
    assert "given up: 1; zero for now, the next run judges them again" in text
    assert "  learner00001, 03_attention: it ended the worker that judged it 3 times" in text
    assert to_json(outcome)["given_up"][0]["student"] == "learner00001"


class Lost:
    """Judges that never come back."""

    def __init__(self, answers):
        self.answers = answers

    def submit(self, token, task):
        self.answers.put((token, {"lost": "it ended the worker that judged it 3 times"}))

    def close(self):
        pass


def test_what_is_given_up_is_exit_code_1_and_judged_by_the_next_run(released_course, tmp_path, monkeypatch):
    folder = farm.copy(released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 2, "lost", {"honest": 1}))
    farm.shutil.copytree(folder.submitted / "learner00001", folder.submitted / "ben")  # the same work twice
    real = grading.grade
    monkeypatch.setattr(grading, "grade", lambda wish, tell, judges: real(wish, tell, Lost))
    ran = CliRunner().invoke(grade, [str(folder.path), "--json"])
    assert ran.exit_code == 1
    given_up = sorted(one["student"] for one in json.loads(ran.stdout)["given_up"])  # as they came back
    assert given_up == ["ben", "learner00001", "learner00002"]
    monkeypatch.undo()
    assert farm.run(folder).graded == 3
    assert {mark[0] for mark in farm.marks(folder).values()} == {16.0}
    assert farm.run(folder).waiting == 0


class Faulty:
    """Judges on machines that have a fault."""

    def __init__(self, answers):
        self.answers = answers

    def submit(self, token, task):
        self.answers.put((token, {"fault": "OSError: no processes left"}))

    def close(self):
        pass


def test_a_machine_with_a_fault_gives_no_verdict(released_course, tmp_path):
    folder = farm.copy(released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 2, "fault", {"honest": 1}))
    outcome = farm.run(folder, judges=Faulty, jobs=1)
    assert outcome.graded == 0
    assert {why for _, _, why in outcome.failed} == {"it could not be judged here: OSError: no processes left"}
    assert farm.verdicts(folder) == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PermissionError(13, "Permission denied", "judged"), "judged cannot be written .* as the owner of the course"),
        (OSError(28, "No space left on device"), "no room for verdicts .* what is graded stays graded"),
    ],
)
def test_verdicts_that_cannot_be_kept_end_the_run_in_one_line(released_course, tmp_path, monkeypatch, error, says):
    def refuse(wish):
        raise error

    monkeypatch.setattr(grading, "_books", refuse)
    with pytest.raises(UserError, match=says) as caught:
        farm.run(farm.copy(released_course, tmp_path / "cs101"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_grader_that_is_stopped_says_how_far_it_came(released_course, monkeypatch, how):
    def stopped(wish, tell, judges_of):
        tell(Outcome(waiting=1000, graded=12), "")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.kill(os.getpid(), how)
        signal.pause()

    monkeypatch.setattr(grading, "grade", stopped)
    before = signal.getsignal(signal.SIGINT)
    try:
        ran = CliRunner().invoke(grade, [str(released_course.path), "--json"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert ran.exit_code == 130
    assert "stopped; 12 of 1,000 graded. The same command goes on from here." in ran.stderr
    said = json.loads(ran.stdout)
    assert (said["graded"], said["stopped"]) == (12, True)


def test_nobody_who_reads_it_changes_nothing(released_course, tmp_path):
    folder = farm.copy(released_course, tmp_path / "cs101")
    nobody, closed = os.pipe()
    os.close(nobody)
    ran = subprocess.run(in_terminal("grade", str(folder.path), "--json"), stdout=closed, stderr=subprocess.PIPE)
    os.close(closed)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_log_does_not_tell_again_what_has_not_changed(capsys, monkeypatch):
    monkeypatch.setattr(module, "EVERY", -1.0)
    with Progress() as shown:
        for _ in range(3):
            shown.show(Outcome(waiting=40, graded=3), "no worker answers; waiting 300 s at most")
    said = capsys.readouterr().err
    assert said.count("waiting 300 s") == 1
    assert said.count("3 of 40") == 1


def test_a_configuration_that_does_not_load_is_one_line(released_course, tmp_path):
    folder = farm.copy(released_course, tmp_path / "cs101")
    folder.config.write_text("c = get_config(\n")
    code, said = command(str(folder.path))
    assert code
    assert "nothing was graded: nbgrader_config.py does not load (SyntaxError" in said


@pytest.mark.parametrize(
    ("missing", "arguments", "says"),
    [("nbgrader", [], "microgpt-kit[instructor]"), ("celery", ["--broker", "redis://here"], "microgpt-kit[cluster]")],
)
def test_what_is_not_installed_is_named(released_course, monkeypatch, missing, arguments, says):
    from importlib import util

    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == missing else real(name))
    assert says in command(str(released_course.path), *arguments)[1]


def test_a_judge_refuses_what_it_has_no_checks_for_and_jobs_of_another_version():
    assert answer({"do": "read", "assignment": "99_nothing"}, course()) == {
        "refused": "there are no checks for 99_nothing"
    }
    job = {"key": "k", "version": "old-3.11", "assignment": "03_attention", "seed": "s"}
    job |= {"seconds": 1.0, "problems": {}, "cells": []}
    task = {"do": "judge", "job": job, "no_sandbox": True}
    said = answer(task, course())["refused"]
    assert "the job was made by kit (old, Python 3.11)" in said
    assert "install the same microgpt-kit" in said


def test_a_judge_tells_a_fault_of_its_machine(monkeypatch):
    def full(*anything):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("autograder.teach.farm.judge_process.judge_job", full)
    job = {"key": "k", "version": "v", "assignment": "03_attention", "seed": "s"}
    job |= {"seconds": 1.0, "problems": {}, "cells": []}
    assert "Too many open files" in answer({"do": "judge", "job": job, "no_sandbox": True}, course())["fault"]


def worker(*arguments):
    ran = CliRunner().invoke(worker_command.worker, list(arguments))
    return ran.exit_code, ran.output + str(ran.exception or "")


def test_a_worker_that_cannot_judge_or_has_no_queue_does_not_begin(monkeypatch):
    monkeypatch.delenv("MICROGPT_BROKER", raising=False)
    monkeypatch.setattr(worker_check, "look_over", lambda no_sandbox: iter([(True, "Python")]))
    assert "where is the queue? microgpt worker --broker redis://HOST" in worker()[1]
    monkeypatch.setattr(worker_check, "look_over", lambda no_sandbox: iter([(False, "no sandbox here")]))
    assert "microgpt worker --check says why" in worker()[1]


def test_a_machine_that_cannot_judge_says_what_is_missing(monkeypatch):
    def no_wall(terms):
        raise UserError("nothing was graded: the sandbox needs bubblewrap")

    monkeypatch.setattr(worker_check, "wall_for", no_wall)
    assert list(worker_check.look_over())[-1] == (False, "the sandbox needs bubblewrap")
    monkeypatch.undo()
    monkeypatch.setattr(worker_check, "judge_submission", lambda *anything: (_ for _ in ()).throw(OSError("no room")))
    assert list(worker_check.look_over(no_sandbox=True))[-1] == (False, "a child could not be started: no room")


def test_limits_that_are_too_low_are_named(monkeypatch):
    monkeypatch.setattr(worker_check, "LIMITS", {"RLIMIT_NOFILE": 2**62})
    ((well, line),) = worker_check._limits()
    assert not well
    assert line.startswith("RLIMIT_NOFILE is at most ")
    assert "4,611,686,018,427,387,904 are wanted" in line

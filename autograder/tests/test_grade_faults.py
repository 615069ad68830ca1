"""Whatever happens to a grader on one machine: one verdict each, and the marks of an undisturbed run."""

import errno
import logging
import os
import resource
import signal
import sqlite3
import subprocess
import sys

import pytest

from autograder.tests import farm
from autograder.tests.running import ROOT, command
from microgpt_ref.errors import UserError

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")

JUDGES = "autograder.teach.farm.judge_process"
TEN = len(farm.small_class())


@pytest.fixture(autouse=True)
def nobody_is_left_at_work():
    yield
    farm.soon(lambda: not farm.children(JUDGES, os.getpid()))


class After:
    """Does something once, when so many are graded."""

    def __init__(self, count, what):
        self.count, self.what, self.news = count, what, []

    def __call__(self, outcome, news):
        self.news.append(news)
        if outcome.graded >= self.count and self.what:
            what, self.what = self.what, None
            what()


def test_a_judge_is_killed_in_the_middle(class_of_ten):
    killed = After(3, lambda: [os.kill(pid, signal.SIGKILL) for pid in farm.children(JUDGES, os.getpid())])
    assert farm.run(class_of_ten, killed).failed == []
    assert killed.what is None


def test_the_grader_is_killed(class_of_ten):
    grader = subprocess.Popen(command("grade", str(class_of_ten.path), "--jobs=1"), stderr=subprocess.DEVNULL)
    farm.soon(lambda: len(list(class_of_ten.verdicts.glob("*/*.json"))) >= 3)
    judges = farm.children(JUDGES, grader.pid)
    grader.kill()
    grader.wait()
    assert judges
    farm.soon(lambda: not any(farm.alive(pid) for pid in judges))
    with sqlite3.connect(class_of_ten.gradebook) as gradebook:
        assert gradebook.execute("pragma integrity_check").fetchone() == ("ok",)
    before = len(farm.marks(class_of_ten))
    outcome = farm.run(class_of_ten)
    assert outcome.graded <= TEN - before + 1  # one may have been between gradebook and notebook
    assert outcome.judged < TEN - 3


def test_the_grader_is_stopped(class_of_ten):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        farm.run(class_of_ten, After(4, stop))
    assert farm.run(class_of_ten).graded == TEN - 4


def test_the_lock_is_kept_until_the_last_submission_is_in_the_gradebook(class_of_ten, monkeypatch):
    from autograder.teach import lock
    from autograder.teach.farm.one_transaction import OneTransaction

    held, commit = [], OneTransaction.commit

    def watched(self):
        held.append(class_of_ten.notes / f"{farm.NAME}.lock" in lock._held)
        commit(self)

    monkeypatch.setattr(OneTransaction, "commit", watched)
    farm.run(class_of_ten)
    assert held == [True] * TEN
    assert not lock._held


def damaged(gradebook):
    gradebook.write_bytes(gradebook.read_bytes()[:60_000])


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (damaged, "(?i)put a copy of"),
        (lambda gradebook: gradebook.write_bytes(b"garbage" * 9000), "(?i)put a copy of"),
    ],
)
def test_a_damaged_gradebook_is_one_line(released_course, tmp_path, capfd, what, says):
    folder = farm.copy(released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 1, "one", {"honest": 1}))
    what(folder.gradebook)
    with pytest.raises(UserError, match=says) as caught:
        farm.run(folder)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in capfd.readouterr().err


def test_a_gradebook_that_cannot_be_written_is_one_line(released_course, tmp_path, capfd, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from autograder.teach.farm.one_transaction import OneTransaction

    def refuse(self):
        error = OperationalError("insert", {}, sqlite3.OperationalError("attempt to write a readonly database"))
        from nbgrader.api import app_log

        app_log.exception("Rolling back session due to database error %s", error)
        raise error

    monkeypatch.setattr(OneTransaction, "commit", refuse)
    folder = farm.copy(released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 1, "one", {"honest": 1}))
    with pytest.raises(UserError, match=r"readonly database.: grade as the owner of the course") as caught:
        farm.run(folder)
    assert "formgrader" not in str(caught.value)
    assert "Rolling back" not in capfd.readouterr().err
    assert "Rolling back" in (folder.notes / "grade.log").read_text()


def test_a_log_without_room_says_nothing_more(tmp_path, capfd):
    from autograder.teach.farm.fold import Log

    log = Log("/dev/full")
    log.emit(logging.LogRecord("x", logging.ERROR, "x", 1, "no room", (), None))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EROFS, "cannot be written .*: mount it"),
        (errno.EACCES, "cannot be written .*: grade as the owner of the course"),
    ],
)
def test_a_course_that_cannot_be_written_is_one_line(released_course, monkeypatch, number, says):
    from autograder.teach import lock

    def refuse(path, *anything, **more):
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(lock, "open", refuse, raising=False)
    with pytest.raises(UserError, match=says):
        farm.run(released_course)


def test_a_file_system_without_locks_is_no_other_grader(released_course, monkeypatch):
    import fcntl

    def refuse(*anything):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(UserError, match=r"cannot be locked \(No locks available\).* on a local disk"):
        farm.run(released_course)


def test_a_grader_on_another_machine_is_named(class_of_ten, monkeypatch):
    import platform

    with another_grader(class_of_ten) as pid:
        machine = platform.node()
        monkeypatch.setattr(platform, "node", lambda: "elsewhere")
        with pytest.raises(UserError, match=rf"another grader \(process {pid} on {machine}\) is at work"):
            farm.run(class_of_ten)
    farm.run(class_of_ten)


def test_a_second_grader_says_so_and_stops(class_of_ten):
    with another_grader(class_of_ten) as pid:
        with pytest.raises(UserError, match=f"another grader \\(process {pid}\\) is at work"):
            farm.run(class_of_ten)
    farm.run(class_of_ten)


class another_grader:
    """A process that holds the lock of a course."""

    def __init__(self, folder):
        lock = folder.notes / f"{folder.path.name}.lock"
        script = "import sys, pathlib, autograder.teach.lock as lock; lock.acquire(pathlib.Path(sys.argv[1])); "
        self.line = [sys.executable, "-c", script + "print(flush=True); sys.stdin.read()", str(lock)]

    def __enter__(self):
        self.process = subprocess.Popen(self.line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        return self.process.pid

    def __exit__(self, *error):
        self.process.communicate()


def test_verdicts_cut_short(class_of_ten):
    farm.run(class_of_ten)
    kept = sorted((class_of_ten.notes / "judged").rglob("*.json"))
    for place in kept:
        place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])
    for place in class_of_ten.verdicts.rglob("*.json"):
        place.write_bytes(place.read_bytes()[:50])
    assert farm.run(class_of_ten, again=True).judged == len(kept)


def test_an_autograded_notebook_cut_short(class_of_ten):
    farm.run(class_of_ten)
    place = class_of_ten.autograded / "learner00003" / farm.EXERCISE.notebook
    whole = place.read_bytes()
    place.chmod(0o644)
    place.write_bytes(whole[: len(whole) // 2])
    assert farm.run(class_of_ten).graded == 1


def test_the_gradebook_is_locked_by_another_program(class_of_ten):
    """Until the grader has said that it waits, which it does after the five seconds that SQLite itself waits."""
    other = sqlite3.connect(class_of_ten.gradebook)
    locking = After(3, lambda: other.execute("begin exclusive"))

    def tell(outcome, news):
        locking(outcome, news)
        if "the gradebook is locked" in news:
            other.rollback()

    assert farm.run(class_of_ten, tell).failed == []
    assert locking.what is None
    assert any("the gradebook is locked" in news for news in locking.news)
    other.close()


@pytest.mark.parametrize("room", [4_000, 30_000])
def test_the_disk_is_full(class_of_ten, room):
    """As far as that can be had without a disk: no file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(UserError, match=r"no room .* make room, then run this again"):
            farm.run(class_of_ten)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert farm.run(class_of_ten).graded == TEN


def test_the_sandbox_fails_in_the_middle(class_of_ten, tmp_path, monkeypatch):
    broken = farm.falling_wall(tmp_path, monkeypatch)
    with pytest.raises(UserError, match=r"the sandbox does not stand any more: .*no namespaces left"):
        farm.run(class_of_ten, After(3, broken.touch))
    broken.unlink()
    assert 0 < farm.run(class_of_ten).graded < TEN  # and the marks are those of an undisturbed run: see class_of_ten


def test_a_crash_is_judged_again_by_force_and_never_settled(released_course, tmp_path):
    folder = farm.copy(released_course, tmp_path / "cs101", [farm.with_body(1, "exit")])
    assert farm.run(folder).judged == 1
    assert farm.run(folder, again=True).judged == 1
    assert farm.nbgrader(folder.path, "autograde", farm.NAME, "--force").code == 0
    assert not list((folder.notes / "judged").rglob("*.json"))


def test_ten_hostile_submissions_in_a_row(released_course, tmp_path, tmp_path_factory):
    attacks = farm.members(farm.EXERCISE, 40, "hostile", {"hostile": 1})
    kinds = {member.what: member for member in attacks}  # one of each
    honest = farm.members(farm.EXERCISE, 3, "honest", {"honest": 1})
    ten = [farm.Member(f"a{n:02}", "hostile", m.what, m.notebook) for n, m in enumerate(list(kinds.values())[:10])]
    folder = farm.copy(released_course, tmp_path / "cs101", ten, honest)
    seen = set()
    outcome = farm.run(folder, lambda *anything: seen.update(farm.below(os.getpid())))
    assert (outcome.graded, outcome.failed) == (13, [])
    marks = farm.marks(folder)
    assert all(marks[member.name][0] < farm.EXERCISE.points for member in ten)
    assert all(marks[member.name][0] == farm.EXERCISE.points for member in honest)
    assert len(seen) > 4  # two judges, the walls that they build and what is behind them
    assert farm.soon(lambda: not [pid for pid in seen if farm.alive(pid)])


def test_a_submission_that_always_ends_its_judge_gets_a_verdict_that_says_so(released_course, tmp_path, monkeypatch):
    from autograder.teach.farm import pool

    ask = pool.Judge.ask

    def deadly(self, line, seconds):
        if b"learner00002" in line and b'"do": "judge"' in line:
            assert self.process or self._start()
            self.end()
        return ask(self, line, seconds)

    monkeypatch.setattr(pool.Judge, "ask", deadly)
    folder = farm.copy(released_course, tmp_path / "cs101", farm.members(farm.EXERCISE, 3, "deadly", {"honest": 1}))
    outcome = farm.run(folder)
    assert outcome.graded == 3
    assert [name for name, _, _ in outcome.given_up] == ["learner00002"]
    marks = farm.marks(folder)
    assert [marks[name][0] for name in sorted(marks)] == [16.0, 0.0, 16.0]
    assert (
        "ended the process that judges 3 times" in (folder.verdicts / "learner00002" / f"{farm.NAME}.json").read_text()
    )
    # It may have been the machine: the next run judges it again, and no other.
    monkeypatch.undo()
    outcome = farm.run(folder)
    assert (outcome.graded, outcome.judged, outcome.given_up) == (1, 1, [])
    assert farm.marks(folder)["learner00002"][0] == 16.0
    assert farm.run(folder).waiting == 0

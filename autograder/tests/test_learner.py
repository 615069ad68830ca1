"""The judge's handle on code: how the end of a child is told, and how a check in a notebook is interrupted."""

import os
import signal
import sys
import threading
import time
import tracemalloc

import pytest

from autograder.judge import learner
from autograder.judge.judge import judge
from autograder.judge.learner import Child, Live, Plain
from autograder.judge.request import Request
from autograder.notebook import solved, submission_from
from autograder.report import FAILED
from autograder.tests.notebooks import exercise, notebook

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def ended(source):
    """The answer of a child whose piece ends its process."""
    child = Child([], [("cell 1", source)])
    try:
        return child.ask(Request("piece()", {}), 5.0)["error"]
    finally:
        child.close()


@posix
def test_a_child_that_a_signal_ended_says_which():
    error = ended("import os\n\ndef piece():\n    os.kill(os.getpid(), 9)\n")
    assert error["type"] == "Crash"
    assert "the process was ended by SIGKILL" in error["message"]


def test_a_child_that_went_away_says_its_exit_code():
    assert "exit code 7" in ended("import os\n\ndef piece():\n    os._exit(7)\n")["message"]


@posix
def test_a_signal_without_a_name():
    assert Plain().explain(-120) == "the process was ended by signal 120"


@posix
def test_ctrl_c_in_a_notebook_ends_the_check_and_the_piece(monkeypatch):
    """The kernel's interrupt reaches the main thread; the piece runs on another."""
    names = {"started": threading.Event()}
    exec("def piece():\n    started.set()\n    while True:\n        pass\n", names)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    presser = threading.Thread(target=_press_ctrl_c, args=(names["started"],), daemon=True)
    presser.start()
    limit, begin = sys.getrecursionlimit(), time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            Live(names, {}).ask(Request("piece()", {}), 20.0)
    finally:
        signal.signal(signal.SIGINT, before)
    presser.join(5)
    assert time.monotonic() - begin < 10
    assert sys.getrecursionlimit() == limit
    assert _soon(lambda: not any(_inside(thread, "piece") for thread in threading.enumerate()))


def _press_ctrl_c(started):
    started.wait(10)
    time.sleep(0.1)  # now the judge waits for the piece
    os.kill(os.getpid(), signal.SIGINT)


def _inside(thread, name):
    """Is this thread running a function of that name?"""
    frame = sys._current_frames().get(thread.ident)
    while frame is not None:
        if frame.f_code.co_name == name:
            return True
        frame = frame.f_back
    return False


def _soon(true):
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


class Wall(Plain):
    """In place of a child, this program."""

    def __init__(self, source):
        self.source = source

    def command(self, program):
        return [sys.executable, "-c", self.source]


class Nothing(Plain):
    def command(self, program):
        return ["/no/such/bwrap"]


@pytest.mark.parametrize(
    ("wall", "why"),
    [
        (Wall("import sys; sys.exit('bwrap: no room for a namespace')"), "bwrap: no room for a namespace"),
        (Wall("raise SystemExit(3)"), "exit code 3"),
        (Wall("print('hello')"), "exit code 0"),
        (Wall("import time; time.sleep(60)"), "nothing was heard of it within 1 s"),
        (Nothing(), "/no/such/bwrap"),
    ],
    ids=["says why", "says nothing", "is something else", "stays silent", "is not there"],
)
def test_a_child_that_does_not_start_is_no_verdict(monkeypatch, wall, why):
    """The machine's fault, told in one line; the same for the whole notebook."""
    monkeypatch.setattr(learner, "STARTING", 1.0)
    with pytest.raises(OSError, match="this machine is at fault, not the code") as caught:
        judge(solved(exercise("layers")), wall=wall)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_loading_ends_is_the_learners_affair():
    """The child has said that it is ready, and then it ran the cell."""
    assert "exit code 5" in ended("import os\nos._exit(5)\n")["message"]


# A child that says what the judge waits for, and never reads again. All that it writes was forged by learner code.
FORGES = """
import os, time
def tell(line):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, line)
        except OSError:
            pass
tell(b'{"errors": [], "printed": ""}\\n')
"""


@posix
def test_code_that_never_reads_does_not_hold_up_the_judge():
    child = Child([], [("cell 1", FORGES + "time.sleep(1000)")])
    begin = time.monotonic()
    try:
        error = child.ask(Request("len(x)", {"x": [0.5] * 100_000}), 0.5)["error"]  # more than a pipe holds
    finally:
        child.close()
    assert "no answer within 0.5 s" in error["message"]
    assert time.monotonic() - begin < 4


@posix
def test_code_that_never_stops_talking_is_ended_and_not_kept():
    child = Child([], [("cell 1", FORGES + "while True:\n    tell(b'x' * 60_000 + b'\\n')")])
    try:
        assert "error" not in child.load(5.0)
        tracemalloc.start()
        time.sleep(0.5)
        error = child.ask(Request("1", {}), 5.0)["error"]
        kept = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        child.close()
    assert "wrote into the channel" in error["message"]
    assert kept < 5_000_000


@posix
def test_a_forged_answer_is_none_to_the_question_that_was_asked():
    piece = """
def piece():
    tell(b'{"data": 1, "number": 7}\\n')
    return 1
"""
    child = Child([], [("cell 1", FORGES.rsplit("tell(", 1)[0] + piece)])
    try:
        assert "wrote into the channel" in child.ask(Request("piece()", {}), 5.0)["error"]["message"]
    finally:
        child.close()


def test_all_questions_to_a_notebook_have_one_limit():
    """An hour of five seconds each is what one submission could take of a grader's night."""
    slow = {"softmax": "import time\n\ndef softmax(logits):\n    time.sleep(0.4)\n    return logits\n"}
    begin = time.monotonic()
    report = judge(submission_from(notebook("layers", slow), exercise("layers")), in_all=0.6)
    assert time.monotonic() - begin < 4
    states = {piece.piece: piece.status for piece in report.pieces}
    assert states["softmax"] == FAILED
    assert "no time left: no answer within the 0.6 s for all questions together" in report.to_text()

"""The judge's handle on code: how the end of a child is told, and how a check in a notebook is interrupted."""

import os
import signal
import sys
import threading
import time

import pytest

from autograder.judge.learner import Child, Live, Plain
from autograder.judge.request import Request

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

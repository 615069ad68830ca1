"""`microgpt watch`: a verdict at every save, keys, and a terminal that is as it was afterwards."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from autograder.course import course
from autograder.tests import running
from autograder.tests.notebooks import notebook
from autograder.tests.running import command, posix, write

pytestmark = posix
WRONG = {"attend": "def attend(query, keys, values):\n    return values[0]\n"}


@pytest.fixture
def watching(exercises, terminal):
    """`microgpt watch 03` on a notebook to do, with its first verdict shown."""
    opened = terminal("watch", "03")
    opened.wait_for("3 of 3 pieces to go.*q quit")
    return opened


def put_in_place(path, text):
    """As JupyterLab saves: a temporary file, then renamed."""
    half = path.with_name(f".~{path.name}")
    half.write_text(text, encoding="utf-8")
    os.replace(half, path)


def test_a_save_is_judged_at_once_and_shown_on_an_empty_screen(exercises, watching):
    write(exercises, "03", WRONG)
    text = watching.wait_for("✗ attend: .*1 of 3 pieces to go")
    assert "\x1b[2J" in text
    write(exercises, "03")
    watching.wait_for("all of 03_attention passes")


def test_a_save_by_renaming_is_noticed(exercises, watching):
    put_in_place(exercises / "03_attention" / "attention.ipynb", json.dumps(notebook("03", WRONG)))
    watching.wait_for("✗ attend")
    put_in_place(exercises / "03_attention" / "attention.ipynb", json.dumps(notebook("03")))
    watching.wait_for("all of 03_attention passes")


def test_a_half_written_file_is_waited_for(exercises, watching):
    path = exercises / "03_attention" / "attention.ipynb"
    text = json.dumps(notebook("03"))
    path.write_text(text[:2000], encoding="utf-8")
    time.sleep(0.1)
    path.write_text(text, encoding="utf-8")
    shown = watching.wait_for("all of 03_attention passes")
    assert "is not JSON" not in shown


def test_a_broken_file_is_said_and_forgiven(exercises, watching):
    path = exercises / "03_attention" / "attention.ipynb"
    path.write_text("{", encoding="utf-8")
    watching.wait_for(r"is not JSON.*nothing of 03_attention can be judged.*quit")
    path.unlink()
    watching.wait_for("brings a notebook back.*quit")
    write(exercises, "03")
    watching.wait_for("all of 03_attention passes")


def test_q_ends_it_and_the_terminal_is_as_it_was(watching):
    assert watching.takes_keys
    watching.press("q")
    assert watching.end() == 0
    assert watching.put_right


@pytest.mark.parametrize(("how", "code"), [("\x03", 130), ("\x04", 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_every_other_way_out_leaves_the_terminal_as_it_was(watching, how, code):
    watching.press(how) if isinstance(how, str) else watching.process.send_signal(how)
    assert watching.end() == code
    assert watching.put_right
    assert "Traceback" not in watching.rest()


def test_an_error_leaves_the_terminal_as_it_was(exercises, terminal, monkeypatch):
    """A fault of the kit itself, while watching."""
    (exercises / "faulty.py").write_text(
        "from autograder.learn.watch_command import Watch\n"
        "def fail(self): raise RuntimeError('a fault')\n"
        "Watch._hint = fail\n"
    )
    begin = "import sys; sys.path[:0] = [sys.argv.pop(1), sys.argv.pop(1)]"
    monkeypatch.setattr(running, "START", f"{begin}; import faulty; from autograder.cli import main; main()")
    opened = terminal(str(exercises), "watch", "03")
    opened.wait_for("q quit")
    assert opened.takes_keys
    opened.press("h")
    assert opened.end() == 1
    assert opened.put_right
    assert "a fault" in opened.rest()


def test_h_gives_the_next_hint_of_the_next_piece(exercises, watching):
    watching.press("h")
    watching.wait_for("Hint 1 of 3 for attention_weights.*quit")
    watching.press("h")
    watching.wait_for("Hint 2 of 3 for attention_weights.*quit")
    write(exercises, "03", WRONG)
    watching.wait_for("✗ attend.*quit")
    watching.press("h")
    watching.wait_for("Hint 1 of 3 for attend.*quit")
    write(exercises, "03")
    watching.wait_for("all of 03_attention passes.*quit")
    watching.press("h")
    watching.wait_for("no hint is needed.*quit")


def test_n_goes_on_to_the_next_exercise_that_is_not_done(exercises, terminal):
    write(exercises, "04")
    opened = terminal("watch", "03")
    opened.wait_for("03 Attention.*quit")
    opened.press("n")
    opened.wait_for("05 Training.*quit")
    write(exercises, "05", {"learning_rate": "def learning_rate(step, num_steps):\n    return 0\n"})
    opened.wait_for("✗ learning_rate")


def test_h_and_n_where_there_is_nothing_to_give(exercises, terminal):
    for exercise in course().exercises:
        if exercise.number != "03":
            write(exercises, exercise.number)
    (exercises / "03_attention" / "attention.ipynb").write_text("{", encoding="utf-8")
    opened = terminal("watch")  # begins at the only one that is not done
    opened.wait_for("is not JSON.*quit")
    opened.press("h")
    opened.wait_for("There is no hint for a notebook that cannot be read.*quit")
    opened.press("n")
    opened.wait_for("There is no other exercise to do.*quit")


def test_without_a_name_the_notebook_that_is_saved_is_shown(exercises, terminal):
    opened = terminal("watch")
    opened.wait_for("00 Foundations.*quit")
    write(exercises, "03", WRONG)
    opened.wait_for("03 Attention.*✗ attend.*quit")


def test_other_files_and_other_exercises_are_no_news(exercises, watching):
    write(exercises, "04")
    (exercises / "03_attention" / "notes.txt").write_text("mine")
    (exercises / "03_attention" / ".ipynb_checkpoints").mkdir()
    (exercises / "03_attention" / ".ipynb_checkpoints" / "attention-checkpoint.ipynb").write_text("{}")
    with pytest.raises(AssertionError):
        watching.wait_for("judged at", seconds=0.6)


def test_other_keys_do_nothing(watching):
    watching.press("x\x1b[Ay")
    with pytest.raises(AssertionError):
        watching.wait_for(".", seconds=0.4)
    watching.press("q")
    assert watching.end() == 0


def test_without_a_keyboard_it_still_watches(exercises, tmp_path):
    """Output into a file: no keys, no screen to clear, Ctrl-C ends it."""
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(command("watch", "03"), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        _until(lambda: "Ctrl-C to stop" in log.read_text())
        write(exercises, "03")
        _until(lambda: "all of 03_attention passes" in log.read_text())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    finally:
        process.kill()
    text = log.read_text()
    assert "\x1b" not in text
    assert not re.search("Traceback|quit", text)


def _until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)

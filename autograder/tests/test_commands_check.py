"""`microgpt` alone and `microgpt check`: where a learner is, and what is right and wrong."""

import json
import os
import re
import subprocess
import sys

import pytest

from autograder.course import course
from autograder.judge.mistakes import mistakes_of
from autograder.report import score
from autograder.tests.running import ROOT, posix, process, run, write

NO_ROOT = "def attention_weights(query, keys):\n    return softmax([dot(query, key) for key in keys])\n"


def row(text, number):
    (line,) = [line for line in text.split("\n") if re.match(rf"\s+\S (to do|begun|done|broken)\s+{number} ", line)]
    return " ".join(line.split())


def test_a_beginner_sees_everything_to_do_and_where_to_begin(exercises):
    ran = run()
    assert ran.code == 0
    for exercise in course().exercises:
        assert "○ to do" in row(ran.text, exercise.number)
    assert f"0 of {course().points} points" in " ".join(ran.text.split())
    first = course().exercises[0]
    assert f"Next: write {first.pieces[0].name} in " in ran.text
    assert first.notebook in ran.text
    assert f"microgpt watch {first.number}" in ran.text
    assert f"microgpt hint {first.number} {first.pieces[0].name}" in ran.text


def test_done_begun_and_broken_are_told_apart(exercises):
    write(exercises, "03")
    write(exercises, "00")
    write(exercises, "04", {"block": "def block(:"})
    (exercises / "05_training" / "training.ipynb").write_text("<<<<<<< mine\n")
    (exercises / "06_sampling" / "sampling.ipynb").unlink()
    text = run().text
    assert "✓ done" in row(text, "03")
    assert "16 of 16" in row(text, "03")
    assert "◐ begun" in row(text, "04")
    assert "1 wrong" in row(text, "04")
    assert "✗ broken" in row(text, "05")
    assert "merge conflict in line 1" in text
    assert "✗ broken" in row(text, "06")
    assert "`microgpt reset 06` brings a notebook back" in text
    assert "○ to do" in row(text, "07")


def test_the_next_step_is_the_first_piece_that_does_not_pass(exercises):
    write(exercises, "00")
    write(exercises, "01", {"Value.log": "def log(self):\n    return Value(0.0)\n\n\nValue.log = log\n"})
    assert "Next: correct Value.log in" in run().text
    assert "microgpt hint 01 log" in run().text


def test_when_everything_passes_the_next_step_is_to_put_it_together(exercises):
    for exercise in course().exercises:
        write(exercises, exercise.number)
    text = run().text
    assert "Everything passes: this is your own GPT." in text
    assert "microgpt assemble" in text


def test_a_notebook_that_cannot_be_read_comes_first(exercises):
    (exercises / "00_foundations" / "foundations.ipynb").write_text("{")
    text = run().text
    assert "Next: make " in text
    assert "readable again" in text
    assert "microgpt reset 00" in text


@pytest.mark.parametrize("name", ["3", "03", "attention", "03_attention"])
def test_check_takes_every_name_of_an_exercise(exercises, name):
    ran = run("check", name)
    assert ran.code == 1
    assert "○ attention_weights: to do" in ran.text
    assert "3 of 3 pieces to go" in ran.text


def test_check_says_which_mistake_it_is_and_where_a_hint_is(exercises):
    write(exercises, "03", {"attention_weights": NO_ROOT})
    ran = run("check", "03")
    assert ran.code == 1
    assert "✗ attention_weights" in ran.text
    assert "✓ multi_head_attention" in ran.text
    mistakes = mistakes_of(course().exercise("03"))
    (sentence,) = [mistake.sentence for mistake in mistakes if "not divided by √head_dim" in mistake.sentence]
    assert ran.text.count(f"This is what you get when {sentence}") == 1
    assert ran.text.count("microgpt hint 03 attention_weights") == 1


def test_the_exit_code_is_about_what_was_asked_for(exercises):
    write(exercises, "03", {"attention_weights": NO_ROOT})
    assert run("check", "03", "attend").code == 0
    assert run("check", "attend").code == 0
    assert run("check", "03", "attention_weights").code == 1
    assert run("check", "03").code == 1
    write(exercises, "03")
    assert run("check", "03").code == 0
    assert run("check").code == 1


def test_check_of_everything_shows_a_broken_notebook_and_judges_the_rest(exercises):
    write(exercises, "03")
    (exercises / "04_gpt" / "gpt.ipynb").write_text('{"cells": [')
    ran = run("check")
    assert ran.code == 1
    assert "is not JSON" in ran.text
    assert "microgpt reset 04" in ran.text
    assert "✓ attend: 4 of 4 points" in ran.text
    assert f"16 of {course().points} points" in ran.text
    assert run("check", "04").code == 1


def test_json_is_for_programs(exercises):
    write(exercises, "03", {"attention_weights": NO_ROOT})
    ran = run("check", "03", "--json")
    found = json.loads(ran.text)
    assert ran.code == 1
    assert found["passed"] is False
    assert found["most"] == 16
    (exercise,) = found["exercises"]
    assert [piece["status"] for piece in exercise["pieces"]] == ["failed", "passed", "passed"]
    assert any(check["mistake"] for check in exercise["pieces"][0]["checks"])
    assert json.loads(run("check", "03", "attend", "--json").text)["points"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "09"], "there is no exercise '09'; there are 00_foundations, "),
        (["check", "03", "atend"], "there is no piece 'atend' in 03_attention; there are attention_weights, attend, "),
        (["check", "03", "softmax"], "softmax is not in 03_attention but in 02_layers"),
        (["check", "03", "attend", "more"], "(see microgpt check --help)"),
        (["check", "--colour"], "(see microgpt check --help)"),
        (["chek"], "there is no command 'chek': did you mean check?"),
        (["--nonsense"], "(see microgpt --help)"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(exercises, arguments, message):
    ran = run(*arguments)
    assert ran.code == 2
    assert message in ran.text
    assert ran.text.count("\n") == 0


def test_without_exercises_it_says_where_to_go(tmp_path):
    ran = process("check", env={"MICROGPT_EXERCISES": str(tmp_path), "MICROGPT_CACHE": str(tmp_path)})
    assert ran.returncode == 2
    assert ran.stderr.startswith("microgpt: there are no exercises here")
    assert ran.stderr.count("\n") == 1


def test_nothing_is_judged_twice(exercises, monkeypatch):
    run("check", "03")
    monkeypatch.setattr("autograder.learn.workspace.judge", lambda *anything, **more: pytest.fail("judged again"))
    assert run("check", "03").code == 1
    assert "to do" in run("check", "03").text


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["check", "03"], []])
def test_commands_start_without_heavy_libraries(exercises, arguments):
    """The budget of 0.6 s for `microgpt check 03` cannot hold with any of these."""
    heavy = ["rich", "nbformat", "pytest", "numpy", "jupyterlab", "IPython", "jupytext", "nbgrader", "asyncio"]
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from autograder.cli import microgpt\n"
        "try: microgpt()\n"
        "except SystemExit: pass\n"
        f"print('heavy:', [name for name in {heavy} if name in sys.modules])\n"
        "print('autograder:', sorted(name for name in sys.modules if name.startswith('autograder.')))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(ROOT), *arguments], capture_output=True, encoding="utf-8")
    assert "heavy: []" in ran.stdout
    if arguments == ["--help"]:
        assert "autograder: ['autograder.cli', 'autograder.quick_start']" in ran.stdout


def test_what_goes_into_a_file_has_no_colours_and_whole_lines(exercises):
    write(exercises, "03", {"attention_weights": NO_ROOT})
    ran = process("check", "03")
    assert ran.returncode == 1
    assert "\x1b" not in ran.stdout + ran.stderr
    assert any(len(line) > 100 for line in ran.stdout.split("\n"))


def test_an_encoding_without_the_signs_is_no_reason_to_stop(exercises):
    ran = process("check", "03", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert ran.returncode in (1, 2)
    assert "Traceback" not in ran.stderr


@posix
def test_a_terminal_gets_colours_and_folded_lines(exercises, terminal):
    write(exercises, "03", {"attention_weights": NO_ROOT})
    opened = terminal("check", "03", columns=60)
    text = opened.wait_for("1 of 3 pieces to go")
    assert "\x1b[38;5;36m✓ attend\x1b[0m" in text
    assert "\x1b[38;5;166m✗ attention_weights\x1b[0m" in text
    plain = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", text).replace("\r\n", "\n")
    assert max(len(line) for line in plain.split("\n") if " gave " in line or "√" in line) <= 60
    assert opened.end() == 1


@posix
def test_no_color_is_respected(exercises, terminal):
    opened = terminal("check", "03", NO_COLOR="1")
    assert "[38;5" not in opened.wait_for("3 of 3 pieces to go")


def test_one_point_is_a_point(exercises):
    """Warm-ups are worth one: nobody reads "1 points"."""
    text = run("check", "00").text
    assert "to do (1 point)" in text
    write(exercises, "00")
    assert "slope: 1 of 1 point\n" in run("check", "00").text
    assert score(0.5, 1) == "0.5 of 1 point"
    assert score(1, 4) == "1 of 4 points"

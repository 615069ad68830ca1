"""The command `microgpt` itself: completion by the shell, and where an error came from when that is asked for."""

import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from autograder import cli
from autograder.learn import workspace
from autograder.tests.running import ROOT, process, run
from microgpt_ref.errors import UserError


def completed(*words):
    """What the shell offers for the last of these words."""
    *before, incomplete = words
    shell = ShellComplete(cli.microgpt, {}, "microgpt", "_MICROGPT_COMPLETE")
    return [item.value for item in shell.get_completions(before, incomplete)]


def test_the_shell_completes_commands_and_options():
    assert completed("che") == ["check"]
    assert set(completed("")) == set(cli.COMMANDS)
    assert "--yes" in completed("reset", "--y")
    assert "check" in completed("nothing", "")  # a word that is no command is no trouble


def test_an_error_is_one_line_and_on_request_where_it_came_from(tmp_path):
    environment = {"MICROGPT_EXERCISES": str(tmp_path), "MICROGPT_CACHE": str(tmp_path)}
    ran = process("check", env=environment)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    ran = process("--traceback", "check", env=environment)
    assert ran.returncode != 0
    assert "Traceback" in ran.stderr
    assert "workspace.py" in ran.stderr


@pytest.mark.parametrize(
    "words",
    ["frob", "--frob", "build x", "build --frob", "course frob", "course --frob", "course init", "course check . --x",
     "check --frob", "init a b", "lab 99", "train --frob", "grade --frob", "worker --frob", "bench --frob"],
)  # fmt: skip
def test_wrong_usage_is_one_line_with_what_to_do(words, exercises):
    ran = run(*words.split())
    assert ran.code == 2
    (line,) = ran.text.splitlines()
    assert "--help" in line or "did you mean" in line or "there are" in line


def test_a_group_alone_shows_its_commands():
    ran = run("course")
    assert ran.code == 0
    assert "handout" in ran.text


def test_the_package_is_the_command(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "autograder", "frob"], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60
    )
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)


def test_whoever_has_no_exercises_is_told_how_to_get_some(tmp_path, monkeypatch):
    monkeypatch.delenv("MICROGPT_EXERCISES", raising=False)
    monkeypatch.setattr(workspace, "__file__", str(tmp_path / "site-packages" / "autograder" / "workspace.py"))
    monkeypatch.chdir(tmp_path)
    ran = run()
    assert ran.code == 2
    assert "microgpt init my-gpt" in ran.text


@pytest.mark.parametrize(
    ("module", "extra"), [("nbgrader.apps", "instructor"), ("celery", "cluster"), ("something_else", None)]
)
def test_a_package_that_only_some_need_is_named(monkeypatch, capsys, module, extra):
    def missing():
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.delenv("MICROGPT_TRACEBACK", raising=False)
    monkeypatch.setattr(cli, "microgpt", missing)
    with pytest.raises(SystemExit if extra else ModuleNotFoundError):
        cli.main()
    assert (f"microgpt-kit[{extra}]" in capsys.readouterr().err) == bool(extra)


def test_on_request_an_error_goes_through(monkeypatch):
    def fail():
        raise UserError("there are no exercises here")

    monkeypatch.setenv("MICROGPT_TRACEBACK", "1")
    monkeypatch.setattr(cli, "microgpt", fail)
    with pytest.raises(UserError):
        cli.main()

"""`microgpt doctor`: what is not right is named with how to mend it, and nothing makes it fall over."""

import json
import os
import sys

import pytest

from autograder.judge.sandbox import Sandbox, SandboxError
from autograder.learn import doctor
from autograder.learn.doctor import BAD, FINE, NOTE
from autograder.lessons import lessons, start_folder
from autograder.report import CheckReport
from autograder.tests.running import process, run


@pytest.fixture(autouse=True)
def alone(tmp_path, tmp_path_factory, monkeypatch):
    monkeypatch.delenv("MICROGPT_EXERCISES", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", raising=False)
    monkeypatch.setenv("MICROGPT_CACHE", str(tmp_path_factory.getbasetemp() / "microgpt-cache"))
    start_folder(tmp_path / "my-gpt", lessons(), "0.1.0")
    monkeypatch.chdir(tmp_path / "my-gpt")


def test_here_all_is_well():
    """In the environment of these tests; as a learner types it."""
    ran = process("doctor", "--json", env={**os.environ})
    found = json.loads(ran.stdout)
    assert ran.returncode == 0, found
    assert found["ok"]
    assert not [finding for finding in found["findings"] if finding["state"] == BAD]
    assert {finding["name"] for finding in found["findings"]} >= {
        "Python",
        "Jupyter",
        "kernel",
        "pytest",
        "names",
        "judge",
        "notebooks",
        "cache",
        "sandbox",
        "nbgrader",
    }


def test_each_finding_is_a_line_and_what_is_wrong_has_a_mend(monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    ran = run("doctor")
    assert ran.code == 1
    lines = ran.text.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("✗ pytest")]
    assert lines[at + 1].strip() == "mend: unset PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    assert lines[-1] == "1 thing to mend"


@pytest.mark.parametrize(
    ("version", "state"),
    [((3, 10, 4), BAD), ((3, 11, 0), FINE), ((3, 13, 9), FINE), ((3, 14, 0), BAD)],
)
def test_python(monkeypatch, version, state):
    class Version(tuple):
        major, minor, micro = version

    monkeypatch.setattr(doctor.sys, "version_info", Version(version))
    monkeypatch.setattr(doctor.sys, "base_prefix", "/elsewhere")
    found = doctor.python()
    assert found.state == state
    assert "3.12" in found.mend or state == FINE


def test_a_python_that_other_programs_use_too(monkeypatch):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(doctor.sys, "base_prefix", sys.prefix)
    found = doctor.python()
    assert (found.state, "python -m venv .venv" in found.mend) == (NOTE, True)


def test_packages_that_are_missing_or_too_old(monkeypatch):
    real = doctor._version
    pretended = {"plotly": None, "rich": "0.1"}
    monkeypatch.setattr(doctor, "_version", lambda name: pretended[name] if name in pretended else real(name))
    found = doctor.packages("")
    assert found.state == BAD
    assert "plotly is missing" in found.text
    assert "rich is 0.1, not " in found.text
    assert "nbgrader" not in found.text
    assert "pip install" in found.mend


@pytest.mark.parametrize(("look", "package"), [(doctor.jupyter, "jupyterlab"), (doctor.pytest_plugin, "pytest")])
def test_something_that_is_not_installed(monkeypatch, look, package):
    monkeypatch.setattr(doctor, "_version", lambda name: None)
    found = look()
    assert found.state == BAD
    assert found.mend.endswith(f"pip install {package}")


def kernel_spec(folder, monkeypatch, program):
    """A kernel python3 that comes before all others."""
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    spec = {"argv": [program, "-m", "ipykernel_launcher"], "display_name": "Python 3", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(folder))


def test_a_kernel_of_another_python(tmp_path, monkeypatch):
    kernel_spec(tmp_path, monkeypatch, str(tmp_path / "other" / "python"))
    found = doctor.kernel()
    assert found.state == BAD
    assert "another Python" in found.text
    assert str(tmp_path / "kernels" / "python3") in found.mend


@pytest.mark.parametrize("program", ["python", sys.executable])
def test_the_kernel_of_this_python(tmp_path, monkeypatch, program):
    kernel_spec(tmp_path, monkeypatch, program)
    before = dict(os.environ)
    assert doctor.kernel().state == FINE
    assert dict(os.environ) == before


def test_a_kernel_that_is_not_there(monkeypatch):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    def nowhere(self, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", nowhere)
    found = doctor.kernel()
    assert (found.state, found.text) == (BAD, "Jupyter knows no kernel python3")
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert "notebooks could not run" in doctor.kernel().text
    assert doctor.jupyter().text == "JupyterLab is damaged"


def test_a_plugin_that_pytest_does_not_know(monkeypatch):
    monkeypatch.setattr(doctor.metadata, "entry_points", lambda group: [])
    found = doctor.pytest_plugin()
    assert (found.state, found.text) == (BAD, "pytest does not know the kit's plugin")


def test_another_pytest_comes_first_in_this_terminal(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda name: str(tmp_path / name))
    found = doctor.pytest_plugin()
    assert found.state == NOTE
    assert "-m pytest" in found.mend


def test_a_plugin_that_is_left_out(monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:microgpt")
    assert doctor.pytest_plugin().state == BAD


def test_names_that_cannot_be_read(monkeypatch):
    monkeypatch.setenv("MICROGPT_NAMES", "nowhere.txt")
    ran = run("doctor")
    assert ran.code == 1
    assert "unset it for the usual list" in ran.text


def test_a_broken_notebook(tmp_path):
    (tmp_path / "my-gpt" / "exercises" / "03_attention" / "attention.ipynb").write_text("{")
    found = doctor.notebooks()
    assert found.state == BAD
    assert "attention.ipynb" in found.text
    assert "microgpt reset 03" in found.mend


def test_a_notebook_that_is_not_there(tmp_path):
    (tmp_path / "my-gpt" / "exercises" / "03_attention" / "attention.ipynb").unlink()
    found = doctor.notebooks()
    assert (found.state, "microgpt reset 03" in found.mend) == (NOTE, True)


def test_a_folder_without_exercises(tmp_path, monkeypatch):
    monkeypatch.setenv("MICROGPT_EXERCISES", str(tmp_path / "nowhere"))
    found = doctor.notebooks()
    assert (found.state, found.mend) == (NOTE, "`microgpt init my-gpt` makes a folder with them, or go to yours")


def test_newer_lessons(tmp_path):
    (tmp_path / "my-gpt" / ".microgpt" / "base" / "README.md").write_text("older")
    assert "microgpt update" in doctor.notebooks().mend


def test_what_was_deleted_is_not_newer(tmp_path):
    """A page that the learner threw away is not brought back, so there is nothing to advise."""
    (tmp_path / "my-gpt" / ".microgpt" / "base" / "glossary.ipynb").write_text("older")
    (tmp_path / "my-gpt" / "exercises" / "glossary.ipynb").unlink()
    assert doctor.notebooks().state == FINE


def test_all_that_is_broken_or_missing_is_named(tmp_path):
    exercises = tmp_path / "my-gpt" / "exercises"
    (exercises / "02_layers" / "layers.ipynb").write_text("{")
    (exercises / "05_training" / "training.ipynb").write_text("{")
    (exercises / "03_attention" / "attention.ipynb").unlink()
    found = doctor.notebooks()
    assert found.state == BAD
    for name in ("layers.ipynb", "training.ipynb", "attention.ipynb"):
        assert name in found.text


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MICROGPT_CACHE", str(tmp_path / "file" / "cache"))
    found = doctor.cache()
    assert found.state == BAD
    assert "MICROGPT_CACHE" in found.mend


def test_without_a_sandbox_learners_go_on_and_instructors_do_not(monkeypatch):
    def missing(self):
        raise SandboxError("the sandbox needs bubblewrap: install it")

    monkeypatch.setattr(Sandbox, "probe", missing)
    assert doctor.sandbox(instructor=False).state == NOTE
    assert doctor.sandbox(instructor=True).state == BAD
    assert doctor.sandbox(instructor=True).mend == "install it"


def test_without_nbgrader_learners_go_on_and_instructors_do_not(monkeypatch):
    real = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "nbgrader" else real(name))
    assert doctor.nbgrader(instructor=False).state == NOTE
    found = doctor.nbgrader(instructor=True)
    assert (found.state, "microgpt-kit[instructor]" in found.mend) == (BAD, True)


def test_a_judge_that_does_not_pass_the_kits_own_solution(monkeypatch):
    from autograder.judge import judge

    monkeypatch.setattr(judge.ExerciseJudge, "run", lambda self, check, *more: CheckReport(
        check.name, check.title, "failed", 0.0, 1, ("dot(a, b) gave 3, expected 4",)
    ))  # fmt: skip
    found = doctor.judging()
    assert found.state == BAD
    assert found.text.endswith("dot(a, b) gave 3, expected 4")
    assert "open an issue" in found.mend


def test_a_judge_that_does_not_answer(monkeypatch):
    from autograder.judge import channel

    monkeypatch.setattr(
        channel.subprocess, "Popen", lambda *a, **k: (_ for _ in ()).throw(OSError("no processes left"))
    )
    (found,) = [finding for finding in doctor.examine() if finding.name == "judge"]
    assert found.state == BAD
    assert found.mend


def test_it_never_falls_over(monkeypatch):
    def fall(*arguments):
        raise RuntimeError("a surprise\nin two lines")

    for name in ("kit", "jupyter", "kernel", "names", "notebooks", "cache", "judging", "packages"):
        monkeypatch.setattr(doctor, name, fall)
    ran = run("doctor")
    assert ran.code == 1
    assert "Traceback" not in ran.text
    assert "RuntimeError: a surprise" in ran.text
    assert "in two lines" not in ran.text

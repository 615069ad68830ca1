"""`microgpt lab`: JupyterLab at the exercises, on the right notebook, with the kit's Python and no questions."""

import json
import os
import sys
from pathlib import Path

import pytest

from autograder.learn import lab_command
from autograder.tests.running import run, write


@pytest.fixture
def started(monkeypatch):
    """What would be started, instead of starting it."""
    seen = {}

    def start(arguments, environment, folder):
        seen.update(arguments=arguments, environment=environment, folder=folder)
        return 0

    monkeypatch.setattr(lab_command, "_run", start)
    return seen


def test_it_opens_the_first_exercise_that_is_not_done(exercises, started):
    write(exercises, "00")
    ran = run("lab")
    assert ran.code == 0
    assert "autograd.ipynb" in ran.text
    assert started["arguments"][:3] == [sys.executable, "-m", "autograder.learn.start_jupyterlab"]
    assert f"--ServerApp.root_dir={exercises.resolve()}" in started["arguments"]
    assert started["folder"] == exercises.resolve()  # where nbgrader's Assignment List looks for its configuration
    assert "--LabApp.default_url=/lab/tree/01_autograd/autograd.ipynb" in started["arguments"]


@pytest.mark.parametrize(
    ("arguments", "notebook", "options"),
    [
        (["3"], "03_attention/attention.ipynb", []),
        (["gpt", "--", "--no-browser", "--port", "9999"], "04_gpt/gpt.ipynb", ["--no-browser", "--port", "9999"]),
        (["3", "--port=9999"], "03_attention/attention.ipynb", ["--port=9999"]),
        (["--port", "9999", "--no-browser"], "00_foundations/foundations.ipynb", ["--port", "9999", "--no-browser"]),
        (
            ["--", "--no-browser", "--port", "9999"],
            "00_foundations/foundations.ipynb",
            ["--no-browser", "--port", "9999"],
        ),
    ],
)
def test_an_exercise_and_options_of_jupyterlab(exercises, started, arguments, notebook, options):
    assert run("lab", *arguments).code == 0
    assert f"--LabApp.default_url=/lab/tree/{notebook}" in started["arguments"]
    assert started["arguments"][5:] == options


def test_no_question_about_news_and_the_kernel_of_this_python(exercises, started, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/somewhere/else")
    run("lab")
    first, second = started["environment"]["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    settings = json.loads(Path(first, "labconfig", "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert second == "/somewhere/else"
    assert started["environment"]["JUPYTER_PREFER_ENV_PATH"] == "1"


def test_jupyterlab_knows_these_settings(monkeypatch):
    """The names are JupyterLab's own: a new version that renames them is noticed here."""
    config = pytest.importorskip("jupyterlab_server.settings_utils")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(lab_command.SETTINGS))
    overrides, error = config._get_overrides("")
    assert not error
    assert overrides["@jupyterlab/apputils-extension:notification"]["checkForUpdates"] is False


def test_without_jupyterlab_it_says_how_to_get_it(exercises, started, monkeypatch):
    monkeypatch.setattr(lab_command.importlib.util, "find_spec", lambda name: None)
    ran = run("lab")
    assert ran.code == 2
    assert "-m pip install jupyterlab" in ran.text
    assert not started


def test_a_notebook_that_is_gone(exercises, started):
    (exercises / "03_attention" / "attention.ipynb").unlink()
    ran = run("lab", "3")
    assert ran.code == 2
    assert "microgpt reset 03" in ran.text

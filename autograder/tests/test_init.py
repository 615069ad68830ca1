"""`microgpt init`: a folder of one's own; where it cannot be made, the place is as it was."""

import os
import sys

import pytest

from autograder.course import course
from autograder.lessons import home_of, lessons, start_folder
from autograder.tests.running import run

LAYERS = "02_layers/layers.ipynb"


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.delenv("MICROGPT_EXERCISES", raising=False)
    monkeypatch.chdir(tmp_path)


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_init_makes_a_folder_and_says_the_next_two_commands(tmp_path):
    ran = run("init", "my gpt")
    assert ran.code == 0
    assert ran.text.splitlines()[-2:] == [
        '  cd "my gpt"' if sys.platform == "win32" else "  cd 'my gpt'",
        "  microgpt lab",
    ]
    top = tmp_path / "my gpt"
    for exercise in course().exercises:
        assert (top / "exercises" / exercise.notebook).is_file()
    assert "glossary.ipynb" in (top / "exercises" / "README.md").read_text(encoding="utf-8")
    assert (top / "exercises" / "glossary.ipynb").is_file()
    assert home_of(top).versions[LAYERS]


def test_init_in_an_empty_folder_that_is_there(tmp_path):
    (tmp_path / "here").mkdir()
    os.chdir(tmp_path / "here")
    ran = run("init", ".")
    assert ran.code == 0
    assert "cd " not in ran.text
    assert (tmp_path / "here" / "exercises" / LAYERS).is_file()


def test_init_beside_hidden_things(tmp_path):
    """An environment made first, or a repository of one's own, is no reason to choose another name."""
    (tmp_path / "here" / ".venv").mkdir(parents=True)
    ran = run("init", "here")
    assert ran.code == 0
    assert (tmp_path / "here" / "exercises" / LAYERS).is_file()
    assert (tmp_path / "here" / ".venv").is_dir()


@pytest.mark.parametrize("what", ["folder", "file", "exercises"])
def test_init_overwrites_nothing(tmp_path, what):
    if what == "folder":
        (tmp_path / "there").mkdir()
        (tmp_path / "there" / "diary.txt").write_text("mine")
    elif what == "file":
        (tmp_path / "there").write_text("mine")
    else:
        start_folder(tmp_path / "there", lessons(), "0.1.0")
    before = snapshot(tmp_path)
    ran = run("init", "there")
    assert ran.code == 2
    assert "choose another name" in ran.text or "microgpt update" in ran.text
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("there", [True, False])
def test_what_fails_half_way_leaves_nothing(tmp_path, monkeypatch, there):
    if there:
        (tmp_path / "my-gpt").mkdir()
    real, count = type(tmp_path).write_bytes, []

    def no_room_for_the_fifth(path, content):
        count.append(path)
        if len(count) == 5:
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(type(tmp_path), "write_bytes", no_room_for_the_fifth)
    ran = run("init", "my-gpt")
    assert (ran.code, "No space left" in ran.text) == (2, True)
    assert list(tmp_path.rglob("*")) == ([tmp_path / "my-gpt"] if there else [])


def test_a_kit_that_is_not_whole_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.lessons.PRISTINE", tmp_path / "gone")
    ran = run("init", "my-gpt")
    assert (ran.code, "install it again" in ran.text) == (2, True)
    assert not list(tmp_path.iterdir())

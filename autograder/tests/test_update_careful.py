"""`microgpt update` where something is not as usual: nothing of the learner's is lost there, either."""

import json

import pytest

from autograder.learn import update as module
from autograder.learn.update import CHANGED, LEFT, SAME, update
from autograder.lessons import home_of, lessons, start_folder

LAYERS = "02_layers/layers.ipynb"


@pytest.fixture
def home(tmp_path):
    start_folder(tmp_path / "my-gpt", lessons(), "0.1.0")
    return home_of(tmp_path / "my-gpt")


def newer():
    """The same lessons with other words in one cell."""
    notebook = json.loads(lessons()[LAYERS])
    notebook["cells"][0]["source"] = ["# Another title\n"]
    return lessons() | {LAYERS: json.dumps(notebook, indent=1).encode()}


def updated(home, given):
    return {done.name: done for done in update(home, given, "0.2.0")}[LAYERS]


def add(path, source):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": source}
    path.write_text(json.dumps({**notebook, "cells": [*notebook["cells"], cell]}), encoding="utf-8")


def test_a_notebook_that_is_saved_while_it_is_renewed_stays_as_it_was_saved(home, monkeypatch):
    path, write = home.exercises / LAYERS, module.write_whole

    def saved_meanwhile(place, content):
        write(place, content)
        if home.backup in place.parents:
            add(path, "just saved")

    monkeypatch.setattr(module, "write_whole", saved_meanwhile)
    done = updated(home, newer())
    assert done.state == LEFT
    assert "was saved while it was renewed: close it, then update again" in done.problem
    assert "just saved" in path.read_text()
    assert not list(home.backup.rglob("*.ipynb"))
    monkeypatch.undo()
    assert updated(home, newer()).state == CHANGED
    assert "just saved" in path.read_text()
    assert "Another title" in path.read_text()


def test_half_a_letter_in_a_notebook_is_kept(home):
    """An editor that breaks an emoji in two leaves something that no encoding knows."""
    path = home.exercises / LAYERS
    add(path, "mine: \ud83d")
    assert updated(home, newer()).state == CHANGED
    assert json.loads(path.read_text())["cells"][-1]["source"] == "mine: \ud83d"
    assert "Another title" in path.read_text()


def test_a_notebook_that_has_the_newer_lesson_already_needs_no_record(home):
    (home.base / LAYERS).write_text("{")
    (home.exercises / LAYERS).write_bytes(newer()[LAYERS])
    assert updated(home, newer()).state == SAME


@pytest.mark.parametrize("record", ["", "[]", '{"files": 3}', '{"version": 1}'])
def test_a_record_of_versions_that_cannot_be_read(home, record):
    (home.record / "kit.json").write_text(record)
    assert updated(home, newer()).state == CHANGED
    assert home_of(home.exercises.parent).versions[LAYERS] == "0.2.0"

"""`microgpt update`: newer lessons, and nothing lost of what a learner wrote."""

import json
import os
import subprocess
import sys

import pytest

from autograder.course import course, without_markers
from autograder.learn import update_command
from autograder.learn.update import update
from autograder.lessons import home_of, lessons, start_folder
from autograder.tests.running import run
from microgpt_ref import whole

LAYERS = "02_layers/layers.ipynb"


@pytest.fixture(autouse=True)
def alone(tmp_path, tmp_path_factory, monkeypatch):
    """In an empty folder, with a cache of the tests' own."""
    monkeypatch.delenv("MICROGPT_EXERCISES", raising=False)
    monkeypatch.setenv("MICROGPT_CACHE", str(tmp_path_factory.getbasetemp() / "microgpt-cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def mine(tmp_path):
    """A folder that `microgpt init` made."""
    start_folder(tmp_path / "my-gpt", lessons(), "0.1.0")
    return tmp_path / "my-gpt"


def path_of(folder, name=LAYERS):
    return folder / "exercises" / name


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def sources(path):
    return {cell["id"]: "".join(cell["source"]) for cell in read(path)["cells"]}


def changed(content, edits=None, without=(), added=None):
    """A notebook (as bytes) with cells edited, left out, and added behind others."""
    notebook = json.loads(content)
    cells = []
    for cell in notebook["cells"]:
        if cell["id"] in (edits or {}):
            cell["source"] = edits[cell["id"]].splitlines(keepends=True)
        if cell["id"] not in without:
            cells.append(cell)
        if cell["id"] in (added or {}):
            fresh = {"cell_type": "markdown", "id": f"new-{cell['id']}", "metadata": {}}
            cells.append({**fresh, "source": added[cell["id"]].splitlines(keepends=True)})
    return (json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False) + "\n").encode()


def edit(path, **changes):
    path.write_bytes(changed(path.read_bytes(), **changes))


def newer(given):
    """Lessons of a later version: a word mended, a stub with another contract, a cell more, a cell less."""
    stub = sources_of(given[LAYERS])["softmax"].replace('"""Turn', '"""(Newly worded.) Turn')
    return given | {
        LAYERS: changed(
            given[LAYERS],
            edits={"hints-dot": "new hints", "softmax": stub},
            without=["about-break-it-on-purpose"],
            added={"check-linear": "a word more"},
        ),
        "README.md": b"# another way through\n",
    }


def sources_of(content):
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(content)["cells"]}


def kit(monkeypatch, given, version="0.2.0"):
    """Install another version, as far as the command can see."""
    monkeypatch.setattr(update_command, "lessons", lambda: given)
    monkeypatch.setattr(update_command, "kit_version", lambda: version)


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_learners_commands_work_in_it(mine, monkeypatch):
    monkeypatch.chdir(mine)
    pieces = course().exercise("02").pieces
    edit(path_of(mine), edits={piece.id: without_markers(piece.source) for piece in pieces})
    assert run("check", "02").code == 0
    assert "01" in run().text
    assert run("reset", "02", "softmax", "--yes").code == 0
    assert "softmax" in run("hint", "02").text


def test_an_update_renews_what_was_not_touched(mine, monkeypatch):
    kit(monkeypatch, newer(lessons()))
    monkeypatch.chdir(mine)
    ran = run("update")
    assert ran.code == 0
    assert path_of(mine).read_bytes() == newer(lessons())[LAYERS]
    assert path_of(mine, "README.md").read_text() == "# another way through\n"
    assert f"{LAYERS}: 2 cells renewed, 1 new, 1 removed" in ran.text
    assert "01_autograd" not in ran.text
    versions = home_of(mine).versions
    assert set(versions.values()) == {"0.2.0"}


def test_an_update_keeps_what_the_learner_wrote_to_the_last_character(mine, monkeypatch):
    work = {
        "softmax": "def softmax(logits):\n    # mein Weg: π ≈ 3 \\ud83d \t\n    return [1.0]  \n\n",
        "about-break-it-on-purpose": "my own remark",
        "about-rmsnorm-the-volume-knob": "notes",
    }
    edit(path_of(mine), edits=work, without=["hints-linear"], added={"dot": "a thought of mine"})
    before = path_of(mine).read_bytes()
    kit(monkeypatch, newer(lessons()))
    ran = run("update", "my-gpt")
    assert ran.code == 0
    now = sources(path_of(mine))
    assert {name: now[name] for name in work} == work
    assert now["new-dot"] == "a thought of mine"
    assert "hints-linear" not in now
    assert now["hints-dot"] == "new hints"
    assert now["new-check-linear"] == "a word more"
    assert "def softmax(logits): yours stays" in ran.text
    (backup,) = (mine / ".microgpt" / "backup").glob(f"*/{LAYERS}")
    assert backup.read_bytes() == before
    (page,) = (mine / "exercises").glob("update-*.md")
    text = page.read_text(encoding="utf-8")
    assert "(Newly worded.) Turn" in text
    assert "yours stays" in text
    assert page.name in ran.text
    assert str(backup.parent.parent.name) in ran.text


def test_updating_twice_changes_nothing(mine, monkeypatch):
    edit(path_of(mine), edits={"softmax": "mine"}, without=["dot"])
    kit(monkeypatch, newer(lessons()))
    run("update", "my-gpt")
    after = snapshot(mine)
    ran = run("update", "my-gpt")
    assert ran.code == 0
    assert "already" in ran.text
    assert snapshot(mine) == after


def test_the_same_lessons_change_nothing(mine):
    edit(path_of(mine), edits={"softmax": "mine"})
    before = path_of(mine).read_bytes()
    assert run("update", "my-gpt").code == 0
    assert path_of(mine).read_bytes() == before
    assert not (mine / ".microgpt" / "backup").exists()


def test_from_version_to_version(mine, monkeypatch):
    edit(path_of(mine), edits={"softmax": "first"})
    second = newer(lessons())
    kit(monkeypatch, second)
    run("update", "my-gpt")
    edit(path_of(mine), edits={"dot": "second", "new-check-linear": "a word more, and mine"})
    third = second | {LAYERS: changed(second[LAYERS], edits={"new-check-linear": "better", "hints-dot": "best hints"})}
    kit(monkeypatch, third, "0.10.0")
    assert run("update", "my-gpt").code == 0
    now = sources(path_of(mine))
    assert [now[name] for name in ("softmax", "dot", "new-check-linear", "hints-dot")] == [
        "first",
        "second",
        "a word more, and mine",
        "best hints",
    ]


@pytest.mark.parametrize("broken", ["{", "", "<<<<<<< mine\n", "[]"])
def test_a_broken_notebook_is_left_alone_and_named(mine, monkeypatch, broken):
    path_of(mine).write_text(broken)
    kit(monkeypatch, newer(lessons()))
    ran = run("update", "my-gpt")
    assert ran.code == 1
    assert LAYERS in ran.text
    assert "microgpt reset 02" in ran.text or "merge conflict" in ran.text
    assert path_of(mine).read_text() == broken
    assert path_of(mine, "README.md").read_text() == "# another way through\n"  # the others are renewed
    path_of(mine).write_bytes(lessons()[LAYERS])  # mended by hand: the next update takes it up
    assert run("update", "my-gpt").code == 0
    assert "new-check-linear" in sources(path_of(mine))


def test_a_notebook_that_was_deleted_stays_away_and_a_new_one_comes(mine, monkeypatch):
    path_of(mine).unlink()
    kit(monkeypatch, newer(lessons()) | {"08_more/more.ipynb": lessons()["glossary.ipynb"]})
    ran = run("update", "my-gpt")
    assert ran.code == 0
    assert "microgpt reset 02" in ran.text
    assert not path_of(mine).exists()
    assert path_of(mine, "08_more/more.ipynb").is_file()


def test_a_readme_that_the_learner_wrote_in(mine, monkeypatch):
    path_of(mine, "README.md").write_text("my diary")
    kit(monkeypatch, newer(lessons()))
    ran = run("update", "my-gpt")
    assert path_of(mine, "README.md").read_text() == "my diary"
    assert "README.md" in ran.text
    (page,) = (mine / "exercises").glob("update-*.md")
    assert "# another way through" in page.read_text()


@pytest.mark.parametrize("style", ["crlf", "wide", "ascii", "half a letter"])
def test_a_notebook_keeps_its_handwriting(mine, monkeypatch, style):
    path = path_of(mine)
    edit(path, edits={"dot": "schön"})
    if style == "half a letter":
        notebook = read(path)
        notebook["cells"][6]["source"] = ["lönely \ud800 half"]
        path.write_text(json.dumps(notebook), encoding="ascii")
    elif style == "crlf":
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    else:
        path.write_text(json.dumps(read(path), indent=4, ensure_ascii=style == "ascii") + "\n", encoding="utf-8")
    before = read(path)["cells"][6]
    kit(monkeypatch, newer(lessons()))
    assert run("update", "my-gpt").code == 0
    content = path.read_bytes()
    assert read(path)["cells"][6] == before
    if style == "crlf":
        assert content.count(b"\n") == content.count(b"\r\n")
    if style in ("wide", "ascii"):
        assert content.startswith(b'{\n    "cells"')
        assert content.isascii() == (style == "ascii")


def test_interrupted_anywhere_it_loses_nothing_and_the_next_time_ends_it(mine, monkeypatch, tmp_path):
    edit(path_of(mine), edits={"softmax": "mine"}, added={"dot": "a thought"})
    started = snapshot(mine)
    new = newer(lessons())
    list(update(home_of(mine), new, "0.2.0"))
    wanted = path_of(mine).read_bytes()
    real = os.replace
    for stop in range(1, 40):
        again = tmp_path / f"again-{stop}"
        for name, content in started.items():
            (again / name).parent.mkdir(parents=True, exist_ok=True)
            (again / name).write_bytes(content)
        calls = []

        def replace(source, target, calls=calls, stop=stop):
            calls.append(target)
            if len(calls) == stop:
                raise KeyboardInterrupt
            real(source, target)

        monkeypatch.setattr(whole.os, "replace", replace)
        try:
            list(update(home_of(again), new, "0.2.0"))
        except KeyboardInterrupt:
            monkeypatch.setattr(whole.os, "replace", real)
            assert path_of(again).read_bytes() in (started[path_of(mine).relative_to(mine)], wanted)
            list(update(home_of(again), new, "0.2.0"))
            assert path_of(again).read_bytes() == wanted
            assert not list(again.rglob(".*.ipynb.*"))
        else:
            break
    assert 5 < stop < 39


def test_a_file_that_cannot_be_written_is_named_and_the_others_go_on(mine, monkeypatch):
    real = os.replace

    def replace(source, target):
        if str(target).endswith("layers.ipynb") and ".microgpt" not in str(target):
            raise PermissionError(13, "Permission denied")
        real(source, target)

    monkeypatch.setattr(whole.os, "replace", replace)
    before = path_of(mine).read_bytes()
    kit(monkeypatch, newer(lessons()))
    ran = run("update", "my-gpt")
    assert ran.code == 1
    assert f"{LAYERS} cannot be renewed: Permission denied" in ran.text
    assert path_of(mine).read_bytes() == before
    assert path_of(mine, "README.md").read_text() == "# another way through\n"


def refusing(monkeypatch, refused):
    """A disk that does not take what is refused."""
    real = os.replace

    def replace(source, target):
        if refused(str(target)):
            raise OSError(30, "Read-only file system")
        real(source, target)

    monkeypatch.setattr(whole.os, "replace", replace)


def test_a_record_that_cannot_be_written_is_one_line(mine, monkeypatch):
    kit(monkeypatch, newer(lessons()))
    refusing(monkeypatch, lambda path: path.endswith("kit.json"))
    ran = run("update", "my-gpt")
    assert ran.code == 1
    assert f"{LAYERS} cannot be renewed: Read-only file system" in ran.text
    monkeypatch.undo()
    kit(monkeypatch, newer(lessons()))
    assert run("update", str(mine)).code == 0
    assert path_of(mine).read_bytes() == newer(lessons())[LAYERS]


def test_a_report_that_cannot_be_written_is_shown(mine, monkeypatch):
    edit(path_of(mine), edits={"softmax": "mine"})
    kit(monkeypatch, newer(lessons()))
    refusing(monkeypatch, lambda path: "update-" in path)
    ran = run("update", "my-gpt")
    assert ran.code == 0
    assert "cannot be written (Read-only file system)" in ran.text
    assert "(Newly worded.) Turn" in ran.text


def test_a_copy_is_kept_only_of_what_was_renewed(mine, monkeypatch):
    kit(monkeypatch, newer(lessons()))
    refusing(monkeypatch, lambda path: path.endswith(LAYERS) and ".microgpt" not in path)
    assert run("update", "my-gpt").code == 1
    assert not list((mine / ".microgpt" / "backup").rglob("*.ipynb"))


def test_an_older_kit_does_not_take_away_what_a_newer_one_brought(mine, monkeypatch):
    kit(monkeypatch, newer(lessons()), "0.10.0")
    run("update", "my-gpt")
    after = snapshot(mine)
    kit(monkeypatch, lessons(), "0.9.1")
    ran = run("update", "my-gpt")
    assert ran.code == 2
    assert "pip install --upgrade microgpt-kit" in ran.text
    assert snapshot(mine) == after


def test_without_a_record_nothing_is_touched(mine, tmp_path):
    os.rename(mine / ".microgpt", tmp_path / "elsewhere")
    ran = run("update", "my-gpt")
    assert ran.code == 2
    assert "no record" in ran.text
    assert run("update", "nowhere").code == 2


def test_a_damaged_record_of_one_notebook(mine, monkeypatch):
    (mine / ".microgpt" / "base" / LAYERS).write_text("{")
    edit(path_of(mine), edits={"softmax": "mine"})
    before = path_of(mine).read_bytes()
    kit(monkeypatch, newer(lessons()))
    ran = run("update", "my-gpt")
    assert ran.code == 1
    assert "no record of how it was given" in ran.text
    assert path_of(mine).read_bytes() == before


def test_pytest_finds_the_exercises_there_and_none_in_the_record(mine):
    """A folder of one's own has no configuration for pytest: the plugin alone must do."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
        cwd=mine,
        capture_output=True,
        text=True,
    )
    assert "exercises/02_layers/layers.ipynb" in ran.stdout
    assert ".microgpt" not in ran.stdout

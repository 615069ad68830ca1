"""`microgpt course handout`: everything a learner needs, ready to work in, and no solution."""

import json
import shutil
import zipfile

import pytest

from autograder.course import BEGIN, course
from autograder.lessons import home_of, lessons
from autograder.tests.running import run


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.delenv("MICROGPT_EXERCISES", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def classroom(tmp_path):
    """As much of a course folder in which one exercise is released, with a word of the instructor's in it."""
    release = tmp_path / "course" / "release" / "02_layers" / "layers.ipynb"
    release.parent.mkdir(parents=True)
    (tmp_path / "course" / "nbgrader_config.py").write_text("")
    notebook = json.loads(lessons()["02_layers/layers.ipynb"])
    notebook["cells"][0]["source"] = ["Welcome! See [nat](../glossary/glossary.ipynb#nat)."]
    release.write_text(json.dumps(notebook))
    for exercise in course().exercises:
        source = tmp_path / "course" / "source" / exercise.notebook
        source.parent.mkdir(parents=True)
        source.write_text("{}")
    return release


def test_what_the_course_does_not_teach_is_left_out(classroom):
    shutil.rmtree(classroom.parents[2] / "source" / "06_sampling")
    ran = run("course", "handout", "class.zip", "--course", "course")
    assert "06_sampling" not in ran.text
    found = texts(zipfile.ZipFile("class.zip"))
    assert not [name for name in found if "06_sampling" in name]
    assert not [
        name for name in ("exercises/README.md", ".microgpt/kit.json") if "06_sampling" in found[f"class/{name}"]
    ]
    assert "05_training" in found["class/exercises/README.md"]


def texts(archive):
    return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_a_folder_to_work_in_without_solutions(tmp_path):
    ran = run("course", "handout", "class.zip")
    assert ran.code == 0
    archive = zipfile.ZipFile("class.zip")
    found = texts(archive)
    assert {name.split("/")[0] for name in found} == {"class"}
    for name, content in lessons().items():
        assert found[f"class/exercises/{name}"].encode() == content
    assert "microgpt lab" in found["class/BEGIN-HERE.md"]
    together = "\n".join(found.values())
    assert BEGIN not in together
    for piece in course().pieces.values():
        inside = piece.source.partition(BEGIN)[2].split("\n")[1].strip()
        assert not any(
            json.dumps(inside)[1:-1] == line.strip(' ",').removesuffix("\\n") for line in together.split("\n")
        )
    archive.extractall(tmp_path)
    assert home_of(tmp_path / "class")
    assert "already" in run("update", "class").text


def test_the_same_lessons_make_the_same_file(tmp_path):
    run("course", "handout", "class.zip")
    (tmp_path / "class.zip").rename("first.zip")
    run("course", "handout", "class.zip")
    assert (tmp_path / "class.zip").read_bytes() == (tmp_path / "first.zip").read_bytes()


def test_released_notebooks_come_before_the_kits(classroom):
    ran = run("course", "handout", "class.zip", "--course", "course")
    assert ran.code == 0
    assert "02_layers" not in ran.text
    assert "03_attention" in ran.text
    text = zipfile.ZipFile("class.zip").read("class/exercises/02_layers/layers.ipynb").decode()
    assert "Welcome!" in text
    assert "(../glossary.ipynb#nat)" in text


def test_what_an_instructor_wrote_outlives_a_learners_update(classroom, tmp_path):
    run("course", "handout", "class.zip", "--course", "course")
    zipfile.ZipFile("class.zip").extractall(tmp_path)
    assert run("update", "class").code == 0
    assert "Welcome!" in (tmp_path / "class" / "exercises" / "02_layers" / "layers.ipynb").read_text()


def test_a_solution_in_a_released_notebook_is_refused(classroom):
    classroom.write_text(classroom.read_text().replace("Welcome!", BEGIN))
    ran = run("course", "handout", "class.zip", "--course", "course")
    assert ran.code == 2
    assert "has a solution in it" in ran.text


@pytest.mark.parametrize("name", ["class.tar", "there.zip", "file/class.zip"])
def test_where_it_cannot_be_written(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "there.zip").write_text("mine")
    ran = run("course", "handout", name)
    assert ran.code == 2
    assert (tmp_path / "there.zip").read_text() == "mine"


def test_a_folder_that_is_no_course(tmp_path):
    (tmp_path / "plain").mkdir()
    ran = run("course", "handout", "class.zip", "--course", "plain")
    assert ran.code == 2
    assert not (tmp_path / "class.zip").exists()

"""`microgpt bench --class`: a class graded end to end, and how it is told."""

import importlib.util
import json
import os
import shutil

import pytest
from click.testing import CliRunner

from autograder.bench import command, whole_class
from autograder.bench.whole_class import ClassFigures
from microgpt_ref.errors import UserError

FAST = ClassFigures(
    submissions=1000,
    jobs=2,
    seconds=100.0,
    folding=20.0,
    judged=900,
    memory=(101, 102, 103, 104, 105),
    stock_submissions=5,
    stock_seconds=10.0,
)
SLOW = ClassFigures(10, 1, 10.0, 1.0, 9, (), 5, 10.0)
ALONE = ClassFigures(10, 1, 10.0, 1.0, 9, (), 0, 0.0)


def bench(monkeypatch, figures, *arguments):
    """The command, with these figures in place of an hour's work; and what it asked for."""
    asked = {}

    def made_up(count, jobs, tell, **more):
        asked.update(count=count, jobs=jobs, **more)
        return figures

    monkeypatch.setattr(whole_class, "whole_class", made_up)
    return CliRunner().invoke(command.bench, ["--class", "1000", *arguments]), asked


def test_rates_and_how_many_times_stock_nbgrader_they_are(monkeypatch):
    ran, asked = bench(monkeypatch, FAST)
    assert ran.exit_code == 0
    assert "1,000 submissions of 03_attention in 100 s" in ran.stdout
    assert "10.0 a second with 2 judges" in ran.stdout
    assert "folding into nbgrader 20.0 s, 20 ms each" in ran.stdout
    assert "memory of the grader: 101 102 103 104 105 MB" in ran.stdout
    assert "5 in 10 s, 0.50 a second; the kit grades 20 times as many" in ran.stdout
    assert asked == {"count": 1000, "jobs": os.cpu_count(), "seed": "1", "shares": None, "stock_seconds": 60.0}


def test_how_many_judges_can_be_said(monkeypatch):
    ran, asked = bench(monkeypatch, SLOW, "--jobs", "1")
    assert asked["jobs"] == 1
    assert "with 1 judge\n" in ran.stdout
    alone = CliRunner().invoke(command.bench, ["--jobs", "1"])
    assert isinstance(alone.exception, UserError)
    assert "--class" in str(alone.exception)


def test_seed_and_shares_make_the_class(monkeypatch):
    _, asked = bench(monkeypatch, FAST, "--seed", "spring", "--shares", "honest=3, hostile=1")
    assert (asked["seed"], asked["shares"]) == ("spring", {"honest": 3.0, "hostile": 1.0})


@pytest.mark.parametrize("shares", ["honest", "honest=x", "lazy=1", "honest=-1", "honest=nan", "honest=0", "="])
def test_shares_that_are_none_are_one_line(monkeypatch, shares):
    ran, asked = bench(monkeypatch, FAST, "--shares", shares)
    assert isinstance(ran.exception, UserError)
    assert "shares " in str(ran.exception)
    assert not asked


def test_a_class_is_written_into_a_course_and_over_nobodys_work(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("")
    theirs = tmp_path / "submitted" / "ada" / "03_attention" / "attention.ipynb"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("hers")
    line = ["--class", "12", "--into", str(tmp_path), "--seed", "7", "--shares", "honest=0.5,broken=0.5"]
    ran = CliRunner().invoke(command.bench, line)
    assert ran.exit_code == 0, ran.output
    assert (
        f"wrote 12 submissions of 03_attention (seed 7) into {tmp_path / 'submitted'}; now: microgpt grade"
        in ran.stdout
    )
    written = sorted((tmp_path / "submitted").glob("learner*/03_attention/attention.ipynb"))
    made = whole_class.members(whole_class.course().exercise("03"), 12, "7", {"honest": 0.5, "broken": 0.5})
    assert [path.read_text() for path in written] == [member.notebook for member in made]
    written[3].write_text("somebody's work")
    again = CliRunner().invoke(command.bench, line)
    assert "is there already" in str(again.exception)
    assert (written[3].read_text(), theirs.read_text()) == ("somebody's work", "hers")
    nowhere = CliRunner().invoke(command.bench, ["--class", "12", "--into", str(tmp_path / "x")])
    assert "is no course folder" in str(nowhere.exception)
    alone = CliRunner().invoke(command.bench, ["--into", str(tmp_path)])
    assert "--into is about a class" in str(alone.exception)


def test_quick_gives_stock_nbgrader_less_time(monkeypatch):
    ran, asked = bench(monkeypatch, FAST, "--quick", "--json")
    assert asked["stock_seconds"] == 15.0
    found = json.loads(ran.stdout)
    assert (found["rate"], found["stock_rate"], found["ratio"]) == (10.0, 0.5, 20.0)
    assert found["cores"] >= 1


def test_less_than_ten_times_stock_nbgrader_is_exit_code_1(monkeypatch):
    ran, _ = bench(monkeypatch, SLOW)
    assert ran.exit_code == 1
    assert "the kit grades 2 times as many" in ran.stdout


def test_without_stock_nbgrader_there_is_nothing_to_fall_short_of(monkeypatch):
    ran, _ = bench(monkeypatch, ALONE)
    assert ran.exit_code == 0
    assert "stock" not in ran.stdout


def test_it_needs_what_instructors_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    ran = CliRunner().invoke(command.bench, ["--class", "10"])
    assert isinstance(ran.exception, UserError)
    assert "pip install 'microgpt-kit[instructor]'" in str(ran.exception)


@pytest.mark.thorough
@pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap")
@pytest.mark.skipif(not importlib.util.find_spec("nbgrader"), reason="needs nbgrader")
def test_a_small_class_is_graded_end_to_end():
    told = []
    figures = whole_class.whole_class(4, 1, told.append, stock_seconds=0.1)
    assert told == ["making 4 submissions", "grading", "stock nbgrader"]
    assert 0 < figures.judged <= figures.submissions == 4
    assert 0 < figures.folding < figures.seconds
    assert figures.stock_submissions == 1
    assert figures.memory

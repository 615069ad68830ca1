"""`microgpt bench`: what it measures, what it shows, and when it complains."""

import importlib.util
import json
import shutil
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder.bench import budgets, command, measure
from autograder.bench.budgets import ROWS, measurement, rows_named
from autograder.bench.measure import CannotMeasure, Effort, Figure, MeasureError, Row, limit, shown, spread
from autograder.bench.table import circumstances, lines_about, show, to_json
from autograder.bench.training import difference
from autograder.bench.workers import Worker, expect, microgpt, run
from microgpt_ref.errors import UserError

TINY = Effort(
    turns=2,
    steps=2,
    quiet_turns=1,
    fine_turns=2,
    fine_steps=2,
    fast_steps=40,
    memory=(2, 4),
    runs=1,
    checks=2,
    saves=2,
    submissions=2,
    stock=1,
    runs_of=(1, 2),
)


def tiny(name):
    """Measure one row, as small as can be."""
    (row,) = rows_named([name])
    return measurement(row)(row, TINY, lambda news: None)


def bench(monkeypatch, rows, *arguments):
    """The command, with these rows in place of the real ones: each a name, a budget and what its measurement does."""
    table = tuple(Row(name, f"what {name} takes", "s", budget, f"made up:{name}") for name, budget, _ in rows)
    answers = {name: answer for name, _, answer in rows}
    monkeypatch.setattr(budgets, "ROWS", table)
    monkeypatch.setattr(command, "measurement", lambda row: lambda row, effort, tell: answers[row.name](row, tell))
    return CliRunner().invoke(command.bench, [*arguments, "--quick"])


def takes(seconds):
    return lambda row, tell: [row.figure([seconds] * 3, "3 made-up runs")]


def fails(reason):
    def answer(row, tell):
        raise reason

    return answer


def test_within_budget_is_exit_code_0(monkeypatch):
    ran = bench(monkeypatch, [("quick", 0.5, takes(0.25)), ("exact", 0.5, takes(0.5))])
    assert ran.exit_code == 0
    assert "quick: what quick takes" in ran.stdout
    assert "0.25 s" in ran.stdout
    assert "0.5 s" in ran.stdout
    assert "2 of 2 within budget" in ran.stdout
    assert "3 made-up runs" in ran.stdout


def test_an_overrun_is_reported_with_exit_code_1(monkeypatch):
    ran = bench(monkeypatch, [("quick", 0.5, takes(0.25)), ("slow", 0.5, takes(0.75))])
    assert ran.exit_code == 1
    (line,) = [line for line in ran.stdout.splitlines() if line.startswith("slow: what slow takes")]
    assert line.split()[-1] == "over"
    assert "1 of 2 within budget; not slow" in ran.stdout


def test_a_wrong_result_is_no_success_however_fast(monkeypatch):
    def answer(row, tell):
        return [row.figure([0.1], "", "the losses part at step 3")]

    ran = bench(monkeypatch, [("wrong", 0.5, answer)])
    assert ran.exit_code == 1
    assert "the losses part at step 3" in ran.stdout


def test_a_row_that_fails_does_not_stop_the_others(monkeypatch):
    rows = [("broken", 0.5, fails(MeasureError("it ended"))), ("quick", 0.5, takes(0.25))]
    ran = bench(monkeypatch, rows, "--json")
    assert ran.exit_code == 1
    found = json.loads(ran.stdout)
    assert [figure["state"] for figure in found["figures"]] == ["wrong", "within"]
    assert found["figures"][0]["reason"] == "it ended"


def test_what_cannot_be_measured_here_is_said_and_left_out(monkeypatch):
    ran = bench(monkeypatch, [("grading", 0.5, fails(CannotMeasure("no bwrap here"))), ("quick", 0.5, takes(0.25))])
    assert ran.exit_code == 0
    assert "no bwrap here" in ran.stdout
    assert "1 of 1 within budget; not measured: grading" in ran.stdout


def test_json_has_all_that_the_table_has(monkeypatch):
    def answer(row, tell):
        return [*takes(0.25)(row, tell), row.note("seen otherwise", [2.0], "beside it")]

    ran = bench(monkeypatch, [("quick", 0.5, answer)], "--json")
    found = json.loads(ran.stdout)
    assert found["passed"] is True
    assert found["quick"] is True
    assert found["empty_python"] > 0
    assert {"python", "machine", "cores", "load", "names"} <= set(found)
    main, note = found["figures"]
    assert main == {
        "row": "quick",
        "what": "what quick takes",
        "unit": "s",
        "value": 0.25,
        "budget": 0.5,
        "state": "within",
        "reason": "",
        "how": "3 made-up runs",
        "samples": [0.25] * 3,
    }
    assert (note["state"], note["budget"], note["value"]) == ("note", None, 2.0)


def test_only_the_rows_that_were_named(monkeypatch):
    ran = bench(monkeypatch, [("one", 0.5, takes(0.9)), ("two", 0.5, takes(0.1))], "two", "--json")
    assert ran.exit_code == 0
    assert [figure["row"] for figure in json.loads(ran.stdout)["figures"]] == ["two"]


def test_progress_goes_to_stderr(monkeypatch):
    ran = bench(monkeypatch, [("quick", 0.5, takes(0.25))])
    assert "1 of 1, quick" in ran.stderr
    assert "1 of 1, quick" not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["lerner"], "did you mean learner?"), (["everything"], "there are learner"), (["--fast"], "No such option")],
)
def test_bad_usage_is_one_line_and_exit_code_2(arguments, said, tmp_path):
    ran = run(microgpt("bench", *arguments), tmp_path, {})
    assert ran.code == 2
    assert said in ran.output
    assert len(ran.output.splitlines()) == 1


def test_every_row_of_the_design_is_there_and_can_be_imported():
    assert [row.name for row in ROWS] == [
        "learner", "memory", "fast", "pytest", "check", "notebook", "watch", "grading", "autograde",
    ]  # fmt: skip
    assert all(callable(measurement(row)) for row in ROWS)
    limits = {row.name: limit(row.budget, row.unit) for row in ROWS}
    assert limits["learner"] == "1/10"
    assert limits["fast"] == "1/1,200"
    assert limits["pytest"] == "0.35 s"
    assert limits["grading"] == limits["autograde"] == "1/8"


def test_rows_come_in_the_order_of_the_table():
    assert [row.name for row in rows_named(["fast", "learner"])] == ["learner", "fast"]
    with pytest.raises(UserError, match="there is no row 'nothing'"):
        rows_named(["nothing"])


def test_the_figure_is_the_median_and_the_spread_is_told():
    figure = ROWS[0].figure([0.09, 0.05, 0.2], "")
    assert figure.value == 0.09
    assert figure.state == "within"
    assert spread(figure.samples, "ratio") == "1/20.0 to 1/5.0"
    assert shown(1 / 1234, "ratio") == "1/1,234"
    assert shown(0.0312, "s") == "0.031 s"


def test_losses_that_differ_are_found():
    assert difference([1.0, 2.0], [1.0, 2.0], 0.0) == ""
    assert "step 2" in difference([1.0, 2.0], [1.0, 2.0 + 1e-15], 0.0)
    assert difference([1.0, 2.0], [1.0, 2.0 + 1e-15], 1e-12) == ""
    assert "step 1" in difference([1.0], [float("nan")], 1e-12)
    assert difference([1.0, 2.0], [1.0], 0.0) != ""


def test_a_busy_machine_is_told(capsys):
    where = replace(circumstances("12 names", quick=False), cores=2, load=5.0)
    assert any("load 5.0" in line for line in lines_about(where))
    assert not any("load" in line for line in lines_about(replace(where, load=0.1)))
    show([Figure("row", "what", "s", 1.0, "how", 2.0)], where)
    assert "12 names" in capsys.readouterr().out
    assert to_json([], where)["passed"] is True


def test_a_worker_that_dies_says_why():
    with Worker("autograder.bench.trainee", "learner", "no-such-file") as worker:
        with pytest.raises(MeasureError, match="no-such-file"):
            worker.ask(steps=1)


def test_a_command_that_goes_wrong_says_what_it_said(tmp_path):
    ran = run([sys.executable, "-c", "print('so it is'); raise SystemExit(3)"], tmp_path, {})
    with pytest.raises(MeasureError, match="exit code 3, not 0: so it is"):
        expect(ran, 0, "the command")


def test_learner_and_atomic_give_the_same_losses():
    figure, quiet = tiny("learner")
    assert not figure.wrong
    assert "4 losses the same bit for bit" in figure.how
    assert 0 < figure.value < 0.5
    assert len(figure.samples) == 2
    assert quiet.budget is None


def test_fast_gives_the_losses_of_atomic():
    (figure,) = tiny("fast")
    assert not figure.wrong
    assert "4 losses within 1e-12" in figure.how
    assert 0 < figure.value < 0.1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the peak")
def test_memory():
    (figure,) = tiny("memory")
    assert figure.unit == "MB"
    assert 0 <= figure.value < 50


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pytest", "check", "notebook", "watch"])
def test_a_real_measurement(name):
    figure, *_ = tiny(name)
    assert figure.unit == "s"
    assert not figure.wrong
    assert len(figure.samples) >= 1
    assert figure.value < 10


@pytest.mark.thorough
@pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap")
@pytest.mark.skipif(not importlib.util.find_spec("nbgrader"), reason="needs nbgrader")
def test_grading_gives_the_marks_of_stock_nbgrader():
    try:
        figure, bare = tiny("grading")
    except CannotMeasure as reason:
        pytest.skip(str(reason))
    assert "the same marks" in figure.how
    assert 0 < figure.value < bare.value < 1


@pytest.mark.thorough
@pytest.mark.skipif(not importlib.util.find_spec("nbgrader"), reason="needs nbgrader")
def test_a_run_of_autograde_gives_the_marks_of_stock_nbgrader():
    try:
        one, two, bare = tiny("autograde")
    except CannotMeasure as reason:
        pytest.skip(str(reason))
    assert "2 submissions in one run" in two.what
    for figure in (one, two, bare):
        assert "the same marks" in figure.how
        assert 0 < figure.value < 1


@pytest.mark.parametrize("row", ["grading", "autograde"])
def test_grading_without_nbgrader_is_skipped(monkeypatch, row):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CannotMeasure, match=r"pip install 'microgpt-kit\[instructor\]'"):
        tiny(row)


def test_efforts_are_in_order():
    assert measure.QUICK.turns < measure.FULL.turns
    assert measure.FULL.batch * measure.FULL.stock == measure.FULL.submissions

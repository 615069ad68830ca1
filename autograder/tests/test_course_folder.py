"""microgpt course: a folder that grades from the first minute, and keeps what an instructor has done to it."""

import csv
import io
import json
import re
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import microgpt
from autograder.course import course
from autograder.notebook import solved
from autograder.report import PASSED
from autograder.teach.folder import CourseFolder, find_course
from autograder.teach.grading import Terms, judge_submission
from autograder.teach.source import points
from autograder.tests.classroom import _fresh_course, classroom, needs_sandbox
from autograder.tests.notebooks import notebook
from microgpt_ref.errors import UserError

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")

NOT_SCALED = "def attention_weights(query, keys):\n    return softmax([dot(query, key) for key in keys])\n"


def run(*arguments):
    """The exit code and what is shown, as in a terminal."""
    result = CliRunner().invoke(microgpt, ["course", *map(str, arguments)])
    if isinstance(result.exception, UserError):
        return 2, f"microgpt: {result.exception}"
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(_fresh_course(), tmp_path / "course")
    return CourseFolder(tmp_path / "course")


def test_a_new_course_is_ready(tmp_path):
    needs_sandbox()
    code, text = run("init", tmp_path / "gpt-2030")
    assert code == 0
    assert "README.md" in text
    made = find_course(tmp_path / "gpt-2030")
    assert [made.source_notebook(exercise).exists() for exercise in course().exercises] == [True] * 8
    lines = made.config.read_text().strip().split("\n")
    assert len([line for line in lines if line]) == 2
    assert 'course="gpt-2030"' in lines[-1]
    assert re.search(r'seed="[0-9a-f]{32}"', lines[-1])
    assert stat.S_IMODE(made.config.stat().st_mode) == 0o600
    assert made.config.read_text() != (_fresh_course() / "nbgrader_config.py").read_text()
    code, text = run("check", tmp_path / "gpt-2030")
    assert code == 0, text
    assert "✗" not in text
    assert "○" not in text


@pytest.mark.parametrize(
    ("place", "says"),
    [("full", "is not empty"), ("file", "is not empty"), ("course", "is a course folder already")],
)
def test_init_never_touches_what_is_there(tmp_path, folder, place, says):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    code, text = run("init", tmp_path / place)
    assert (code, says in text, text.count("\n")) == (2, True, 0)
    assert (tmp_path / "full/thesis.txt").read_text() == "mine"


def test_init_refuses_the_repository_and_odd_names(tmp_path):
    from autograder.teach.new_course import REPOSITORY

    code, text = run("init", REPOSITORY / "exercises" / "course")
    assert (code, "inside the kit's repository" in text) == (2, True)
    assert not (REPOSITORY / "exercises" / "course").exists()
    assert run("init", tmp_path / "a", "--course", "a+b")[0] == 2
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("command", ["check", "update", "report"])
def test_commands_want_a_course_folder(tmp_path, command):
    code, text = run(command, tmp_path)
    assert (code, "is no course folder" in text) == (2, True)


BAD_CONFIGS = {
    "broken": ("configure(", "does not load"),
    "wrong kit": ("from autograder.teach.config import configured", "does not load"),
    "empty": ("c = get_config()", "does not grade with the kit"),
    "no seed": ("{good}c = get_config()\nc.KitGrader.seed = ''\n", "the seed is missing"),
    "public seed": ("{good}c = get_config()\nc.KitGrader.seed = '1'\n", "the seed is missing or short"),
    "elsewhere": ("{good}c = get_config()\nc.KitGrader.folder = '/tmp'\n", "names another folder"),
}


@pytest.mark.parametrize("kind", BAD_CONFIGS)
def test_check_sees_what_nbgrader_passes_over(folder, kind):
    lines, says = BAD_CONFIGS[kind]
    folder.config.write_text(lines.replace("{good}", folder.config.read_text()))
    code, text = run("check", folder.path)
    assert (code, says in text) == (1, True), text


def test_nbgrader_grades_nothing_when_the_configuration_does_not_load(tmp_path, monkeypatch):
    """Left to itself it would go on without, and run the submission in a kernel."""
    room = classroom(tmp_path, monkeypatch, generated=True)
    room.hand_in("ada", "03")
    with open(room.folder.config, "a", encoding="utf-8") as config:
        config.write("c.Exchange.root = (\n")
    ran = room.teacher("autograde", "03_attention")
    assert ran.code == 1
    assert "nothing was graded: nbgrader_config.py did not load" in ran.log
    assert room.marks("03_attention") == {}
    assert not room.folder.autograded.exists()


def test_an_older_course_gets_what_guards_it(folder):
    folder.guard.unlink()
    assert "nbgrader_config.json is missing" in run("check", folder.path)[1]
    run("update", folder.path)
    assert "nbgrader_config.json" not in run("check", folder.path)[1]


def test_check_says_what_else_is_amiss(folder):
    folder.config.chmod(0o644)
    path = folder.source_notebook(course().exercise("03"))
    path.write_text(path.read_text().replace("check(attend)", "assert attend"))
    folder.source_notebook(course().exercise("04")).write_text("{}")
    shutil.rmtree(folder.source / "05_training")
    (folder.source / "my_own").mkdir()
    (folder.source / "my_own/mine.ipynb").write_text("{}")
    (folder.submitted / "ada/02_layers").mkdir(parents=True)
    code, text = run("check", folder.path)
    assert code == 1
    for says in (
        "anybody on this machine can read it",
        "no checks for check-attend",
        "source/04_gpt/gpt.ipynb is no notebook",
        "05_training is not in source/",
        "source/my_own is no exercise with checks",
        "submitted/ada/02_layers has no layers.ipynb",
    ):
        assert says in text


def test_nothing_is_graded_without_the_sandbox_unless_that_is_said(tmp_path, monkeypatch):
    from autograder.teach import grading

    room = classroom(tmp_path, monkeypatch, generated=True)
    room.hand_in("ada", "03")
    monkeypatch.setattr("autograder.judge.sandbox.shutil.which", lambda name: None)
    grading._sandbox.cache_clear()
    try:
        ran = room.teacher("autograde", "03_attention")
        assert ran.code == 1
        assert "nothing was graded: the sandbox needs bubblewrap: install bubblewrap" in ran.log
        assert "c.KitGrader.no_sandbox = True" in ran.log
        assert "--no-sandbox" not in ran.log
        assert room.marks("03_attention") == {}
        assert not room.folder.autograded.exists()
        code, text = run("check", room.folder.path)
        assert (code, "install bubblewrap" in text) == (1, True)
        room.add_config("c.KitGrader.no_sandbox = True")
        log = room.must("autograde", "03_attention")
        assert "without the sandbox" in log
        assert sum(room.marks("03_attention")["ada"].values()) == 16
        assert "without the sandbox" in run("check", room.folder.path)[1]
    finally:
        grading._sandbox.cache_clear()


def test_an_assignment_without_checks_is_refused_as_a_whole(tmp_path, monkeypatch):
    needs_sandbox()
    room = classroom(tmp_path, monkeypatch)
    shutil.copytree(room.folder.source / "03_attention", room.folder.source / "ps1")
    room.must("generate_assignment", "ps1")
    room.hand_in("ada", "03").parent.rename(room.folder.submitted / "ada/ps1")
    ran = room.teacher("autograde", "ps1")
    assert (ran.code, "the kit has no checks for ps1" in ran.log) == (1, True)
    assert not room.folder.autograded.exists()


# --- update ------------------------------------------------------------------------------------------------------


def edit(path, change):
    found = json.loads(path.read_text())
    change(found)
    path.write_text(json.dumps(found, indent=2))


def more_points(found):
    for cell in found["cells"]:
        if cell["id"] == "check-attend":
            cell["metadata"]["nbgrader"]["points"] = 40


def another_text(found):
    found["cells"][0]["source"] = "# My own words"


@pytest.fixture
def newer_kit(monkeypatch):
    """A kit in which every notebook has another text."""
    from autograder.teach import source

    built = source.built

    def newer(exercise):
        found = json.loads(built(exercise))
        found["cells"][0]["source"] = "".join(found["cells"][0]["source"]) + "\n\nBetter words."
        return json.dumps(found)

    monkeypatch.setattr(source, "built", newer)


def test_update_of_what_nobody_touched(folder, newer_kit):
    text = run("update", folder.path)[1]
    assert text.count("renewed") == 8
    assert "kept" not in text
    path = folder.source_notebook(course().exercise("03"))
    assert "Better words." in path.read_text()
    assert run("update", folder.path)[1].count("as it was") == 9


def test_update_carries_points_over_and_keeps_what_it_replaces(folder, newer_kit):
    path = folder.source_notebook(course().exercise("03"))
    edit(path, more_points)
    before = path.read_text()
    text = run("update", folder.path)[1]
    assert points(path.read_text())["check-attend"] == 40
    assert "Better words." in path.read_text()
    kept = re.search(r"03_attention: renewed \(yours is kept: (.*)\)", text)[1]
    assert Path(kept).read_text() == before
    assert folder.source not in Path(kept).parents


def test_update_leaves_what_was_changed_dropped_or_handed_in(folder, newer_kit):
    changed, dropped, busy = (folder.source_notebook(course().exercise(name)) for name in ("02", "05", "03"))
    edit(changed, another_text)
    shutil.rmtree(dropped.parent)
    (folder.submitted / "ada/03_attention").mkdir(parents=True)
    before = changed.read_text(), busy.read_text()
    text = run("update", folder.path)[1]
    assert "02_layers: left as it is: you have changed it" in text
    assert "05_training: left out" in text
    assert "03_attention: left as it is: there are submissions" in text
    assert (changed.read_text(), busy.read_text()) == before
    assert not dropped.exists()
    text = run("update", folder.path, "--overwrite")[1]
    assert "02_layers: renewed (yours is kept:" in text
    assert "05_training: written" in text
    assert busy.read_text() == before[1]


# --- an exercise of one's own --------------------------------------------------------------------------------------


@pytest.fixture
def own(folder):
    """The README's example, copied from the README."""
    text = (folder.path / "README.md").read_text()
    files = re.findall(r"^`(own/\S+\.py)`:\n\n```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(files) == 3
    for name, content in files:
        (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
        (folder.path / name).write_text(content)
    return folder


def test_the_example_in_the_readme_is_built_checked_and_graded(own, tmp_path, monkeypatch):
    needs_sandbox()
    room = classroom(tmp_path / "room", monkeypatch)
    shutil.copytree(own.path / "own", room.folder.path / "own")
    assert "08_perplexity: written" in run("update", room.folder.path)[1]
    code, text = run("check", room.folder.path)
    assert code == 0, text
    room.must("generate_assignment", "08_perplexity")
    found = json.loads((room.folder.path / "release/08_perplexity/perplexity.ipynb").read_text())
    assert "return math.exp" not in json.dumps(found)
    body = "return math.exp(sequence_loss(tokens, params, config).data)"
    right = f"import math\n\n\ndef perplexity(tokens, params, config):\n    {body}"
    wrong = right.replace("math.exp(", "2 ** (")
    for student, source in (("ada", right), ("bob", wrong), ("eve", None)):
        (cell,) = [cell for cell in found["cells"] if cell["id"] == "perplexity"]
        cell["source"] = source or cell["source"]
        path = room.folder.submitted / student / "08_perplexity/perplexity.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(found))
    room.must("autograde", "08_perplexity")
    marks = {student: marks["check-perplexity"] for student, marks in room.marks("08_perplexity").items()}
    assert marks["ada"] == 4
    assert marks["bob"] < 4
    assert "2 is raised to the power of the loss" in run("report", room.folder.path)[1]


def test_the_example_holds_for_every_seed(own):
    exercise = own.course.exercise("08")
    for seed in range(5):
        report = judge_submission(solved(exercise), own.course, Terms(f"seed {seed}", no_sandbox=True))
        assert [piece.status for piece in report.pieces] == [PASSED]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda place: (place / "checks.py").unlink(), "has no checks.py"),
        (lambda place: (place / "checks.py").write_text("x = ("), "checks.py cannot be imported in line 1"),
        (lambda place: (place / "checks.py").write_text("x = 1"), "has no check for perplexity"),
        (lambda place: (place / "perplexity.py").write_text("# %%\n1"), "must begin with a title"),
        (lambda place: place.rename(place.with_name("08_attention")), "the kit has a attention already"),
    ],
)
def test_what_is_wrong_with_an_own_exercise_is_one_line(own, change, says):
    change(own.path / "own/08_perplexity")
    code, text = run("update", own.path)
    assert (code, says in text, text.count("\n")) == (2, True, 0), text
    assert says in run("check", own.path)[1]


# --- report --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of four, graded once for all the tests of the report."""
    needs_sandbox()
    with pytest.MonkeyPatch.context() as monkeypatch:
        room = classroom(tmp_path_factory.mktemp("graded"), monkeypatch, generated=True)
        room.hand_in("ada", "03")
        room.hand_in("bob", "03", pieces={"attention_weights": NOT_SCALED})
        room.hand_in("eve", "03", pieces={"attention_weights": NOT_SCALED + "# eve"})
        room.hand_in("zoe", "03", notebook("03", solved=False))
        room.place("=cmd", "03").write_text("no notebook")
        room.must("autograde", "03_attention")
        yield room


def test_the_report_shows_who_stands_where_and_which_mistakes_are_made(graded):
    code, text = run("report", graded.folder.path)
    assert code == 0
    assert re.search(r"ada +16 of 16 +16", text)
    assert re.search(r"zoe +0 of 16 +0", text)
    assert "2 x attention_weights: when the scores are not divided by √head_dim" in text, text
    assert re.search(r"03_attention +attention_weights +✓ 1 +✗ 3 +○ 1", text)
    assert "=cmd, 03_attention: attention.ipynb is not a notebook: it is not JSON" in text


def test_the_report_as_files(graded, tmp_path):
    table, page = tmp_path / "class.csv", tmp_path / "class.html"
    assert run("report", graded.folder.path, "--csv", table, "--html", page)[0] == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    assert {row["student"]: row["points"] for row in rows if row["student"]}["ada"] == "16"
    assert "'=cmd" in {row["student"] for row in rows}  # no formula for a spreadsheet
    assert [row["learners"] for row in rows if row["mistake"] == "attention-not-scaled"] == ["2"]
    text = page.read_text()
    assert "Plotly.newPlot" in text
    assert "the scores are not divided by √head_dim" in text
    assert "http://cdn" not in text.replace("https", "http").split("<body>")[0]
    code, text = run("report", graded.folder.path, "--csv", tmp_path / "nowhere/class.csv")
    assert (code, "cannot be written" in text) == (2, True)


def test_a_report_before_any_grading(folder):
    code, text = run("report", folder.path)
    assert (code, "has no verdicts yet" in text) == (2, True)


def test_verdicts_hold_what_was_said_and_no_secret(graded):
    seed = re.search(r'seed="(\w+)"', graded.folder.config.read_text())[1]
    verdict = graded.folder.verdicts / "bob/03_attention.json"
    found = json.loads(verdict.read_text())
    assert found["points"] == found["report"]["points"]
    assert found["marks"]["check-attend"] == [4, 4]
    assert not [
        path
        for path in graded.folder.path.rglob("*")
        if path.is_file() and path != graded.folder.config and seed.encode() in path.read_bytes()
    ]

"""What the READMEs say is so: each command is run, each figure is a budget's, each number is counted.

A command or an option that the tables here do not have fails: add it, and say which test runs it.
"""

import os
import random
import re
import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.bench.budgets import ROWS
from autograder.bench.measure import RATIO, limit
from autograder.course import course
from autograder.judge.judge import judge
from autograder.learn.pieces import load
from autograder.notebook import submission_from
from autograder.report import FAILED
from autograder.tests import test_browser
from autograder.tests.notebooks import notebook
from autograder.tests.readme import ROOT, links, quoted, read, shell_lines, table
from autograder.tests.running import fresh, run, write
from microgpt_ref import microgpt, names

README, WAY, CONTRIBUTING = read("README.md"), read("exercises/README.md"), read("CONTRIBUTING.md")
GUIDE = read("autograder/teach/guide.md")  # the README of a course
PYPROJECT = tomllib.loads(read("pyproject.toml"))
TEST_FOLDERS = ("autograder/tests", "microgpt_ref/tests")


@dataclass(frozen=True)
class Here:
    """Run in this process, in a folder where 02 is solved; what it says, and its exit code."""

    arguments: str
    says: str
    code: int = 0


@dataclass(frozen=True)
class There:
    """Run by another test, which has these words in it."""

    test: str
    words: str


@dataclass(frozen=True)
class Ci:
    """Run by CI itself, in this file, by a line that has these words."""

    file: str
    words: str


INSTALL = "python3 -m venv .venv && .venv/bin/python -m pip install -e . && .venv/bin/microgpt lab"
STRANGERS = "python3 -m venv .venv && .venv/bin/python -m pip install microgpt-kit && .venv/bin/microgpt init my-gpt"
TESTS = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -e '.[test]' "
    "&& .venv/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder"
)
SOLVED = There("test_browser.py::test_a_solved_notebook_runs_from_top_to_bottom_and_shows_its_pictures", "shot")
WRONG_THEN_RIGHT = There(
    "test_browser.py::test_a_wrong_piece_shows_its_sentence_and_a_right_one_its_points", "check-softmax"
)
LAB = There("test_wheel.py::test_a_notebook_is_judged_in_the_browser", '"lab"')
BENCH = There("test_bench.py::test_within_budget_is_exit_code_0", "bench(monkeypatch")
SOLUTIONS = Ci(".github/workflows/tests.yml", "python -m pytest solutions")

COMMANDS = {
    INSTALL: Ci(".github/workflows/tests.yml", "python -m pip install -e ."),
    TESTS: Ci(".ci/run", "eval"),
    STRANGERS: There("test_wheel.py::my_gpt", '"microgpt", "init", "my-gpt"'),
    "cd my-gpt && ../.venv/bin/microgpt lab": There("test_wheel.py::test_jupyterlab_is_at_hand", '"lab", "03"'),
    "python -m pip install -e '.[instructor]'": Ci("pyproject.toml", "microgpt-kit[instructor,cluster]"),
    "pip install microgpt-kit": There("test_wheel.py::my_gpt", '"init"'),
    "python -m pip install 'microgpt-kit[instructor]'": Ci("pyproject.toml", 'name = "microgpt-kit"'),
    "microgpt": Here("", "all together"),
    "microgpt lab": LAB,
    "microgpt lab 03": There("test_wheel.py::test_jupyterlab_is_at_hand", '"lab", "03"'),
    "microgpt check 02": Here("check 02", "14 of 14 points"),
    "microgpt check 03": Here("check 03", "0 of 16 points", code=1),
    "microgpt watch 02": There("test_commands_watch.py::test_without_a_keyboard_it_still_watches", '"watch"'),
    "microgpt watch 03": There("test_commands_watch.py::test_without_a_keyboard_it_still_watches", '"watch", "03"'),
    "microgpt hint 02 softmax": Here("hint 02 softmax", "1 of 3"),
    "microgpt show 02": Here("show 02", "def softmax"),
    "microgpt reset 02 softmax": Here("reset 02 softmax --yes", "kept"),
    "microgpt doctor": There("test_doctor.py::test_here_all_is_well", '"doctor"'),
    "microgpt init my-gpt": Here("init my-gpt", "microgpt lab"),
    "microgpt update": There("test_wheel.py::test_an_update_and_a_handout", '"update"'),
    "microgpt assemble": Here("assemble", "mygpt.py"),
    "microgpt train": Here("train --fast --steps 20 --samples 3 --save model.json", "4,192 parameters"),
    "microgpt generate": Here("generate model.json --samples 3", r"\A(\w*\n){3}\Z"),
    "microgpt names --full": There("test_names.py::test_the_command_fetches_it_and_says_so", '"--full"'),
    "names --full": There("test_names.py::test_the_command_fetches_it_and_says_so", '"--full"'),
    "microgpt build": There("test_build.py::test_check_changes_nothing_and_names_what_drifted", "run()"),
    "microgpt build --check": There("test_build.py::test_check_changes_nothing_and_names_what_drifted", '"--check"'),
    "--overwrite": There("test_build.py::test_somebodys_work_is_left_alone_or_kept", '"--overwrite"'),
    "microgpt course init my-course": There("test_course_folder.py::test_a_new_course_is_ready", '"init"'),
    "microgpt course check .": There("test_course_folder.py::test_a_new_course_is_ready", '"check"'),
    "microgpt course update .": There(
        "test_course_folder.py::test_update_carries_points_over_and_keeps_what_it_replaces", '"update"'
    ),
    "microgpt course report .": There(
        "test_course_folder.py::test_the_report_shows_who_stands_where_and_which_mistakes_are_made", '"report"'
    ),
    "microgpt course report . --html report.html": There("test_course_folder.py::test_the_report_as_files", '"--html"'),
    "--csv report.csv": There("test_course_folder.py::test_the_report_as_files", '"--csv"'),
    "microgpt course handout class.zip": There(
        "test_wheel.py::test_an_update_and_a_handout", '"course", "handout", "class.zip"'
    ),
    "--course .": There("test_handout.py::test_released_notebooks_come_before_the_kits", '"--course"'),
    "microgpt init": There("test_wheel.py::my_gpt", '"init"'),
    "microgpt grade .": There("test_grade.py::test_the_command_says_what_it_did", '"grade"'),
    "--broker": There("test_grade_cluster.py::test_no_password_in_logs_or_process_titles", '"--broker"'),
    "microgpt grade": There("test_grade.py::test_the_command_says_what_it_did", '"grade"'),
    "--broker redis://…": There("test_grade_cluster.py::test_no_password_in_logs_or_process_titles", '"--broker"'),
    "microgpt worker": There("test_grade_cluster.py::test_worker_check", '"worker"'),
    "microgpt bench": BENCH,
    "--quick": There("test_bench.py::bench", '"--quick"'),
    "pytest exercises/02_layers": There("test_wheel.py::test_a_learner_solves_an_exercise", '"exercises/02_layers"'),
    "pytest exercises/03_attention": There(
        "test_plugin.py::test_a_mistake_is_named_without_a_traceback", '"03_attention"'
    ),
    "pytest solutions": SOLUTIONS,
    "pytest solutions --seed 7": There("test_plugin.py::test_another_seed_asks_other_numbers", '"--seed'),
    "pytest -m browser": SOLVED,
    "pytest -m thorough": Ci(".github/workflows/tests.yml", "-m thorough"),
    "python -m build": There("test_wheel.py::built", "hatchling"),
    ".ci/run": Ci(".github/workflows/tests.yml", "bash .ci/run"),
    "check(softmax)": WRONG_THEN_RIGHT,
    "hint(softmax)": There("test_cells.py::mixed", "hint(attention_weights)"),
    "from autograder.mygpt import softmax": There("test_readme.py::test_mygpt_is_your_own_once_it_passes", "softmax"),
}
# Typed to prepare for the others, or the names of programs; nothing of ours is run by them.
SHELL = {"source .venv/bin/activate", "python", "python3", "pytest"}
OTHER_WORDS = {"check(...)", "mygpt.py", "my-course", ".venv\\Scripts\\", ".venv/bin/", "fast.py"}
PIECES = {piece.name for exercise in course().exercises for piece in exercise.pieces}


def typed(text):
    """Every command and every option that a page has, in its blocks, its tables and its sentences."""
    found = [*shell_lines(text), *quoted(text)]
    return [word for word in found if re.match(r"(microgpt|pytest|python|names) |microgpt$|--|\.ci/", word)]


@pytest.mark.parametrize("page", ["README.md", "exercises/README.md", "CONTRIBUTING.md", "autograder/teach/guide.md"])
def test_every_command_is_in_the_table(page):
    assert not [word for word in typed(read(page)) if word not in COMMANDS]


@pytest.mark.parametrize("page", ["README.md", "exercises/README.md"])
def test_whatever_stands_between_backticks_is_there(page):
    """A command, a file, a folder or a piece; nothing that has since got another name."""
    folders = (ROOT, ROOT / "autograder")
    unknown = [
        word
        for word in [*shell_lines(read(page)), *quoted(read(page))]
        if word not in COMMANDS.keys() | SHELL | OTHER_WORDS | PIECES
        and not any((folder / word).exists() for folder in folders)
    ]
    assert not unknown


def test_the_table_has_nothing_that_no_page_has():
    pages = [README, WAY, CONTRIBUTING, GUIDE]
    assert not COMMANDS.keys() - {word for page in pages for word in [*shell_lines(page), *quoted(page)]}


@pytest.fixture
def here(tmp_path, tmp_path_factory, monkeypatch):
    """A learner's folder with 02 solved."""
    exercises = fresh(tmp_path / "exercises", tmp_path_factory, monkeypatch)
    write(exercises, "02")
    monkeypatch.delenv("MICROGPT_NAMES", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", [command for command, tried in COMMANDS.items() if isinstance(tried, Here)])
def test_a_command_does_what_it_should(command, here):
    tried = COMMANDS[command]
    if command == "microgpt generate":
        run(*COMMANDS["microgpt train"].arguments.split())
    ran = run(*tried.arguments.split())
    assert ran.code == tried.code, ran.text
    assert re.search(tried.says, ran.text)


@pytest.mark.parametrize("command", [command for command, tried in COMMANDS.items() if isinstance(tried, There)])
def test_a_command_is_run_by_the_test_that_is_named(command):
    tried = COMMANDS[command]
    file, function = tried.test.split("::")
    (path,) = [ROOT / folder / file for folder in TEST_FOLDERS if (ROOT / folder / file).exists()]
    body = re.search(rf"^def {function}\(.*?(?=^\S|\Z)", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert body
    assert tried.words in body[0]


@pytest.mark.parametrize("command", [command for command, tried in COMMANDS.items() if isinstance(tried, Ci)])
def test_a_command_is_run_by_ci(command):
    tried = COMMANDS[command]
    assert tried.words in read(tried.file)


def test_mygpt_is_your_own_once_it_passes(here):
    source = "def softmax(logits):\n    return logits"
    for softmax, whose in ((None, "Yours: "), ({"softmax": source}, "Lent by the kit until yours pass: ")):
        write(here / "exercises", "02", softmax)
        lines = load({}, here / "exercises" / "03_attention")
        assert ["softmax" in line for line in lines if line.startswith(whose)] == [True]


def test_ci_runs_the_test_command_to_the_letter():
    """.ci/run takes the first line of the README that has pytest in it."""
    assert "grep -m1 'pytest' README.md" in read(".ci/run")
    assert next(line for line in README.splitlines() if "pytest" in line) == TESTS


def test_links_lead_somewhere():
    for name in ("README.md", "exercises/README.md", "CONTRIBUTING.md", "autograder/teach/deploy/README.md"):
        folder = (ROOT / name).parent
        for link in links(read(name)):
            assert link.startswith("https://") or (folder / link.split("#")[0]).exists(), f"{name}: {link}"


def test_the_drawing_shows_files_that_are_there():
    drawing = README.split("## How it works")[1].split("```")[1]
    paths = re.findall(r"\w+(?:/\w+)+\.\w+", drawing)
    assert len(paths) == 3
    assert all((ROOT / path).is_file() for path in paths)
    assert COMMANDS["microgpt build"]
    assert "microgpt build" in drawing


def test_the_table_of_folders_is_whole():
    named = {row[0].strip("`/") for row in table(README, "folder | what is in it")}
    made = {"build", "dist", "htmlcov", "test-results"}  # by other programs
    present = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"} - made
    assert named == present


def test_numbers_are_counted():
    assert "Eight notebooks" in README
    assert "These notebooks" in WAY
    assert len(course().exercises) == 8
    assert len(WAY.split("](")) - 2 == 8  # a link each, and one to the glossary
    assert all(len(piece.hints) == 3 for exercise in course().exercises for piece in exercise.pieces)
    docs = names.load_names(names.OWN_LIST).docs
    vocab = microgpt.build_vocab(docs)
    made = microgpt.init_params(len(vocab) + 1, microgpt.Config(), random.Random(42))
    claims = {"parameters": len(microgpt.parameters(made)), "given names": len(docs), "names;": 32_033}
    for what, number in claims.items():
        assert re.search(rf"\b{number:,}\s+{what}", README), what
    assert f"the kit's own list of {len(docs):,} is used" in README
    assert '"documents": 32033' in read("microgpt_ref/tests/trace.json")
    assert len(set(docs)) == len(docs)
    assert f"{len(PIECES)} pieces and {course().points} points" in read("CHANGELOG.md")
    assert set("".join(docs)) == set("abcdefghijklmnopqrstuvwxyz")


def test_the_full_list_is_as_the_readme_says():
    path = os.environ.get("MICROGPT_FULL_NAMES")
    if not path:
        pytest.skip("MICROGPT_FULL_NAMES names no full list")
    docs = names.load_names(Path(path)).docs
    assert f"{len(docs):,} lines, {len(set(docs)):,} different names" in README
    assert set("".join(docs)) == set("abcdefghijklmnopqrstuvwxyz")


def test_the_versions_of_python_are_those_that_install_and_that_ci_runs():
    said = re.search(r"With Python ([\d., or]+), in a clone", README)[1]
    versions = re.findall(r"3\.\d+", said)
    assert PYPROJECT["project"]["requires-python"] == f">={versions[0]},<3.{int(versions[-1][2:]) + 1}"
    matrix = read(".github/workflows/tests.yml").split("matrix")[1].split("steps")[0]
    assert re.findall(r'"(3\.\d+)"', matrix) == versions


FIGURES = {
    "the learner's own steps, against atomic": "learner",
    "what the learner's steps add to the peak of memory": "memory",
    "`fast.py`, 1000 steps, against atomic": "fast",
    "`pytest exercises/03_attention`, beyond an empty run": "pytest",
    "`microgpt check 03`, nothing remembered": "check",
    "`check(softmax)` in a running notebook": "notebook",
    "`microgpt watch 03`, from save to verdict": "watch",
    "judging a submission behind the wall, against stock nbgrader": "grading",
    "a whole run of nbgrader's autograde, each of 100 submissions, against stock nbgrader": "autograde",
}


def number(text):
    """A figure as it is written: 1/14.4, 0.15 s."""
    text = text.removesuffix(" s").removesuffix(" MB").replace(",", "")
    return 1 / float(text[2:]) if text.startswith("1/") else float(text)


def test_the_figures_are_those_of_bench_and_within_budget():
    budgets = {row.name: row for row in ROWS}
    rows = {FIGURES[what.split(" (")[0]]: (figure, most) for what, figure, most in table(README, "what | figure")}
    assert rows.keys() == budgets.keys()
    for name, (figure, most) in rows.items():
        assert most == limit(budgets[name].budget, budgets[name].unit), name
        assert number(figure) <= budgets[name].budget, name
        assert figure.startswith("1/") == (budgets[name].unit == RATIO), name
    assert ".venv/bin/microgpt bench" in read(".github/workflows/tests.yml")  # measured again there
    assert re.search(r"`microgpt bench` on \d{4}-\d\d-\d\d, CPython 3\.\d+\.\d+, \d+ cores", README)


def test_the_output_that_is_shown_is_what_comes_out(here):
    """By the fast engine, which invents the same names."""
    block = README.split("```\n$ microgpt train\n")[1].split("  ...\n```")[0]
    said = run("train", "--fast").text.splitlines(keepends=True)
    assert block in "".join(line for line in said if not line.startswith("step "))  # in a terminal: a bar that goes


def test_what_is_said_of_the_picture_is_so():
    """The browser tests make it: MICROGPT_PICTURE says where. Here is what a reader who cannot see it is told."""
    alt, path = re.search(r"!\[(.*?)\]\((\S+)\)", README).groups()
    png = (ROOT / path).read_bytes()
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (1200, 860)
    assert "MICROGPT_PICTURE" in CONTRIBUTING
    assert "MICROGPT_PICTURE" in read("autograder/tests/test_browser.py")
    exercise = course().exercise("02")
    report = judge(submission_from(notebook("02", {"softmax": test_browser.WRONG}), exercise))
    (softmax,) = [piece for piece in report.pieces if piece.piece == "softmax"]
    assert "one of four checks fails" in alt
    assert [check.status for check in softmax.checks].count(FAILED) == 1
    assert len(softmax.checks) == 4
    (words,) = re.findall('"([^"]+)"', alt)
    assert any(line.startswith(words) for line in softmax.failures[0].lines)


def test_every_extra_that_a_page_installs_is_one():
    extras = PYPROJECT["project"]["optional-dependencies"]
    for page in (README, CONTRIBUTING, GUIDE, read("autograder/teach/deploy/README.md")):
        for named in re.findall(r"(?:\.|microgpt-kit)\[([\w,]+)\]", page):
            assert set(named.split(",")) <= extras.keys()

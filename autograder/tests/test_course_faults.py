"""What is wrong with a course folder is one line, and what cannot grade is never shown as fine."""

import json
import re
import shutil

import pytest

from autograder.course import course
from autograder.notebook import solved
from autograder.teach.folder import CourseFolder
from autograder.teach.grading import Terms, judge_submission
from autograder.teach.own_checks import ChecksFault, faults
from autograder.tests.classroom import _fresh_course, classroom, needs_sandbox
from autograder.tests.test_course_folder import edit, more_points, newer_kit, own, run  # noqa: F401

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.filterwarnings("ignore")
THREE = course().exercise("03")


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(_fresh_course(), tmp_path / "course")
    return CourseFolder(tmp_path / "course")


def as_folder(path):
    path.unlink()
    path.mkdir()
    (path / "mine.txt").write_text("mine")


BROKEN = {
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe{}"),
    "a folder": as_folder,
    "not JSON": lambda path: path.write_text("<<<<<<< mine"),
    "cells without a source": lambda path: path.write_text('{"cells": [{"cell_type": "code", "metadata": {}}]}'),
}


@pytest.mark.parametrize("submissions", [False, True])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_source_notebook_is_named_and_the_advice_works(folder, kind, submissions):
    path = folder.source_notebook(THREE)
    BROKEN[kind](path)
    before = path.read_bytes() if path.is_file() else b""
    if submissions:
        shutil.copytree(folder.source / "04_gpt", folder.submitted / "ada/03_attention")
    code, text = run("check", folder.path)
    (line,) = [line for line in text.splitlines() if "03_attention/attention.ipynb" in line and "source" in line]
    assert (code, line[0]) == (1, "✗")
    assert "is no notebook: `microgpt course update` writes it anew" in line
    told = run("update", folder.path)[1]
    kept = re.search(r"03_attention: renewed: what was there is no notebook \(yours is kept: (.*)\)", told)[1]
    assert "no notebook" not in run("check", folder.path)[1]
    assert json.loads(path.read_text())["cells"]
    kept = folder.path / kept
    assert (kept.read_bytes() if kept.is_file() else (kept / "mine.txt").read_bytes()) == (before or b"mine")


def test_a_place_that_cannot_be_written_is_one_line(folder):
    shutil.rmtree(folder.source / "03_attention")
    (folder.source / "03_attention").write_text("a file where a folder belongs")
    code, text = run("update", folder.path, "--overwrite")
    assert (code, text.count("\n"), "cannot be read or written" in text) == (2, 0, True), text


def test_without_any_notebook_nothing_is_fine_and_update_brings_them_back(folder):
    shutil.rmtree(folder.source)
    code, text = run("check", folder.path)
    assert code == 1
    assert "✗ source/ has no notebook to release: `microgpt course update --overwrite`" in text
    assert "0 of 0" not in text
    run("update", folder.path, "--overwrite")
    assert "8 of 8 notebooks in source/ are the kit's" in run("check", folder.path)[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("c.KitGrader.seed = 12345678", 'the seed is no text: write it in quotes, seed="..."'),
        ("c.KitGrader.seconds = 'five'", "sets what cannot be"),
    ],
)
def test_a_setting_that_would_stop_grading_is_seen_before(folder, line, says):
    with open(folder.config, "a", encoding="utf-8") as config:
        config.write(f"c = get_config()\n{line}\n")
    code, text = run("check", folder.path)
    assert (code, says in text, "the seed is set" in text) == (1, True, False), text


def test_a_gradebook_that_is_none_is_seen_and_grading_refuses_in_one_line(tmp_path, monkeypatch):
    room = classroom(tmp_path, monkeypatch, generated=True)
    for student in ("ada", "bob"):
        room.hand_in(student, "03")
    assert "the gradebook can be read, and knows 03_attention" in run("check", room.folder.path)[1]
    damage = (
        (lambda book: book.write_text("junk" * 1000), "gradebook.db is no gradebook of nbgrader's"),
        (lambda book: book.unlink(), "gradebook.db is missing, and with it 03_attention: run nbgrader generate_assign"),
    )
    for harm, says in damage:
        harm(room.folder.gradebook)
        code, text = run("check", room.folder.path)
        assert (code, says in text) == (1, True), text
        ran = room.teacher("autograde", "03_attention")
        assert (ran.code, f"nothing was graded: {says}" in ran.log) == (1, True), ran.log
        assert "Traceback" not in ran.log
        assert not room.folder.autograded.exists()


def test_a_seed_that_is_a_number_is_one_line_when_grading(tmp_path, monkeypatch):
    room = classroom(tmp_path, monkeypatch, generated=True)
    room.hand_in("ada", "03")
    room.add_config("c.KitGrader.seed = 12345678")
    ran = room.teacher("autograde", "03_attention")
    assert (ran.code, "nothing was graded: nbgrader_config.py sets what cannot be" in ran.log) == (1, True), ran.log
    assert "Traceback" not in ran.log
    assert not room.folder.autograded.exists()


# --- checks of one's own -------------------------------------------------------------------------------------------


def change(folder, old, new, file="checks.py"):
    path = folder.path / "own/08_perplexity" / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_own_checks_that_work_are_fine(own):  # noqa: F811
    assert "✓ own/08_perplexity: your solutions pass your checks" in run("check", own.path)[1]


@pytest.mark.parametrize(
    ("old", "new", "file", "says"),
    [
        ("inputs.randrange", "inputs.randranje", "checks.py", r"own/08_perplexity/checks.py line 21 is at fault"),
        ('"perplexity(tokens', '"perplexitee(tokens', "checks.py", r"checks.py line 13 is at fault.*perplexitee"),
        (
            "    learner.agrees(CALL, tokens=[4, 0",
            "    from autograder.judge.checking import CheckFailed\n    raise CheckFailed('no', 'never')\n"
            "    learner.agrees(CALL, tokens=[4, 0",
            "checks.py",
            "checks.py: your own solution fails test_knows_nothing: no",
        ),
        ('"math.exp(sequence', '"maths.exp(sequence', "mistakes.py", "mistakes.py: mistake perplexity-power-of-two: "),
        ('"perplexity",', '"complexity",', "mistakes.py", "about complexity, which is no piece"),
    ],
)
def test_own_checks_that_do_not_work_are_the_instructors_to_hear_of(own, old, new, file, says):  # noqa: F811
    change(own, old, new, file)
    code, text = run("check", own.path)
    assert code == 1
    line = next(line for line in text.splitlines() if line.startswith("✗"))
    assert re.search(says, line), text
    assert "your solutions pass your checks" not in text


def test_a_fault_in_own_checks_stops_grading_and_costs_nobody_a_mark(own, tmp_path, monkeypatch):  # noqa: F811
    needs_sandbox()
    room = classroom(tmp_path / "room", monkeypatch)
    shutil.copytree(own.path / "own", room.folder.path / "own")
    run("update", room.folder.path)
    room.must("generate_assignment", "08_perplexity")
    there = room.folder.submitted / "ada/08_perplexity"
    shutil.copytree(room.folder.source / "08_perplexity", there)
    change(room.folder, "inputs.randrange", "inputs.randranje")
    ran = room.teacher("autograde", "08_perplexity")
    assert ran.code == 1
    assert "nothing was graded: own/08_perplexity/checks.py line 21 is at fault, not a submission" in ran.log
    assert "Traceback" not in ran.log
    assert room.marks("08_perplexity") == {}
    change(room.folder, "inputs.randranje", "inputs.randrange")
    room.must("autograde", "08_perplexity")
    assert room.marks("08_perplexity")["ada"] == {"check-perplexity": 4}


def wrong(exercise, body):
    """A submission of the own exercise with this line in place of the right one."""
    right = solved(exercise)
    cells = [vars(cell) for cell in right.cells]
    found = {"cells": []}
    for cell in cells:
        source = cell["source"].replace("return math.exp(sequence_loss(tokens, params, config).data)", body)
        found["cells"].append({"cell_type": "code", "metadata": {}, "source": source})
    from autograder.notebook import submission_from

    return submission_from(found, exercise)


def test_a_slip_on_the_way_to_a_message_is_no_submissions_fault_and_an_odd_answer_no_checks(own):  # noqa: F811
    """A check may look at answers as it likes: what throws it must not be for a submission to choose."""
    place = "    learner.agrees(CALL, tokens=[4, 0"
    looks = "    found = learner.call(CALL, tokens=[4, 0, 1, 4], params=Values(params))\n    if found < 0:\n"
    change(own, place, f"{looks}        raise CheckFailled(found)\n{place}")
    exercise = own.course.exercise("08")
    terms = Terms("a seed of these tests alone", no_sandbox=True)
    assert list(faults(own.course, exercise, terms.seed)) == []  # the right answers never come there
    with pytest.raises(ChecksFault, match=r"checks.py line 1\d is at fault, .*NameError.*CheckFailled"):
        judge_submission(wrong(exercise, "return -1.0"), own.course, terms)
    for odd in ("return 'text'", "return None", "return [[]]"):
        (piece,) = judge_submission(wrong(exercise, odd), own.course, terms).pieces
        assert piece.points == 0
        assert "the answer could not be read (TypeError)" in str(piece)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("perplexity.py", b"# %% [markdown]\n# # 08 \xff", "own/08_perplexity/perplexity.py cannot be read"),
        ("checks.py", b"import sys\nsys.exit(3)\n", "checks.py cannot be imported: SystemExit: 3"),
        ("checks.py", b'"""\xff"""\n', "checks.py cannot be imported"),
    ],
)
def test_files_of_ones_own_that_cannot_be_read_are_one_line(own, file, content, says):  # noqa: F811
    (own.path / "own/08_perplexity" / file).write_bytes(content)
    code, text = run("update", own.path)
    assert (code, says in text, text.count("\n")) == (2, True, 0), text
    code, text = run("check", own.path)
    assert (code, says in text) == (1, True), text


# --- the README ----------------------------------------------------------------------------------------------------


@pytest.fixture
def newer_guide(monkeypatch):
    from autograder.teach import new_course

    guide = new_course.guide
    monkeypatch.setattr(new_course, "guide", lambda name: guide(name) + "\nNewer words.\n")


def test_update_renews_the_readme_under_the_courses_name(folder, newer_guide):
    before = (folder.path / "README.md").read_text()
    assert "README.md: renewed\n" in run("update", folder.path)[1] + "\n"
    assert (folder.path / "README.md").read_text() == before + "\nNewer words.\n"
    assert "README" not in run("update", folder.path)[1]


def test_update_keeps_a_readme_that_was_changed_and_says_so(folder, newer_guide):
    path = folder.path / "README.md"
    mine = path.read_text() + "\nMy own words.\n"
    path.write_text(mine)
    assert "README.md: left as it is: you have changed it" in run("update", folder.path)[1]
    assert path.read_text() == mine
    kept = re.search(r"README.md: renewed \(yours is kept: (.*)\)", run("update", folder.path, "--overwrite")[1])[1]
    assert (folder.path / kept).read_text() == mine
    assert "Newer words." in path.read_text()
    path.unlink()
    assert "README.md: left out" in run("update", folder.path)[1]


def test_a_readme_of_an_older_kit_is_not_taken_for_untouched(folder, newer_guide):
    notes = folder.notes / "source.json"
    found = json.loads(notes.read_text())
    del found["notebooks"]["README.md"]
    notes.write_text(json.dumps(found))
    assert "README.md: left as it is: you have changed it, or an older kit wrote it" in run("update", folder.path)[1]
    run("update", folder.path, "--overwrite")
    assert (folder.path / "README.md").read_text().startswith("# microgpt-101: for instructors")

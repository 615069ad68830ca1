"""A class of hostile and unlucky submissions: each gets what its honest pieces earn, and nothing else happens."""

import contextlib
import ctypes
import json
import os
import shutil
import time
import zipfile
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.course import course
from autograder.judge.judge import PUBLIC_SEED
from autograder.notebook import submission_from
from autograder.report import PASSED
from autograder.teach.grading import Terms, judge_submission, nothing_judged
from autograder.teach.incoming import make_safe
from autograder.teach.sanitise import problem_of, read_clean
from autograder.teach.sheet import sheet_from_notebook
from autograder.tests.classroom import classroom, needs_sandbox
from autograder.tests.hostile import ALL, CANARY, EXERCISE, TRACE
from autograder.tests.hostile_code import ANSWERS, BREAKING, CHEATS, hard_coded
from autograder.tests.hostile_escapes import ESCAPES, LISTENER, ROOT
from autograder.tests.hostile_files import BROKEN, TAMPERED
from autograder.tests.notebooks import exercise, notebook

pytestmark = pytest.mark.filterwarnings("ignore")
CASES = [*TAMPERED, *BROKEN, *BREAKING, *ANSWERS, *CHEATS, *ESCAPES]
SECRET = "a seed that nobody knows"
SHEET = sheet_from_notebook(notebook("03", solved=False))


@pytest.fixture(autouse=True)
def _needs_sandbox():
    needs_sandbox()


@pytest.fixture(autouse=True)
def _canary(monkeypatch):
    monkeypatch.setenv(CANARY, "a secret in the environment of whoever grades")


@pytest.fixture
def submitted(tmp_path):
    """Where a submission lies in a course folder, with the solutions and another submission beside it."""
    folder = tmp_path / "course"
    for path, found in (
        (folder / "source" / EXERCISE / "attention.ipynb", notebook("03")),
        (folder / "submitted" / "ada" / EXERCISE / "attention.ipynb", notebook("03")),
    ):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(found))
    (folder / "gradebook.db").write_bytes(b"marks")
    mine = folder / "submitted" / "eve" / EXERCISE
    mine.mkdir(parents=True)
    return mine / "attention.ipynb"


def grade(path, seconds=5.0, seed=SECRET):
    """As the preprocessor does it: made safe, read, cleaned, judged behind the wall."""
    make_safe(path.parent)
    clean = read_clean(path, SHEET)
    json.dumps(clean, ensure_ascii=False).encode()  # it can be saved
    if problem := problem_of(clean):
        return nothing_judged(exercise("03"), problem)
    return judge_submission(submission_from(clean, exercise("03")), course(), Terms(seed, seconds=seconds))


def snapshot(*folders):
    """Every file with its size and time; what was submitted is the only thing that may change."""
    found = {}
    for folder in folders:
        for place, names, files in os.walk(folder):
            names[:] = [name for name in names if name not in ("eve", "__pycache__", ".git")]
            for name in files:
                info = os.lstat(os.path.join(place, name))
                found[place, name] = (info.st_size, info.st_mtime_ns)
    return found


def traces():
    """What hostile code has left on this machine."""
    places = ["/", "/tmp", "/var/tmp", "/usr", "/dev/shm", str(Path.home()), str(Path.cwd()), str(ROOT)]
    return [str(path) for place in places for path in Path(place).glob(f"{TRACE}*")]


def running():
    """Processes that this one has started, directly or not, and that are still there."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            if not fields["State"].startswith("Z"):
                parents[int(fields["Pid"])] = int(fields["PPid"]), fields["Name"]
    found, more = set(), {os.getpid()}
    while more:
        more = {pid for pid, (parent, _) in parents.items() if parent in more} - found
        found |= more
    return {pid: parents[pid][1] for pid in found}


@pytest.fixture(scope="module", autouse=True)
def _adopt():
    """Whatever loses its parent becomes this process's child, so that nothing can hide."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    yield
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_gets_what_its_honest_pieces_earn(case, submitted):
    case.make(submitted)
    before, ran_before = snapshot(submitted.parents[3]), running()
    report = grade(submitted, case.seconds)
    points = {piece.piece: piece.points for piece in report.pieces}
    most = {piece.piece: 0.0 if piece.piece in case.lost else piece.most for piece in report.pieces}
    assert points == most, report.to_text()
    for piece in report.pieces:
        if piece.piece in case.lost:
            assert piece.problem or piece.failures or piece.status == "to do"
    assert case.says in report.to_text()
    assert CANARY not in report.to_text()
    assert snapshot(submitted.parents[3]) == before
    assert not traces()
    deadline = time.monotonic() + 5
    while (left := set(running()) - set(ran_before)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left, running()
    LISTENER.settimeout(0)
    with pytest.raises(BlockingIOError):
        LISTENER.accept()


def test_the_class_is_large_enough():
    assert len({case.name for case in CASES}) == len(CASES) >= 40


def test_what_is_hard_coded_is_right_for_the_public_seed_alone(submitted):
    """The cheat is a good one: without a secret seed it would work."""
    submitted.write_text(
        json.dumps(notebook("03", {"attend": hard_coded().replace("return ", "return to_values(", 1)}))
    )
    found = notebook("03", {"attend": hard_coded()})
    submitted.write_text(json.dumps(found))
    text = grade(submitted, seed=str(PUBLIC_SEED)).to_text()
    assert "KeyError" not in text
    assert "KeyError" in grade(submitted).to_text()


def test_the_next_submission_is_judged_as_if_it_had_not_been_there(submitted):
    """After the worst of them, in the same grader."""
    worst = [case for case in CASES if case.name in ("takes over the child", "patches float, sum and isinstance")]
    for case in [*worst, *BREAKING[:2]]:
        case.make(submitted)
        grade(submitted)
        submitted.write_text(json.dumps(notebook("03")))
        assert all(piece.status == PASSED for piece in grade(submitted).pieces)


def test_a_whole_class_of_them_in_one_run_of_nbgrader(tmp_path, monkeypatch):
    """The real thing: every one has a mark and a reason, and the honest ones in between are graded as ever."""
    room = classroom(tmp_path, monkeypatch, generated=True)
    names = {
        *("a link to the solutions", "a pipe", "200 MB", "an old format", "not JSON", "nothing in its place"),
        *("skip-execution on the tests", "tests removed", "a schema of the future", "text that cannot be saved"),
        *("a grade id that is a list", "os._exit while loading", "an error of odd shape", "a folder in its place"),
    }
    cases = {f"eve{number:02}": case for number, case in enumerate(case for case in CASES if case.name in names)}
    assert len(cases) == len(names)
    for student, case in cases.items():
        case.make(room.place(student, "03"))
    (room.place("eve02", "03").parent / "timestamp.txt").write_text("the day before yesterday")
    for student in ("adam", "zoe"):
        room.hand_in(student, "03")
    log = room.must("autograde", EXERCISE)
    assert "Traceback" not in log
    marks = room.marks(EXERCISE)
    full = {"check-attention_weights": 5.0, "check-attend": 4.0, "check-multi_head_attention": 7.0}
    assert marks["adam"] == marks["zoe"] == full
    for student, case in cases.items():
        assert marks[student] == {
            name: 0.0 if name.removeprefix("check-") in case.lost else most for name, most in full.items()
        }, case.name
        graded = json.loads((room.folder.autograded / student / EXERCISE / "attention.ipynb").read_text())
        assert case.says in json.dumps(graded, ensure_ascii=False), case.name
    with room.gradebook() as gradebook:
        assert not any(found.needs_manual_grade for found in gradebook.assignment_submissions(EXERCISE))
    room.must("generate_feedback", EXERCISE)
    assert len(list((room.folder.path / "feedback").rglob("attention.html"))) == len(cases) + 2


EVIL_TEXTS = [
    "<script>top.x()</script>",
    "<img src=x onerror=top.x()>",
    "<svg/onload=top.x()>",
    "[a](javascript:top.x())",
    "<a href='java&#9;script:top.x()'>a</a>",
    "<iframe src='/'></iframe>",
    "<form action=/x><button>a</button></form>",
    "$\\href{javascript:top.x()}{a}$",
    "![a](http://192.0.2.1/seen.png)",
    "<div style='position:fixed' class='score'>100</div>",
    "```mermaid\n%%{init: {}}%%\ngraph TD; A-->B; click A href 'javascript:top.x()'\n```",
]


@pytest.mark.parametrize("template", ["formgrade", "feedback"])
def test_a_script_in_a_submission_does_not_reach_whoever_reads_it(tmp_path, monkeypatch, template):
    """In the formgrader it could act as the instructor. The same filter serves both pages."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config.loader import PyFileConfigLoader

    room = classroom(tmp_path, monkeypatch, generated=True)
    source = "def attend(query, keys, values):\n    raise ValueError('<script>top.x()</script>')"
    found = notebook("03", {"attend": source})
    for number, text in enumerate(EVIL_TEXTS):
        found["cells"].append({"cell_type": "markdown", "id": f"evil-{number}", "metadata": {}, "source": text})
    found["cells"].append({"cell_type": "raw", "id": "evil-raw", "metadata": {}, "source": EVIL_TEXTS[0]})
    room.hand_in("eve", "03", found)
    room.must("autograde", EXERCISE)
    if template == "feedback":
        room.must("generate_feedback", EXERCISE)
        page = (room.folder.path / "feedback/eve" / EXERCISE / "attention.html").read_text()
    else:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(room.folder.path)).load_config()
        config.HTMLExporter.template_name = "formgrade"
        config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
        graded = room.folder.autograded / "eve" / EXERCISE / "attention.ipynb"
        resources = defaultdict(str, {"index": 0, "total": 1, "nbgrader": {}})
        page, _ = HTMLExporter(config=config).from_filename(str(graded), resources=resources)
    assert "ValueError" in page
    assert "attention_weights</b>" in page  # the messages keep their shape
    assert "Hint 1 for" in page
    assert "<details>" in page  # and so do the lessons
    seen = Acting()
    seen.feed(page)
    assert not [what for what in seen.found if "top.x" in what or "192.0.2.1" in what or "position" in what]
    assert not {"iframe", "form", "svg"} & seen.tags
    assert r"\href" not in page


def test_a_lesson_keeps_its_look_on_those_pages():
    from autograder.teach.pages import safe_markdown

    text = "# Sampling\n\nTo draw is called [sampling](../glossary.ipynb#sampling).\n\n|a|b|\n|-|-|\n|1|2|\n"
    page = safe_markdown({"cell": {}}, text)
    assert "<h1>Sampling</h1>\n<p>To draw is called sampling.</p>" in page  # no link that leads nowhere
    assert '<table class="table' in page  # with space between the columns


class Acting(HTMLParser):
    """What a browser would do with a page: scripts, and every attribute."""

    def __init__(self):
        super().__init__()
        self.found, self.tags, self.script = [], set(), False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.script = tag == "script"
        self.found += [f"{name}={value}" for name, value in attrs]

    def handle_data(self, data):
        if self.script:
            self.found.append(data)

    def handle_endtag(self, tag):
        self.script = False


def archive(path, files):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def test_zip_collect_takes_notebooks_and_nothing_else(tmp_path, monkeypatch):
    room = classroom(tmp_path, monkeypatch, generated=True)
    here = room.folder.path / "downloaded" / EXERCISE / "archive"
    right = json.dumps(notebook("03"))
    archive(here / "ada.zip", {"attention.ipynb": right, "__MACOSX/._attention.ipynb": "?", "notes.txt": "x"})
    archive(here / "bob_2_late.zip", {"my work/attention.ipynb": right})
    climbing = {f"../../../../../{TRACE}.ipynb": right, f"/tmp/{TRACE}.ipynb": right, "..\\attention.ipynb": right}
    archive(here / "climber.zip", {**climbing, "attention.ipynb": right})
    archive(here / "bomber.zip", {f"bomb{n}/other{n}.ipynb": b"0" * 15_000_000 for n in range(16)})
    archive(
        here / "nester.zip", {"inner.zip": archive(tmp_path / "inner.zip", {"attention.ipynb": right}).read_bytes()}
    )
    bomb = archive(tmp_path / "bomb.zip", {f"other{n}.ipynb": b"0" * 15_000_000 for n in range(6)}).read_bytes()
    archive(here / "hider.zip", {"inner.zip": bomb})
    archive(here / "huge.zip", {"attention.ipynb": b"0" * 25_000_000})
    link = zipfile.ZipInfo("attention.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(here / "linker.zip", "w") as packed:
        packed.writestr(link, str(room.folder.source / EXERCISE / "attention.ipynb"))
    (here / "broken.zip").write_text("no archive")
    (here / "broken2.tar.gz").write_text("no archive")
    shutil.make_archive(str(here / "tar"), "gztar", room.folder.source / EXERCISE)
    (here / "carl_attention.ipynb").write_text(right)

    room.must("zip_collect", EXERCISE)
    room.must("autograde", EXERCISE)
    totals = {student: sum(marks.values()) for student, marks in room.marks(EXERCISE).items()}
    honest = ("ada", "bob", "climber", "nester", "tar", "carl")
    assert {student: totals[student] for student in honest} == dict.fromkeys(honest, 16)
    for student in ("bomber", "hider", "huge", "broken", "broken2"):
        assert totals[student] == 0
    assert "linker" not in totals
    assert not traces()
    assert not list(tmp_path.rglob(f"{TRACE}*"))
    graded = (room.folder.autograded / "bomber" / EXERCISE / "attention.ipynb").read_text()
    assert "unpacks to more than 200 MB" in graded


def test_the_exchange_is_not_trusted(tmp_path, monkeypatch):
    """Links, pipes, floods and forged names in the exchange: the honest submission is collected all the same."""
    room = classroom(tmp_path, monkeypatch, generated=True)
    room.must("release_assignment", EXERCISE)
    inbound = room.exchange / "microgpt-101" / "inbound"
    when = "2025-01-01 12:00:00.000000 UTC"

    def put(name, make=None):
        folder = inbound / f"{name}+{EXERCISE}+{when}+x"
        folder.mkdir()
        (folder / "timestamp.txt").write_text(when)
        if make:
            make(folder)
        return folder

    def right(folder):
        (folder / "attention.ipynb").write_text(json.dumps(notebook("03")))

    def swap(folder):
        (folder / "attention.ipynb").symlink_to(room.folder.source / EXERCISE / "attention.ipynb")

    def flood(folder):
        right(folder)
        for number in range(3):
            with open(folder / f"data{number}.bin", "wb") as made:
                made.truncate(60_000_000)

    put("ada", right)
    put("swapper", swap)
    put("piper", lambda folder: (right(folder), os.mkfifo(folder / "pipe")))
    put("flooder", flood)
    put("timer", lambda folder: (right(folder), (folder / "timestamp.txt").write_text("never")))
    put("secretive", lambda folder: (right(folder), (folder / "submission_secret.txt").mkdir()))
    (inbound / f"linker+{EXERCISE}+{when}+x").symlink_to(room.folder.source / EXERCISE)
    put("..")
    (inbound / f"mallory+{EXERCISE}+yesterday+x").mkdir()
    (inbound / f"mallory+{EXERCISE}+").mkdir()
    course_before = snapshot(room.folder.source)

    log = room.must("collect", EXERCISE)
    assert "it is a link" in log
    room.must("autograde", EXERCISE)
    totals = {student: sum(marks.values()) for student, marks in room.marks(EXERCISE).items()}
    assert totals == {
        **dict.fromkeys(("ada", "piper", "flooder", "timer", "secretive"), 16.0),
        **dict.fromkeys(("swapper", "linker"), 0.0),
    }
    room.must("generate_feedback", EXERCISE)
    room.must("release_feedback", EXERCISE)
    assert snapshot(room.folder.source) == course_before
    assert not (room.folder.path / EXERCISE).exists()
    assert sum(file.stat().st_size for file in (room.folder.submitted / "flooder").rglob("*.bin")) <= 100_000_000
    room.must("collect", EXERCISE, "--update")


def test_all_is_lost_without_honest_pieces():
    assert set(ALL) == {piece.name for piece in exercise("03").pieces}

"""The kit without its repository: built as a wheel, installed, and used by a learner in an empty folder.

The environment is new but for what the kit builds on, which it borrows from the one that runs these tests.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from autograder.course import course, without_markers
from autograder.tests.browser import CHROMIUM, FLAGS, Notebook, needs_browser, server

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


def ran(*command, cwd, code=0, **environment):
    """Run it without any of the kit's settings; what it said."""
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("MICROGPT", "PYTHONPATH", "PYTEST"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the source archive, as a release has them."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("dist")
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    (wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, source


class Installed:
    """An environment with the wheel in it, and a folder to work in."""

    def __init__(self, folder, wheel):
        self.environment, self.work = folder / "environment", folder / "work"
        self.work.mkdir()
        venv.create(self.environment, symlinks=sys.platform != "win32")
        self.python = self.environment / SCRIPTS / "python"
        site = Path(self.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        pip = [sys.executable, "-m", "pip", "--python", self.python, "install", "--no-deps", "--no-index", "-q"]
        ran(*pip, wheel, cwd=folder)
        # Only now, or pip would say that the kit is there; and as a plain folder, whose own .pth files are not read.
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def run(self, program, *arguments, cwd=None, code=0):
        settings = {"MICROGPT_CACHE": str(self.work / "cache"), "PYTHONUTF8": "1"}
        program = self.environment / SCRIPTS / program
        return ran(program, *arguments, cwd=cwd or self.work, code=code, **settings)


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    return Installed(tmp_path_factory.mktemp("installed"), built[0])


@pytest.fixture(scope="module")
def my_gpt(installed):
    """A folder made by `microgpt init`, with 02 solved by writing each solution into its stub."""
    said = installed.run("microgpt", "init", "my-gpt")
    assert said.splitlines()[-2:] == ["  cd my-gpt", "  microgpt lab"]
    folder = installed.work / "my-gpt"
    path = folder / "exercises" / "02_layers" / "layers.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    solutions = {piece.id: without_markers(piece.source) for piece in course().exercise("02").pieces}
    for cell in notebook["cells"]:
        if cell["id"] in solutions:
            cell["source"] = solutions[cell["id"]]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def test_what_is_in_the_wheel(built):
    names = set(zipfile.ZipFile(built[0]).namelist())
    assert {
        "autograder/mygpt.py",
        "autograder/pristine/02_layers.ipynb",
        "autograder/pristine/glossary.ipynb",
        "autograder/_solutions/02_layers/layers.py",
        "autograder/_solutions/glossary.md",
        "autograder/learn/jupyter/labconfig/default_setting_overrides.json",
        "autograder/teach/guide.md",
        "microgpt_ref/names.txt",
        "microgpt_ref/pictures/export_config.json",
    } <= names
    assert not [name for name in names if "/tests/" in name or name.startswith(("solutions/", "exercises/"))]
    tracked = ran("git", "ls-files", "autograder", "microgpt_ref", cwd=ROOT).split() if (ROOT / ".git").exists() else []
    assert not [name for name in tracked if "/tests/" not in name and name not in names]


def test_the_source_archive_makes_the_same_wheel(built, tmp_path):
    wheel, source = built
    with tarfile.open(source) as archive:
        careful = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
        archive.extractall(tmp_path, **careful)
    (unpacked,) = tmp_path.iterdir()
    assert (unpacked / "autograder" / "tests" / "test_wheel.py").is_file()
    ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=unpacked)
    (again,) = (tmp_path / "dist").glob("*.whl")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_an_editable_install_is_the_repository_itself(tmp_path):
    """Nothing is copied beside it that could grow old."""
    pytest.importorskip("hatchling")
    build = f"from hatchling.build import build_editable; build_editable({str(tmp_path)!r})"
    ran(sys.executable, "-c", build, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    inside = zipfile.ZipFile(wheel)
    (path,) = [name for name in inside.namelist() if ".dist-info/" not in name]
    assert inside.read(path).decode().strip() == str(ROOT)


def test_nothing_comes_from_the_repository(installed):
    where = "import autograder, autograder.course as c, microgpt_ref; print(autograder.__file__); "
    where += "print(microgpt_ref.__file__); print(c.solutions_folder())"
    for line in installed.run("python", "-c", where).splitlines():
        assert Path(line).is_relative_to(installed.environment)


def test_a_learner_solves_an_exercise(installed, my_gpt):
    said = installed.run("python", "-m", "pytest", "exercises/02_layers", cwd=my_gpt)
    assert " passed" in said
    assert "failed" not in said
    points = course().exercise("02").points
    assert f"{points} of {points}" in installed.run("microgpt", "check", "02", cwd=my_gpt)
    installed.run("microgpt", "check", "03", cwd=my_gpt, code=1)


def test_jupyterlab_is_at_hand(installed, my_gpt, tmp_path):
    assert "EXERCISE" in installed.run("microgpt", "lab", "--help", cwd=my_gpt)
    command = [str(installed.environment / SCRIPTS / "microgpt"), "lab", "03", "--"]
    with server(command, tmp_path / "home", my_gpt) as started:
        page = urlopen(f"{started.ready()}/lab/tree/03_attention/attention.ipynb", timeout=60)
        assert "JupyterLab" in page.read().decode()
        notebook = urlopen(f"{started.address}/api/contents/03_attention/attention.ipynb", timeout=60)
        assert "attention_weights" in notebook.read().decode()
        assert "JupyterLab opens" in started.log.read_text()


@pytest.mark.browser
@pytest.mark.thorough
def test_a_notebook_is_judged_in_the_browser(installed, my_gpt, tmp_path):
    """`microgpt lab` of the wheel: the notebook that is next, its kernel, and the verdict of a check cell."""
    needs_browser()
    from playwright.sync_api import sync_playwright

    command = [str(installed.environment / SCRIPTS / "microgpt"), "lab", "02", "--"]
    with server(command, tmp_path / "home", my_gpt) as started, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(started.ready())
        opened = Notebook(page)
        assert page.url.endswith("02_layers/layers.ipynb")
        for cell in opened.cells():
            if cell["cell_type"] == "code":
                opened.run(cell["id"])
            if cell["id"] == "check-dot":
                break
        assert "dot: passed, 4 of 4 points" in opened.element("check-dot").inner_text()
        opened.type_into("dot", "import autograder; print(autograder.__file__)")  # check cells are locked
        opened.run("dot")
        assert str(installed.environment) in opened.element("dot").inner_text()
        browser.close()


def test_the_doctor_is_content(installed, my_gpt):
    found = json.loads(installed.run("microgpt", "doctor", "--json", cwd=my_gpt))
    assert found["ok"]
    (kit,) = [finding["text"] for finding in found["findings"] if finding["name"] == "kit"]
    assert str(installed.environment) in kit


def test_an_update_and_a_handout(installed, my_gpt):
    assert "already" in installed.run("microgpt", "update", cwd=my_gpt)
    installed.run("microgpt", "course", "handout", "class.zip")
    assert "class/exercises/02_layers/layers.ipynb" in zipfile.ZipFile(installed.work / "class.zip").namelist()

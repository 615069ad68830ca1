"""The shape of the house: who may import whom, how long files are, and that the linters are content."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [
    path
    for folder in ("autograder", "microgpt_ref")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "__pycache__" not in path.parts
]
CODE = [path for path in FILES if "tests" not in path.parts]

# From the ground up; a part may import what stands to its left, and itself. The wings do not know each other.
FLOORS = {
    "microgpt_ref": [],
    "ground": ["microgpt_ref"],  # course, notebook, report, assemble, build: files directly in autograder/
    "judge": ["ground", "microgpt_ref"],
    "learn": ["judge", "ground", "microgpt_ref"],
    "teach": ["judge", "ground", "microgpt_ref"],
    "bench": ["learn", "teach", "judge", "ground", "microgpt_ref"],
    "top": ["bench", "learn", "teach", "judge", "ground", "microgpt_ref"],  # cli, and the names given to learners
}
TOP = {"autograder", "autograder.cli", "autograder.mygpt"}


def floor(module):
    if module.split(".")[0] == "microgpt_ref":
        return "microgpt_ref"
    if module in TOP:
        return "top"
    part = module.split(".")[1] if "." in module else ""
    return part if part in FLOORS else "ground"


def name_of(path):
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_imports_go_one_way(path):
    mine = floor(name_of(path))
    for module in imports(path):
        if module.split(".")[0] in ("autograder", "microgpt_ref"):
            theirs = floor(module)
            assert theirs == mine or theirs in FLOORS[mine], f"{name_of(path)} imports {module}"


def test_checks_never_import_learner_code():
    for path in (ROOT / "autograder/judge/checks").glob("*.py"):
        assert not [module for module in imports(path) if "exercises" in module or "solutions" in module], path


def test_the_child_needs_the_standard_library_only():
    assert set(imports(ROOT / "autograder/judge/child.py")) <= sys.stdlib_module_names | {"__future__"}


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_files_are_short_enough_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_linters_are_content(command):
    ran = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_command_starts_with_few_imports():
    """`microgpt --help` and an empty pytest run must not wait for what they do not use."""
    heavy = {"numpy", "plotly", "rich", "nbformat", "nbgrader", "jupytext", "IPython", "pytest", "pooch"}
    script = "import sys, autograder.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)
    script = "import sys, autograder.learn.plugin; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not (heavy - {"pytest"}) & set(loaded)
    assert "autograder.judge.judge" not in loaded


def test_a_command_that_needs_an_extra_says_so_in_a_line():
    script = (
        "import sys\nsys.modules['nbgrader.preprocessors'] = None\nsys.argv = ['microgpt', 'build', '--check']\n"
        "from autograder.cli import main\nmain()"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.returncode == 2
    assert "microgpt-kit[instructor]" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1

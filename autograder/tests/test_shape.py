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
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
LONG_FOR_A_REASON = {
    "autograder.tests.mutants:_of_expression": "one case for each kind of expression; none is long",
    "autograder.tests.test_hostile:test_the_exchange_is_not_trusted": "all attacks on one class: setting it up is slow",
    "autograder.tests.test_nbgrader_whole_way:test_from_release_to_feedback": "a whole term, told in its order",
}
TOP = {"autograder", "autograder.__main__", "autograder.cli", "autograder.mygpt"}


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
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield node.module


def files_imported(path):
    """Our own files that it imports; `from package import module` is the module, not the package."""
    known = {name_of(file) for file in CODE}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_imports_go_one_way(path):
    mine = floor(name_of(path))
    for module in imports(path):
        if module.split(".")[0] in ("autograder", "microgpt_ref"):
            theirs = floor(module)
            assert theirs == mine or theirs in FLOORS[mine], f"{name_of(path)} imports {module}"


def test_only_fetching_names_uses_the_network():
    """Everything else works offline. (A class of many machines meets at a broker: that is teach.farm.)"""
    network = {"requests", "pooch", "urllib.request", "http", "http.client", "socket", "ssl", "ftplib", "smtplib"}
    users = {name_of(path) for path in CODE if network & set(imports(path))}
    assert {name for name in users if not name.startswith("autograder.teach.farm.")} == {"microgpt_ref.names"}


def test_checks_never_import_learner_code():
    for path in (ROOT / "autograder/judge/checks").glob("*.py"):
        assert not [module for module in imports(path) if "exercises" in module or "solutions" in module], path


def test_the_child_needs_the_standard_library_only():
    assert set(imports(ROOT / "autograder/judge/child.py")) <= sys.stdlib_module_names | {"__future__"}


def test_nothing_imports_in_a_circle():
    """Not even inside of a function: two files that need each other are one, or three."""
    graph = {name_of(path): set(files_imported(path)) for path in CODE}
    while leaves := {module for module, needs in graph.items() if not needs & set(graph)}:
        graph = {module: needs for module, needs in graph.items() if module not in leaves}
    assert not graph


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short_enough_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_A_FILE


def test_functions_are_short_enough_to_read():
    long = {
        f"{name_of(path)}:{node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }
    assert long == set(LONG_FOR_A_REASON)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_linters_are_content(command):
    ran = subprocess.run([sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_command_that_needs_an_extra_says_so_in_a_line():
    script = (
        "import sys\nsys.modules['nbgrader.preprocessors'] = None\nsys.argv = ['microgpt', 'build', '--check']\n"
        "from autograder.cli import main\nmain()"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.returncode == 2
    assert "microgpt-kit[instructor]" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1

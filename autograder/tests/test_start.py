"""What is imported when the kit starts, and what that costs: everybody pays for it, each time."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest

from autograder.tests.running import ROOT, START, run

try:
    import resource
except ImportError:  # Windows
    resource = None

# Whoever adds to one of these lists makes every start slower: better import it where it is used.
PACKAGES = {
    "microgpt --help": {"click"},
    "microgpt": {"click", "platformdirs"},
    "the pytest plugin": set(),
}
OWN = {
    "microgpt --help": {
        "autograder",
        "autograder.cli",
        "autograder.quick_start",
        "microgpt_ref",
        "microgpt_ref.errors",
        "microgpt_ref.options",
    },
    "microgpt": {
        *("autograder", "autograder.cli", "autograder.quick_start", "microgpt_ref", "microgpt_ref.errors"),
        *("microgpt_ref.options", "microgpt_ref.whole"),
        *("autograder.course", "autograder.notebook", "autograder.report"),
        *("autograder.judge", "autograder.judge.judge", "autograder.judge.checking", "autograder.judge.compare"),
        *("autograder.judge.request", "autograder.judge.child", "autograder.judge.learner"),
        "autograder.judge.answers",
        *("autograder.judge.mistakes", "autograder.judge.reference"),
        *("autograder.learn", "autograder.learn.status_command", "autograder.learn.standing"),
        *("autograder.learn.workspace", "autograder.learn.terminal", "autograder.learn.asked"),
    },
    "the pytest plugin": {"autograder", "autograder.learn", "autograder.learn.plugin"},
}
# Parts of Python itself that take longer than all the rest together, or open what nothing here needs.
HEAVY = {"asyncio", "concurrent", "email", "http", "multiprocessing", "sqlite3", "ssl", "unittest", "xml"}
AT_THE_END = """import atexit, json, sys
atexit.register(lambda: print(json.dumps(sorted(n for n, m in sys.modules.items() if m)), file=sys.stderr))
"""
BY_PLATFORM = {"colorama"}  # click's, on Windows
HELP_BUDGET = 0.25  # seconds of CPU beyond an empty Python


def loaded(*arguments, cwd, **environment):
    """The modules that a process has at its end."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**clean_environment(), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return set(json.loads(ran.stderr.splitlines()[-1]))


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith(("MICROGPT", "COV", "PYTEST"))}


def packages(modules):
    """What is neither ours nor Python's own."""
    tops = {module.split(".")[0] for module in modules}
    return {top for top in tops if top not in sys.stdlib_module_names and not top.startswith("_")} - BY_PLATFORM


def own(modules):
    return {module for module in modules if module.split(".")[0] in ("autograder", "microgpt_ref")}


@pytest.fixture(scope="module")
def empty_python(tmp_path_factory):
    """What a Python has that does nothing: files in its packages' folder may make it import something."""
    return loaded("-c", AT_THE_END, cwd=tmp_path_factory.mktemp("nothing"))


@pytest.mark.parametrize("command", ["microgpt --help", "microgpt"])
def test_what_a_command_imports(command, empty_python, exercises):
    arguments = ["-c", AT_THE_END + START, str(ROOT), *command.split()[1:]]
    settings = {name: os.environ[name] for name in ("MICROGPT_EXERCISES", "MICROGPT_CACHE")}
    run(*command.split()[1:])  # what is judged once is remembered
    found = loaded(*arguments, cwd=exercises, **settings) - empty_python
    assert packages(found) - {"autograder", "microgpt_ref"} <= PACKAGES[command]
    assert own(found) == OWN[command]
    assert not HEAVY & {module.split(".")[0] for module in found}


def test_what_the_plugin_imports_in_somebody_elses_project(tmp_path):
    (tmp_path / "test_theirs.py").write_text("def test_theirs():\n    assert True\n")
    (tmp_path / "conftest.py").write_text(AT_THE_END)
    # Without the other plugins of this environment, which take seconds: they are not what is asked for.
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    without = loaded(*command, cwd=tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    with_it = loaded(*command, "-p", "autograder.learn.plugin", cwd=tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert with_it - without == OWN["the pytest plugin"]


GRAMMARS = {"lark", "rfc3987_syntax"}  # two seconds: see autograder/quick_start.py


def test_jupyterlab_starts_without_the_grammars_of_addresses(tmp_path):
    command = "import runpy; runpy.run_module('autograder.learn.start_jupyterlab', run_name='__main__')"
    found = loaded("-c", AT_THE_END + command, "--version", cwd=tmp_path)
    assert {"jupyterlab", "jsonschema"} <= found
    assert not GRAMMARS & found


def test_so_does_a_command_that_reads_notebooks(tmp_path):
    made = "from nbformat import validate, v4; validate(v4.new_notebook(cells=[v4.new_markdown_cell('a')]))"
    command = f"import autograder.cli as cli; cli.microgpt = lambda: exec({made!r}); cli.main()"
    found = loaded("-c", AT_THE_END + command, cwd=tmp_path)
    assert "jsonschema" in found
    assert not GRAMMARS & found


@pytest.mark.slow
@pytest.mark.skipif(resource is None, reason="Windows does not tell what a child has used")
def test_help_starts_fast(tmp_path):
    def cpu(*arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=tmp_path, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # The least of a few: what else the machine does can only add.
    takes = min(cpu("-c", START, str(ROOT), "--help") for _ in range(3)) - min(cpu("-c", "pass") for _ in range(3))
    assert takes < HELP_BUDGET


def test_everything_that_a_learner_installs_is_used_by_what_a_learner_runs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    learners = [
        path.read_text(encoding="utf-8")
        for folder in ("autograder", "microgpt_ref")
        for path in (ROOT / folder).rglob("*.py")
        if not {"tests", "teach", "bench"} & set(path.parts)
    ]
    for line in project["dependencies"]:
        name = re.match(r"[\w-]+", line)[0]
        assert any(re.search(rf'(import|from) {name}|"{name}"', text) for text in learners), name

"""Is everything here that the kit needs? One finding each, with a line of how to mend what is not right."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from autograder.installing import pip, this_python
from microgpt_ref.errors import UserError

FINE, NOTE, BAD = "fine", "note", "bad"
OLDEST, NEWEST = (3, 11), (3, 13)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; a note is worth knowing, but nothing to mend before going on."""

    name: str
    state: str
    text: str
    mend: str = ""


def examine(instructor: bool = False) -> Iterator[Finding]:
    """Look at everything. Whatever goes wrong while looking is a finding, too."""
    looks: list[tuple[str, Callable[[], Finding]]] = [
        ("Python", python),
        ("kit", kit),
        ("packages", lambda: packages("")),
        ("Jupyter", jupyter),
        ("kernel", kernel),
        ("pytest", pytest_plugin),
        ("names", names),
        ("judge", judging),
        ("notebooks", notebooks),
        ("cache", cache),
        ("sandbox", lambda: sandbox(instructor)),
        ("nbgrader", lambda: nbgrader(instructor)),
    ]
    for name, look in looks:
        try:
            yield look()
        except UserError as error:
            yield Finding(name, BAD, str(error))
        except Exception as error:  # a doctor who falls over helps nobody
            why = (str(error).strip().splitlines() or [""])[0]
            yield Finding(name, BAD, f"looking at it failed: {type(error).__name__}: {why}", _again())


def python() -> Finding:
    """Its version, and where it is."""
    version = sys.version_info
    text = f"{version.major}.{version.minor}.{version.micro} ({sys.executable})"
    if not OLDEST <= version[:2] <= NEWEST:
        mend = (
            "install Python 3.11, 3.12 or 3.13, make an environment with it (python3.12 -m venv .venv), and start there"
        )
        return Finding("Python", BAD, text, mend)
    if sys.prefix == sys.base_prefix and not os.environ.get("CONDA_PREFIX"):
        mend = "other programs may change its packages: python -m venv .venv makes one for the kit alone"
        return Finding("Python", NOTE, f"{text}, which is not an environment of its own", mend)
    return Finding("Python", FINE, text)


def kit() -> Finding:
    """The kit's own files: clean notebooks, solutions."""
    from autograder.lessons import kit_version, lessons

    found = lessons()
    count = sum(name.endswith(".ipynb") for name in found)
    return Finding("kit", FINE, f"microgpt-kit {kit_version()}, {count} notebooks ({Path(__file__).parents[2]})")


def packages(extra: str) -> Finding:
    """Everything that the kit builds on, in versions that it knows."""
    name = "packages" if not extra else "nbgrader"
    wrong = []
    found = list(_requirements(extra))
    for package, wanted, present in found:
        if present is None:
            wrong.append(f"{package} is missing")
        elif wanted:
            wrong.append(f"{package} is {present}, not {wanted}")
    if wrong:
        wish = f"microgpt-kit[{extra}]" if extra else "microgpt-kit"
        return Finding(name, BAD, ", ".join(wrong), pip(wish, "--upgrade"))
    return Finding(name, FINE, ", ".join(f"{package} {present}" for package, _, present in found))


def jupyter() -> Finding:
    """JupyterLab, which `microgpt lab` starts."""
    version = _version("jupyterlab")
    if version is None:
        return Finding("Jupyter", BAD, "JupyterLab is not in this environment", pip("jupyterlab"))
    if importlib.util.find_spec("jupyterlab") is None:
        return Finding("Jupyter", BAD, "JupyterLab is damaged", pip("jupyterlab", "--force-reinstall"))
    return Finding("Jupyter", FINE, f"JupyterLab {version}")


def kernel() -> Finding:
    """The kernel python3, which the notebooks ask for: is it the Python that has the kit?"""
    mend = pip("ipykernel", "--force-reinstall")
    if importlib.util.find_spec("ipykernel") is None:
        return Finding("kernel", BAD, "ipykernel is not in this environment: notebooks could not run", mend)
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    from autograder.learn.lab_command import environment

    with _environment(environment()):
        try:
            spec = KernelSpecManager().get_kernel_spec("python3")
        except NoSuchKernel:
            return Finding("kernel", BAD, "Jupyter knows no kernel python3", mend)
    program = spec.argv[0]
    replaced = ("python", "python3", f"python3.{sys.version_info.minor}")  # Jupyter puts its own Python there
    if program in replaced or _prefix(program) == os.path.realpath(sys.prefix):
        return Finding("kernel", FINE, f"python3 is this environment's ({spec.resource_dir})")
    text = f"python3 is another Python ({program}), which may not have the kit"
    return Finding("kernel", BAD, text, f"{mend}, or remove {spec.resource_dir}")


def pytest_plugin() -> Finding:
    """Does `pytest exercises/02_layers` judge?"""
    version = _version("pytest")
    if version is None:
        return Finding("pytest", BAD, "pytest is not in this environment", pip("pytest"))
    ours = [entry.name for entry in metadata.entry_points(group="pytest11") if entry.value == "autograder.learn.plugin"]
    if not ours:
        return Finding("pytest", BAD, "pytest does not know the kit's plugin", pip("", "--force-reinstall"))
    if os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        return Finding("pytest", BAD, "pytest loads no plugins here", "unset PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    if "no:microgpt" in os.environ.get("PYTEST_ADDOPTS", ""):
        return Finding("pytest", BAD, "pytest is told to leave the kit's plugin out", "unset PYTEST_ADDOPTS")
    text = f"pytest {version} with the kit's plugin"
    found = shutil.which("pytest")
    here = Path(sysconfig.get_path("scripts"))
    if found is None or os.path.realpath(Path(found).parent) != os.path.realpath(here):
        where = "none" if found is None else found
        mend = f"activate this environment, or type {this_python()} -m pytest"
        return Finding("pytest", NOTE, f"{text}; but `pytest` alone means {where} in this terminal", mend)
    return Finding("pytest", FINE, text)


def names() -> Finding:
    """The list of names that models are trained on."""
    from microgpt_ref.names import describe, load_names

    return Finding("names", FINE, describe(load_names()))


def judging() -> Finding:
    """Judge the kit's own solutions of one exercise: a process of its own starts, answers and ends."""
    from autograder.course import course
    from autograder.judge.judge import judge
    from autograder.notebook import solved

    exercise = course().exercises[0]
    report = judge(solved(exercise))
    if report.passed:
        return Finding("judge", FINE, f"passes the kit's own {exercise.folder}")
    lines = [line for piece in report.pieces for check in piece.checks for line in check.lines]
    text = f"does not pass the kit's own {exercise.folder}: {(lines or ['no reason given'])[0]}"
    return Finding("judge", BAD, text, f"{pip('', '--force-reinstall')}; if that does not help, open an issue")


def notebooks() -> Finding:
    """The learner's notebooks: can each be read, is there something newer?"""
    from autograder.learn.standing import reason
    from autograder.learn.terminal import short
    from autograder.learn.workspace import find_workspace
    from autograder.lessons import home_of, lessons
    from autograder.notebook import NotebookError, load

    try:
        workspace = find_workspace()
    except UserError as error:
        what, mend = _cut(str(error))
        return Finding("notebooks", NOTE, what, mend)
    where, missing, broken = short(workspace.folder), [], []
    for exercise in workspace.course.exercises:
        path = workspace.path(exercise)
        if not path.exists():
            missing.append(exercise)
            continue
        try:
            load(path)
        except NotebookError as error:
            broken.append((exercise, reason(error, workspace, exercise).split("; `microgpt")[0]))
    gone = f"not in {where}: {', '.join(exercise.notebook for exercise in missing)}" if missing else ""
    if broken:
        mend = f"`microgpt reset {broken[0][0].number}` begins it anew, and keeps a copy of what is there"
        return Finding("notebooks", BAD, "; ".join([*(why for _, why in broken), *([gone] if gone else [])]), mend)
    if missing:
        return Finding("notebooks", NOTE, gone, f"`microgpt reset {missing[0].number}` brings one back")
    home = home_of(workspace.folder)
    # What the learner deleted is not brought back, however new it is.
    here = {name: given for name, given in lessons().items() if (workspace.folder / name).exists()}
    if home and any(_bytes(home.base / name) != given for name, given in here.items()):
        return Finding("notebooks", NOTE, f"the kit has newer lessons than {where}", "`microgpt update` brings them")
    return Finding("notebooks", FINE, f"all {len(workspace.course.exercises)} in {where} can be read")


def cache() -> Finding:
    """Where verdicts are remembered: without it everything is judged again each time."""
    from autograder.learn.workspace import cache_folder

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        mend = "make it writable, or name another folder in MICROGPT_CACHE"
        return Finding("cache", BAD, f"{folder} cannot be written: {error.strerror or error}", mend)
    return Finding("cache", FINE, f"{folder} can be written")


def sandbox(instructor: bool) -> Finding:
    """The wall for strangers' code; learners run their own, and need none."""
    from autograder.judge.sandbox import Sandbox, SandboxError

    try:
        Sandbox().probe()
    except SandboxError as error:
        text, mend = _cut(str(error))
        if instructor:
            return Finding("sandbox", BAD, text, mend)
        return Finding("sandbox", NOTE, f"{text}; only instructors need it, for grading", mend)
    return Finding("sandbox", FINE, "strangers' code can be judged behind a wall")


def nbgrader(instructor: bool) -> Finding:
    """What instructors install on top."""
    found = packages("instructor")
    if found.state == BAD and not instructor:
        return Finding("nbgrader", NOTE, f"{found.text}; only instructors need it", found.mend)
    return found


def _requirements(extra: str) -> Iterator[tuple[str, str, str | None]]:
    """Each package that the kit names: what it should be, if it is not, and what it is."""
    try:
        from packaging.requirements import Requirement
    except ImportError:  # something else is missing, then: say at least what
        for line in [] if extra else metadata.requires("microgpt-kit") or []:
            if ";" not in line:
                package = re.split(r"[^\w.-]", line, maxsplit=1)[0]
                yield package, "", _version(package)
        return
    for line in metadata.requires("microgpt-kit") or []:
        wish = Requirement(line)
        belongs = wish.marker is None if not extra else wish.marker and wish.marker.evaluate({"extra": extra})
        if belongs:
            present = _version(wish.name)
            right = present is not None and wish.specifier.contains(present, prereleases=True)
            yield wish.name, "" if right else str(wish.specifier), present


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _prefix(program: str) -> str:
    """The environment that a Python belongs to; its path does not tell, as environments link to one another."""
    try:
        ran = subprocess.run(
            [program, "-I", "-c", "import os, sys; print(os.path.realpath(sys.prefix))"],
            capture_output=True,
            text=True,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip()


class _environment:
    """Environment variables for a while."""

    def __init__(self, wanted: dict[str, str]) -> None:
        self.wanted = wanted

    def __enter__(self) -> None:
        self.before = dict(os.environ)
        os.environ.update(self.wanted)

    def __exit__(self, *error: object) -> None:
        os.environ.clear()
        os.environ.update(self.before)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _cut(text: str) -> tuple[str, str]:
    """A message of the kind `what is wrong: what to do` as its two halves."""
    what, _, todo = text.partition(": ")
    return what, todo


def _again() -> str:
    return f"{pip('', '--force-reinstall')}; if that does not help, open an issue with `microgpt doctor --json`"

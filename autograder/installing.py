"""How to install what is missing: the same words in every command, with the Python that runs it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

from microgpt_ref.errors import UserError

# What only some need, and the extra that brings it.
EXTRAS = {
    "nbgrader": "instructor",
    "jupytext": "instructor",
    "nbclient": "test",
    "celery": "cluster",
    "redis": "cluster",
}


def typed(word: str) -> str:
    """The word as one types it in a shell."""
    return subprocess.list2cmdline([word]) if sys.platform == "win32" else shlex.quote(word)


def this_python() -> str:
    """How to call the Python that runs this: by its name if that means it in this terminal, else in full."""
    for name in ("python", "python3"):
        found = shutil.which(name)
        if found and os.path.realpath(os.path.dirname(found)) == os.path.realpath(os.path.dirname(sys.executable)):
            return name
    return typed(sys.executable)


def pip(what: str = "", *options: str) -> str:
    """The command line that installs it; without a name, the kit itself."""
    return " ".join([this_python(), "-m pip install", *options, typed(what or "microgpt-kit")])


def missing(module: str) -> UserError:
    """A package is not here that not everybody needs."""
    extra = EXTRAS[module]
    return UserError(
        f"this needs {module}, which a learner does not: {pip(f'microgpt-kit[{extra}]')} (in a clone: '.[{extra}]')"
    )


def need(*modules: str) -> None:
    """Stop in one line where one of them is missing."""
    from importlib.util import find_spec

    for module in modules:
        if find_spec(module) is None:
            raise missing(module)

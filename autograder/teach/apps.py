"""nbgrader's commands, run in this process: each start of nbgrader costs about two seconds of imports."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.teach.config import tools_on_path


@dataclass(frozen=True)
class Ran:
    """What a command came to: its exit code, and what it logged."""

    code: int
    log: str


def nbgrader(folder: Path, *arguments: str) -> Ran:
    """Run `nbgrader ARGUMENTS` in a folder."""
    from jupyter_core.application import NoStart
    from nbgrader.apps.nbgraderapp import NbGraderApp

    tools_on_path()
    text, code = io.StringIO(), 0
    with contextlib.chdir(folder), _logged(text):
        app = NbGraderApp()
        try:
            app.initialize(list(arguments))
            app.start()
        except NoStart:  # how it says that a subcommand has run
            pass
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
        except Exception as error:  # nbgrader would print the traceback and exit with 1
            text.write(f"{type(error).__name__}: {error}\n")
            code = 1
        finally:
            app.reset()
            NbGraderApp.clear_instance()
    return Ran(code, text.getvalue())


@contextlib.contextmanager
def _logged(text: io.StringIO) -> Iterator[None]:
    """Catch what nbgrader says, and leave the path as it was."""
    path = list(sys.path)
    with contextlib.redirect_stderr(text), open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        try:
            yield
        finally:
            sys.path[:] = path

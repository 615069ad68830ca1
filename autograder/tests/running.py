"""The commands as a learner runs them: in a folder of exercises, in this process, or in a terminal of their own."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder.build import PRISTINE
from autograder.cli import microgpt
from autograder.course import course
from autograder.tests.notebooks import notebook, save
from microgpt_ref.errors import UserError

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from autograder.cli import main; main()"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    text: str


def run(*arguments: str) -> Ran:
    """Run it in this process, without a terminal; an error is what main would print."""
    result = CliRunner().invoke(microgpt, list(arguments), prog_name="microgpt")
    if isinstance(result.exception, UserError):
        return Ran(2, f"microgpt: {result.exception}")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.output)


def fresh(folder: Path, tmp_path_factory: Any, monkeypatch: Any) -> Path:
    """The exercises as a learner first finds them; verdicts are remembered from test to test, by content."""
    monkeypatch.setenv("MICROGPT_EXERCISES", str(folder))
    monkeypatch.setenv("MICROGPT_CACHE", str(tmp_path_factory.getbasetemp() / "microgpt-cache"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    for exercise in course().exercises:
        path = folder / exercise.notebook
        path.parent.mkdir(parents=True)
        shutil.copyfile(PRISTINE / f"{exercise.folder}.ipynb", path)
    return folder


def write(folder: Path, name: str, pieces: dict[str, str] | None = None, solved: bool = True) -> Path:
    """Save the notebook of an exercise, solved but for these pieces."""
    return save(notebook(name, pieces, solved), folder, name)


def command(*arguments: str) -> list[str]:
    """The command line for a process of its own."""
    return [sys.executable, "-I", "-c", START, str(ROOT), *arguments]


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run it in a process of its own, with nobody at the keyboard."""
    return subprocess.run(
        command(*arguments), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60, **options
    )


def _without_a_size() -> dict[str, str]:
    """The environment but for COLUMNS and LINES, which outrank the size of the terminal."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}


class Terminal:
    """A command in a terminal (POSIX): what it shows, keys for it, and how it leaves the terminal."""

    def __init__(self, *arguments: str, columns: int = 100, **environment: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.ours, self.its = pty.openpty()
        fcntl.ioctl(self.its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.before = termios.tcgetattr(self.its)
        self.shown = ""
        self.process = subprocess.Popen(
            command(*arguments),
            stdin=self.its,
            stdout=self.its,
            stderr=self.its,
            env={**_without_a_size(), "TERM": "xterm-256color", **environment},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # its own terminal, so that Ctrl-C reaches it
        )

    def wait_for(self, pattern: str, seconds: float = 20.0) -> str:
        """Wait until it shows this; what it has shown since the last time."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.plain, re.DOTALL)):
            if time.monotonic() > end:
                raise AssertionError(f"{pattern!r} did not appear in:\n{self.plain}")
            if select.select([self.ours], [], [], 0.05)[0]:
                try:
                    self.shown += os.read(self.ours, 65536).decode("utf-8", "replace")
                except OSError:  # it has ended
                    time.sleep(0.05)
        text, self.shown = self.shown, ""
        assert found
        return text

    def rest(self) -> str:
        """What else it has shown when it has ended."""
        while select.select([self.ours], [], [], 0.1)[0]:
            try:
                self.shown += os.read(self.ours, 65536).decode("utf-8", "replace")
            except OSError:
                break
        return self.plain

    @property
    def plain(self) -> str:
        return re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", self.shown).replace("\r\n", "\n")

    def press(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def end(self, seconds: float = 20.0) -> int:
        """Wait until it has ended; the exit code."""
        return self.process.wait(seconds)

    @property
    def put_right(self) -> bool:
        """Does the terminal take lines and show what is typed, as before?"""
        import termios

        return termios.tcgetattr(self.its) == self.before

    @property
    def takes_keys(self) -> bool:
        """Does it wait for single keys?"""
        import termios

        return not termios.tcgetattr(self.its)[3] & termios.ICANON

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()  # first, so that what measures coverage can save what it saw
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        os.close(self.ours)
        os.close(self.its)


@contextmanager
def terminals() -> Iterator[Callable[..., Terminal]]:
    """Start commands in terminals that are closed at the end."""
    opened: list[Terminal] = []

    def start(*arguments: str, **options: Any) -> Terminal:
        opened.append(Terminal(*arguments, **options))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()

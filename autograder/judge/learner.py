"""The judge's handle on code that it does not trust: ask a request, get an answer.

Three kinds answer: a child process (a notebook's pieces), the live notebook (the learner's own names), and the
reference, which tells what is expected.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from autograder.judge import child
from autograder.judge.child import RECURSION, STACK, Runner
from autograder.judge.request import Request

CHILD = Path(child.__file__)
LIMITS = {
    "RLIMIT_AS": 1536 * 1024 * 1024,
    "RLIMIT_CPU": 60,
    "RLIMIT_CORE": 0,
    "RLIMIT_FSIZE": 16 * 1024 * 1024,
}
STARTING = 2.0  # seconds on top, for Python to start on a busy machine
LONGEST_ANSWER = 4 * 1024 * 1024
MOST_REMEMBERED = 200
DEEP_ENOUGH = 15_000  # for our own code; a known mistake that recurses without end should end soon

Answer = dict[str, Any]
Source = tuple[str, str]  # a name for tracebacks, and the code


class Learner(Protocol):
    """Whoever can answer a request."""

    def ask(self, request: Request, seconds: float) -> Answer: ...


class Wall(Protocol):
    """What stands around a child: a plain process on a learner's machine, a sandbox when grading."""

    limits: dict[str, int]

    def command(self, program: Path) -> list[str]: ...

    def explain(self, code: int) -> str: ...


class Plain:
    """No wall but the operating system's limits: for a learner's own code on a learner's own machine."""

    limits = LIMITS

    def command(self, program: Path) -> list[str]:
        return [sys.executable, "-I", "-S", "-X", "utf8", str(program)]

    def explain(self, code: int) -> str:
        return f"the process ended with exit code {code}" if code >= 0 else f"the process was ended by {_signal(-code)}"


class Child:
    """A process that runs the cells of one notebook. Started at the first request; a fresh one after a crash."""

    def __init__(
        self,
        prelude: Sequence[Source],
        cells: Sequence[Source],
        lent: Sequence[Source] = (),
        wall: Wall | None = None,
    ) -> None:
        self.wall = wall or Plain()
        self._first = {
            "prelude": list(prelude),
            "cells": list(cells),
            "lent": list(lent),
            "limits": self.wall.limits,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._hopeless: Answer | None = None  # loading the cells ended the process: no use in trying again
        self.errors: list[Answer] = []  # of cells that failed when they were loaded
        self.printed = ""

    def ask(self, request: Request, seconds: float) -> Answer:
        loaded = self.load(seconds)
        if "error" in loaded:
            return loaded
        return self._exchange(request.to_data(), seconds)

    def load(self, seconds: float) -> Answer:
        """Start it, if it is not running yet; the answer holds an error when loading the cells ended it."""
        if self._hopeless:
            return self._hopeless
        if self._process is None:
            loaded = self._start(seconds)
            if "error" in loaded:
                self._hopeless = loaded
                return loaded
        return {}

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _end(process)
        for stream in (process.stdin, process.stdout):
            if stream:
                try:
                    stream.close()
                except OSError:
                    pass

    def _start(self, seconds: float) -> Answer:
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            self.wall.command(_compiled(CHILD)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
        )
        threading.Thread(target=_read_lines, args=(self._process.stdout, self._lines), daemon=True).start()
        loaded = self._exchange(self._first, seconds + STARTING)
        if "error" not in loaded:
            errors = loaded.get("errors", [])
            self.errors = [error for error in errors if _is_error(error)] if isinstance(errors, list) else []
            self.printed = str(loaded.get("printed", ""))
        return loaded

    def _exchange(self, message: dict[str, Any], seconds: float) -> Answer:
        assert self._process
        assert self._process.stdin
        try:
            self._process.stdin.write(repr(message).encode() + b"\n")
            self._process.stdin.flush()
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            self.close()
            return _ended("TimeOut", f"no answer within {seconds:g} s: is there a loop that never ends?")
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            if line:
                self.close()
                return _ended("TooLarge", "the answer is far too long")
            try:
                code = self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                code = 0
            why = self.wall.explain(code)
            self.close()
            return _ended("Crash", f"the code ended the process that ran it ({why})")
        try:
            answer = json.loads(line, parse_int=_int)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or ("error" in answer and not _is_error(answer["error"])):
            self.close()
            return _ended("Crash", "the code wrote into the channel of the judge")
        return answer


def _int(text: str) -> int | float:
    """No number from a child may be too large for what the judge does with it."""
    return int(text) if len(text) < 20 else float(text)


def _is_error(error: Any) -> bool:
    """Is this an error as a child describes it?"""
    return isinstance(error, dict) and all(isinstance(error.get(name), str) for name in ("type", "message"))


class Reference:
    """The reference, or a known mistake: our own code, run in the judge's process."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.runner = Runner(namespace)
        self._answers: dict[str, Answer] = {}  # for the same seed, the same questions come again and again

    def ask(self, request: Request, seconds: float = 0) -> Answer:
        """The reference needs no limit (0); a known mistake may be one that takes forever."""
        key = repr(request)
        if key not in self._answers:
            if len(self._answers) >= MOST_REMEMBERED:
                self._answers.clear()
            with quiet():
                self._answers[key] = _deep(lambda: self.runner.ask(request.to_data()), seconds or None, DEEP_ENOUGH)
        return self._answers[key]


class Live:
    """The names of the notebook that is running this, with what it lacks filled in from the kit."""

    def __init__(self, names: dict[str, Any], kit: dict[str, Any], lent: Sequence[Source] = ()) -> None:
        self.names, self.kit, self.lent = names, kit, lent

    def ask(self, request: Request, seconds: float) -> Answer:
        from io import StringIO

        printed = StringIO()
        shown, sys.stdout = sys.stdout, printed
        try:
            with self._with_lent():
                runner = _LiveRunner(self.names, self.kit)
                answer: Answer = _deep(lambda: runner.ask(request.to_data()), seconds)
        finally:
            sys.stdout = shown
        return {**answer, "printed": printed.getvalue()[:2000]}

    @contextmanager
    def _with_lent(self) -> Iterator[None]:
        """Put the lent pieces in place for one request, and give the learner's own back."""
        before = dict(self.names)
        owners = {name.split(".")[0] for name, _ in self.lent if "." in name}
        methods = {owner: dict(vars(before[owner])) for owner in owners if owner in before}
        try:
            Runner(self.names).lend(self.lent)
            yield
        finally:
            for name in set(self.names) - set(before):
                del self.names[name]
            self.names.update(before)
            for owner, old in methods.items():
                for name, thing in old.items():
                    if vars(before[owner]).get(name) is not thing:
                        setattr(before[owner], name, thing)


class _LiveRunner(Runner):
    """Evaluates in the learner's own names; what they have not imported comes from the kit."""

    def __init__(self, names: dict[str, Any], kit: dict[str, Any]) -> None:
        super().__init__({**kit, **names})


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that the reference or a known mistake prints is for anybody."""
    shown = sys.stdout
    with open(os.devnull, "w") as nowhere:
        sys.stdout = nowhere
        try:
            yield
        finally:
            sys.stdout = shown


def _deep(work: Callable[[], Answer], seconds: float | None, recursion: int = RECURSION) -> Answer:
    """Run on a thread with a deep stack, so that recursion is fine; after so many seconds, stop it."""
    found: list[Answer] = []
    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
    sys.setrecursionlimit(max(limit, recursion))
    try:
        thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
        thread.start()
    finally:
        threading.stack_size(size)
    try:
        thread.join(seconds)
        if thread.is_alive():
            _interrupt(thread)
            return _ended("TimeOut", f"no answer within {seconds:g} s: is there a loop that never ends?")
    except KeyboardInterrupt:
        _interrupt(thread)
        raise
    finally:
        sys.setrecursionlimit(limit)
    return found[0] if found else _ended("Crash", "the code ended the thread that ran it")


def _interrupt(thread: threading.Thread) -> None:
    """Make the thread stop at its next step of Python."""
    import ctypes

    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))
        thread.join(2.0)


def _compiled(source: Path) -> Path:
    """The compiled form, if Python has kept one: it starts sooner."""
    kept = Path(importlib.util.cache_from_source(str(source)))
    return kept if kept.exists() and kept.stat().st_mtime >= source.stat().st_mtime else source


def _ended(kind: str, message: str) -> Answer:
    return {"error": {"type": kind, "message": message}, "printed": ""}


def _read_lines(stream: Any, lines: queue.Queue[bytes]) -> None:
    """Pass on line after line; an over-long or broken last one has no line end."""
    try:
        while line := stream.readline(LONGEST_ANSWER):
            lines.put(line)
            if not line.endswith(b"\n"):
                break
    except (OSError, ValueError):
        pass
    lines.put(b"")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and, where there are process groups, everything that it started."""
    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (OSError, PermissionError):
        pass
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        pass


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

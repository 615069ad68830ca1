"""The judge's handle on code that it does not trust: ask a request, get an answer.

Three kinds answer: a child process (a notebook's pieces), the live notebook (the learner's own names), and the
reference, which tells what is expected.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from autograder.judge import child
from autograder.judge.answers import Answer, Unreadable, read_answer, tidy
from autograder.judge.child import RECURSION, STACK, Runner
from autograder.judge.request import Request

if TYPE_CHECKING:
    from autograder.judge.channel import Channel

CHILD = Path(child.__file__)
LIMITS = {
    "RLIMIT_AS": 1536 * 1024 * 1024,
    "RLIMIT_CPU": 60,
    "RLIMIT_CORE": 0,
    "RLIMIT_FSIZE": 16 * 1024 * 1024,
}
STARTING = 30.0  # seconds for Python to start on a busy machine; no learner code runs before it has
LOADING = 2.0  # seconds on top of those for one question
IN_ALL = 60.0  # seconds for all the questions to one notebook
READY = b'{"ready":true}\n'
MOST_REMEMBERED = 200
DEEP_ENOUGH = 15_000  # for our own code; a known mistake that recurses without end should end soon

Source = tuple[str, str]  # a name for tracebacks, and the code


class NotStarted(OSError):
    """No learner code has run, because this machine cannot run any: no verdict, and one line that says why."""


class Learner(Protocol):
    """Whoever can answer a request."""

    def ask(self, request: Request, seconds: float) -> Answer: ...


class Wall(Protocol):
    """What stands around a child: a plain process on a learner's machine, a sandbox when grading."""

    limits: dict[str, int]
    environment: dict[str, str] | None  # None: that of the judge

    def command(self, program: Path) -> list[str]: ...

    def explain(self, code: int) -> str: ...


class Plain:
    """No wall but the operating system's limits: for a learner's own code on a learner's own machine."""

    limits = LIMITS
    environment: dict[str, str] | None = None

    def command(self, program: Path) -> list[str]:
        return [sys.executable, "-I", "-S", "-X", "utf8", str(program)]

    def explain(self, code: int) -> str:
        return f"the process ended with exit code {code}" if code >= 0 else f"the process was ended by {_signal(-code)}"


class Clock:
    """The time that the code of one notebook has for all the questions together."""

    def __init__(self, seconds: float = IN_ALL) -> None:
        self.seconds = self.left = seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        begin = time.monotonic()
        try:
            yield
        finally:
            self.left -= time.monotonic() - begin

    def over(self) -> Answer:
        """What is answered when no time is left."""
        return _ended("NoTimeLeft", f"no time left: no answer within the {self.seconds:g} s for all questions together")


class Child:
    """A process that runs the cells of one notebook. Started at the first request; a fresh one after a crash."""

    def __init__(
        self,
        prelude: Sequence[Source],
        cells: Sequence[Source],
        lent: Sequence[Source] = (),
        wall: Wall | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.wall = wall or Plain()
        self.clock = clock or Clock()
        self._first = {
            "prelude": list(prelude),
            "cells": list(cells),
            "lent": list(lent),
            "limits": self.wall.limits,
        }
        self._channel: Channel | None = None
        self._asked = 0
        self._hopeless: Answer | None = None  # loading the cells ended the process: no use in trying again
        self.errors: list[Answer] = []  # of cells that failed when they were loaded
        self.printed = ""

    def ask(self, request: Request, seconds: float) -> Answer:
        loaded = self.load(seconds)
        if "error" in loaded:
            return loaded
        self._asked += 1
        return self._exchange({**request.to_data(), "number": self._asked}, seconds)

    def load(self, seconds: float) -> Answer:
        """Start it, if it is not running yet; the answer holds an error when loading the cells ended it."""
        if self._hopeless:
            return self._hopeless
        if self._channel is None:
            if self.clock.left <= 0:
                return self.clock.over()
            self._channel = self._start()
            loaded = self._exchange(self._first, seconds + LOADING)
            if "error" in loaded:
                self._hopeless = loaded
                return loaded
            self.errors = loaded.get("errors", [])
            self.printed = loaded["printed"]
        return {}

    def close(self) -> None:
        channel, self._channel = self._channel, None
        if channel:
            channel.close()

    def _start(self) -> Channel:
        """A process that is ready for the learner's code. Until then, whatever goes wrong is this machine's fault."""
        from autograder.judge.channel import Channel

        with self.clock.running():
            try:
                channel = Channel(self.wall.command(_compiled(CHILD)), self.wall.environment)
            except OSError as error:
                raise _not_started(f"{error.filename or 'no process'}: {error.strerror or error}") from None
            why = ""
            try:
                if channel.receive(STARTING) != READY:
                    why = f"it ended with exit code {channel.exit_code()}"
            except TimeoutError:
                why = f"nothing was heard of it within {STARTING:g} s"
            except BaseException:
                channel.close()
                raise
            if why:
                why = channel.last_words() or why
                channel.close()
                raise _not_started(why)
            return channel

    def _exchange(self, message: dict[str, Any], seconds: float) -> Answer:
        """Send one line and read one; whatever else happens ends the process."""
        assert self._channel
        line = self._channel.unasked
        if line is None:
            if self.clock.left <= 0:
                return self._end(self.clock.over())
            self._channel.send(repr(message).encode() + b"\n")
            try:
                with self.clock.running():
                    line = self._channel.receive(min(seconds, self.clock.left))
            except TimeoutError:
                late = _ended("TimeOut", f"no answer within {seconds:g} s: is there a loop that never ends?")
                return self._end(self.clock.over() if self.clock.left <= 0 else late)
        elif line:
            return self._end(_forged())
        if len(line) < self._channel.longest and not line.endswith(b"\n"):
            why = self.wall.explain(self._channel.exit_code() or 0)
            return self._end(_ended("Crash", f"the code ended the process that ran it ({why})"))
        if not line.endswith(b"\n"):  # and so long: there is no end in sight
            return self._end(_ended("TooLarge", "the answer is far too long"))
        try:
            answer, number = read_answer(line)
        except Unreadable:
            return self._end(_forged())
        return answer if number == message.get("number") else self._end(_forged())

    def _end(self, answer: Answer) -> Answer:
        self.close()
        return answer


def _not_started(why: str) -> NotStarted:
    return NotStarted(
        f"no process could be started to run the code in ({why}): this machine is at fault, not the code; "
        "try again, and if it stays like this, ask `microgpt doctor`"
    )


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
        return tidy({**answer, "printed": printed.getvalue()})

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


def _forged() -> Answer:
    return _ended("Crash", "the code wrote into the channel of the judge")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

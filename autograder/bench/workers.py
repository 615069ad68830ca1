"""Processes that are measured: one that answers again and again, one that runs a command to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.bench.measure import MeasureError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

LONGEST = 120.0  # seconds that any command here may take


def environment(**more: str) -> dict[str, str]:
    """The user's environment, with this Python's commands in it, and without what would change a measurement."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MICROGPT_", "PYTEST_"))}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "NO_COLOR": "1", **more}


class Worker:
    """A Python process of its own, with a heap and a garbage collector of its own, that does work when asked."""

    def __init__(self, module: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=dict(env or environment()),
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send one request and wait for its answer."""
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
            line = self._answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._process.wait()
            self._said.seek(0)
            last = self._said.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise MeasureError(f"a process that was measured ended: {last[-1]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Let it end."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._answers, self._requests):
            try:
                stream.close()
            except BrokenPipeError:
                pass
        self._said.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *anything: object) -> None:
        self.close()


@dataclass(frozen=True)
class Ran:
    """A command that has come to its end. On the processor: it and the processes it waited for; None: not known."""

    wall: float
    cpu: float | None
    code: int
    output: str


def run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Ran:
    """Run a command from start to end."""
    with tempfile.TemporaryFile() as output:
        before, begin = _children(), time.perf_counter()
        try:
            code = subprocess.run(
                command,
                cwd=folder,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=LONGEST,
            ).returncode
        except subprocess.TimeoutExpired:
            raise MeasureError(f"{Path(command[0]).name} took longer than {LONGEST:g} s") from None
        wall, after = time.perf_counter() - begin, _children()
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Ran(wall, None if before is None or after is None else after - before, code, text)


def expect(ran: Ran, code: int, what: str) -> Ran:
    """The same, if it ended as it should."""
    if ran.code != code:
        last = ran.output.strip().splitlines() or ["it said nothing"]
        raise MeasureError(f"{what} ended with exit code {ran.code}, not {code}: {last[-1]}")
    return ran


def microgpt(*arguments: str) -> list[str]:
    """The command `microgpt` of the Python that runs this."""
    for name in ("microgpt", "microgpt.exe"):
        script = Path(sys.executable).with_name(name)
        if script.exists():
            return [str(script), *arguments]
    return [sys.executable, "-P", "-c", "from autograder.cli import main; main()", *arguments]


def _children() -> float | None:
    if resource is None:
        return None
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

"""A pool of long-lived judges on this machine, one process a core; no server."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

Task = dict[str, Any]
Answer = dict[str, Any]

MOST_TRIES = 3  # a submission that ends its judge so often gets a verdict that says so
LONGEST = 300.0  # seconds for one submission; the judge's own limits are far below that


class Pool:
    """Tasks go in with a token, answers come out of `answers` with the same token, in any order."""

    def __init__(self, folder: Path, jobs: int, answers: queue.Queue[tuple[Any, Answer]], longest: float = LONGEST):
        self.folder, self.answers, self.longest = folder, answers, longest
        self._tasks: queue.PriorityQueue[tuple[int, int, Any, Task]] = queue.PriorityQueue()
        self._count, self._closed, self._lock = 0, False, threading.Lock()
        self._judges = [Judge(folder) for _ in range(jobs)]
        self._threads = [threading.Thread(target=self._work, args=(judge,), daemon=True) for judge in self._judges]
        for thread in self._threads:
            thread.start()

    def submit(self, token: Any, task: Task) -> None:
        """Judging goes before reading, so that little lies about half done."""
        with self._lock:
            self._count += 1
            self._tasks.put((0 if task["do"] == "judge" else 1, self._count, token, task))

    def close(self) -> None:
        self._closed = True
        for judge in self._judges:
            judge.end()
        for _ in self._threads:
            self._tasks.put((9, 0, None, {}))

    def _work(self, judge: Judge) -> None:
        while not self._closed:
            _, _, token, task = self._tasks.get()
            if self._closed or not task:
                return
            found = self._try(judge, task)
            if not self._closed:
                self.answers.put((token, found))

    def _try(self, judge: Judge, task: Task) -> Answer:
        line = json.dumps(task).encode() + b"\n"
        for _ in range(MOST_TRIES):
            try:
                found = judge.ask(line, self.longest)
            except OSError as error:  # no process can be started: the machine's fault
                found = {"fault": f"{type(error).__name__}: {error}"}
            if found is not None or self._closed:
                return found or {}
        return {"lost": f"it ended the process that judges {MOST_TRIES} times"}


class Judge:
    """One judge process, started when first asked and again when it has died."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def ask(self, line: bytes, seconds: float) -> Answer | None:
        """The answer; None when the process died or took too long."""
        process = self.process or self._start()
        timer = threading.Timer(seconds, self.end)
        timer.start()
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(line)
            process.stdin.flush()
            found = process.stdout.readline()
            answer = json.loads(found) if found.endswith(b"\n") else None
            if isinstance(answer, dict):
                return answer
        except (BrokenPipeError, ValueError):
            pass
        finally:
            timer.cancel()
        self.end()
        self.process = None
        return None

    def end(self) -> None:
        process = self.process
        if process and process.poll() is None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)

    def _start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder.teach.farm.judge_process", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the grader
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_where_the_kit_is())},
        )
        return self.process


def _where_the_kit_is() -> list[str]:
    kit = str(Path(__file__).resolve().parents[3])
    before = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return [kit, *before]


def wait(answers: queue.Queue[tuple[Any, Answer]], seconds: float) -> list[tuple[Any, Answer]]:
    """All answers that are there; waits for the first."""
    found: list[tuple[Any, Answer]] = []
    begin = time.monotonic()
    try:
        found.append(answers.get(timeout=seconds))
        while time.monotonic() - begin < seconds:
            found.append(answers.get_nowait())
    except queue.Empty:
        pass
    return found

"""The line to a child: what is sent and what comes back, neither of which can hold up the judge.

Learner code has the other end. It may stop reading, so the judge writes from a thread of its own; it may write
without end, so no more is read than was asked for.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from contextlib import suppress
from typing import IO

LONGEST = 4 * 1024 * 1024  # of one answer
MOST_WAITING = 4  # that it is ready, how loading went, and its end; for all else a child waits until it is asked


class Channel:
    """A process, and lines of bytes to it and from it."""

    longest = LONGEST

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # what the wall says when it does not stand; a child gives its own away
            start_new_session=os.name == "posix",
        )
        self._outgoing: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._incoming: queue.Queue[bytes] = queue.Queue(MOST_WAITING)
        # Each thread closes its own end. Where learner code has left a process behind that holds the other end, it
        # waits for that one; the judge does not.
        writer = threading.Thread(target=_write, args=(self.process.stdin, self._outgoing), daemon=True)
        reader = threading.Thread(target=_read, args=(self.process.stdout, self._incoming), daemon=True)
        try:
            writer.start()
            reader.start()
        except RuntimeError as error:  # there may be no more threads, as there may be no more processes
            self.close()
            raise OSError(str(error)) from None

    def send(self, line: bytes) -> None:
        """Send a line as soon as the other end takes it."""
        self._outgoing.put(line)

    def receive(self, seconds: float) -> bytes:
        """The next line; without a line end when it is over-long, empty when there is none to come."""
        try:
            return self._incoming.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None

    @property
    def unasked(self) -> bytes | None:
        """What has come by itself, if anything."""
        try:
            return self._incoming.get_nowait()
        except queue.Empty:
            return None

    def exit_code(self) -> int | None:
        """How the process ended, once its answers have."""
        try:
            return self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return None

    def last_words(self) -> str:
        """The last line on stderr. Only of a process that has run no learner code: others may never end theirs."""
        assert self.process.stderr
        self._end()
        lines = self.process.stderr.read(10_000).decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:500] if lines else ""

    def close(self) -> None:
        """End the process and, where there are process groups, everything that it started."""
        self._end()
        self._outgoing.put(b"")
        if self.process.stderr:
            self.process.stderr.close()

    def _end(self) -> None:
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)


def _write(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Pass on line after line, until an empty one."""
    with suppress(OSError), stream:
        while line := lines.get():
            stream.write(line)
            stream.flush()


def _read(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Pass on line after line; an over-long or broken last one has no line end."""
    # When more has come than was asked for, nobody listens any more: the judge ends a child that speaks unasked.
    with suppress(OSError, ValueError, queue.Full), stream:
        while line := stream.readline(LONGEST):
            lines.put_nowait(line)
            if not line.endswith(b"\n"):
                break
        lines.put_nowait(b"")

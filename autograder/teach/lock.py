"""One grader at a time for each assignment of a course: a lock that goes when its process goes."""

from __future__ import annotations

import errno
import os
import platform
from pathlib import Path
from typing import IO

from microgpt_ref.errors import UserError

TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)  # what a lock says that another process has

_held: dict[Path, IO[str]] = {}


def acquire(path: Path) -> None:
    """Take the lock, or say who has it. A process that has it already keeps it."""
    import fcntl

    if path in _held:
        return
    file = _opened(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        who = _holder(file.read())
        file.close()
        if error.errno not in TAKEN:
            raise UserError(
                f"{path} cannot be locked ({error.strerror}), so two graders could be at work at once: "
                "grade with the course folder on a local disk"
            ) from None
        raise UserError(
            f"another grader (process {who}) is at work on {path.stem}: wait until it has finished"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()} {platform.node()}")
    file.flush()
    _held[path] = file


def release(path: Path) -> None:
    """Let others grade."""
    if file := _held.pop(path, None):
        file.close()


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "a+", encoding="utf-8")
    except OSError as error:
        if error.errno == errno.EROFS:
            raise UserError(f"{path} cannot be written ({error.strerror}): mount it so that it can be") from None
        if error.errno in (errno.EACCES, errno.EPERM):
            raise UserError(f"{path} cannot be written ({error.strerror}): grade as the owner of the course") from None
        raise


def _holder(text: str) -> str:
    """The process, and its machine if that is another one."""
    process, _, machine = text.strip().partition(" ")
    return f"{process} on {machine}" if machine and machine != platform.node() else process or "unknown"

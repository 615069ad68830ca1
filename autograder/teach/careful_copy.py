"""Copying a folder that belongs to somebody else, who may change it meanwhile: plain files, within limits."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.teach.incoming import take_out_problem, write_stand_in

_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much one submission may bring."""

    file: int  # bytes
    folder: int
    files: int = 1000


def careful_copy(source: Path, target: Path, limits: Limits) -> list[str]:
    """Copy what is plain and small; says what was left out. A notebook that was left out leaves a note of why."""
    left_out: list[str] = []
    room, count = limits.folder, 0
    if source.is_symlink():
        target.mkdir(parents=True)
        return [f"{source.name} was not collected: it is a link, not a folder"]
    for place, folders, files, descriptor in os.fwalk(source, follow_symlinks=False):
        below = target / os.path.relpath(place, source)
        below.mkdir(parents=True, exist_ok=True)
        links = [
            name for name in folders if stat.S_ISLNK(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)
        ]
        left_out += [f"{name}: it is a link, not a folder" for name in links]
        for name in sorted(files):
            count += 1
            copied, refusal = 0, f"there are more than {limits.files} files"
            if count <= limits.files:
                copied, refusal = _copy(name, descriptor, below / name, min(limits.file, room))
            room -= copied
            if not refusal and name.endswith(".ipynb"):
                take_out_problem(below / name)
            if refusal:
                left_out.append(f"{name}: {refusal}")
                if name.endswith(".ipynb") and count <= limits.files:
                    write_stand_in(below / name, f"{name} was not collected: {refusal}")
    return left_out


def _copy(name: str, folder: int, target: Path, most: int) -> tuple[int, str]:
    """Copy one file without following a link or waiting for a pipe: the bytes copied, and why it was refused."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        return 0, "it is a link, not a file" if error.errno == errno.ELOOP else f"it cannot be read ({error.strerror})"
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            return 0, "it is neither a file nor a folder"
        if found.st_size > most:
            return 0, f"it has {found.st_size / 1e6:.0f} MB"
        copied = 0
        with open(target, "wb") as copy:
            while data := file.read(min(_PIECE, most - copied + 1)):
                copied += len(data)
                if copied > most:
                    break
                copy.write(data)
    if copied > most:
        target.unlink()
        return 0, "it grew while it was copied"
    return copied, ""

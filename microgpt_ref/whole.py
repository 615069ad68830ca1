"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, content: bytes, lasting: bool = True) -> None:
    """Write the whole file or, whatever happens, nothing; a link stays a link, and a file keeps its rights.

    What is lasting survives a power cut, too; what is only remembered need not, and is written faster.
    """
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(half, "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, half)
        os.replace(half, path)
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)

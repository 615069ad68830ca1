"""nbgrader's zip_collect, which takes nothing on trust: archives are read for notebooks, within limits.

Only notebooks come out of an archive, under names that stay below its own folder; an archive that unpacks to far more
than a class writes, or that is none, leaves a notebook that says so, and the other archives are unpacked. Where a
learner has handed in a notebook more than once, one is collected: nbgrader would collect nobody's.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import time
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from nbgrader.plugins import ExtractorPlugin
from nbgrader.utils import find_all_notebooks
from traitlets import Integer

from autograder.notebook import LARGEST
from autograder.teach.incoming import not_plain, take_out_problem, write_stand_in

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".gz")
INNER = 64 * 1024 * 1024  # what an archive inside an archive may unpack to
MOST_ENTRIES = 20_000
DEEPEST = 20  # folders in folders


class Refused(Exception):
    """An archive that is not unpacked, or not to its end; one line."""


@dataclass
class Room:
    """What an archive may still unpack to."""

    left: int
    what: str = field(default="")

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Refused(f"it unpacks to more than {self.what}")


class CarefulExtractor(ExtractorPlugin):  # type: ignore[misc]
    """Takes the notebooks out of archives, and nothing else."""

    most_megabytes = Integer(200, help="What one archive may unpack to, in MB.").tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack every archive in the folder, and copy the notebooks that lie beside them."""
        root, target = Path(archive_path), Path(extracted_path)
        for path in sorted(root.rglob("*")):
            if not_plain(path) or not path.is_file():
                continue
            below = target / path.parent.relative_to(root)
            stem = archive_stem(path.name)
            if not stem:
                if path.suffix == ".ipynb":
                    with path.open("rb") as file:
                        _save(path.name, file, below, path.stat().st_mtime)
                continue
            folder = _unused(below / stem)
            folder.mkdir(parents=True)
            for refused in unpack(path, folder, self.most_megabytes * 1024 * 1024, self._wanted()):
                self.log.warning("%s: %s", path, refused)
        self._keep_one_of_each(target)

    def _keep_one_of_each(self, target: Path) -> None:
        """Of several notebooks of one name from one learner, the one in the fewest folders; of these, the newest."""
        found: dict[tuple[str, str], list[Path]] = defaultdict(list)
        for path in target.rglob("*.ipynb"):
            info = self.parent.collector_plugin_inst.collect(str(path)) if path.is_file() else None
            if info and not info.get("timestamp"):  # by which nbgrader would choose
                found[info["student_id"], info["file_id"].removesuffix(".ipynb")].append(path)
        for (student, _), paths in found.items():
            kept, *others = sorted(paths, key=lambda path: (len(path.parts), -path.stat().st_mtime, path))
            for path in others:
                self.log.warning(
                    "%s: %s is not collected, but %s", student, path.relative_to(target), kept.relative_to(target)
                )
                path.unlink()

    def _wanted(self) -> list[str]:
        """The notebooks of the assignment."""
        directory = self.parent.coursedir
        release = directory.format_path(directory.release_directory, ".", directory.assignment_id)
        return [Path(name).name for name in find_all_notebooks(release)]


def archive_stem(name: str) -> str:
    """The archive's name without its ending; empty for what is no archive."""
    for ending in ARCHIVES:
        if name.endswith(ending):
            return name.removesuffix(ending).strip(". ")
    return ""


def unpack(archive: Path, folder: Path, most: int, wanted: Sequence[str]) -> list[str]:
    """Take the notebooks out of one archive, and out of archives in it; says what was refused.

    In place of what was refused, each of the wanted notebooks says why.
    """
    with archive.open("rb") as file:
        return _unpack(file, archive.name, folder, Room(most, f"{most // 1024 // 1024} MB"), wanted)


def _unpack(
    file: IO[bytes], name: str, folder: Path, room: Room, wanted: Sequence[str], inside: bool = False
) -> list[str]:
    refused = []
    try:
        for count, (entry, content, when) in enumerate(_entries(file, name, room)):
            if count > MOST_ENTRIES:
                raise Refused(f"it holds more than {MOST_ENTRIES:,} files")
            place = safe_place(entry)
            if place is None:
                continue
            below = folder / place.parent
            if place.suffix == ".ipynb":
                room.take(_save(place.name, content, below, when))
            elif (stem := archive_stem(place.name)) and not inside:
                # A room of its own, so that one learner's archive does not use up the others'.
                inner = Room(INNER, f"{INNER // 1024 // 1024} MB")
                data = io.BytesIO(content.read(INNER))
                refused += _unpack(data, place.name, below / stem, inner, wanted, inside=True)
    except Refused as error:
        refused.append(f"{name} was not unpacked: {error}")
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        refused.append(f"{name} cannot be unpacked: {error}")
    except (OSError, ValueError) as error:
        refused.append(f"{name} cannot be unpacked: {type(error).__name__}: {error}")
    for notebook in wanted if refused else []:
        if not any(folder.rglob(notebook)):
            write_stand_in(folder / notebook, refused[-1])
            os.utime(folder / notebook, (0, 0))  # any other that this learner handed in is better
    return refused


def _unused(folder: Path) -> Path:
    """A folder of this name or with a number behind it: ada.zip and ada.tar.gz do not write over each other."""
    number, found = 2, folder
    while os.path.lexists(found):
        number, found = number + 1, folder.with_name(f"{folder.name}_{number}")
    return found


def _entries(file: IO[bytes], name: str, room: Room) -> Iterator[tuple[str, IO[bytes], float]]:
    """Name, content and time of each plain file in an archive; what it says of sizes is not believed."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(file) as packed:
            for info in packed.infolist():
                if not info.is_dir() and (info.external_attr >> 28) in (0, 8):
                    with packed.open(info) as content:
                        yield info.filename, content, _seconds(info.date_time)
        return
    plain = _Limited(gzip.GzipFile(fileobj=file), room)
    with tarfile.open(fileobj=plain, mode="r|") as packed:  # type: ignore[call-overload]
        for member in packed:
            unpacked = packed.extractfile(member) if member.isreg() else None
            if unpacked:
                yield member.name, unpacked, float(member.mtime)


def _seconds(when: tuple[int, ...]) -> float:
    """A zip's way to write a time, as seconds."""
    try:
        return time.mktime((*when, 0, 0, -1))  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return 0.0


class _Limited:
    """A stream that gives no more than there is room for."""

    def __init__(self, stream: Any, room: Room) -> None:
        self.stream, self.room = stream, Room(4 * room.left, room.what)

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.stream.read(size)
        self.room.take(len(data))
        return data


def safe_place(entry: str) -> PurePosixPath | None:
    """Where an entry goes, below the archive's folder; None for what climbs out or only clutters."""
    path = PurePosixPath(entry.replace("\\", "/"))
    if path.is_absolute() or not 0 < len(path.parts) <= DEEPEST or ":" in path.parts[0] or "\0" in entry:
        return None
    if any(part == ".." or part.startswith(".") or part == "__MACOSX" or len(part) > 200 for part in path.parts):
        return None
    return path


def _save(name: str, content: IO[bytes], folder: Path, when: float) -> int:
    """Write one notebook; the bytes written. One that is too large leaves a notebook that says so."""
    folder.mkdir(parents=True, exist_ok=True)
    data = content.read(LARGEST + 1)
    if len(data) > LARGEST:
        write_stand_in(folder / name, f"{name} has more than {LARGEST // 1024 // 1024} MB: clear its outputs")
        return len(data)
    (folder / name).write_bytes(data)
    take_out_problem(folder / name)
    when = min(max(when, 0.0), time.time())
    os.utime(folder / name, (when, when))
    return len(data)

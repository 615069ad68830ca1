"""The lessons as files for a learner, and a folder that remembers how they were when it got them.

What lies where, in a folder made by `microgpt init my-gpt`:

    my-gpt/exercises/            what the learner opens
    my-gpt/.microgpt/base/       each file as the kit gave it, which `microgpt update` compares with
    my-gpt/.microgpt/kit.json    the kit's version that each file came from
    my-gpt/.microgpt/backup/     what an update has replaced, by date
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.build import PRISTINE, way_through
from autograder.course import course
from microgpt_ref.errors import UserError
from microgpt_ref.whole import write_whole

README = "README.md"
RECORD = ".microgpt"
Lessons = Mapping[str, bytes]  # a place below exercises/, such as 03_attention/attention.ipynb: what is there


@dataclass(frozen=True)
class Home:
    """A learner's folder: the exercises in it, and the hidden record."""

    exercises: Path
    record: Path

    @property
    def base(self) -> Path:
        return self.record / "base"

    @property
    def backup(self) -> Path:
        return self.record / "backup"

    @cached_property
    def versions(self) -> dict[str, str]:
        """The kit's version that each file came from, as far as it is known."""
        try:
            found = json.loads((self.record / "kit.json").read_text(encoding="utf-8"))["files"]
            return {str(name): str(version) for name, version in found.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def remember(self, versions: Mapping[str, str]) -> None:
        """Write down which version the files are from."""
        text = json.dumps({"files": dict(sorted(versions.items()))}, indent=1) + "\n"
        write_whole(self.record / "kit.json", text.encode())


def lessons() -> dict[str, bytes]:
    """Everything a learner is given, as the installed kit has it."""
    places = {exercise.notebook: exercise.folder for exercise in course().exercises}
    try:
        found = {place: (PRISTINE / f"{name}.ipynb").read_bytes() for place, name in places.items()}
        found["glossary.ipynb"] = (PRISTINE / "glossary.ipynb").read_bytes()
    except OSError as error:
        raise UserError(f"the kit is not whole ({error.filename} is missing): install it again") from None
    found[README] = way_through(course()).encode()
    return found


def kit_version() -> str:
    """The version of the installed kit."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("microgpt-kit")
    except PackageNotFoundError:
        return "unknown"


def contents(given: Lessons, version: str) -> dict[str, bytes]:
    """All the files of a new folder, by their place in it; the record comes last."""
    record: Any = {"files": dict.fromkeys(sorted(given), version)}
    return {
        **{f"exercises/{name}": content for name, content in given.items()},
        **{f"{RECORD}/base/{name}": content for name, content in given.items()},
        f"{RECORD}/kit.json": (json.dumps(record, indent=1) + "\n").encode(),
    }


def start_folder(top: Path, given: Lessons, version: str) -> Home:
    """Make a learner's folder, where nothing may be yet but hidden things, such as .venv."""
    if top.is_dir() and home_of(top):
        raise UserError(f"{top} has exercises already: `microgpt update` in it brings newer lessons")
    if os.path.lexists(top) and not top.is_dir():
        raise UserError(f"{top} is there already, and is no folder: choose another name")
    if top.is_dir() and any(not path.name.startswith(".") or path.name == RECORD for path in top.iterdir()):
        raise UserError(f"{top} is there already and is not empty: choose another name")
    with _undone_on_failure(top):
        for name, content in contents(given, version).items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return Home(top / "exercises", top / RECORD)


def home_of(folder: Path) -> Home | None:
    """The learner's folder that this is, or whose exercises/ this is; None if it has no record."""
    for exercises, record in (
        (folder / "exercises", folder / RECORD),
        (folder, folder.parent / RECORD),
        (folder, folder / RECORD),
    ):
        base = record / "base"
        if base.is_dir() and any((exercises / given.name).exists() for given in base.iterdir()):
            return Home(exercises, record)
    return None


@contextmanager
def _undone_on_failure(top: Path) -> Iterator[None]:
    """Take away what was made, if making it was interrupted: the next try finds an empty place again."""
    was_there = top.is_dir()
    try:
        yield
    except BaseException as error:
        if was_there:
            shutil.rmtree(top / "exercises", ignore_errors=True)
            shutil.rmtree(top / RECORD, ignore_errors=True)
        else:
            shutil.rmtree(top, ignore_errors=True)
        if isinstance(error, OSError):
            raise UserError(f"{top} cannot be made: {error.strerror}") from None
        raise

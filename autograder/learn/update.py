"""Newer lessons for a learner's folder: each file by itself, each written whole or not at all.

First the copy of what is there, then the file, then the record of what it came from: whenever this is interrupted,
nothing is lost, and the next update takes up the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.installing import pip
from autograder.learn.merge import YOURS, Change, Notebook, merge
from autograder.learn.reset import written_like
from autograder.lessons import Home, Lessons
from autograder.notebook import NotebookError, load, parse
from microgpt_ref.errors import UserError
from microgpt_ref.whole import write_whole

SAME, CHANGED, ADDED, GONE, LEFT = "same", "changed", "added", "gone", "left"


@dataclass(frozen=True)
class Updated:
    """What became of one file."""

    name: str  # its place below exercises/
    state: str
    changes: tuple[Change, ...] = ()
    problem: str = ""  # why it was left as it is
    kept: Path | None = None


def update(home: Home, new: Lessons, version: str) -> Iterator[Updated]:
    """Bring every file up to the new lessons, one after the other."""
    _not_backward(home, version)
    backup = _free(home.backup, datetime.now().strftime("%Y-%m-%d-%H%M%S"))
    versions = dict(home.versions)
    for name, content in new.items():
        try:
            done = _update_file(home, name, content, backup / name)
            if done.state not in (LEFT, GONE) and versions.get(name) != version:
                versions[name] = version
                home.remember(versions)
        except NotebookError as error:
            done = Updated(name, LEFT, problem=str(error).replace(str(home.exercises / name), name))
        except OSError as error:
            done = Updated(name, LEFT, problem=f"{name} cannot be renewed: {error.strerror or error}")
        yield done


def _update_file(home: Home, name: str, new: bytes, backup: Path) -> Updated:
    path, base = home.exercises / name, home.base / name
    given = base.read_bytes() if base.exists() else b""
    if not path.exists():
        if given:
            return Updated(name, GONE)
        write_whole(path, new)
        done = Updated(name, ADDED)
    elif name.endswith(".ipynb"):
        done = _update_notebook(name, path, given, new, backup)
    else:
        done = _update_text(name, path, given, new, backup)
    if done.state != LEFT and given != new:
        write_whole(base, new)
    return done


def _update_notebook(name: str, path: Path, given: bytes, new: bytes, backup: Path) -> Updated:
    mine = path.read_bytes()
    notebook = load(path)
    if given == new:
        return Updated(name, SAME)
    theirs = _notebook(new)
    assert theirs is not None
    before = _notebook(given)
    if before is None:
        if notebook["cells"] == theirs["cells"]:
            return Updated(name, SAME)
        return Updated(name, LEFT, problem=f"{name} stays as it is: there is no record of how it was given")
    merged, changes = merge(before, theirs, notebook)
    if merged == notebook:
        return Updated(name, SAME, tuple(changes))
    _write(path, mine, _rendered(mine, merged), backup)
    return Updated(name, CHANGED, tuple(changes), kept=backup)


def _update_text(name: str, path: Path, given: bytes, new: bytes, backup: Path) -> Updated:
    """A file that is no notebook: renewed as a whole, if nobody wrote in it."""
    mine = path.read_bytes()
    if given == new or _lines(mine) == _lines(new):
        return Updated(name, SAME)
    if _lines(mine) != _lines(given):
        return Updated(name, SAME, (Change(YOURS, name, given.decode(errors="replace"), new.decode()),))
    _write(path, mine, new, backup)
    return Updated(name, CHANGED, kept=backup)


def _write(path: Path, mine: bytes, content: bytes, backup: Path) -> None:
    write_whole(backup, mine)
    if path.read_bytes() != mine:  # an editor has saved it just now
        backup.unlink()
        raise NotebookError(f"{path} was saved while it was renewed: close it, then update again")
    try:
        write_whole(path, content)
    except OSError:
        backup.unlink()
        raise


def _rendered(raw: bytes, notebook: Notebook) -> bytes:
    """As JSON, in the handwriting of the file; with escapes if it has letters that no encoding knows."""
    try:
        return written_like(raw, notebook)
    except UnicodeEncodeError:
        return (json.dumps(notebook, indent=1) + "\n").encode()


def _notebook(content: bytes) -> Notebook | None:
    """A version of the kit's own; None if it is missing or damaged."""
    try:
        return parse(content.decode("utf-8"), "it")
    except (UnicodeDecodeError, NotebookError):
        return None


def _lines(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _not_backward(home: Home, version: str) -> None:
    """An older kit would take away what a newer one has brought."""
    here = _numbers(version)
    for newer in home.versions.values():
        theirs = _numbers(newer)
        if here and theirs and theirs > here:
            raise UserError(
                f"these lessons are from version {newer} and the kit here is {version}: "
                f"`{pip('', '--upgrade')}`, then update again"
            )


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def _free(folder: Path, name: str) -> Path:
    """A place in the folder that is not taken."""
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{name}-{number}"
    return place

"""Three versions of a notebook become one: as it was given, as it is given now, and the learner's.

Cell by cell. What the learner wrote, added, deleted or moved stays so; what they did not touch follows the kit.
Merging a second time, with whichever of the two given versions as the base, changes nothing more.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

RENEWED, NEW, REMOVED = "renewed", "new", "removed"
YOURS = "yours"  # both changed it: the learner's stays
OUTLIVES = "outlives"  # the kit dropped it, the learner had changed it: it stays
DELETED = "deleted"  # the learner deleted it, the kit has a newer one: it stays away
ORDER = "order"  # both changed the order: the learner's stays

_MISSING: Any = object()
_CONTENT = ("cell_type", "source", "attachments")
_RUN = ("outputs", "execution_count")


@dataclass(frozen=True)
class Change:
    """One thing that an update did to a notebook, or did not do because the learner's work came first."""

    what: str
    title: str = ""  # the cell's first line
    before: str = ""  # the cell as it was given
    now: str = ""  # the cell as it is given now
    code: bool = False


@dataclass(frozen=True)
class _Kept:
    """A cell of the result; name is its id with the kit, empty for the learner's own."""

    name: str
    cell: Cell


def merge(base: Notebook, theirs: Notebook, mine: Notebook) -> tuple[Notebook, list[Change]]:
    """The learner's notebook with the kit's news in it, and what is new."""
    given, now = _by_id(base["cells"]), _by_id(theirs["cells"])
    names = pair(mine["cells"], given, now)
    changes: list[Change] = []
    kept: list[_Kept] = []
    for cell, name in zip(mine["cells"], names):
        if not name:
            kept.append(_Kept("", cell))
        elif name in now:
            cell, what = _merged(given.get(name), now[name], cell)
            kept.append(_Kept(name, cell))
            changes += [_change(what, given.get(name), now[name])] if what else []
        elif content(cell) == content(given[name]):
            changes.append(_change(REMOVED, given[name], None))
        else:
            kept.append(_Kept("", _own(cell)))
            changes.append(_change(OUTLIVES, given[name], None))
    for name in now:
        if name not in names and name in given and content(given[name]) != content(now[name]):
            changes.append(_change(DELETED, given[name], now[name]))
    added = [name for name in now if name not in names and name not in given]
    changes += [_change(NEW, None, now[name]) for name in added]
    fitting = {name: _fitting(now[name], mine) for name in added}
    moved = _moved(given, now, names)
    cells = _in_their_order(kept, fitting, now) if not moved else _in_my_order(kept, fitting, now)
    if moved and _order(given, now) != _order(now, given):
        changes.append(Change(ORDER))
    result = {**mine, "cells": cells}
    if isinstance(mine.get("metadata"), dict):
        result["metadata"] = _metadata(_part(base), _part(theirs), mine["metadata"])
    return result, changes


def pair(mine: Sequence[Cell], given: dict[str, Cell], now: dict[str, Cell]) -> list[str]:
    """For each of the learner's cells the kit's id of it; empty for their own.

    By id; else by nbgrader's id, which editors keep that drop or renew the first; in such notebooks else by what is in
    the cell.
    """
    known = {**now, **given}
    names = [""] * len(mine)
    free = dict.fromkeys(known)
    renewed = not any(id_of(cell) in known for cell in mine)

    def settle(mark_of: Callable[[Cell], Any], cells: dict[str, Cell], nameless: bool = False) -> None:
        names_of: dict[Any, list[str]] = {}
        for name in free:
            if name in cells and (mark := mark_of(cells[name])):
                names_of.setdefault(mark, []).append(name)
        for place, cell in enumerate(mine):
            open_to = not names[place] and (not nameless or renewed or not id_of(cell))
            if open_to and (found := names_of.get(mark_of(cell))):
                names[place] = found.pop(0)
                del free[names[place]]

    settle(id_of, known)
    settle(grade_id_of, known)
    settle(_substance, given, nameless=True)
    settle(_substance, now, nameless=True)
    return [
        "" if name and _unknown_afterwards(cell, given.get(name), now.get(name)) else name
        for cell, name in zip(mine, names)
    ]


def _unknown_afterwards(cell: Cell, before: Cell | None, now: Cell | None) -> bool:
    """Is it the learner's text, in a cell without id that the kit has stopped grading? Nothing tells whose it was."""
    kits = [content(one) for one in (before, now) if one is not None]
    return now is not None and not id_of(cell) and not grade_id_of(now) and content(cell) not in kits


def content(cell: Cell) -> tuple[Any, str, Any]:
    """What counts as the cell's own: not how it ran, nor what is noted about it."""
    return cell.get("cell_type"), text_of(cell), cell.get("attachments") or {}


def text_of(cell: Cell) -> str:
    """The source of a cell as one text."""
    source = cell.get("source", "")
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def title_of(cell: Cell) -> str:
    """The first line of a cell, by which people know it."""
    line = next((line.strip() for line in text_of(cell).split("\n") if line.strip()), "an empty cell")
    if not _is_code(cell):
        line = line.lstrip("#").lstrip()
    return line if len(line) <= 60 else line[:59].rstrip() + "…"


def _merged(before: Cell | None, now: Cell, mine: Cell) -> tuple[Cell, str]:
    """One cell, and whether it was renewed, or stays the learner's although the kit has a new one."""
    cell, what = dict(mine), ""
    if content(mine) != content(now):
        if before is not None and content(mine) == content(before):
            cell, what = _renewed(mine, now), RENEWED
        elif before is None or content(before) != content(now):
            what = YOURS
    metadata = _metadata(_part(before or {}), _part(now), _part(mine))
    if metadata != _part(mine):
        cell["metadata"] = metadata
    return cell, what


def _renewed(mine: Cell, now: Cell) -> Cell:
    """The kit's cell in the place of the learner's; what it once put out is gone, as it came from other code."""
    cell = {key: value for key, value in mine.items() if key not in (*_CONTENT, *_RUN)}
    for key in (*_CONTENT, *_RUN):
        if key in now:
            cell[key] = copy.deepcopy(now[key])
    if isinstance(mine.get("source"), str):
        cell["source"] = text_of(now)
    return dict(sorted(cell.items()))  # as Jupyter writes it


def _metadata(before: dict[str, Any], now: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    """Key by key; what nbgrader needs is always the kit's."""
    result = {}
    for key in [*mine, *(key for key in now if key not in mine)]:
        unchanged = mine.get(key, _MISSING) == before.get(key, _MISSING)
        value = now.get(key, _MISSING) if unchanged or key == "nbgrader" else mine.get(key, _MISSING)
        if value is not _MISSING:
            result[key] = copy.deepcopy(value)
    return result


def _own(cell: Cell) -> Cell:
    """A cell that the kit has given up and the learner has not: theirs now, to change and to delete."""
    kits = ("nbgrader", "deletable", "editable")
    metadata = {key: value for key, value in _part(cell).items() if key not in kits}
    return {**cell, "metadata": metadata} if metadata != _part(cell) else cell


def _moved(given: dict[str, Cell], now: dict[str, Cell], names: Sequence[str]) -> bool:
    """Has the learner changed the order of the kit's cells?"""
    present = [name for name in names if name in given and name in now]
    return present != [name for name in given if name in set(present)]


def _order(cells: Iterable[str], others: Iterable[str]) -> list[str]:
    shared = set(others)
    return [name for name in cells if name in shared]


def _in_their_order(kept: list[_Kept], added: dict[str, Cell], now: dict[str, Cell]) -> list[Cell]:
    """The kit's order, new cells in their place; the learner's own follow the cell that they followed before."""
    cells = dict(added)
    followers: dict[str, list[Cell]] = {"": []}
    last = ""
    for each in kept:
        if each.name:
            cells[each.name] = each.cell
            last = each.name
        else:
            followers.setdefault(last, []).append(each.cell)
    result = list(followers[""])
    for name in now:
        if name in cells:
            result += [cells[name], *followers.get(name, [])]
    return result


def _in_my_order(kept: list[_Kept], added: dict[str, Cell], now: dict[str, Cell]) -> list[Cell]:
    """The learner's order; a new cell comes behind the nearest of its neighbours that is there."""
    result = list(kept)
    last = ""
    for name in now:
        if name in added:
            place = next((number + 1 for number, each in enumerate(result) if each.name == last and last), 0)
            while place < len(result) and not result[place].name:
                place += 1
            result.insert(place, _Kept(name, added[name]))
        if any(each.name == name for each in result):
            last = name
    return [each.cell for each in result]


def _fitting(cell: Cell, notebook: Notebook) -> Cell:
    """A new cell as this notebook's format has it: ids came with 4.5."""
    minor = notebook.get("nbformat_minor", 0)
    cell = copy.deepcopy(cell)
    if not isinstance(minor, int) or minor < 5:
        cell.pop("id", None)
    return cell


def _change(what: str, before: Cell | None, now: Cell | None) -> Change:
    cell = before if now is None else now
    assert cell is not None
    return Change(
        what, title_of(cell), text_of(before) if before else "", text_of(now) if now else "", code=_is_code(cell)
    )


def _is_code(cell: Cell) -> bool:
    return cell.get("cell_type") == "code"


def _by_id(cells: Iterable[Cell]) -> dict[str, Cell]:
    return {id_of(cell): cell for cell in cells if id_of(cell)}


def id_of(cell: Cell) -> str:
    """The id of a cell; empty where there is none."""
    return str(cell.get("id", ""))


def grade_id_of(cell: Cell) -> str:
    """The name that nbgrader has for a cell; empty where it has none."""
    grading = _part(cell).get("nbgrader")
    return str(grading.get("grade_id", "")) if isinstance(grading, dict) else ""


def _substance(cell: Cell) -> tuple[Any, str] | None:
    return (cell.get("cell_type"), text_of(cell)) if text_of(cell).strip() else None


def _part(thing: dict[str, Any]) -> dict[str, Any]:
    metadata = thing.get("metadata")
    return metadata if isinstance(metadata, dict) else {}

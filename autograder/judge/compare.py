"""Two answers side by side: the same, or the first place where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.judge.request import shorten

TOLERANCE = 1e-9  # room for another order of additions, far too little for another formula


@dataclass(frozen=True)
class Difference:
    """Where and how an answer differs from what was expected, both shown around that place."""

    gave: str
    expected: str
    note: str = ""


def difference(gave: Any, expected: Any, tolerance: float = TOLERANCE) -> Difference | None:
    """None when they agree."""
    if isinstance(expected, dict):
        return _dicts(gave, expected, tolerance)
    if isinstance(expected, list):
        return _lists(gave, expected, tolerance)
    if isinstance(gave, list | dict) or not _same(gave, expected, tolerance):
        return Difference(*_told_apart(gave, expected))
    return None


def _same(gave: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, bool | str) or expected is None or isinstance(gave, bool | str) or gave is None:
        return type(gave) is type(expected) and gave == expected
    gave, expected = float(gave), float(expected)
    if gave != gave or expected != expected:
        return gave != gave and expected != expected
    return gave == expected or abs(gave - expected) <= tolerance * max(1.0, abs(expected))


def _lists(gave: Any, expected: list[Any], tolerance: float) -> Difference | None:
    if not isinstance(gave, list):
        return Difference(shorten(gave), shorten(expected), f"one thing where a list of {len(expected)} belongs")
    if len(gave) != len(expected):
        entries = "entry" if len(gave) == 1 else "entries"
        # Where they part, unless one just goes on: then the end of the shorter one.
        parted = (place for place, (one, other) in enumerate(zip(gave, expected)) if difference(one, other, tolerance))
        place = next(parted, min(len(gave), len(expected)))
        return Difference(*_told_apart(gave, expected, place), f"{len(gave)} {entries}, where {len(expected)} belong")
    for place, (one, other) in enumerate(zip(gave, expected)):
        found = difference(one, other, tolerance)
        if found and isinstance(other, list):
            return Difference(found.gave, found.expected, _join(f"in row {place + 1}", found.note))
        if found:
            return Difference(*_told_apart(gave, expected, place), found.note)
    return None


def _dicts(gave: Any, expected: dict[str, Any], tolerance: float) -> Difference | None:
    if not isinstance(gave, dict) or set(gave) != set(expected):
        return Difference(shorten(gave), shorten(expected))
    for key, other in expected.items():
        if found := difference(gave[key], other, tolerance):
            return Difference(found.gave, found.expected, _join(f"in {key}", found.note))
    return None


def _told_apart(gave: Any, expected: Any, place: int = 0) -> tuple[str, str]:
    """Both as text, with as many digits as it takes to see the difference."""
    for digits in (4, 8, 12, 17):
        texts = shorten(gave, place, digits=digits), shorten(expected, place, digits=digits)
        if texts[0] != texts[1]:
            return texts
    return repr(gave), repr(expected)


def _join(where: str, note: str) -> str:
    return f"{where}, {note}" if note else where

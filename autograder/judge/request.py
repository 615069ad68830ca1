"""What the judge asks of a piece, and how it is put into words."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Values:
    """Numbers that reach the learner's code as Values: a number, or lists and dicts of numbers."""

    data: Any


@dataclass(frozen=True)
class Request:
    """An expression over named inputs; with grads, the answer says how it reacts to each Value in them."""

    expression: str
    inputs: Mapping[str, Any]
    grads: bool = False
    shown: str = ""  # how a message writes the call; with braces, only the names in them stand for inputs

    def to_data(self) -> dict[str, Any]:
        """The request as plain data: what to run first, the expression, and the inputs."""
        *before, last = ast.parse(self.expression.strip()).body
        lines = self.expression.strip().split("\n")
        inputs = {
            name: {"values": given.data} if isinstance(given, Values) else {"plain": given}
            for name, given in self.inputs.items()
        }
        return {
            "before": "\n".join(lines[: last.lineno - 1]) if before else "",
            "expression": "\n".join(lines[last.lineno - 1 :]),
            "inputs": inputs,
            "grads": self.grads,
        }

    def __str__(self) -> str:
        text = self.shown or self.expression.strip().split("\n")[-1]
        known = {name: self.brief(name) for name in self.inputs}
        if "{" in self.shown:
            return self.shown.format(**known)
        return re.sub(r"(?<![\w.\"'=])[A-Za-z_]\w*(?![\w(\"'=])", lambda found: known.get(found[0], found[0]), text)

    def brief(self, name: str) -> str:
        """An input as a message shows it: Value(2), [1, 2], or '3 keys'."""
        given = self.inputs[name]
        if isinstance(given, Values):
            alone = isinstance(given.data, int | float)
            return f"Value({shorten(given.data, digits=6)})" if alone else brief(given.data, name)
        return brief(given, name)


def brief(data: Any, name: str = "") -> str:
    """A few words for an input: a number, a short list, '3 keys', or its name."""
    if isinstance(data, dict):
        return name
    if isinstance(data, list) and data and isinstance(data[0], list | dict):
        if all(isinstance(row, list) and len(data) * len(row) <= 6 for row in data):
            return shorten(data, digits=6)  # few enough to try it out
        things = name.endswith("s") and name != "weights"  # three keys, but three rows of weights
        plural = name if things else f"rows of {name}"
        if len(data) == 1:
            plural = plural.removesuffix("s") if things else f"row of {name}"
        return f"{len(data)} {plural}"
    return shorten(data, digits=6)


def shorten(data: Any, around: int = 0, most: int = 4, digits: int = 4) -> str:
    """Numbers and lists as a person would write them down: the entries around a place, dots for the rest."""
    if isinstance(data, bool) or data is None:
        return str(data)
    if isinstance(data, float):  # and -0.0 is written 0
        return f"{data + 0.0:.{digits}g}" if data == data and abs(data) != float("inf") else str(data)
    if isinstance(data, str):
        return repr(data if len(data) <= 60 else data[:57] + "…")
    if isinstance(data, list):
        if all(isinstance(item, int | str) for item in data):
            most *= 2  # letters and tokens take little room
        start = max(0, min(around - 1, len(data) - most)) if len(data) > most else 0
        inside = [shorten(item, 0, 3, digits) for item in data[start : start + most]]
        dots_before, dots_after = ["…"] * (start > 0), ["…"] * (start + most < len(data))
        return "[" + ", ".join([*dots_before, *inside, *dots_after]) + "]"
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {shorten(item, 0, 2, digits)}" for key, item in data.items()) + "}"
    return str(data)

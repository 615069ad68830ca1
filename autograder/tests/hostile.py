"""Hostile and unlucky submissions of 03_attention: what a case is made of.

A case writes a notebook, or something in its place. `lost` are the pieces that must get nothing for it, `says` is what
the learner must read about them; all other pieces were written honestly and must keep their marks.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.tests.notebooks import notebook

EXERCISE = "03_attention"
ALL = ("attention_weights", "attend", "multi_head_attention")

TRACE = "hostile-trace"  # what hostile code leaves wherever it can, so that a test can look for it
CANARY = "MICROGPT_TEST_CANARY"  # in the environment of whoever grades

RIGHT = """
weights = attention_weights(query, keys)
return [dot(weights, column) for column in zip(*values)]
"""

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One submission."""

    name: str
    make: Callable[[Path], Any]  # writes it to a path
    lost: tuple[str, ...] = ()
    says: str = ""
    seconds: float = 5.0  # that the judge waits for one answer


def attend(body: str, before: str = "") -> str:
    """The piece attend with this body, after some code of its cell."""
    head = textwrap.dedent(before).strip() + "\n\n\n" if before else ""
    return f"{head}def attend(query, keys, values):\n{_inside(body)}\n"


def piece(name: str, source: str, lost: bool = True, says: str = "", seconds: float = 5.0) -> Case:
    """attend is written like this; the other pieces are right."""
    found = notebook("03", {"attend": source})
    return Case(name, saving(found), ("attend",) if lost else (), says, seconds)


def probe(name: str, attempt: str, before: str = "") -> Case:
    """Code that tries to get out, and answers rightly when it cannot. If it can, it fails and says so."""
    body = f"try:\n{_inside(attempt)}\nexcept (OSError, ImportError):\n    pass\n{RIGHT}"
    return piece(name, attend(body, before), lost=False)


def changed(name: str, change: Callable[[Notebook], Any], solved: bool = True) -> Case:
    """A notebook whose cells were tampered with. Stubs that were not written get nothing, whatever was done."""
    found = notebook("03", solved=solved)
    change(found)
    return Case(name, saving(found), () if solved else ALL, "" if solved else "to do")


def file(name: str, content: str | bytes, says: str) -> Case:
    """Something else in place of the notebook."""
    return Case(name, lambda path: write(path, content), ALL, says)


def saving(found: Notebook) -> Callable[[Path], None]:
    text = json.dumps(found)
    return lambda path: write(path, text)


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _inside(code: str) -> str:
    return textwrap.indent(textwrap.dedent(code).strip("\n"), "    ")

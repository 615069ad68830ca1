"""Classes of learners who do not exist: submissions of one exercise, in given shares, the same for the same seed.

Honest ones have solved everything, partial ones left stubs, mistaken ones made known mistakes, broken ones handed in
what cannot be read, hostile ones try to cheat or to do harm. No two have written quite the same.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.build import PRISTINE
from autograder.course import Exercise, Piece, without_markers
from autograder.judge.mistakes import mistakes_of
from microgpt_ref.errors import UserError

SHARES = {"honest": 0.55, "partial": 0.2, "mistaken": 0.15, "broken": 0.05, "hostile": 0.05}
SUBMITTED_AT = "2030-01-15 12:00:00 UTC"

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """One learner of the class and what they hand in."""

    name: str
    kind: str
    what: str  # which mistake, which attack
    notebook: str


def members(
    exercise: Exercise, count: int, seed: int | str = 1, shares: Mapping[str, float] | None = None
) -> list[Member]:
    """A class of this size."""
    kinds = _kinds(count, dict(shares or SHARES))
    random.Random(f"{seed}/kinds").shuffle(kinds)
    return [_member(exercise, number, kind, seed) for number, kind in enumerate(kinds, start=1)]


def shares_from(text: str) -> dict[str, float]:
    """Shares as a person writes them: honest=0.8,hostile=0.2."""
    try:
        shares = {name.strip(): float(share) for name, _, share in (one.partition("=") for one in text.split(","))}
    except ValueError:
        shares = {}
    if not shares or set(shares) - set(SHARES) or not all(0 <= share <= 1e9 for share in shares.values()):
        raise UserError(f"shares are numbers, such as honest=0.8,hostile=0.2; there are {', '.join(SHARES)}")
    if not sum(shares.values()):
        raise UserError("shares that are all 0 leave nobody in the class")
    return shares


def write_class(submitted: Path, exercise: Exercise, members: list[Member]) -> None:
    """Put them into the folder submitted/ of a course, as collected."""
    for member in members:
        path = submitted / member.name / exercise.notebook
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(member.notebook, encoding="utf-8")
        (path.parent / "timestamp.txt").write_text(SUBMITTED_AT, encoding="utf-8")


def _kinds(count: int, shares: dict[str, float]) -> list[str]:
    """So many of each, to the nearest learner."""
    whole = sum(shares.values())
    found: list[str] = []
    sofar = 0.0
    for kind, share in shares.items():
        sofar += share / whole * count
        found += [kind] * (round(sofar) - len(found))
    return found


def _member(exercise: Exercise, number: int, kind: str, seed: int | str) -> Member:
    rng = random.Random(f"{seed}/{number}")
    name = f"learner{number:05}"
    what, text = _MAKERS[kind](exercise, rng, name)
    return Member(name, kind, what, text)


def _honest(exercise: Exercise, rng: random.Random, name: str) -> tuple[str, str]:
    return "solved", _notebook(exercise, {}, name)


def _partial(exercise: Exercise, rng: random.Random, name: str) -> tuple[str, str]:
    missing = rng.sample(exercise.pieces, rng.randint(1, len(exercise.pieces)))
    return "stubs", _notebook(exercise, {piece.name: piece.stub for piece in missing}, name)


def _mistaken(exercise: Exercise, rng: random.Random, name: str) -> tuple[str, str]:
    known = mistakes_of(exercise)
    if not known:
        return _partial(exercise, rng, name)
    pieces = {piece.name: piece for piece in exercise.pieces}
    chosen = {mistake.piece: mistake for mistake in rng.sample(known, min(len(known), rng.randint(1, 2)))}
    instead = {name: mistake.apply(pieces[name]) for name, mistake in chosen.items()}
    return ", ".join(sorted(mistake.id for mistake in chosen.values())), _notebook(exercise, instead, name)


def _broken(exercise: Exercise, rng: random.Random, name: str) -> tuple[str, str]:
    piece = rng.choice(exercise.pieces)
    what = rng.choice(("syntax", "renamed", "cut short", "empty", "no notebook", "old format"))
    whole = _notebook(exercise, {}, name)
    if what == "syntax":
        whole = _notebook(exercise, {piece.name: without_markers(piece.source) + "\nreturn (((\n"}, name)
    elif what == "renamed":
        source = without_markers(piece.source)
        short = piece.name.split(".")[-1]
        whole = _notebook(exercise, {piece.name: source.replace(short, f"my_{short}")}, name)
    elif what == "cut short":
        whole = whole[: rng.randint(100, len(whole) - 100)]
    elif what == "empty":
        whole = ""
    elif what == "no notebook":
        whole = f"Dear teacher, here is my homework. {name}"
    else:
        whole = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": []}]})
    return what, whole


def _hostile(exercise: Exercise, rng: random.Random, name: str) -> tuple[str, str]:
    what = rng.choice(tuple(_ATTACKS))
    piece = rng.choice(exercise.pieces)
    body = _ATTACKS[what]
    text = _notebook(exercise, {piece.name: _attacking(piece, body)}, name)
    if what == "tags":
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            cell["metadata"].update(tags=["skip-execution"])
        text = json.dumps(notebook)
    return what, text


# What the body of a piece does instead of its work.
_ATTACKS = {
    "exit": "import os; os._exit(0)",
    "endless": "while True: pass",
    "memory": "x = ['x' * 1000000]\nwhile True: x += x",
    "forked": "import os\nfor _ in range(50): os.fork()",
    "forged": "import os; os.write(1, b'{\"data\": 1.0}\\n')",
    "files": "return open('/etc/shadow').read()",
    "network": "import socket; socket.create_connection(('127.0.0.1', 80), 1)",
    "equal": "class E(float):\n    __eq__ = lambda *a: True\nreturn E(1.0)",
    "frames": "import sys; return sys._getframe(1).f_globals",
    "tags": "return 1.0",
    "huge": "return [0.0] * 50000000",
}


def _attacking(piece: Piece, body: str) -> str:
    """The piece with this for a body."""
    before = piece.source.split("### BEGIN SOLUTION")[0]
    indent = before.rsplit("\n", 1)[-1]
    after = piece.source.split("### END SOLUTION")[-1]
    return before + f"\n{indent}".join(body.split("\n")) + after


def _notebook(exercise: Exercise, instead: dict[str, str], name: str) -> str:
    """The solved notebook but for these pieces, signed by its learner so that it is like no other."""
    sources = {piece.id: without_markers(piece.source) for piece in exercise.pieces}
    sources |= {piece.id: instead[piece.name] for piece in exercise.pieces if piece.name in instead}
    notebook: Notebook = json.loads(_pristine(exercise))
    for cell in notebook["cells"]:
        if cell["id"] in sources:
            cell["source"] = f"# {name}\n{sources[cell['id']]}"
    return json.dumps(notebook)


@cache
def _pristine(exercise: Exercise) -> str:
    return (PRISTINE / f"{exercise.folder}.ipynb").read_text(encoding="utf-8")


_MAKERS: dict[str, Callable[[Exercise, random.Random, str], tuple[str, str]]] = {
    "honest": _honest,
    "partial": _partial,
    "mistaken": _mistaken,
    "broken": _broken,
    "hostile": _hostile,
}

"""What a child answers, made safe to work with: of a known shape, bounded, and free of what cannot be saved.

Learner code that has taken over its child can answer what it likes. After this it is wrong at worst.
"""

from __future__ import annotations

import json
from typing import Any

from autograder.judge.child import MOST_NUMBERS, MOST_PRINTED, MOST_SAID, MOST_SHOWN

MOST_ENTRIES = 5 * MOST_NUMBERS  # the answer and the grads of all the inputs
DEEPEST = 30

Answer = dict[str, Any]


class Unreadable(ValueError):
    """No answer as a child gives one."""


def read_answer(line: bytes) -> tuple[Answer, Any]:
    """The answer in this line, and the number of the question that it says it answers."""
    try:
        found = json.loads(line.decode("utf-8", "replace"), parse_int=_int)
        return tidy(found), found.get("number")
    except (ValueError, RecursionError):
        raise Unreadable from None


def tidy(answer: Any) -> Answer:
    """The parts of an answer that the judge knows, each of its own kind."""
    if not isinstance(answer, dict):
        raise Unreadable
    room = [MOST_ENTRIES]
    found: Answer = {"printed": clean(answer.get("printed"), MOST_PRINTED)}
    for name in ("data", "grads"):
        if name in answer:
            found[name] = _plain(answer[name], room, 0)
    if "values" in answer:
        found["values"] = _whole(answer["values"])
    if "error" in answer:
        found["error"] = _error(answer["error"])
    if isinstance(answer.get("errors"), list):
        found["errors"] = [_error(error) for error in answer["errors"][:MOST_SHOWN]]
    return found


def clean(text: Any, most: int) -> str:
    """Text of this length at most, that can be written to a file: no half of a pair of surrogates."""
    return text[:most].encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def _error(error: Any) -> Answer:
    """An error as a child describes it."""
    if not isinstance(error, dict) or not all(isinstance(error.get(name), str) for name in ("type", "message")):
        raise Unreadable
    found: Answer = {"type": clean(error["type"], MOST_SHOWN), "message": clean(error["message"], MOST_SAID)}
    for name in ("where", "text"):
        if isinstance(error.get(name), str):
            found[name] = clean(error[name], MOST_SHOWN)
    for name in ("line", "cell"):
        if isinstance(error.get(name), int):
            found[name] = error[name]
    return found


def _plain(data: Any, room: list[int], depth: int) -> Any:
    room[0] -= 1
    if room[0] < 0 or depth > DEEPEST:
        raise Unreadable
    if isinstance(data, list):
        return [_plain(item, room, depth + 1) for item in data]
    if isinstance(data, dict):
        return {clean(key, MOST_SHOWN): _plain(item, room, depth + 1) for key, item in data.items()}
    return clean(data, MOST_NUMBERS) if isinstance(data, str) else data


def _whole(number: Any) -> int:
    return number if isinstance(number, int) else 0


def _int(text: str) -> int | float:
    """No number from a child may be too large for what the judge does with it."""
    return int(text) if len(text) < 20 else float(text)
